//! Risk around operations and anaesthesia.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod rcri;
pub mod stop_bang;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&rcri::CALCULATOR, &stop_bang::CALCULATOR];
