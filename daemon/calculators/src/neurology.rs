//! Brain: consciousness, stroke, haemorrhage.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod abcd2;
pub mod gcs;
pub mod ich_score;
pub mod nihss;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] =
    &[&gcs::CALCULATOR, &nihss::CALCULATOR, &abcd2::CALCULATOR, &ich_score::CALCULATOR];
