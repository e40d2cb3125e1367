//! Framingham risk of hard coronary disease, as in the cholesterol guideline of 2002.
//!
//! Infarction or coronary death within ten years in people without diabetes. The effect of smoking stops growing with
//! age at 70 in men and 78 in women.

use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "framingham_hard_chd",
    title: "Framingham, hard coronary disease (ATP III)",
    synonyms: &["Framingham", "Framingham CHD", "ATP III"],
    specialties: &["cardiology", "primary care", "preventive medicine"],
    purpose: "Risk of myocardial infarction or coronary death within 10 years.",
    population: "Adults from 20 to 79 years without coronary disease and without diabetes.",
    inputs: &[
        patient::SEX,
        patient::AGE.derived(20.0, 79.0).cuts(&[70.0, 78.0]),
        patient::TOTAL_CHOLESTEROL,
        patient::HDL_CHOLESTEROL,
        patient::SYSTOLIC,
        patient::BLOOD_PRESSURE_TREATED,
        patient::SMOKER,
    ],
    outputs: &[decimal("risk10y_pct", "Risk within 10 years", "%")],
    bands: &[],
    formula: "Risk = 1 − S₀^exp(L). Men: L = 52.00961 ln age + 20.014077 ln TC − 0.905964 ln HDL + 1.305784 ln SBP + \
              0.241549 treated + 12.096316 smoker − 4.605038 ln age·ln TC − 2.84367 ln min(age, 70)·smoker − 2.93323 \
              ln² age − 172.300168, S₀ = 0.9402. Women: 31.764001, 22.465206, −1.187731, 2.552905, 0.420251, 13.07543, \
              −5.060998, −2.996945 (age up to 78), no square, −146.5933061, S₀ = 0.98767.",
    rounding: "Computed in full, shown with four decimals.",
    version: "2002 (ATP III)",
    sources: &[paper(
        "National Cholesterol Education Program, ATP III final report, Circulation 2002;106:3143",
        2002,
        "10.1161/circ.106.25.3143",
    )],
    status: Status::Verified,
    notes: &["Not for people with diabetes: the guideline counts them as having coronary disease."],
    bounded: false,
    monotone: &[
        rises("sbp", "risk10y_pct"),
        falls("hdl", "risk10y_pct"),
        rises("bp_treated", "risk10y_pct"),
        rises("smoker", "risk10y_pct"),
    ],
    example: Example {
        inputs: r#"{"sex":"male","age":55,"total_chol":200,"hdl":45,"sbp":130,"bp_treated":false,"smoker":false}"#,
        expected: r#"{"risk10y_pct":7.18}"#,
        origin: "worked with a second implementation of the equation of the 2002 report",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let ln = |name| values.number(name).map(f64::ln);
    let yes = |name| values.yes(name).map(f64::from);
    let (years, age) = (values.number("age")?, ln("age")?);
    let (total, hdl, systolic) = (ln("total_chol")?, ln("hdl")?, ln("sbp")?);
    let (treated, smoker) = (yes("bp_treated")?, yes("smoker")?);
    let (sum, survival) = if values.is("sex", "male")? {
        let sum = 52.009_61 * age + 20.014_077 * total - 0.905_964 * hdl
            + 1.305_784 * systolic
            + 0.241_549 * treated
            + 12.096_316 * smoker
            - 4.605_038 * age * total
            - 2.843_67 * years.min(70.0).ln() * smoker
            - 2.933_23 * age * age
            - 172.300_168;
        (sum, 0.9402_f64)
    } else {
        let sum = 31.764_001 * age + 22.465_206 * total - 1.187_731 * hdl
            + 2.552_905 * systolic
            + 0.420_251 * treated
            + 13.075_43 * smoker
            - 5.060_998 * age * total
            - 2.996_945 * years.min(78.0).ln() * smoker
            - 146.593_306_1;
        (sum, 0.987_67_f64)
    };
    let risk = 100.0 * (1.0 - survival.powf(sum.exp()));
    Ok(Outcome::new()
        .number("risk10y_pct", risk)
        .working(format!("L = {sum:.4}, S₀ = {survival}; risk = 1 − S₀^exp(L) = {risk:.2} %")))
}
