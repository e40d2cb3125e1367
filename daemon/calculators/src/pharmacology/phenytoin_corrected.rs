//! Phenytoin corrected for albumin (Sheiner and Tozer).
//!
//! The level expected at an albumin of 4.4 g/dL; with a clearance below 20 mL/min binding falls further and the
//! factor halves. A measured free level is better.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, decimal, document, falls, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "phenytoin_corrected",
    title: "Phenytoin corrected for albumin",
    synonyms: &["phenytoin", "Sheiner-Tozer"],
    specialties: &["neurology", "clinical pharmacology"],
    purpose: "Phenytoin level as it would be at normal albumin.",
    population: "Adults in steady state. Unreliable in critical illness, with valproate and in pregnancy.",
    inputs: &[
        Input::number("level", "Phenytoin level", &measure::chemistry::PHENYTOIN, "µg/mL")
            .synonyms(&["phenytoin", "phenytoin level", "level"]),
        patient::ALBUMIN,
        Input::boolean("crcl_under_20", "Creatinine clearance below 20 mL/min")
            .help("Or dialysis.")
            .synonyms(&["clearance below 20", "dialysis"]),
    ],
    outputs: &[decimal("mcg_ml", "Corrected level", "µg/mL")],
    bands: &[Bands {
        key: "band",
        of: "mcg_ml",
        title: "Against 10 to 20 µg/mL",
        rows: &[
            below(10.0, "below range", "Below 10 µg/mL."),
            at_most(20.0, "in range", "10 to 20 µg/mL."),
            above("above range", "Above 20 µg/mL."),
        ],
    }],
    formula: "Level / (0.2 · albumin + 0.1); with clearance below 20 mL/min level / (0.1 · albumin + 0.1).",
    rounding: "Four decimals.",
    version: "Sheiner-Tozer",
    sources: &[document(
        "Sheiner LB, Tozer TN, in: Clinical Pharmacology, 2nd edition, \
                 Macmillan",
        1978,
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("level", "mcg_ml"), falls("albumin", "mcg_ml"), rises("crcl_under_20", "mcg_ml")],
    example: Example {
        inputs: r#"{"level":10.0,"albumin":1.6,"crcl_under_20":false}"#,
        expected: r#"{"mcg_ml":23.8095}"#,
        origin: "worked by hand: 10 / 0.42",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (level, albumin) = (values.number("level")?, values.number("albumin")?);
    let factor = if values.yes("crcl_under_20")? { 0.1 } else { 0.2 };
    Ok(Outcome::new()
        .number("mcg_ml", settled(level / (factor * albumin + 0.1)))
        .working(format!("{level} / ({factor} · {albumin} + 0.1)")))
}
