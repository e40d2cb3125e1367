//! Electrolytes, acids and bases, water.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod anion_gap;
pub mod corrected_calcium;
pub mod corrected_sodium;
pub mod free_water_deficit;
pub mod osmolality;
pub mod ttkg;
pub mod urine_anion_gap;
pub mod winters;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &anion_gap::CALCULATOR,
    &osmolality::CALCULATOR,
    &corrected_calcium::CALCULATOR,
    &corrected_sodium::CALCULATOR,
    &free_water_deficit::CALCULATOR,
    &winters::CALCULATOR,
    &ttkg::CALCULATOR,
    &urine_anion_gap::CALCULATOR,
];
