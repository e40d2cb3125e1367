//! Joints.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod das28;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&das28::CALCULATOR];
