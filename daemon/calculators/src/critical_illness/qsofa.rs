//! Quick SOFA: three bedside signs in people with an infection.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, boolean, falls, paper, points, rises};
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "qsofa",
    title: "qSOFA",
    synonyms: &["quick SOFA", "sepsis screening"],
    specialties: &["emergency medicine", "intensive care", "infectious disease"],
    purpose: "Whether an infection is likely to take a bad course.",
    population: "Adults with suspected infection outside intensive care.",
    inputs: &[
        patient::RESPIRATORY_RATE.cuts(&[22.0]),
        patient::SYSTOLIC.cuts(&[100.0]),
        patient::COMA_SCALE.cuts(&[15.0]),
    ],
    outputs: &[points("score", "qSOFA"), boolean("positive", "Two or more")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Reading",
        rows: &[
            at_most(1.0, "negative", "Fewer than two signs."),
            above("positive", "Two or more: death in hospital was 3 to 14 times as frequent as with fewer."),
        ],
    }],
    formula: "One point each: respiratory rate 22 or more, systolic 100 or less, Glasgow Coma Scale below 15; 0 to 3.",
    rounding: "Whole points, nothing is rounded.",
    version: "2016 (Sepsis-3)",
    sources: &[paper("Singer M et al., JAMA 2016;315:801", 2016, "10.1001/jama.2016.0287")],
    status: Status::Unverified,
    notes: &["A negative qSOFA does not exclude sepsis."],
    bounded: true,
    monotone: &[rises("resp_rate", "score"), falls("sbp", "score"), falls("gcs", "score")],
    example: Example {
        inputs: r#"{"resp_rate":22,"sbp":100,"gcs":15}"#,
        expected: r#"{"score":2,"positive":true,"band":"positive"}"#,
        origin: "worked by hand from the criteria of 2016",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.when("resp_rate", "22 /min or more", values.number("resp_rate")? >= 22.0, 1.0);
    tally.when("sbp", "100 mmHg or less", values.number("sbp")? <= 100.0, 1.0);
    tally.when("gcs", "below 15", values.number("gcs")? < 15.0, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score).boolean("positive", score >= 2))
}
