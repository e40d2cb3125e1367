//! Ottawa knee rule.
//!
//! Any of five findings meets the rule; none of them makes a fracture very unlikely.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, document, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ottawa_knee",
    title: "Ottawa knee rule",
    synonyms: &["knee x-ray rule"],
    specialties: &["emergency medicine", "orthopaedics"],
    purpose: "Whether an acute knee injury meets the Ottawa rule for a radiograph.",
    population: "Adults with an acute knee injury within 7 days.",
    inputs: &[
        Input::boolean("age_55", "Age 55 years or more").synonyms(&["55 or older"]),
        Input::boolean("patella_tenderness", "Isolated tenderness of the patella")
            .synonyms(&["patella tenderness"]),
        Input::boolean("fibula_tenderness", "Tenderness at the head of the fibula")
            .synonyms(&["fibula tenderness"]),
        Input::boolean("cannot_flex_90", "Cannot flex to 90 degrees").synonyms(&["cannot flex"]),
        Input::boolean("cannot_bear_weight", "Cannot bear weight for four steps")
            .help("Immediately and at the examination.")
            .synonyms(&["cannot bear weight"]),
    ],
    outputs: &[points("criteria_positive", "Criteria present")],
    bands: &[Bands {
        key: "band",
        of: "criteria_positive",
        title: "Rule",
        rows: &[
            at_most(0.0, "not met", "No criterion: a fracture was very unlikely in the study."),
            above("met", "At least one criterion."),
        ],
    }],
    formula: "Five criteria; the rule is met by any of them.",
    rounding: "Whole points.",
    version: "1996",
    sources: &[document("Stiell IG et al., JAMA 1996;275:611", 1996)],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("age_55", "criteria_positive")],
    example: Example {
        inputs: r#"{"age_55":false,"patella_tenderness":false,"fibula_tenderness":false,"cannot_flex_90":true,"cannot_bear_weight":false}"#,
        expected: r#"{"criteria_positive":1}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(
        &["age_55", "patella_tenderness", "fibula_tenderness", "cannot_flex_90", "cannot_bear_weight"],
        1.0,
    )?;
    let positive = tally.whole();
    Ok(Outcome::of(tally).integer("criteria_positive", positive))
}
