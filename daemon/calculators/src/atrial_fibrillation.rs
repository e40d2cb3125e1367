//! Atrial fibrillation: risk of stroke and of bleeding.

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[];
