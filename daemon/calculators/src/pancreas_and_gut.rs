//! Pancreatitis, bleeding from the gut and appendicitis.

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[];
