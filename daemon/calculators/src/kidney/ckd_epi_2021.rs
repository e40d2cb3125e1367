//! CKD-EPI equation of 2021 from creatinine, without race.
//!
//! The knot κ is 0.7 mg/dL for women and 0.9 for men, in both terms; copies that use 0.7 for men below the knot are
//! 7 % low. The category is read from the unrounded value, so 59.9 is G3a.

use crate::definition::{Calculator, Example, Status, decimal, falls, paper};
use crate::kidney::categories;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ckd_epi_2021",
    title: "CKD-EPI 2021 (creatinine)",
    synonyms: &[
        "eGFR",
        "CKD-EPI",
        "CKD-EPI 2021",
        "CKD-EPI creatinine",
        "GFR creatinine",
        "glomerular filtration rate",
    ],
    specialties: &["nephrology", "primary care", "internal medicine"],
    purpose: "Estimated glomerular filtration rate from creatinine.",
    population: "Adults from 18 years with stable creatinine. Not valid in acute kidney injury, pregnancy or \
                 unusual muscle mass.",
    inputs: &[patient::SEX, patient::AGE.derived(18.0, 125.0), patient::CREATININE.cuts(&[0.7, 0.9])],
    outputs: &[decimal("egfr", "eGFR", "mL/min/1.73 m²")],
    bands: &[categories::filtration("egfr")],
    formula: "142 · min(Cr/κ, 1)^α · max(Cr/κ, 1)^−1.200 · 0.9938^age · 1.012 if female; κ 0.7 and α −0.241 \
                 for women, κ 0.9 and α −0.302 for men.",
    rounding: "Four decimals; laboratories report whole numbers. The category is read from the unrounded value.",
    version: "2021",
    sources: &[paper("Inker LA et al., N Engl J Med 2021;385:1737", 2021, "10.1056/NEJMoa2102953")],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[falls("creatinine", "egfr"), falls("age", "egfr")],
    example: Example {
        inputs: r#"{"sex":"male","age":80,"creatinine":0.87}"#,
        expected: r#"{"egfr":87.2,"stage":"G2"}"#,
        origin: "independent implementations agree on 87.2 for this man; a known faulty copy gives 80.85",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let female = values.is("sex", "female")?;
    let (knot, power, factor) = if female { (0.7, -0.241, 1.012) } else { (0.9, -0.302, 1.0) };
    let ratio = values.number("creatinine")? / knot;
    let age = values.number("age")?;
    let egfr = 142.0 * ratio.min(1.0).powf(power) * ratio.max(1.0).powf(-1.2) * 0.9938f64.powf(age) * factor;
    Ok(Outcome::new().number("egfr", egfr).working(format!(
        "142 · min({ratio:.4}, 1)^{power} · max({ratio:.4}, 1)^−1.2 · 0.9938^{age} · {factor}"
    )))
}
