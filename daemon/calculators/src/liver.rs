//! Liver disease: severity and fibrosis.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod albi;
pub mod apri;
pub mod child_pugh;
pub mod fib4;
pub mod lille;
pub mod maddrey;
pub mod meld;
pub mod nafld_fibrosis;
pub mod r_factor;
pub mod saag;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &meld::CALCULATOR,
    &child_pugh::CALCULATOR,
    &fib4::CALCULATOR,
    &nafld_fibrosis::CALCULATOR,
    &apri::CALCULATOR,
    &maddrey::CALCULATOR,
    &albi::CALCULATOR,
    &saag::CALCULATOR,
    &r_factor::CALCULATOR,
    &lille::CALCULATOR,
];
