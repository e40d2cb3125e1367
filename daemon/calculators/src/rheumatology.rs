//! Joints.

pub mod das28;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&das28::CALCULATOR];
