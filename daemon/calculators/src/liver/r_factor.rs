//! R factor of drug-induced liver injury.
//!
//! The pattern of injury from ALT and alkaline phosphatase, each as a multiple of its own upper limit.

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
    id: "r_factor",
    title: "R factor for liver injury",
    synonyms: &["R ratio", "R value", "DILI"],
    specialties: &["hepatology"],
    purpose: "Pattern of liver injury: hepatocellular, mixed or cholestatic.",
    population: "Suspected drug-induced liver injury.",
    inputs: &[
        patient::ALT,
        Input::number("alt_uln", "Upper limit of normal of ALT", &measure::chemistry::ENZYME, "U/L")
            .plausible(5.0, 500.0)
            .synonyms(&["alt uln"]),
        Input::number("alp", "Alkaline phosphatase", &measure::chemistry::ENZYME, "U/L")
            .plausible(1.0, 20_000.0)
            .synonyms(&["alkaline phosphatase", "alp"]),
        Input::number(
            "alp_uln",
            "Upper limit of normal of alkaline phosphatase",
            &measure::chemistry::ENZYME,
            "U/L",
        )
        .plausible(5.0, 1000.0)
        .synonyms(&["alp uln"]),
    ],
    outputs: &[decimal("value", "R factor", "")],
    bands: &[Bands {
        key: "pattern",
        of: "value",
        title: "Pattern",
        rows: &[
            at_most(2.0, "cholestatic", "R of 2 or less."),
            below(5.0, "mixed", "R between 2 and 5."),
            above("hepatocellular", "R of 5 or more."),
        ],
    }],
    formula: "(ALT / its upper limit) / (alkaline phosphatase / its upper limit).",
    rounding: "Four decimals; the pattern is read from these.",
    version: "1990",
    sources: &[document("Bénichou C, J Hepatol 1990;11:272 (international consensus)", 1990)],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("alt", "value"), falls("alp", "value")],
    example: Example {
        inputs: r#"{"alt":400,"alt_uln":40,"alp":240,"alp_uln":120}"#,
        expected: r#"{"value":5.0,"pattern":"hepatocellular"}"#,
        origin: "worked by hand: 10 / 2, on the limit",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let alt = values.number("alt")? / values.number("alt_uln")?;
    let phosphatase = values.number("alp")? / values.number("alp_uln")?;
    Ok(Outcome::new()
        .number("value", settled(alt / phosphatase))
        .working(format!("{alt:.4} / {phosphatase:.4}")))
}
