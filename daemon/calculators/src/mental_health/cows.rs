//! Clinical Opiate Withdrawal Scale.
//!
//! Eleven items with uneven steps; values between the printed steps are accepted up to the item's highest.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, document, points};
use crate::input::{Input, part};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "cows",
    title: "COWS",
    synonyms: &["opiate withdrawal", "opioid withdrawal"],
    specialties: &["psychiatry", "emergency medicine"],
    purpose: "Severity of opioid withdrawal.",
    population: "Adults in opioid withdrawal.",
    inputs: &[Input::items(
        "items",
        "Items",
        &[
            part("Resting pulse", 4, &[]),
            part("Sweating", 4, &[]),
            part("Restlessness", 5, &[]),
            part("Pupil size", 5, &[]),
            part("Bone or joint aches", 4, &[]),
            part("Runny nose or tearing", 4, &[]),
            part("Gastrointestinal upset", 5, &[]),
            part("Tremor", 4, &[]),
            part("Yawning", 4, &[]),
            part("Anxiety or irritability", 4, &[]),
            part("Gooseflesh", 5, &[]),
        ],
    )
    .help("Eleven items in the order of the scale.")
    .synonyms(&["cows"])],
    outputs: &[points("score", "COWS")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Withdrawal",
        rows: &[
            below(5.0, "none", "Below 5."),
            at_most(12.0, "mild", "5 to 12."),
            at_most(24.0, "moderate", "13 to 24."),
            at_most(36.0, "moderately severe", "25 to 36."),
            above("severe", "Above 36."),
        ],
    }],
    formula: "Sum of eleven items; 0 to 48.",
    rounding: "Whole points.",
    version: "2003",
    sources: &[document("Wesson DR, Ling W, J Psychoactive Drugs 2003;35:253", 2003)],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"items":[2,2,1,1,2,1,2,1,1,1,0]}"#,
        expected: r#"{"score":14,"band":"moderate"}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    Ok(Outcome::new().integer("score", values.items("items")?.iter().sum()))
}
