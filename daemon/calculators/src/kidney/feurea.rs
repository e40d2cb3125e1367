//! Fractional excretion of urea.
//!
//! The form to use under diuretics, which raise the excretion of sodium. Exactly 35 % still counts as pre-renal.

use crate::bands::{Bands, above, at_most};
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
    id: "feurea",
    title: "Fractional excretion of urea",
    synonyms: &["FEUrea"],
    specialties: &["nephrology", "internal medicine"],
    purpose: "Whether acute kidney injury is pre-renal or intrinsic, from urea nitrogen in urine and serum.",
    population: "Acute kidney injury, also under diuretics.",
    inputs: &[
        Input::number("urine_urea", "Urea nitrogen in urine", &measure::UREA, "mg/dL")
            .plausible(0.0, 10_000.0)
            .synonyms(&["urine urea"]),
        Input::number("serum_urea", "Urea nitrogen in serum", &measure::UREA, "mg/dL")
            .plausible(1.0, 400.0)
            .synonyms(&["serum urea", "bun"]),
        patient::CREATININE
            .named("urine_cr")
            .titled("Creatinine in urine")
            .plausible(0.5, 2000.0)
            .synonyms(&["urine creatinine"]),
        patient::CREATININE.named("serum_cr").titled("Creatinine in serum"),
    ],
    outputs: &[decimal("value", "Fractional excretion of urea", "%")],
    bands: &[Bands {
        key: "band",
        of: "value",
        title: "Kind of injury",
        rows: &[
            at_most(35.0, "prerenal", "35 % or less: pre-renal azotaemia in the study."),
            at_most(50.0, "indeterminate", "Above 35 to 50 %."),
            above("intrinsic", "Above 50 %: acute tubular necrosis in the study."),
        ],
    }],
    formula: "100 · (urine urea nitrogen / serum urea nitrogen) / (urine creatinine / serum creatinine).",
    rounding: "Four decimals; the band is read from these.",
    version: "2002",
    sources: &[paper(
        "Carvounis CP et al., Kidney Int 2002;62:2223",
        2002,
        "10.1046/j.1523-1755.2002.00683.x",
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[
        rises("urine_urea", "value"),
        falls("serum_urea", "value"),
        falls("urine_cr", "value"),
        rises("serum_cr", "value"),
    ],
    example: Example {
        inputs: r#"{"urine_urea":390,"serum_urea":59,"urine_cr":211.0,"serum_cr":8.1}"#,
        expected: r#"{"value":25.3755,"band":"prerenal"}"#,
        origin: "worked by hand from the definition",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let ratio = values.number("urine_urea")? / values.number("serum_urea")?;
    let creatinine = values.number("urine_cr")? / values.number("serum_cr")?;
    Ok(Outcome::new()
        .number("value", settled(100.0 * ratio / creatinine))
        .working(format!("100 · {ratio:.4} / {creatinine:.4}")))
}
