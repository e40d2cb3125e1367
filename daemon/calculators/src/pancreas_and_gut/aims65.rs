//! AIMS65 score of upper gastrointestinal bleeding.
//!
//! Predicts death better than the need for endoscopy. INR of exactly 1.5 does not count; a pressure of exactly 90
//! does.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, document, falls, points, rises};
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "aims65",
    title: "AIMS65",
    synonyms: &["GI bleed mortality"],
    specialties: &["gastroenterology", "emergency medicine"],
    purpose: "Risk of death in upper gastrointestinal bleeding.",
    population: "Adults with acute upper gastrointestinal bleeding.",
    inputs: &[
        patient::ALBUMIN.cuts(&[3.0]),
        patient::INR.cuts(&[1.5]),
        patient::ALTERED_MENTAL_STATUS,
        patient::SYSTOLIC.cuts(&[90.0]),
        patient::AGE.cuts(&[65.0]),
    ],
    outputs: &[points("score", "AIMS65")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk",
        rows: &[
            below(2.0, "low", "0 to 1: about 0.3 to 1.2 % died in the study."),
            above("high", "2 or more: about 5 % and more died in the study."),
        ],
    }],
    formula: "Albumin below 3.0 g/dL, INR above 1.5, altered mental status, systolic pressure 90 or less, age \
                 65 or more: 1 point each; 0 to 5.",
    rounding: "Whole points.",
    version: "2011",
    sources: &[document("Saltzman JR et al., Gastrointest Endosc 2011;74:1215", 2011)],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        falls("albumin", "score"),
        rises("inr", "score"),
        falls("sbp", "score"),
        rises("age", "score"),
    ],
    example: Example {
        inputs: r#"{"albumin":3.0,"inr":1.5,"altered_mental_status":false,"sbp":90,"age":65}"#,
        expected: r#"{"score":2,"band":"high"}"#,
        origin: "worked by hand, every value on its limit",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.when("albumin", "below 3.0 g/dL", values.number("albumin")? < 3.0, 1.0);
    tally.when("inr", "above 1.5", values.number("inr")? > 1.5, 1.0);
    tally.flag("altered_mental_status", 1.0)?;
    tally.when("sbp", "90 mmHg or less", values.number("sbp")? <= 90.0, 1.0);
    tally.when("age", "65 years or more", values.number("age")? >= 65.0, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
