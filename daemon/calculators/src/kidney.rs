//! Kidney function and injury.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod bedside_schwartz;
mod categories;
pub mod ckd_epi_2012_cys;
pub mod ckd_epi_2021;
pub mod ckd_epi_2021_cr_cys;
pub mod cockcroft_gault;
pub mod fena;
pub mod feurea;
pub mod kdigo_risk;
pub mod mdrd;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &ckd_epi_2021::CALCULATOR,
    &ckd_epi_2021_cr_cys::CALCULATOR,
    &ckd_epi_2012_cys::CALCULATOR,
    &mdrd::CALCULATOR,
    &bedside_schwartz::CALCULATOR,
    &cockcroft_gault::CALCULATOR,
    &fena::CALCULATOR,
    &feurea::CALCULATOR,
    &kdigo_risk::CALCULATOR,
];
