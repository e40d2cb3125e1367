//! Volumes of fluid.

pub mod maintenance_421;
pub mod parkland;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&maintenance_421::CALCULATOR, &parkland::CALCULATOR];
