//! Drugs: levels, equivalents, dosing by kidney and liver.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

mod dosing_lines;
pub mod hepatic_dosing;
pub mod mme;
pub mod phenytoin_corrected;
pub mod renal_dosing;
pub mod steroid_equiv;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &phenytoin_corrected::CALCULATOR,
    &mme::CALCULATOR,
    &steroid_equiv::CALCULATOR,
    &renal_dosing::CALCULATOR,
    &hepatic_dosing::CALCULATOR,
];
