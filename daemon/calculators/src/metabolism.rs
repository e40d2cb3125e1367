//! Lipids, glucose and insulin.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod eag;
pub mod homa_ir;
pub mod ldl_friedewald;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&ldl_friedewald::CALCULATOR, &homa_ir::CALCULATOR, &eag::CALCULATOR];
