//! Risk of cardiovascular disease in people who have none yet.

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[];
