//! Body size.

pub mod body_size;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&body_size::CALCULATOR];
