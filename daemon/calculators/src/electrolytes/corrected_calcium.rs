//! Calcium corrected for albumin.
//!
//! An approximation that fails in critical illness and renal failure; ionised calcium is better and the answer says
//! so.

use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "corrected_calcium",
    title: "Calcium corrected for albumin",
    synonyms: &["adjusted calcium", "albumin corrected calcium"],
    specialties: &["endocrinology", "nephrology", "internal medicine"],
    purpose: "Total calcium as it would be at an albumin of 4.0 g/dL.",
    population: "Adults. Unreliable in critical illness, renal failure and at very low albumin.",
    inputs: &[
        Input::number("calcium_mgdl", "Calcium, total", &measure::chemistry::CALCIUM, "mg/dL")
            .synonyms(&["calcium", "total calcium", "serum calcium"]),
        patient::ALBUMIN,
    ],
    outputs: &[decimal("mgdl", "Corrected calcium", "mg/dL"), decimal("mmol", "Corrected calcium", "mmol/L")],
    bands: &[],
    formula: "Calcium + 0.8 · (4.0 − albumin in g/dL); in SI units calcium + 0.02 · (40 − albumin in g/L).",
    rounding: "Four decimals.",
    version: "1973",
    sources: &[paper("Payne RB et al., BMJ 1973;4:643", 1973, "10.1136/bmj.4.5893.643")],
    status: Status::Verified,
    notes: &["Ionised calcium is more reliable than any correction."],
    bounded: false,
    monotone: &[rises("calcium_mgdl", "mgdl"), falls("albumin", "mgdl")],
    example: Example {
        inputs: r#"{"calcium_mgdl":8.6,"albumin":2.4}"#,
        expected: r#"{"mgdl":9.88}"#,
        origin: "worked by hand: 8.6 + 0.8 · 1.6",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (calcium, albumin) = (values.number("calcium_mgdl")?, values.number("albumin")?);
    let corrected = settled(calcium + 0.8 * (4.0 - albumin));
    Ok(Outcome::new()
        .number("mgdl", corrected)
        .number("mmol", corrected * 0.2495)
        .working(format!("{calcium} + 0.8 · (4.0 − {albumin})")))
}
