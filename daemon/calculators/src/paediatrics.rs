//! Newborns and children.

pub mod apgar;
pub mod pediatric_dose;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&apgar::CALCULATOR, &pediatric_dose::CALCULATOR];
