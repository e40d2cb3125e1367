//! 4Ts score for heparin-induced thrombocytopenia.
//!
//! Four questions of 0 to 2 points each. Its strength is a low score; a high one still needs an antibody test.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points};
use crate::input::{Input, level, part};
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "four_ts",
    title: "4Ts score for heparin-induced thrombocytopenia",
    synonyms: &["4Ts", "HIT score", "heparin-induced thrombocytopenia"],
    specialties: &["haematology", "internal medicine", "intensive care"],
    purpose: "Probability of heparin-induced thrombocytopenia before antibody testing.",
    population: "Adults exposed to heparin whose platelets have fallen.",
    inputs: &[Input::items(
        "items",
        "The four Ts",
        &[
            part(
                "Thrombocytopenia",
                2,
                &[
                    level(0, "Fall below 30 % or lowest count below 10"),
                    level(1, "Fall of 30 to 50 % or lowest count 10 to 19"),
                    level(2, "Fall above 50 % and lowest count 20 or more"),
                ],
            ),
            part(
                "Timing of the fall",
                2,
                &[
                    level(0, "Before day 4 without recent exposure"),
                    level(
                        1,
                        "Fits days 5 to 10 but is unclear, after day 10, or within 1 day with exposure 30 to 100 days ago",
                    ),
                    level(2, "Clearly days 5 to 10, or within 1 day with exposure in the last 30 days"),
                ],
            ),
            part(
                "Thrombosis or other sequelae",
                2,
                &[
                    level(0, "None"),
                    level(
                        1,
                        "Progressive, recurrent or suspected thrombosis, or skin lesions without necrosis",
                    ),
                    level(2, "Proven new thrombosis, skin necrosis, or systemic reaction after a bolus"),
                ],
            ),
            part(
                "Other causes of thrombocytopenia",
                2,
                &[level(0, "Definite"), level(1, "Possible"), level(2, "None apparent")],
            ),
        ],
    )],
    outputs: &[points("score", "4Ts score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Probability",
        rows: &[
            at_most(3.0, "low", "0 to 1.6 % had heparin-induced thrombocytopenia."),
            at_most(5.0, "intermediate", "8 to 29 % had heparin-induced thrombocytopenia."),
            above("high", "21 to 100 % had heparin-induced thrombocytopenia."),
        ],
    }],
    formula: "Sum of four items, 0 to 2 each; 0 to 8.",
    rounding: "Whole points, nothing is rounded.",
    version: "2006",
    sources: &[paper("Lo GK et al., J Thromb Haemost 2006;4:759", 2006, "10.1111/j.1538-7836.2006.01787.x")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[],
    example: Example {
        inputs: r#"{"items":[2,2,0,1]}"#,
        expected: r#"{"score":5,"band":"intermediate"}"#,
        origin: "worked by hand from the table of the 2006 paper",
    },
    compute,
};

const NAMES: [&str; 4] = ["Thrombocytopenia", "Timing", "Thrombosis", "Other causes"];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    for (name, grade) in NAMES.iter().zip(values.items("items")?) {
        tally.add("items", *name, *grade as f64);
    }
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
