//! Circulation: pressure and the electrocardiogram.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod map_pressure;
pub mod qtc;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&qtc::CALCULATOR, &map_pressure::CALCULATOR];
