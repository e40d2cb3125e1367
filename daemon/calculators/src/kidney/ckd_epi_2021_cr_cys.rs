//! CKD-EPI equation of 2021 from creatinine and cystatin C, without race.
//!
//! More exact than either marker alone, and the one to prefer where muscle mass is unusual. Here the female factor
//! lowers the value.

use crate::definition::{Calculator, Example, Status, decimal, falls, paper};
use crate::kidney::categories;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ckd_epi_2021_cr_cys",
    title: "CKD-EPI 2021 (creatinine and cystatin C)",
    synonyms: &["eGFRcr-cys", "combined eGFR"],
    specialties: &["nephrology", "internal medicine"],
    purpose: "Estimated glomerular filtration rate from creatinine and cystatin C.",
    population: "Adults from 18 years. Cystatin C also rises with inflammation, obesity, smoking, steroids and \
                 thyroid disease.",
    inputs: &[
        patient::SEX,
        patient::AGE.derived(18.0, 125.0),
        patient::CREATININE.cuts(&[0.7, 0.9]),
        patient::CYSTATIN.cuts(&[0.8]),
    ],
    outputs: &[decimal("egfr", "eGFR", "mL/min/1.73 m²")],
    bands: &[categories::filtration("egfr")],
    formula: "135 · min(Cr/κ, 1)^α · max(Cr/κ, 1)^−0.544 · min(Cys/0.8, 1)^−0.323 · max(Cys/0.8, 1)^−0.778 · \
                 0.9961^age · 0.963 if female; κ 0.7 and α −0.219 for women, κ 0.9 and α −0.144 for men.",
    rounding: "Four decimals; laboratories report whole numbers.",
    version: "2021",
    sources: &[paper("Inker LA et al., N Engl J Med 2021;385:1737", 2021, "10.1056/NEJMoa2102953")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[falls("creatinine", "egfr"), falls("cystatin_c", "egfr"), falls("age", "egfr")],
    example: Example {
        inputs: r#"{"sex":"male","age":60,"creatinine":2.05,"cystatin_c":0.8}"#,
        expected: r#"{"egfr":68.2376}"#,
        origin: "worked by hand: 135 · (2.05/0.9)^−0.544 · 0.9961^60",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let female = values.is("sex", "female")?;
    let (knot, power, factor) = if female { (0.7, -0.219, 0.963) } else { (0.9, -0.144, 1.0) };
    let creatinine = values.number("creatinine")? / knot;
    let cystatin = values.number("cystatin_c")? / 0.8;
    let egfr = 135.0
        * creatinine.min(1.0).powf(power)
        * creatinine.max(1.0).powf(-0.544)
        * cystatin.min(1.0).powf(-0.323)
        * cystatin.max(1.0).powf(-0.778)
        * 0.9961f64.powf(values.number("age")?)
        * factor;
    Ok(Outcome::new().number("egfr", egfr).working(format!(
        "Creatinine / κ = {creatinine:.4}, cystatin C / 0.8 = {cystatin:.4}, sex factor {factor}."
    )))
}
