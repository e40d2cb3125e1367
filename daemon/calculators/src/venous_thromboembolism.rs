//! Venous thromboembolism: how likely it is, how severe, and who is at risk.

pub mod age_adjusted_ddimer;
pub mod caprini_2005;
pub mod four_ts;
pub mod khorana;
pub mod padua_vte;
pub mod perc;
pub mod pesi;
pub mod revised_geneva;
pub mod spesi;
pub mod wells_dvt;
pub mod wells_pe;
pub mod years;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &wells_dvt::CALCULATOR,
    &wells_pe::CALCULATOR,
    &perc::CALCULATOR,
    &revised_geneva::CALCULATOR,
    &years::CALCULATOR,
    &age_adjusted_ddimer::CALCULATOR,
    &pesi::CALCULATOR,
    &spesi::CALCULATOR,
    &padua_vte::CALCULATOR,
    &caprini_2005::CALCULATOR,
    &khorana::CALCULATOR,
    &four_ts::CALCULATOR,
];
