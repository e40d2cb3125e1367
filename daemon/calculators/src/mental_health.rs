//! Questionnaires of mental health.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod audit_c;
pub mod ciwa_ar;
pub mod cows;
pub mod epds;
pub mod gad7;
pub mod phq9;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &phq9::CALCULATOR,
    &gad7::CALCULATOR,
    &audit_c::CALCULATOR,
    &epds::CALCULATOR,
    &ciwa_ar::CALCULATOR,
    &cows::CALCULATOR,
];
