//! Braden scale of pressure injury risk.
//!
//! Low numbers are bad: 6 is the highest risk, 23 none. Friction and shear stop at 3.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, document, points, rises};
use crate::input::{Input, level};
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "braden",
    title: "Braden scale",
    synonyms: &["pressure ulcer risk", "decubitus risk"],
    specialties: &["nursing", "geriatrics"],
    purpose: "Risk of pressure injury.",
    population: "Adults in hospital and long-term care.",
    inputs: &[
        Input::grade(
            "sensory",
            "Sensory perception",
            1,
            4,
            &[
                level(1, "Most impaired"),
                level(2, "Very limited"),
                level(3, "Slightly limited"),
                level(4, "Not impaired"),
            ],
        )
        .synonyms(&["sensory perception"]),
        Input::grade(
            "moisture",
            "Moisture",
            1,
            4,
            &[
                level(1, "Most impaired"),
                level(2, "Very limited"),
                level(3, "Slightly limited"),
                level(4, "Not impaired"),
            ],
        )
        .synonyms(&["moisture"]),
        Input::grade(
            "activity",
            "Activity",
            1,
            4,
            &[
                level(1, "Most impaired"),
                level(2, "Very limited"),
                level(3, "Slightly limited"),
                level(4, "Not impaired"),
            ],
        )
        .synonyms(&["activity"]),
        Input::grade(
            "mobility",
            "Mobility",
            1,
            4,
            &[
                level(1, "Most impaired"),
                level(2, "Very limited"),
                level(3, "Slightly limited"),
                level(4, "Not impaired"),
            ],
        )
        .synonyms(&["mobility"]),
        Input::grade(
            "nutrition",
            "Nutrition",
            1,
            4,
            &[
                level(1, "Most impaired"),
                level(2, "Very limited"),
                level(3, "Slightly limited"),
                level(4, "Not impaired"),
            ],
        )
        .synonyms(&["nutrition"]),
        Input::grade(
            "friction",
            "Friction and shear",
            1,
            3,
            &[level(1, "Problem"), level(2, "Potential problem"), level(3, "No apparent problem")],
        )
        .synonyms(&["friction and shear"]),
    ],
    outputs: &[points("score", "Braden scale")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk",
        rows: &[
            at_most(9.0, "very high risk", "9 or less."),
            at_most(12.0, "high risk", "10 to 12."),
            at_most(14.0, "moderate risk", "13 to 14."),
            at_most(18.0, "mild risk", "15 to 18."),
            above("no risk", "19 to 23."),
        ],
    }],
    formula: "Sum of six items of 1 to 4 (friction 1 to 3); 6 to 23.",
    rounding: "Whole points.",
    version: "1987",
    sources: &[document("Bergstrom N et al., Nurs Res 1987;36:205", 1987)],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("sensory", "score"), rises("friction", "score")],
    example: Example {
        inputs: r#"{"sensory":3,"moisture":3,"activity":2,"mobility":2,"nutrition":3,"friction":2}"#,
        expected: r#"{"score":15,"band":"mild risk"}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    for name in ["sensory", "moisture", "activity", "mobility", "nutrition", "friction"] {
        tally.add(name, values.title(name), values.number(name)?);
    }
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
