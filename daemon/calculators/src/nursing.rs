//! Screening at the bedside: nutrition and skin.

pub mod braden;
pub mod must;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&must::CALCULATOR, &braden::CALCULATOR];
