//! Serum-ascites albumin gradient.
//!
//! Both samples should be drawn on the same day. The limit of 1.1 g/dL itself belongs to portal hypertension.

use crate::bands::{Bands, above, below};
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
    id: "saag",
    title: "Serum-ascites albumin gradient",
    synonyms: &["SAAG", "ascites gradient"],
    specialties: &["hepatology", "gastroenterology"],
    purpose: "Whether ascites comes from portal hypertension.",
    population: "Patients with ascites and a same-day serum sample.",
    inputs: &[
        patient::ALBUMIN.named("serum_albumin").titled("Albumin in serum"),
        Input::number("ascites_albumin", "Albumin in ascites", &measure::ALBUMIN, "g/dL")
            .plausible(0.0, 10.0)
            .synonyms(&["ascites albumin", "fluid albumin"]),
    ],
    outputs: &[decimal("value", "Gradient", "g/dL")],
    bands: &[Bands {
        key: "band",
        of: "value",
        title: "Cause of ascites",
        rows: &[
            below(1.1, "other cause", "Speaks against portal hypertension."),
            above("portal hypertension", "Speaks for portal hypertension (97 % accuracy in the study)."),
        ],
    }],
    formula: "Serum albumin − ascites albumin.",
    rounding: "Four decimals.",
    version: "1992",
    sources: &[document("Runyon BA et al., Ann Intern Med 1992;117:215", 1992)],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[rises("serum_albumin", "value"), falls("ascites_albumin", "value")],
    example: Example {
        inputs: r#"{"serum_albumin":3.0,"ascites_albumin":1.9}"#,
        expected: r#"{"value":1.1,"band":"portal hypertension"}"#,
        origin: "worked by hand, on the limit",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (serum, fluid) = (values.number("serum_albumin")?, values.number("ascites_albumin")?);
    Ok(Outcome::new()
        .number("value", settled(serum - fluid))
        .working(format!("{serum} − {fluid}"))
        .note_if(fluid > serum, "Albumin is higher in ascites than in serum: check both samples."))
}
