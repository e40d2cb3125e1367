//! Decision rules of the emergency room.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod canadian_ct_head;
pub mod lrinec;
pub mod nexus;
pub mod ottawa_ankle;
pub mod ottawa_knee;
pub mod ottawa_sah;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &nexus::CALCULATOR,
    &ottawa_knee::CALCULATOR,
    &ottawa_sah::CALCULATOR,
    &ottawa_ankle::CALCULATOR,
    &canadian_ct_head::CALCULATOR,
    &lrinec::CALCULATOR,
];
