//! Risk around operations and anaesthesia.

pub mod rcri;
pub mod stop_bang;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&rcri::CALCULATOR, &stop_bang::CALCULATOR];
