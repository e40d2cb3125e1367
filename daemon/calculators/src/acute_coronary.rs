//! Acute coronary syndrome: risk on arrival and at discharge.

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[];
