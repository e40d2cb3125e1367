//! Transtubular potassium gradient.
//!
//! Valid only if urine is at least as concentrated as serum and urine sodium is above 25 mmol/L; the first is
//! checked here, the second said. Its authors have since doubted it, which the answer repeats.

use crate::definition::{Calculator, Example, Status, decimal, document, falls, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ttkg",
    title: "Transtubular potassium gradient",
    synonyms: &["TTKG"],
    specialties: &["nephrology"],
    purpose: "Renal handling of potassium in hyper- and hypokalaemia.",
    population: "Urine osmolality not below serum osmolality and urine sodium above 25 mmol/L.",
    inputs: &[
        Input::number("urine_k", "Potassium in urine", &measure::chemistry::ION, "mmol/L")
            .synonyms(&["urine potassium"]),
        Input::number("serum_k", "Potassium in serum", &measure::POTASSIUM, "mmol/L")
            .synonyms(&["serum potassium", "potassium"]),
        Input::number("urine_osm", "Osmolality of urine", &measure::chemistry::OSMOLALITY, "mOsm/kg")
            .plausible(20.0, 1600.0)
            .synonyms(&["urine osmolality"]),
        Input::number("serum_osm", "Osmolality of serum", &measure::chemistry::OSMOLALITY, "mOsm/kg")
            .synonyms(&["serum osmolality"]),
    ],
    outputs: &[decimal("value", "Gradient", "")],
    bands: &[],
    formula: "(urine K / serum K) / (urine osmolality / serum osmolality).",
    rounding: "Four decimals.",
    version: "1990",
    sources: &[document("Ethier JH et al., Am J Kidney Dis 1990;15:309", 1990)],
    status: Status::Unverified,
    notes: &[
        "The authors of the gradient no longer recommend it; the urine potassium-creatinine ratio is an \
            alternative.",
    ],
    bounded: false,
    monotone: &[rises("urine_k", "value"), falls("serum_k", "value")],
    example: Example {
        inputs: r#"{"urine_k":40,"serum_k":5.0,"urine_osm":600,"serum_osm":300}"#,
        expected: r#"{"value":4.0}"#,
        origin: "worked by hand: 8 / 2",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let potassium = values.number("urine_k")? / values.number("serum_k")?;
    let concentration = values.number("urine_osm")? / values.number("serum_osm")?;
    Ok(Outcome::new()
        .number("value", potassium / concentration)
        .working(format!("{potassium:.4} / {concentration:.4}"))
        .note_if(concentration < 1.0, "Urine is more dilute than serum: the gradient is not valid."))
}
