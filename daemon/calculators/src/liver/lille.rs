//! Lille model of response to corticosteroids in alcoholic hepatitis.
//!
//! The evolution of bilirubin over seven days is the strongest term: the difference is day 0 minus day 7, so a fall
//! counts for the patient. Renal insufficiency means creatinine above 1.3 mg/dL or a clearance below 40 mL/min.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "lille",
    title: "Lille model",
    synonyms: &["Lille score", "steroid response"],
    specialties: &["hepatology", "gastroenterology"],
    purpose: "Response after 7 days of corticosteroids in severe alcoholic hepatitis.",
    population: "Adults with severe alcoholic hepatitis given corticosteroids for 7 days.",
    inputs: &[
        patient::AGE,
        patient::ALBUMIN,
        patient::BILIRUBIN.named("bilirubin_day0").titled("Bilirubin on day 0"),
        patient::BILIRUBIN.named("bilirubin_day7").titled("Bilirubin on day 7"),
        patient::CREATININE.cuts(&[1.3]),
        patient::PROTHROMBIN_TIME,
    ],
    outputs: &[decimal("value", "Lille score", "")],
    bands: &[Bands {
        key: "band",
        of: "value",
        title: "Response",
        rows: &[
            below(0.45, "response", "85 % were alive after 6 months in the derivation cohort."),
            above("no response", "25 % were alive after 6 months in the derivation cohort."),
        ],
    }],
    formula: "R = 3.19 − 0.101 age + 0.147 albumin (g/L) + 0.0165 (bilirubin day 0 − day 7, µmol/L) − 0.206 \
                 (creatinine above 1.3 mg/dL) − 0.0065 bilirubin day 0 − 0.0096 prothrombin time; score = e^−R / \
                 (1 + e^−R).",
    rounding: "Four decimals; the band is read from these.",
    version: "2007",
    sources: &[paper("Louvet A et al., Hepatology 2007;45:1348", 2007, "10.1002/hep.21607")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("age", "value"), falls("albumin", "value"), rises("bilirubin_day7", "value")],
    example: Example {
        inputs: r#"{"age":50,"albumin":3.0,"bilirubin_day0":10,"bilirubin_day7":10,"creatinine":1.0,"pt_s":20}"#,
        expected: r#"{"value":0.2233,"band":"response"}"#,
        origin: "worked by hand from the published equation: R = 1.2465",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let first = values.number("bilirubin_day0")? * 17.1;
    let seventh = values.number("bilirubin_day7")? * 17.1;
    let renal = if values.number("creatinine")? > 1.3 { 0.206 } else { 0.0 };
    let response = 3.19 - 0.101 * values.number("age")?
        + 0.147 * values.number("albumin")? * 10.0
        + 0.0165 * (first - seventh)
        - renal
        - 0.0065 * first
        - 0.0096 * values.number("pt_s")?;
    Ok(Outcome::new()
        .number("value", (-response).exp() / (1.0 + (-response).exp()))
        .working(format!("R = {response:.4}.")))
}
