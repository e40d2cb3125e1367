//! Cancer and other long illness.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod charlson_age;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&charlson_age::CALCULATOR];
