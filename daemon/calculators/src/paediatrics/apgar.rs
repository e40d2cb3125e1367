//! Apgar score of the newborn.
//!
//! Five items of 0 to 2, at one and five minutes. It describes the transition after birth and predicts no later
//! outcome.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, document, points};
use crate::input::{Input, level, part};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "apgar",
    title: "Apgar score",
    synonyms: &["newborn score"],
    specialties: &["paediatrics", "obstetrics"],
    purpose: "State of the newborn in the first minutes of life.",
    population: "Newborns at 1 and 5 minutes (and every 5 minutes while below 7).",
    inputs: &[Input::items(
        "items",
        "Items",
        &[
            part(
                "Appearance (colour)",
                2,
                &[
                    level(0, "Blue or pale all over"),
                    level(1, "Blue extremities, pink body"),
                    level(2, "Pink all over"),
                ],
            ),
            part("Pulse", 2, &[level(0, "Absent"), level(1, "Below 100 /min"), level(2, "100 /min or more")]),
            part(
                "Grimace (reflex irritability)",
                2,
                &[level(0, "No response"), level(1, "Grimace"), level(2, "Cry, cough or sneeze")],
            ),
            part(
                "Activity (tone)",
                2,
                &[level(0, "Limp"), level(1, "Some flexion"), level(2, "Active motion")],
            ),
            part(
                "Respiration",
                2,
                &[level(0, "Absent"), level(1, "Weak or irregular"), level(2, "Good, crying")],
            ),
        ],
    )
    .help("Appearance, pulse, grimace, activity, respiration.")
    .synonyms(&["apgar"])],
    outputs: &[points("score", "Apgar score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "State",
        rows: &[
            at_most(3.0, "low", "0 to 3."),
            at_most(6.0, "moderately abnormal", "4 to 6."),
            above("reassuring", "7 to 10."),
        ],
    }],
    formula: "Five items of 0 to 2; 0 to 10.",
    rounding: "Whole points.",
    version: "1953",
    sources: &[document("Apgar V, Curr Res Anesth Analg 1953;32:260", 1953)],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[],
    example: Example {
        inputs: r#"{"items":[1,0,2,0,2]}"#,
        expected: r#"{"score":5,"band":"moderately abnormal"}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let score = values.items("items")?.iter().sum();
    Ok(Outcome::new().integer("score", score))
}
