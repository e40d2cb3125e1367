//! HOMA-IR: resistance to insulin from one fasting sample.
//!
//! Insulin assays differ, and so does the factor from pmol/L; 6.0 is used here and said.

use crate::definition::{Calculator, Example, Status, decimal, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "homa_ir",
    title: "HOMA-IR",
    synonyms: &["HOMA", "insulin resistance", "homeostatic model assessment"],
    specialties: &["endocrinology", "diabetology"],
    purpose: "Resistance to insulin, from fasting insulin and glucose.",
    population: "Adults, fasting, not treated with insulin.",
    inputs: &[
        Input::number("insulin_uu", "Fasting insulin", &measure::INSULIN, "µU/mL")
            .synonyms(&["insulin", "fasting insulin"]),
        patient::GLUCOSE.titled("Fasting glucose"),
    ],
    outputs: &[decimal("value", "HOMA-IR", "")],
    bands: &[],
    formula: "HOMA-IR = insulin (µU/mL) × glucose (mg/dL) / 405.",
    rounding: "Computed in full, shown with four decimals.",
    version: "HOMA1, 1985; insulin from pmol/L by 6.0",
    sources: &[paper("Matthews DR et al., Diabetologia 1985;28:412", 1985, "10.1007/BF00280883")],
    status: Status::Verified,
    notes: &["There is no agreed cut-off; assays and populations differ."],
    bounded: false,
    monotone: &[rises("insulin_uu", "value"), rises("glucose_mgdl", "value")],
    example: Example {
        inputs: r#"{"insulin_uu":5,"glucose_mgdl":81}"#,
        expected: r#"{"value":1.0}"#,
        origin: "the model's normal person: 5 µU/mL and 81 mg/dL (4.5 mmol/L) give 1",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (insulin, glucose) = (values.number("insulin_uu")?, values.number("glucose_mgdl")?);
    let value = insulin * glucose / 405.0;
    Ok(Outcome::new().number("value", value).working(format!("{insulin} × {glucose} / 405 = {value:.2}")))
}
