//! Volumes of fluid.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod maintenance_421;
pub mod parkland;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&maintenance_421::CALCULATOR, &parkland::CALCULATOR];
