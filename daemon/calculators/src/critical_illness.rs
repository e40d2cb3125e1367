//! Severity of critical illness.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod apache2;
pub mod news2;
pub mod qsofa;
pub mod sirs;
pub mod sofa;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] =
    &[&qsofa::CALCULATOR, &sirs::CALCULATOR, &sofa::CALCULATOR, &apache2::CALCULATOR, &news2::CALCULATOR];
