//! Newborns and children.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod apgar;
pub mod pediatric_dose;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&apgar::CALCULATOR, &pediatric_dose::CALCULATOR];
