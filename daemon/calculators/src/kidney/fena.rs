//! Fractional excretion of sodium.
//!
//! Serum and urine must be taken together; the units cancel as long as each pair uses the same. The limits 1 and 2
//! belong to the middle.

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
    id: "fena",
    title: "Fractional excretion of sodium",
    synonyms: &["FENa"],
    specialties: &["nephrology", "internal medicine"],
    purpose: "Whether acute kidney injury is pre-renal or intrinsic, from sodium in urine and serum.",
    population: "Oliguric acute kidney injury. Not reliable under diuretics, in chronic kidney disease, and low \
                 also in contrast injury or glomerulonephritis.",
    inputs: &[
        Input::number("urine_na", "Sodium in urine", &measure::chemistry::ION, "mmol/L")
            .synonyms(&["urine sodium"]),
        patient::SODIUM.named("serum_na").titled("Sodium in serum"),
        patient::CREATININE
            .named("urine_cr")
            .titled("Creatinine in urine")
            .plausible(0.5, 2000.0)
            .synonyms(&["urine creatinine"]),
        patient::CREATININE.named("serum_cr").titled("Creatinine in serum"),
    ],
    outputs: &[decimal("value", "Fractional excretion of sodium", "%")],
    bands: &[Bands {
        key: "band",
        of: "value",
        title: "Kind of injury",
        rows: &[
            below(1.0, "prerenal", "Below 1 %: pre-renal azotaemia in the study."),
            at_most(2.0, "indeterminate", "1 to 2 %."),
            above("intrinsic", "Above 2 %: acute tubular necrosis in the study."),
        ],
    }],
    formula: "100 · (urine sodium / serum sodium) / (urine creatinine / serum creatinine).",
    rounding: "Four decimals; the band is read from these.",
    version: "1976",
    sources: &[document("Espinel CH, JAMA 1976;236:579", 1976)],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[
        rises("urine_na", "value"),
        falls("serum_na", "value"),
        falls("urine_cr", "value"),
        rises("serum_cr", "value"),
    ],
    example: Example {
        inputs: r#"{"urine_na":43,"serum_na":121,"urine_cr":124.2,"serum_cr":8.0}"#,
        expected: r#"{"value":2.289,"band":"intrinsic"}"#,
        origin: "worked by hand from the definition",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let ratio = values.number("urine_na")? / values.number("serum_na")?;
    let creatinine = values.number("urine_cr")? / values.number("serum_cr")?;
    Ok(Outcome::new()
        .number("value", settled(100.0 * ratio / creatinine))
        .working(format!("100 · {ratio:.4} / {creatinine:.4}")))
}
