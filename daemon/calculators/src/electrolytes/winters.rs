//! Winters' formula: the pCO2 expected in metabolic acidosis.
//!
//! It holds in metabolic acidosis only; outside, the number is computed and the answer says that it means nothing.

use crate::definition::{Calculator, Example, Status, decimal, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "winters",
    title: "Winters' formula",
    synonyms: &["respiratory compensation", "expected pCO2"],
    specialties: &["nephrology", "intensive care", "pulmonology"],
    purpose: "Expected arterial pCO2 in metabolic acidosis.",
    population: "Metabolic acidosis with complete respiratory compensation.",
    inputs: &[Input::number("bicarbonate", "Bicarbonate", &measure::chemistry::ION, "mmol/L")
        .plausible(1.0, 80.0)
        .synonyms(&["bicarbonate", "hco3", "total co2"])
        .derived(1.0, 24.0)],
    outputs: &[
        decimal("expected_pco2", "Expected pCO2", "mmHg"),
        decimal("low", "Lower end", "mmHg"),
        decimal("high", "Upper end", "mmHg"),
    ],
    bands: &[],
    formula: "1.5 · HCO3 + 8, ± 2.",
    rounding: "Four decimals.",
    version: "1967",
    sources: &[paper("Albert MS et al., Ann Intern Med 1967;66:312", 1967, "10.7326/0003-4819-66-2-312")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("bicarbonate", "expected_pco2")],
    example: Example {
        inputs: r#"{"bicarbonate":24}"#,
        expected: r#"{"expected_pco2":44.0,"low":42.0,"high":46.0}"#,
        origin: "worked by hand: 36 + 8",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let bicarbonate = values.number("bicarbonate")?;
    let expected = settled(1.5 * bicarbonate + 8.0);
    Ok(Outcome::new()
        .number("expected_pco2", expected)
        .number("low", expected - 2.0)
        .number("high", expected + 2.0)
        .working(format!("1.5 · {bicarbonate} + 8 ± 2")))
}
