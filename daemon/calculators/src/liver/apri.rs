//! AST to platelet ratio index.
//!
//! The upper limit of normal is an input, because laboratories differ; it is never assumed.

use crate::bands::{Bands, above, at_most, below};
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
    id: "apri",
    title: "APRI",
    synonyms: &["AST to platelet ratio index"],
    specialties: &["hepatology", "gastroenterology"],
    purpose: "Likelihood of fibrosis and cirrhosis from AST and platelets.",
    population: "Adults with chronic hepatitis C; used in other chronic liver disease.",
    inputs: &[
        patient::AST,
        Input::number("ast_uln", "Upper limit of normal of AST", &measure::chemistry::ENZYME, "U/L")
            .plausible(5.0, 500.0)
            .help("The limit your laboratory prints, often 40 U/L.")
            .synonyms(&["upper limit of normal", "ast uln", "uln"]),
        patient::PLATELETS.plausible(1.0, 5000.0),
    ],
    outputs: &[decimal("value", "APRI", "")],
    bands: &[Bands {
        key: "band",
        of: "value",
        title: "Significant fibrosis",
        rows: &[
            below(0.5, "low", "Significant fibrosis unlikely."),
            at_most(1.5, "indeterminate", "Neither likely nor unlikely."),
            above("high", "Significant fibrosis likely."),
        ],
    }],
    formula: "(AST / upper limit of normal) · 100 / platelets.",
    rounding: "Four decimals; the band is read from these.",
    version: "2003",
    sources: &[paper("Wai CT et al., Hepatology 2003;38:518", 2003, "10.1053/jhep.2003.50346")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("ast", "value"), falls("ast_uln", "value"), falls("platelets_k", "value")],
    example: Example {
        inputs: r#"{"ast":145,"ast_uln":40,"platelets_k":40}"#,
        expected: r#"{"value":9.0625,"band":"high"}"#,
        origin: "worked by hand: 3.625 · 100 / 40",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (ast, limit) = (values.number("ast")?, values.number("ast_uln")?);
    let platelets = values.number("platelets_k")?;
    let value = settled(ast / limit * 100.0 / platelets);
    Ok(Outcome::new().number("value", value).working(format!("({ast} / {limit}) · 100 / {platelets}")))
}
