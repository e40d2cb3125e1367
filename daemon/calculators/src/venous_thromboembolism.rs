//! Venous thromboembolism: how likely it is, how severe, and who is at risk.

pub mod wells_dvt;
pub mod wells_pe;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&wells_dvt::CALCULATOR, &wells_pe::CALCULATOR];
