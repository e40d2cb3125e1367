//! Cancer and other long illness.

pub mod charlson_age;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[&charlson_age::CALCULATOR];
