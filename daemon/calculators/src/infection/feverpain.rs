//! FeverPAIN: likelihood of streptococci in a sore throat.
//!
//! Fever means fever within the last 24 hours by history; it needs no measurement.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "feverpain",
    title: "FeverPAIN",
    synonyms: &["Fever PAIN", "sore throat score"],
    specialties: &["primary care", "infectious disease"],
    purpose: "Probability of streptococci in a sore throat.",
    population: "From 3 years with an acute sore throat, in primary care.",
    inputs: &[
        Input::boolean("fever_24h", "Fever in the last 24 hours").synonyms(&["fever", "febrile"]),
        Input::boolean("purulence", "Pus on the tonsils").synonyms(&["purulence", "pus", "exudate"]),
        Input::boolean("attend_within_3d", "Came within 3 days of the first symptom")
            .synonyms(&["within 3 days", "attended rapidly", "short history"]),
        Input::boolean("severe_inflammation", "Severely inflamed tonsils")
            .synonyms(&["inflamed tonsils", "severe inflammation"]),
        Input::boolean("no_cough_or_coryza", "No cough and no coryza")
            .synonyms(&["no cough", "no coryza", "no runny nose"]),
    ],
    outputs: &[points("score", "FeverPAIN")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Probability of streptococci",
        rows: &[
            at_most(1.0, "low", "13 to 18 % had streptococci."),
            at_most(3.0, "intermediate", "34 to 40 % had streptococci."),
            above("high", "62 to 65 % had streptococci."),
        ],
    }],
    formula: "One point each of five items; 0 to 5.",
    rounding: "Whole points, nothing is rounded.",
    version: "2013",
    sources: &[paper("Little P et al., BMJ 2013;347:f5806", 2013, "10.1136/bmj.f5806")],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[rises("fever_24h", "score")],
    example: Example {
        inputs: r#"{"fever_24h":true,"purulence":true,"attend_within_3d":false,"severe_inflammation":true,
            "no_cough_or_coryza":true}"#,
        expected: r#"{"score":4,"band":"high"}"#,
        origin: "worked by hand from the items of the 2013 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(
        &["fever_24h", "purulence", "attend_within_3d", "severe_inflammation", "no_cough_or_coryza"],
        1.0,
    )?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
