//! GAD-7 of generalised anxiety.
//!
//! Seven items over two weeks; 10 or more is the cut with the best balance in the source. Free to use.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points};
use crate::input::{Input, level, part};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "gad7",
    title: "GAD-7",
    synonyms: &["anxiety questionnaire", "generalized anxiety disorder"],
    specialties: &["psychiatry", "primary care"],
    purpose: "Severity of anxiety over two weeks.",
    population: "Adults; a screening tool, not a diagnosis.",
    inputs: &[Input::items(
        "items",
        "Items",
        &[
            part(
                "Feeling nervous or on edge",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Unable to stop or control worrying",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Worrying too much",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Trouble relaxing",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Restless",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Easily annoyed or irritable",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Afraid that something awful might happen",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
        ],
    )
    .help("Seven items over the last two weeks, 0 to 3 each.")
    .synonyms(&["gad"])],
    outputs: &[points("score", "GAD-7")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Severity",
        rows: &[
            at_most(4.0, "minimal", "0 to 4."),
            at_most(9.0, "mild", "5 to 9."),
            at_most(14.0, "moderate", "10 to 14."),
            above("severe", "15 to 21."),
        ],
    }],
    formula: "Sum of seven items of 0 to 3; 0 to 21.",
    rounding: "Whole points.",
    version: "2006",
    sources: &[paper(
        "Spitzer RL et al., Arch Intern Med 2006;166:1092",
        2006,
        "10.1001/archinte.166.10.1092",
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"items":[0,3,2,2,1,0,0]}"#,
        expected: r#"{"score":8,"band":"mild"}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    Ok(Outcome::new().integer("score", values.items("items")?.iter().sum()))
}
