//! CIWA-Ar of alcohol withdrawal.
//!
//! Ten items: nine from 0 to 7 and orientation from 0 to 4. It needs a patient who can answer and was not made for
//! delirium of other cause.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, document, points};
use crate::input::{Input, part};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ciwa_ar",
    title: "CIWA-Ar",
    synonyms: &["alcohol withdrawal", "CIWA"],
    specialties: &["psychiatry", "emergency medicine", "internal medicine"],
    purpose: "Severity of alcohol withdrawal.",
    population: "Adults in alcohol withdrawal who can communicate.",
    inputs: &[Input::items(
        "items",
        "Items",
        &[
            part("Nausea and vomiting", 7, &[]),
            part("Tremor", 7, &[]),
            part("Paroxysmal sweats", 7, &[]),
            part("Anxiety", 7, &[]),
            part("Agitation", 7, &[]),
            part("Tactile disturbances", 7, &[]),
            part("Auditory disturbances", 7, &[]),
            part("Visual disturbances", 7, &[]),
            part("Headache", 7, &[]),
            part("Orientation", 4, &[]),
        ],
    )
    .help("Nine items of 0 to 7, then orientation of 0 to 4.")
    .synonyms(&["ciwa"])],
    outputs: &[points("score", "CIWA-Ar")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Withdrawal",
        rows: &[
            below(8.0, "mild", "Below 8: absent or minimal."),
            at_most(15.0, "moderate", "8 to 15."),
            above("severe", "Above 15: raised risk of delirium tremens."),
        ],
    }],
    formula: "Sum of nine items of 0 to 7 and orientation of 0 to 4; 0 to 67.",
    rounding: "Whole points.",
    version: "1989",
    sources: &[document("Sullivan JT et al., Br J Addict 1989;84:1353", 1989)],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"items":[1,2,1,2,1,0,0,0,1,0]}"#,
        expected: r#"{"score":8,"band":"moderate"}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    Ok(Outcome::new().integer("score", values.items("items")?.iter().sum()))
}
