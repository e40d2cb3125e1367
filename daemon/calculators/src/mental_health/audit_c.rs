//! AUDIT-C of hazardous drinking.
//!
//! The limit differs: 4 or more in men, 3 or more in women.

use crate::definition::{Calculator, Example, Status, boolean, paper, points};
use crate::input::{Input, level, part};
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "audit_c",
    title: "AUDIT-C",
    synonyms: &["alcohol screening"],
    specialties: &["psychiatry", "primary care"],
    purpose: "Screening for hazardous drinking or alcohol use disorder.",
    population: "Adults.",
    inputs: &[
        patient::SEX,
        Input::items(
            "items",
            "Items",
            &[
                part(
                    "How often a drink with alcohol",
                    4,
                    &[
                        level(0, "Never"),
                        level(1, "Monthly or less"),
                        level(2, "2 to 4 times a month"),
                        level(3, "2 to 3 times a week"),
                        level(4, "4 or more times a week"),
                    ],
                ),
                part(
                    "Drinks on a typical day",
                    4,
                    &[
                        level(0, "1 or 2"),
                        level(1, "3 or 4"),
                        level(2, "5 or 6"),
                        level(3, "7 to 9"),
                        level(4, "10 or more"),
                    ],
                ),
                part(
                    "How often six or more drinks",
                    4,
                    &[
                        level(0, "Never"),
                        level(1, "Less than monthly"),
                        level(2, "Monthly"),
                        level(3, "Weekly"),
                        level(4, "Daily or almost daily"),
                    ],
                ),
            ],
        )
        .help("Three items of 0 to 4.")
        .synonyms(&["audit"]),
    ],
    outputs: &[points("score", "AUDIT-C"), boolean("positive", "Positive")],
    bands: &[],
    formula: "Sum of three items of 0 to 4; 0 to 12; positive from 4 in men, from 3 in women.",
    rounding: "Whole points.",
    version: "1998",
    sources: &[paper("Bush K et al., Arch Intern Med 1998;158:1789", 1998, "10.1001/archinte.158.16.1789")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"sex":"male","items":[3,0,1]}"#,
        expected: r#"{"score":4,"positive":true}"#,
        origin: "worked by hand, on the limit for men",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let score = values.items("items")?.iter().sum();
    let limit = if values.is("sex", "female")? { 3 } else { 4 };
    Ok(Outcome::new()
        .integer("score", score)
        .boolean("positive", score >= limit)
        .working(format!("Limit for this sex: {limit}.")))
}
