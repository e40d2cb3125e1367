//! Simplified Pulmonary Embolism Severity Index.
//!
//! Six yes-or-no items of equal weight; only zero against anything else was studied.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "spesi",
    title: "Simplified PESI (sPESI)",
    synonyms: &["sPESI", "simplified pulmonary embolism severity index"],
    specialties: &["emergency medicine", "pulmonology", "cardiology"],
    purpose: "Whether the risk of death within 30 days of an acute pulmonary embolism is low.",
    population: "Adults with objectively confirmed acute pulmonary embolism, at presentation.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[80.0]),
        patient::HEART_RATE.cuts(&[110.0]),
        patient::SYSTOLIC.cuts(&[100.0]),
        patient::SATURATION.cuts(&[90.0]),
        patient::CANCER,
        Input::boolean("chronic_cardiopulmonary", "Chronic heart failure or chronic lung disease")
            .synonyms(&["chronic cardiopulmonary disease", "heart failure", "copd", "chronic lung disease"]),
    ],
    outputs: &[points("score", "sPESI")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk",
        rows: &[
            at_most(0.0, "low", "1.0 % died within 30 days."),
            above("high", "10.9 % died within 30 days."),
        ],
    }],
    formula: "One point each: age above 80, cancer, chronic cardiopulmonary disease, heart rate 110 or more, systolic below \
              100, saturation below 90 %; 0 to 6.",
    rounding: "Whole points, nothing is rounded.",
    version: "2010",
    sources: &[paper(
        "Jiménez D et al., Arch Intern Med 2010;170:1383",
        2010,
        "10.1001/archinternmed.2010.199",
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "score"),
        rises("heart_rate", "score"),
        falls("sbp", "score"),
        falls("sao2", "score"),
    ],
    example: Example {
        inputs: r#"{"age":81,"heart_rate":109,"sbp":100,"sao2":90,"cancer":false,"chronic_cardiopulmonary":false}"#,
        expected: r#"{"score":1,"band":"high"}"#,
        origin: "worked by hand from the table of the 2010 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.when("age", "above 80", values.number("age")?.floor() > 80.0, 1.0);
    tally.flags(&["cancer", "chronic_cardiopulmonary"], 1.0)?;
    tally.when("heart_rate", "110 /min or more", values.number("heart_rate")? >= 110.0, 1.0);
    tally.when("sbp", "below 100 mmHg", values.number("sbp")? < 100.0, 1.0);
    tally.when("sao2", "below 90 %", values.number("sao2")? < 90.0, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
