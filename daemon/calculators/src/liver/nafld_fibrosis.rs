//! NAFLD fibrosis score.
//!
//! A regression in plain units: AST/ALT is a ratio, platelets are counted in 10⁹/L and albumin in g/dL. A score on
//! a limit is indeterminate.

use crate::bands::{Bands, above, at_most, below};
use crate::definition::{Calculator, Example, Status, decimal, falls, paper, rises};
use crate::input::Input;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "nafld_fibrosis",
    title: "NAFLD fibrosis score",
    synonyms: &["NFS", "fatty liver fibrosis"],
    specialties: &["hepatology", "gastroenterology", "primary care"],
    purpose: "Likelihood of advanced fibrosis in fatty liver disease.",
    population: "Adults with non-alcoholic fatty liver disease.",
    inputs: &[
        patient::AGE.derived(18.0, 65.0),
        patient::BODY_MASS_INDEX,
        Input::boolean("ifg_or_diabetes", "Impaired fasting glucose or diabetes").synonyms(&[
            "diabetes",
            "impaired fasting glucose",
            "prediabetes",
        ]),
        patient::AST,
        patient::ALT,
        patient::PLATELETS.plausible(1.0, 5000.0),
        patient::ALBUMIN,
    ],
    outputs: &[decimal("value", "NAFLD fibrosis score", "")],
    bands: &[Bands {
        key: "band",
        of: "value",
        title: "Advanced fibrosis",
        rows: &[
            below(-1.455, "low", "Advanced fibrosis unlikely (F0 to F2)."),
            at_most(0.676, "indeterminate", "Neither likely nor unlikely."),
            above("high", "Advanced fibrosis likely (F3 to F4)."),
        ],
    }],
    formula: "−1.675 + 0.037 age + 0.094 BMI + 1.13 (impaired fasting glucose or diabetes) + 0.99 AST/ALT − \
                 0.013 platelets − 0.66 albumin.",
    rounding: "Four decimals; the band is read from these.",
    version: "2007",
    sources: &[paper("Angulo P et al., Hepatology 2007;45:846", 2007, "10.1002/hep.21496")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[
        rises("age", "value"),
        rises("bmi", "value"),
        falls("platelets_k", "value"),
        falls("albumin", "value"),
    ],
    example: Example {
        inputs: r#"{"age":49,"bmi":36.8,"ifg_or_diabetes":true,"ast":149,"alt":103,"platelets_k":354,"albumin":3.3}"#,
        expected: r#"{"value":-0.6207,"band":"indeterminate"}"#,
        origin: "worked by hand from the published equation",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let diabetes = if values.yes("ifg_or_diabetes")? { 1.13 } else { 0.0 };
    let ratio = values.number("ast")? / values.number("alt")?;
    let value =
        -1.675 + 0.037 * values.number("age")? + 0.094 * values.number("bmi")? + diabetes + 0.99 * ratio
            - 0.013 * values.number("platelets_k")?
            - 0.66 * values.number("albumin")?;
    Ok(Outcome::new().number("value", value).working(format!("AST/ALT = {ratio:.4}.")))
}
