//! What the two sets of Ranson criteria share: the 48-hour inputs, the counting, and the deaths observed.
//!
//! Every criterion is a strict inequality; the sets differ only in their limits.

use crate::bands::{Band, Bands, above, at_most};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// Fall of haematocrit in percentage points.
pub(super) const HAEMATOCRIT_FALL: Input =
    Input::number("hct_drop", "Fall of haematocrit within 48 h", &measure::HAEMATOCRIT, "%")
        .plausible(-50.0, 60.0)
        .help("Percentage points.")
        .synonyms(&["hematocrit drop", "haematocrit fall"]);
/// Rise of urea nitrogen.
pub(super) const UREA_RISE: Input =
    Input::number("bun_rise", "Rise of urea nitrogen within 48 h", &measure::UREA, "mg/dL")
        .plausible(-200.0, 300.0)
        .synonyms(&["bun rise", "urea rise"]);
/// Calcium at 48 hours.
pub(super) const CALCIUM: Input =
    Input::number("calcium", "Calcium at 48 h", &measure::chemistry::CALCIUM, "mg/dL")
        .synonyms(&["calcium", "serum calcium"]);
/// Base deficit at 48 hours.
pub(super) const BASE_DEFICIT: Input =
    Input::number("base_deficit", "Base deficit at 48 h", &measure::chemistry::BASE, "mmol/L")
        .help("24 − bicarbonate.")
        .synonyms(&["base deficit"]);
/// Fluid that stayed in the body.
pub(super) const SEQUESTRATION: Input = Input::number(
    "fluid_sequestration_l",
    "Fluid sequestration within 48 h",
    &measure::chemistry::LITRES,
    "L",
)
.help("Fluid given minus fluid lost.")
.synonyms(&["fluid sequestration", "fluid balance"]);

const ROWS: &[Band] = &[
    at_most(2.0, "0 to 2", "About 1 to 2 % died."),
    at_most(4.0, "3 to 4", "About 15 % died."),
    at_most(6.0, "5 to 6", "About 40 % died."),
    above("7 or more", "Nearly all died."),
];

/// The deaths observed by score.
pub(super) const fn deaths() -> Bands {
    Bands { key: "band", of: "score", title: "Deaths observed", rows: ROWS }
}

/// Counts values above the limits on admission, then above and below those at 48 hours.
pub(super) fn count(
    values: &Values,
    admission: &[(&'static str, f64)],
    rises: &[(&'static str, f64)],
    falls: &[(&'static str, f64)],
) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    for &(name, limit) in admission {
        tally.when(name, &format!("above {limit} on admission"), values.number(name)? > limit, 1.0);
    }
    let first = tally.whole();
    for &(name, limit) in rises {
        tally.when(name, &format!("above {limit}"), values.number(name)? > limit, 1.0);
    }
    for &(name, limit) in falls {
        tally.when(name, &format!("below {limit}"), values.number(name)? < limit, 1.0);
    }
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("admission", first).integer("at48h", score - first).integer("score", score))
}
