//! Risk of cardiovascular disease in people who have none yet.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod ascvd_pce;
pub mod framingham_cvd_2008;
pub mod framingham_hard_chd;
pub mod prevent_10y;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &ascvd_pce::CALCULATOR,
    &prevent_10y::CALCULATOR,
    &framingham_hard_chd::CALCULATOR,
    &framingham_cvd_2008::CALCULATOR,
];
