//! Bedside Schwartz equation for children.
//!
//! The constant 0.413 holds for enzymatic creatinine in mg/dL and height in cm. Age is asked only to say whether
//! the child is in the range it was derived in.

use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::kidney::categories;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "bedside_schwartz",
    title: "Bedside Schwartz equation",
    synonyms: &["paediatric GFR", "pediatric eGFR", "Schwartz"],
    specialties: &["paediatrics", "nephrology"],
    purpose: "Estimated glomerular filtration rate in children.",
    population: "Children of 1 to 16 years with chronic kidney disease.",
    inputs: &[
        patient::HEIGHT.plausible(20.0, 250.0),
        patient::CREATININE,
        patient::AGE
            .optional()
            .derived(1.0, 16.0)
            .help("Not part of the formula; outside 1 to 16 years the result is flagged."),
    ],
    outputs: &[decimal("egfr", "eGFR", "mL/min/1.73 m²")],
    bands: &[categories::filtration("egfr")],
    formula: "0.413 · height in cm / creatinine in mg/dL.",
    rounding: "Four decimals; laboratories report whole numbers.",
    version: "2009",
    sources: &[paper("Schwartz GJ et al., J Am Soc Nephrol 2009;20:629", 2009, "10.1681/ASN.2008030287")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("height_cm", "egfr"), falls("creatinine", "egfr")],
    example: Example {
        inputs: r#"{"height_cm":173.8,"creatinine":2.82}"#,
        expected: r#"{"egfr":25.4537}"#,
        origin: "worked by hand: 0.413 · 173.8 / 2.82",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (height, creatinine) = (values.number("height_cm")?, values.number("creatinine")?);
    Ok(Outcome::new()
        .number("egfr", settled(0.413 * height / creatinine))
        .working(format!("0.413 · {height} / {creatinine}")))
}
