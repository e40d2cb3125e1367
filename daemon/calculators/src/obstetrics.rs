//! Pregnancy and birth.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod bishop;
pub mod pregnancy_dating;
pub mod ultrasound_redating;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] =
    &[&pregnancy_dating::CALCULATOR, &ultrasound_redating::CALCULATOR, &bishop::CALCULATOR];
