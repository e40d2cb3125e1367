//! Sodium corrected for glucose, by Katz and by Hillier.
//!
//! Both factors are in use and differ by half, so both are given. Glucose of 100 mg/dL or less changes nothing.

use crate::definition::{Calculator, Example, Status, decimal, paper, rises};
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "corrected_sodium",
    title: "Sodium corrected for glucose",
    synonyms: &["glucose corrected sodium", "Katz", "Hillier"],
    specialties: &["endocrinology", "nephrology", "emergency medicine"],
    purpose: "Sodium as it would be at a glucose of 100 mg/dL.",
    population: "Adults with hyperglycaemia.",
    inputs: &[patient::SODIUM, patient::GLUCOSE.cuts(&[100.0])],
    outputs: &[
        decimal("katz", "Corrected sodium (Katz, 1.6)", "mmol/L"),
        decimal("hillier", "Corrected sodium (Hillier, 2.4)", "mmol/L"),
    ],
    bands: &[],
    formula: "Na + 1.6 · (glucose − 100)/100 (Katz) and Na + 2.4 · (glucose − 100)/100 (Hillier); unchanged if \
                 glucose is 100 mg/dL or less.",
    rounding: "Four decimals.",
    version: "1973 and 1999",
    sources: &[
        paper("Katz MA, N Engl J Med 1973;289:843", 1973, "10.1056/NEJM197310182891607"),
        paper("Hillier TA et al., Am J Med 1999;106:399", 1999, "10.1016/S0002-9343(99)00055-8"),
    ],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[rises("sodium", "katz"), rises("glucose_mgdl", "katz"), rises("glucose_mgdl", "hillier")],
    example: Example {
        inputs: r#"{"sodium":117,"glucose_mgdl":253}"#,
        expected: r#"{"katz":119.448,"hillier":120.672}"#,
        origin: "worked by hand: 117 + 1.53 · 1.6 and · 2.4",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (sodium, glucose) = (values.number("sodium")?, values.number("glucose_mgdl")?);
    let excess = ((glucose - 100.0) / 100.0).max(0.0);
    Ok(Outcome::new()
        .number("katz", sodium + 1.6 * excess)
        .number("hillier", sodium + 2.4 * excess)
        .working(format!("Glucose above 100 mg/dL, in hundreds: {excess:.4}.")))
}
