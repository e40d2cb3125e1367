//! Questionnaires about mood, anxiety and alcohol.

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[];
