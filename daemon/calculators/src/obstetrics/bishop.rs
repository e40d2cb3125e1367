//! Bishop score of the cervix before induction.
//!
//! Dilation, effacement and station go from 0 to 3, consistency and position from 0 to 2; a score of 7 lies between
//! the two readings.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, document, points};
use crate::input::{Input, level, part};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "bishop",
    title: "Bishop score",
    synonyms: &["cervix score", "induction of labour"],
    specialties: &["obstetrics"],
    purpose: "How ripe the cervix is before induction of labour.",
    population: "Pregnancies near term considered for induction.",
    inputs: &[Input::items(
        "items",
        "Items",
        &[
            part(
                "Dilation",
                3,
                &[level(0, "Closed"), level(1, "1 to 2 cm"), level(2, "3 to 4 cm"), level(3, "5 cm or more")],
            ),
            part(
                "Effacement",
                3,
                &[
                    level(0, "0 to 30 %"),
                    level(1, "40 to 50 %"),
                    level(2, "60 to 70 %"),
                    level(3, "80 % or more"),
                ],
            ),
            part("Station", 3, &[level(0, "−3"), level(1, "−2"), level(2, "−1 or 0"), level(3, "+1 or +2")]),
            part("Consistency", 2, &[level(0, "Firm"), level(1, "Medium"), level(2, "Soft")]),
            part("Position", 2, &[level(0, "Posterior"), level(1, "Middle"), level(2, "Anterior")]),
        ],
    )
    .help("Dilation, effacement, station, consistency, position.")
    .synonyms(&["bishop"])],
    outputs: &[points("score", "Bishop score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Cervix",
        rows: &[
            at_most(6.0, "unfavourable", "6 or less."),
            below(8.0, "intermediate", "7."),
            above("favourable", "8 or more: vaginal birth about as likely as after spontaneous onset."),
        ],
    }],
    formula: "Dilation, effacement, station 0 to 3, consistency, position 0 to 2; 0 to 13.",
    rounding: "Whole points.",
    version: "1964",
    sources: &[document("Bishop EH, Obstet Gynecol 1964;24:266", 1964)],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[],
    example: Example {
        inputs: r#"{"items":[3,2,2,0,1]}"#,
        expected: r#"{"score":8,"band":"favourable"}"#,
        origin: "worked by hand from the table of the 1964 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let score = values.items("items")?.iter().sum();
    Ok(Outcome::new().integer("score", score))
}
