//! Mean arterial pressure from a cuff reading.
//!
//! One third of the pulse pressure above diastolic; it overestimates at fast heart rates.

use crate::definition::{Calculator, Example, Status, decimal, document, rises};
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "map_pressure",
    title: "Mean arterial pressure",
    synonyms: &["MAP", "mean blood pressure"],
    specialties: &["cardiology", "intensive care", "anaesthesiology"],
    purpose: "Mean arterial pressure from systolic and diastolic pressure.",
    population: "Anyone at a normal heart rate.",
    inputs: &[patient::SYSTOLIC, patient::DIASTOLIC],
    outputs: &[decimal("map", "Mean arterial pressure", "mmHg")],
    bands: &[],
    formula: "Diastolic + (systolic − diastolic) / 3.",
    rounding: "Four decimals.",
    version: "standard",
    sources: &[document("Standard approximation of physiology texts; no single source", 1980)],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[rises("sbp", "map"), rises("dbp", "map")],
    example: Example {
        inputs: r#"{"sbp":140,"dbp":45}"#,
        expected: r#"{"map":76.6667}"#,
        origin: "worked by hand: 45 + 95/3",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (systolic, diastolic) = (values.number("sbp")?, values.number("dbp")?);
    Ok(Outcome::new()
        .number("map", diastolic + (systolic - diastolic) / 3.0)
        .working(format!("{diastolic} + ({systolic} − {diastolic}) / 3"))
        .note_if(diastolic > systolic, "Diastolic is above systolic pressure: check both values."))
}
