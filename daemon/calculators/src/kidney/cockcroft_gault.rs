//! Creatinine clearance by Cockcroft and Gault, with the three weights in use.
//!
//! Drug labels are written against this formula, not against eGFR. Which weight goes in changes the answer by a
//! third, so all three are shown; the recommended one follows Winter: actual weight if below ideal or underweight,
//! ideal weight at normal body mass index, adjusted weight from 25 kg/m² on. Ideal weight by Devine does not exist
//! below 152 cm; there only the actual weight is used, and none is recommended to overweight patients.

use crate::body::body_size::ideal_weight;
use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "cockcroft_gault",
    title: "Cockcroft-Gault creatinine clearance",
    synonyms: &["creatinine clearance", "CrCl", "C-G", "Cockcroft-Gault"],
    specialties: &["nephrology", "clinical pharmacology", "internal medicine"],
    purpose: "Creatinine clearance for drug dosing.",
    population: "Adults with stable creatinine.",
    inputs: &[
        patient::SEX,
        patient::AGE.derived(18.0, 92.0),
        patient::CREATININE,
        patient::WEIGHT.plausible(10.0, 700.0),
        patient::HEIGHT.plausible(50.0, 275.0).cuts(&[152.0]),
    ],
    outputs: &[
        decimal("crcl_actual", "Clearance by actual weight", "mL/min"),
        decimal("crcl_ibw", "Clearance by ideal weight", "mL/min"),
        decimal("crcl_adjusted", "Clearance by adjusted weight", "mL/min"),
        decimal("crcl_recommended", "Clearance by the recommended weight", "mL/min"),
    ],
    bands: &[],
    formula: "(140 − age) · weight · 0.85 if female / (72 · creatinine in mg/dL). Ideal weight 50 (women 45.5) \
                 + 2.3 · (inches − 60); adjusted weight ideal + 0.4 · (actual − ideal).",
    rounding: "Four decimals; not indexed to body surface.",
    version: "1976, weights 2012",
    sources: &[
        paper("Cockcroft DW, Gault MH, Nephron 1976;16:31", 1976, "10.1159/000180580"),
        paper(
            "Winter MA et al., Pharmacotherapy 2012;32:604 (weights)",
            2012,
            "10.1002/j.1875-9114.2012.01098.x",
        ),
    ],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[
        falls("creatinine", "crcl_actual"),
        falls("age", "crcl_actual"),
        rises("weight_kg", "crcl_actual"),
    ],
    example: Example {
        inputs: r#"{"sex":"male","age":34,"creatinine":6.95,"weight_kg":78.4,"height_cm":162.2}"#,
        expected: r#"{"crcl_actual":16.6075,"crcl_ibw":12.4713,"crcl_adjusted":14.1258,"crcl_recommended":14.1258}"#,
        origin: "worked by hand: 106 · weight / (72 · 6.95)",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let female = values.is("sex", "female")?;
    let (weight, height) = (values.number("weight_kg")?, values.number("height_cm")?);
    let rate = (140.0 - values.number("age")?) * if female { 0.85 } else { 1.0 }
        / (72.0 * values.number("creatinine")?);
    let mass_index = settled(weight / (height / 100.0).powi(2));
    let outcome = Outcome::new().number("crcl_actual", rate * weight);
    let Some(ideal) = ideal_weight(height, female) else {
        return Ok(short(outcome, rate * weight, mass_index));
    };
    let adjusted = ideal + 0.4 * (weight - ideal);
    let (used, name) = if weight < ideal || mass_index < 18.5 {
        (weight, "actual")
    } else if mass_index < 25.0 {
        (ideal.min(weight), "ideal")
    } else {
        (adjusted, "adjusted")
    };
    Ok(outcome
        .number("crcl_ibw", rate * ideal)
        .number("crcl_adjusted", rate * adjusted)
        .number("crcl_recommended", rate * used)
        .working(format!(
            "Ideal weight {ideal:.1} kg, adjusted {adjusted:.1} kg, body mass index {mass_index:.1} kg/m²."
        ))
        .note(format!("Recommended weight: {name} ({used:.1} kg)."))
        .note_if(weight < ideal, "Actual weight is below ideal: adjusted weight is shown but not used."))
}

/// Below the height of Devine's formula only the actual weight is left.
fn short(outcome: Outcome, actual: f64, mass_index: f64) -> Outcome {
    let outcome = outcome.nothing("crcl_ibw").nothing("crcl_adjusted");
    let outcome = if mass_index < 25.0 {
        outcome.number("crcl_recommended", actual)
    } else {
        outcome.nothing("crcl_recommended")
    };
    outcome.note("Ideal weight by Devine does not exist below 152 cm; only the actual weight can be used.")
}
