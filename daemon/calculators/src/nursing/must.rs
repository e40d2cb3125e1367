//! MUST, the malnutrition universal screening tool.
//!
//! Body mass index of exactly 18.5 or 20 and a weight loss of exactly 5 or 10 percent belong to the middle.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, document, falls, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "must",
    title: "MUST",
    synonyms: &["malnutrition screening"],
    specialties: &["nutrition", "nursing", "geriatrics"],
    purpose: "Risk of malnutrition in adults.",
    population: "Adults in any setting.",
    inputs: &[
        patient::BODY_MASS_INDEX.cuts(&[18.5, 20.0]),
        Input::number("weight_loss_pct", "Unplanned weight loss in 3 to 6 months", &measure::PERCENT, "%")
            .synonyms(&["weight loss"])
            .cuts(&[5.0, 10.0]),
        Input::boolean("acute_no_intake", "Acutely ill without intake for more than 5 days")
            .help("Present or likely.")
            .synonyms(&["no intake", "acutely ill"]),
    ],
    outputs: &[points("score", "MUST")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk",
        rows: &[at_most(0.0, "low", "0."), at_most(1.0, "medium", "1."), above("high", "2 or more.")],
    }],
    formula: "Body mass index above 20 0, 18.5 to 20 1, below 18.5 2; weight loss below 5 % 0, 5 to 10 % 1, \
                 above 10 % 2; acutely ill without intake 2; 0 to 6.",
    rounding: "Whole points.",
    version: "2003",
    sources: &[document("Malnutrition Advisory Group, BAPEN: The MUST report", 2003)],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[falls("bmi", "score"), rises("weight_loss_pct", "score")],
    example: Example {
        inputs: r#"{"bmi":20,"weight_loss_pct":10,"acute_no_intake":false}"#,
        expected: r#"{"score":2,"band":"high"}"#,
        origin: "worked by hand, both values on their limits",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{AtMost, Below, Open};
    let mut tally = Tally::new(values);
    tally.steps("bmi", &[(Below(18.5), 2.0), (AtMost(20.0), 1.0), (Open, 0.0)])?;
    tally.steps("weight_loss_pct", &[(Below(5.0), 0.0), (AtMost(10.0), 1.0), (Open, 2.0)])?;
    tally.flag("acute_no_intake", 2.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
