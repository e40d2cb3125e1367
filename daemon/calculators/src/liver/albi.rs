//! ALBI grade of liver function.
//!
//! Made for hepatocellular carcinoma; it needs only albumin and bilirubin and no judgement of ascites or
//! encephalopathy. The published equation takes bilirubin in µmol/L and albumin in g/L.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "albi",
    title: "ALBI grade",
    synonyms: &["albumin-bilirubin grade"],
    specialties: &["hepatology", "oncology"],
    purpose: "Liver function in hepatocellular carcinoma from albumin and bilirubin alone.",
    population: "Adults with hepatocellular carcinoma.",
    inputs: &[patient::BILIRUBIN.plausible(0.05, 100.0), patient::ALBUMIN],
    outputs: &[decimal("value", "ALBI score", "")],
    bands: &[Bands {
        key: "grade",
        of: "value",
        title: "Grade",
        rows: &[
            at_most(-2.6, "1", "Best liver function."),
            at_most(-1.39, "2", "Intermediate."),
            above("3", "Worst liver function."),
        ],
    }],
    formula: "0.66 · log10 bilirubin (µmol/L) − 0.085 · albumin (g/L).",
    rounding: "Four decimals; the grade is read from these.",
    version: "2015",
    sources: &[paper("Johnson PJ et al., J Clin Oncol 2015;33:550", 2015, "10.1200/JCO.2014.57.9151")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("bilirubin", "value"), falls("albumin", "value")],
    example: Example {
        inputs: r#"{"bilirubin":{"value":10,"unit":"µmol/L"},"albumin":{"value":40,"unit":"g/L"}}"#,
        expected: r#"{"value":-2.74,"grade":"1"}"#,
        origin: "worked by hand: 0.66 · 1 − 0.085 · 40",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let bilirubin = values.number("bilirubin")? * 17.1;
    let albumin = values.number("albumin")? * 10.0;
    let value = 0.66 * bilirubin.log10() - 0.085 * albumin;
    Ok(Outcome::new()
        .number("value", value)
        .working(format!("0.66 · log10 {bilirubin:.1} − 0.085 · {albumin:.1}")))
}
