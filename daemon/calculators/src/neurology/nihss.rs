//! NIH Stroke Scale, fifteen items.
//!
//! The order of the items is that of the scale: 1a, 1b, 1c, gaze, visual, face, left arm, right arm, left leg,
//! right leg, ataxia, sensory, language, dysarthria, neglect. An item that cannot be tested (amputation,
//! intubation) is named as such and does not count; a missing one is refused.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points};
use crate::input::{Input, level, part};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "nihss",
    title: "NIH Stroke Scale",
    synonyms: &["NIHSS", "stroke scale"],
    specialties: &["neurology", "emergency medicine"],
    purpose: "Severity of an acute stroke.",
    population: "Adults with acute stroke.",
    inputs: &[
        Input::items(
            "items",
            "Items",
            &[
                part(
                    "1a Level of consciousness",
                    3,
                    &[level(0, "Alert"), level(1, "Drowsy"), level(2, "Stuporous"), level(3, "Coma")],
                ),
                part(
                    "1b Questions",
                    2,
                    &[level(0, "Both correct"), level(1, "One correct"), level(2, "None correct")],
                ),
                part(
                    "1c Commands",
                    2,
                    &[level(0, "Both correct"), level(1, "One correct"), level(2, "None correct")],
                ),
                part(
                    "2 Gaze",
                    2,
                    &[level(0, "Normal"), level(1, "Partial palsy"), level(2, "Forced deviation")],
                ),
                part(
                    "3 Visual fields",
                    3,
                    &[
                        level(0, "Full"),
                        level(1, "Partial hemianopia"),
                        level(2, "Complete hemianopia"),
                        level(3, "Bilateral"),
                    ],
                ),
                part(
                    "4 Face",
                    3,
                    &[level(0, "Normal"), level(1, "Minor"), level(2, "Partial"), level(3, "Complete")],
                ),
                part(
                    "5a Left arm",
                    4,
                    &[
                        level(0, "No drift"),
                        level(1, "Drift"),
                        level(2, "Some effort against gravity"),
                        level(3, "No effort against gravity"),
                        level(4, "No movement"),
                    ],
                ),
                part(
                    "5b Right arm",
                    4,
                    &[
                        level(0, "No drift"),
                        level(1, "Drift"),
                        level(2, "Some effort against gravity"),
                        level(3, "No effort against gravity"),
                        level(4, "No movement"),
                    ],
                ),
                part(
                    "6a Left leg",
                    4,
                    &[
                        level(0, "No drift"),
                        level(1, "Drift"),
                        level(2, "Some effort against gravity"),
                        level(3, "No effort against gravity"),
                        level(4, "No movement"),
                    ],
                ),
                part(
                    "6b Right leg",
                    4,
                    &[
                        level(0, "No drift"),
                        level(1, "Drift"),
                        level(2, "Some effort against gravity"),
                        level(3, "No effort against gravity"),
                        level(4, "No movement"),
                    ],
                ),
                part("7 Limb ataxia", 2, &[level(0, "Absent"), level(1, "One limb"), level(2, "Two limbs")]),
                part(
                    "8 Sensory",
                    2,
                    &[level(0, "Normal"), level(1, "Partial loss"), level(2, "Severe loss")],
                ),
                part(
                    "9 Language",
                    3,
                    &[
                        level(0, "Normal"),
                        level(1, "Mild to moderate aphasia"),
                        level(2, "Severe aphasia"),
                        level(3, "Mute or global"),
                    ],
                ),
                part(
                    "10 Dysarthria",
                    2,
                    &[level(0, "Normal"), level(1, "Mild to moderate"), level(2, "Severe")],
                ),
                part("11 Neglect", 2, &[level(0, "None"), level(1, "One modality"), level(2, "Profound")]),
            ],
        )
        .help(
            "Fifteen items in the order of the scale; where an item is marked not \
                 testable its value is ignored.",
        )
        .synonyms(&["nihss"]),
        Input::items(
            "untestable",
            "Items that could not be tested",
            &[
                part("1a Level of consciousness", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("1b Questions", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("1c Commands", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("2 Gaze", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("3 Visual fields", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("4 Face", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("5a Left arm", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("5b Right arm", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("6a Left leg", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("6b Right leg", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("7 Limb ataxia", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("8 Sensory", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("9 Language", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("10 Dysarthria", 1, &[level(0, "Tested"), level(1, "Not testable")]),
                part("11 Neglect", 1, &[level(0, "Tested"), level(1, "Not testable")]),
            ],
        )
        .help("One entry per item: 0 tested, 1 not testable.")
        .synonyms(&["untestable"])
        .optional(),
    ],
    outputs: &[points("score", "NIHSS")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Severity",
        rows: &[
            at_most(0.0, "none", "0: no stroke symptoms on the scale."),
            at_most(4.0, "minor", "1 to 4."),
            at_most(15.0, "moderate", "5 to 15."),
            at_most(20.0, "moderate-severe", "16 to 20."),
            above("severe", "21 to 42."),
        ],
    }],
    formula: "Sum of fifteen items; 0 to 42.",
    rounding: "Whole points.",
    version: "1989",
    sources: &[paper("Brott T et al., Stroke 1989;20:864", 1989, "10.1161/01.STR.20.7.864")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"items":[0,0,2,0,0,0,0,0,2,0,0,0,1,0,2]}"#,
        expected: r#"{"score":7,"band":"moderate"}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let items = values.items("items")?;
    let untestable = values.items("untestable").unwrap_or_default();
    let left_out = |at: usize| untestable.get(at).is_some_and(|mark| *mark == 1);
    let score = items.iter().enumerate().filter(|(at, _)| !left_out(*at)).map(|(_, points)| points).sum();
    let skipped = untestable.iter().filter(|mark| **mark == 1).count();
    let outcome = Outcome::new().integer("score", score);
    Ok(if skipped > 0 {
        outcome
            .note(format!("{skipped} item(s) could not be tested and do not count; the score is a minimum."))
    } else {
        outcome
    })
}
