//! Estimated average glucose from HbA1c.
//!
//! The regression of the ADAG study, in both units of glucose.

use crate::definition::{Calculator, Example, Status, decimal, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "eag",
    title: "Estimated average glucose from HbA1c",
    synonyms: &["eAG", "average glucose", "HbA1c conversion"],
    specialties: &["endocrinology", "diabetology", "primary care"],
    purpose: "Average glucose that corresponds to an HbA1c.",
    population: "Adults with stable HbA1c and no condition that changes the life of red cells.",
    inputs: &[Input::number("a1c", "HbA1c", &measure::GLYCATED_HAEMOGLOBIN, "%")
        .synonyms(&["hba1c", "a1c", "hemoglobin a1c"])],
    outputs: &[decimal("mgdl", "Average glucose", "mg/dL"), decimal("mmol", "Average glucose", "mmol/L")],
    bands: &[],
    formula: "28.7 × HbA1c − 46.7 mg/dL; 1.59 × HbA1c − 2.59 mmol/L.",
    rounding: "Computed in full, shown with four decimals.",
    version: "2008 (ADAG)",
    sources: &[paper("Nathan DM et al., Diabetes Care 2008;31:1473", 2008, "10.2337/dc08-0545")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("a1c", "mgdl"), rises("a1c", "mmol")],
    example: Example {
        inputs: r#"{"a1c":7.0}"#,
        expected: r#"{"mgdl":154.2,"mmol":8.54}"#,
        origin: "published table of the 2008 paper (154 mg/dL); mmol/L by its own regression",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let a1c = values.number("a1c")?;
    let glucose = 28.7 * a1c - 46.7;
    Ok(Outcome::new()
        .number("mgdl", glucose)
        .number("mmol", 1.59 * a1c - 2.59)
        .working(format!("28.7 × {a1c} − 46.7 = {glucose:.1} mg/dL")))
}
