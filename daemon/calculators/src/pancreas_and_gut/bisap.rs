//! BISAP score of acute pancreatitis.
//!
//! Known within the first 24 hours, unlike Ranson. Urea nitrogen of exactly 25 mg/dL and an age of exactly 60 do
//! not count.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "bisap",
    title: "BISAP score",
    synonyms: &["bedside index for severity in acute pancreatitis"],
    specialties: &["gastroenterology", "emergency medicine"],
    purpose: "Risk of death in acute pancreatitis within the first 24 hours.",
    population: "Adults with acute pancreatitis.",
    inputs: &[
        patient::UREA_NITROGEN.cuts(&[25.0]),
        patient::COMA_SCALE.cuts(&[15.0]),
        Input::boolean("sirs_2plus", "Two or more SIRS criteria").synonyms(&["sirs", "two sirs criteria"]),
        patient::AGE.cuts(&[60.0]),
        Input::boolean("pleural_effusion", "Pleural effusion").synonyms(&["pleural effusion", "effusion"]),
    ],
    outputs: &[points("score", "BISAP score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk",
        rows: &[
            below(3.0, "low", "Below about 2 to 5 % died in the study."),
            above("high", "More than 5 % died in the study."),
        ],
    }],
    formula: "Urea nitrogen above 25 mg/dL, impaired mental status (coma scale below 15), two or more SIRS \
                 criteria, age above 60, pleural effusion: 1 point each; 0 to 5.",
    rounding: "Whole points.",
    version: "2008",
    sources: &[paper("Wu BU et al., Gut 2008;57:1698", 2008, "10.1136/gut.2008.152702")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("bun_mgdl", "score"),
        falls("gcs", "score"),
        rises("age", "score"),
        rises("pleural_effusion", "score"),
    ],
    example: Example {
        inputs: r#"{"bun_mgdl":40,"gcs":15,"sirs_2plus":false,"age":80,"pleural_effusion":false}"#,
        expected: r#"{"score":2}"#,
        origin: "worked by hand from the table of the 2008 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.when("bun_mgdl", "above 25 mg/dL", values.number("bun_mgdl")? > 25.0, 1.0);
    tally.when("gcs", "below 15", values.number("gcs")? < 15.0, 1.0);
    tally.flag("sirs_2plus", 1.0)?;
    tally.when("age", "above 60 years", values.number("age")? > 60.0, 1.0);
    tally.flag("pleural_effusion", 1.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
