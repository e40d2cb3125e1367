//! Lungs and pleura.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod aa_gradient;
pub mod bode;
pub mod bova;
pub mod lights_criteria;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] =
    &[&aa_gradient::CALCULATOR, &lights_criteria::CALCULATOR, &bode::CALCULATOR, &bova::CALCULATOR];
