//! Screening at the bedside: nutrition and skin.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod braden;
pub mod must;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&must::CALCULATOR, &braden::CALCULATOR];
