//! Maddrey discriminant function of alcoholic hepatitis.
//!
//! The control prothrombin time of the own laboratory is needed; the INR cannot replace it. Exactly 32 counts as
//! severe.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, boolean, decimal, document, falls, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "maddrey",
    title: "Maddrey discriminant function",
    synonyms: &["DF", "MDF", "alcoholic hepatitis"],
    specialties: &["hepatology", "gastroenterology"],
    purpose: "Severity of alcoholic hepatitis.",
    population: "Adults with alcoholic hepatitis.",
    inputs: &[
        patient::PROTHROMBIN_TIME,
        Input::number("control_pt_s", "Control prothrombin time", &measure::chemistry::SECONDS, "s")
            .plausible(5.0, 60.0)
            .help("The control value of your laboratory, often 12 to 13 s.")
            .synonyms(&["control pt", "control prothrombin time"]),
        patient::BILIRUBIN,
    ],
    outputs: &[
        decimal("value", "Discriminant function", ""),
        boolean("severe", "Severe alcoholic hepatitis"),
    ],
    bands: &[Bands {
        key: "band",
        of: "value",
        title: "Severity",
        rows: &[
            below(32.0, "not severe", "Below the severity limit."),
            above(
                "severe",
                "Severe: about one third to one half died within a month without \
                 specific therapy in the early trials.",
            ),
        ],
    }],
    formula: "4.6 · (prothrombin time − control) + bilirubin in mg/dL.",
    rounding: "Four decimals; severe from 32.",
    version: "1989 (modified)",
    sources: &[
        document("Maddrey WC et al., Gastroenterology 1978;75:193", 1978),
        paper(
            "Carithers RL et al., Ann Intern Med 1989;110:685 (modified form)",
            1989,
            "10.7326/0003-4819-110-9-685",
        ),
    ],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("pt_s", "value"), falls("control_pt_s", "value"), rises("bilirubin", "value")],
    example: Example {
        inputs: r#"{"pt_s":20.9,"control_pt_s":13.0,"bilirubin":1.7}"#,
        expected: r#"{"value":38.04,"severe":true}"#,
        origin: "worked by hand: 4.6 · 7.9 + 1.7",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (time, control) = (values.number("pt_s")?, values.number("control_pt_s")?);
    let bilirubin = values.number("bilirubin")?;
    let value = settled(4.6 * (time - control) + bilirubin);
    Ok(Outcome::new()
        .number("value", value)
        .boolean("severe", value >= 32.0)
        .working(format!("4.6 · ({time} − {control}) + {bilirubin}"))
        .note_if(time < control, "The prothrombin time is shorter than its control: check both values."))
}
