//! Alveolar-arterial oxygen gradient.
//!
//! Uses a respiratory quotient of 0.8 and water vapour of 47 mmHg. Barometric pressure is an input because altitude
//! changes the answer; it is never assumed to be sea level.

use crate::definition::{Calculator, Example, Status, decimal, document, falls, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "aa_gradient",
    title: "Alveolar-arterial oxygen gradient",
    synonyms: &["A-a gradient", "alveolar gas equation"],
    specialties: &["pulmonology", "intensive care", "emergency medicine"],
    purpose: "Whether hypoxaemia comes from the lungs or from hypoventilation.",
    population: "Adults; the expected value holds for room air.",
    inputs: &[
        patient::AGE,
        patient::INSPIRED_OXYGEN,
        Input::number("patm", "Barometric pressure", &measure::chemistry::ATMOSPHERE, "mmHg")
            .help("760 mmHg at sea level.")
            .synonyms(&["barometric pressure", "atmospheric pressure"]),
        Input::number("paco2", "PaCO2", &measure::GAS_PRESSURE, "mmHg").synonyms(&["paco2", "pco2"]),
        patient::ARTERIAL_OXYGEN,
    ],
    outputs: &[decimal("gradient", "Gradient", "mmHg"), decimal("expected", "Expected for age", "mmHg")],
    bands: &[],
    formula: "FiO2 · (barometric pressure − 47) − PaCO2/0.8 − PaO2; expected: age/4 + 4.",
    rounding: "Four decimals.",
    version: "standard",
    sources: &[document(
        "Alveolar gas equation of respiratory physiology texts; expected value: \
                 Mellemgaard K, Acta Physiol Scand 1966;67:10",
        1966,
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("fio2", "gradient"), falls("pao2", "gradient"), rises("age", "expected")],
    example: Example {
        inputs: r#"{"age":49,"fio2":1.0,"patm":760,"paco2":41,"pao2":102}"#,
        expected: r#"{"gradient":559.75,"expected":16.25}"#,
        origin: "worked by hand: 713 − 51.25 − 102",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (oxygen, pressure) = (values.number("fio2")?, values.number("patm")?);
    let (dioxide, arterial) = (values.number("paco2")?, values.number("pao2")?);
    let alveolar = oxygen * (pressure - 47.0) - dioxide / 0.8;
    let gradient = alveolar - arterial;
    Ok(Outcome::new()
        .number("gradient", gradient)
        .number("expected", values.number("age")? / 4.0 + 4.0)
        .working(format!(
            "Alveolar oxygen {oxygen} · ({pressure} − 47) − {dioxide}/0.8 = {alveolar:.2} mmHg."
        ))
        .note_if(gradient < 0.0, "A negative gradient is not possible: check the oxygen and the sample.")
        .note_if(oxygen > 0.21, "The expected value for age holds for room air."))
}
