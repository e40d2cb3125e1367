//! Kidney function.

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[];
