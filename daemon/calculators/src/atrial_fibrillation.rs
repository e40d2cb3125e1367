//! Atrial fibrillation: risk of stroke and of bleeding.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod cha2ds2_vasc;
pub mod has_bled;
pub mod orbit_bleeding;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] =
    &[&cha2ds2_vasc::CALCULATOR, &has_bled::CALCULATOR, &orbit_bleeding::CALCULATOR];
