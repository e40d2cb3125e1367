//! Infections: severity and likelihood.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod centor_mcisaac;
pub mod curb65;
pub mod feverpain;
pub mod psi_port;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] =
    &[&curb65::CALCULATOR, &psi_port::CALCULATOR, &centor_mcisaac::CALCULATOR, &feverpain::CALCULATOR];
