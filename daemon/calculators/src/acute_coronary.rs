//! Acute coronary syndrome: risk on arrival and at discharge.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

mod grace;
pub mod grace1_inhospital;
pub mod grace_6mo_discharge;
pub mod heart_score;
pub mod timi_stemi;
pub mod timi_ua_nstemi;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &grace1_inhospital::CALCULATOR,
    &grace_6mo_discharge::CALCULATOR,
    &heart_score::CALCULATOR,
    &timi_ua_nstemi::CALCULATOR,
    &timi_stemi::CALCULATOR,
];
