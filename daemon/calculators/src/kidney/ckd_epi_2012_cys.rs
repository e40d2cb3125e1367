//! CKD-EPI equation of 2012 from cystatin C alone.
//!
//! It never held race and was not replaced in 2021. Useful where creatinine misleads: amputation, muscle wasting,
//! body building.

use crate::definition::{Calculator, Example, Status, decimal, falls, paper};
use crate::kidney::categories;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ckd_epi_2012_cys",
    title: "CKD-EPI 2012 (cystatin C)",
    synonyms: &["eGFRcys", "cystatin GFR"],
    specialties: &["nephrology", "internal medicine"],
    purpose: "Estimated glomerular filtration rate from cystatin C.",
    population: "Adults from 18 years. Cystatin C also rises with inflammation, obesity, smoking, steroids and \
                 thyroid disease.",
    inputs: &[patient::SEX, patient::AGE.derived(18.0, 125.0), patient::CYSTATIN.cuts(&[0.8])],
    outputs: &[decimal("egfr", "eGFR", "mL/min/1.73 m²")],
    bands: &[categories::filtration("egfr")],
    formula: "133 · min(Cys/0.8, 1)^−0.499 · max(Cys/0.8, 1)^−1.328 · 0.996^age · 0.932 if female.",
    rounding: "Four decimals; laboratories report whole numbers.",
    version: "2012",
    sources: &[paper("Inker LA et al., N Engl J Med 2012;367:20", 2012, "10.1056/NEJMoa1114248")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[falls("cystatin_c", "egfr"), falls("age", "egfr")],
    example: Example {
        inputs: r#"{"sex":"male","age":50,"cystatin_c":0.8}"#,
        expected: r#"{"egfr":108.8473,"stage":"G1"}"#,
        origin: "worked by hand: 133 · 0.996^50",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let factor = if values.is("sex", "female")? { 0.932 } else { 1.0 };
    let ratio = values.number("cystatin_c")? / 0.8;
    let age = values.number("age")?;
    let egfr =
        133.0 * ratio.min(1.0).powf(-0.499) * ratio.max(1.0).powf(-1.328) * 0.996f64.powf(age) * factor;
    Ok(Outcome::new()
        .number("egfr", egfr)
        .working(format!("Cystatin C / 0.8 = {ratio:.4}, sex factor {factor}.")))
}
