//! The filtration categories of KDIGO, shared by every estimate of kidney function.
//!
//! A category is read from the unrounded value: 59.9 is G3a.

use crate::bands::{Band, Bands, above, below};

const ROWS: &[Band] = &[
    below(15.0, "G5", "Kidney failure."),
    below(30.0, "G4", "Severely decreased."),
    below(45.0, "G3b", "Moderately to severely decreased."),
    below(60.0, "G3a", "Mildly to moderately decreased."),
    below(90.0, "G2", "Mildly decreased; chronic kidney disease only with other signs of damage."),
    above("G1", "Normal or high; chronic kidney disease only with other signs of damage."),
];

/// The categories over the output `of`.
pub(super) const fn filtration(of: &'static str) -> Bands {
    Bands { key: "stage", of, title: "Filtration category (KDIGO)", rows: ROWS }
}
