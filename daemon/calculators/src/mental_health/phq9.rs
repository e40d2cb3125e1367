//! PHQ-9 of depression.
//!
//! Item 9 asks about self-harm: any answer above 0 is flagged, whatever the sum. The questionnaire is free to use.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, boolean, paper, points};
use crate::input::{Input, level, part};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "phq9",
    title: "PHQ-9",
    synonyms: &["depression questionnaire", "patient health questionnaire"],
    specialties: &["psychiatry", "primary care"],
    purpose: "Severity of depressive symptoms over two weeks.",
    population: "Adults and adolescents; a screening tool, not a diagnosis.",
    inputs: &[Input::items(
        "items",
        "Items",
        &[
            part(
                "Little interest or pleasure",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Feeling down, depressed or hopeless",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Trouble with sleep",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Tired or little energy",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Poor appetite or overeating",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Feeling bad about oneself",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Trouble concentrating",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Moving or speaking slowly, or restless",
                3,
                &[
                    level(0, "Not at all"),
                    level(1, "Several days"),
                    level(2, "More than half the days"),
                    level(3, "Nearly every day"),
                ],
            ),
            part(
                "Thoughts of being better off dead or of self-harm",
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
    .help("Nine items over the last two weeks, 0 to 3 each.")
    .synonyms(&["phq"])],
    outputs: &[points("score", "PHQ-9"), boolean("item9_flag", "Thoughts of death or self-harm")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Severity",
        rows: &[
            at_most(4.0, "minimal", "0 to 4."),
            at_most(9.0, "mild", "5 to 9."),
            at_most(14.0, "moderate", "10 to 14."),
            at_most(19.0, "moderately severe", "15 to 19."),
            above("severe", "20 to 27."),
        ],
    }],
    formula: "Sum of nine items of 0 to 3; 0 to 27.",
    rounding: "Whole points.",
    version: "2001",
    sources: &[paper(
        "Kroenke K et al., J Gen Intern Med 2001;16:606",
        2001,
        "10.1046/j.1525-1497.2001.016009606.x",
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"items":[1,2,3,2,3,1,0,1,2]}"#,
        expected: r#"{"score":15,"band":"moderately severe","item9_flag":true}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let items = values.items("items")?;
    let flagged = items.last().is_some_and(|answer| *answer > 0);
    Ok(Outcome::new()
        .integer("score", items.iter().sum())
        .boolean("item9_flag", flagged)
        .note_if(flagged, "Item 9 is above 0: thoughts of death or self-harm were reported."))
}
