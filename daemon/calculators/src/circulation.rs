//! Circulation: pressure and the electrocardiogram.

pub mod map_pressure;
pub mod qtc;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&qtc::CALCULATOR, &map_pressure::CALCULATOR];
