//! Pregnancy and birth.

pub mod bishop;
pub mod pregnancy_dating;
pub mod ultrasound_redating;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] =
    &[&pregnancy_dating::CALCULATOR, &ultrasound_redating::CALCULATOR, &bishop::CALCULATOR];
