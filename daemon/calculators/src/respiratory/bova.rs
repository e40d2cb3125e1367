//! Bova score of normotensive pulmonary embolism.
//!
//! Only for patients with a systolic pressure of 90 mmHg or more; below, the score does not apply and is refused.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "bova",
    title: "Bova score",
    synonyms: &["intermediate risk PE"],
    specialties: &["pulmonology", "cardiology", "emergency medicine"],
    purpose: "Risk of complications in normotensive pulmonary embolism.",
    population: "Adults with pulmonary embolism and systolic pressure of 90 mmHg or more.",
    inputs: &[
        patient::SYSTOLIC.cuts(&[100.0]),
        patient::HEART_RATE.cuts(&[110.0]),
        Input::boolean("troponin_elevated", "Raised troponin").synonyms(&["troponin"]),
        Input::boolean("rv_dysfunction", "Right ventricular dysfunction")
            .help("On echocardiography or CT.")
            .synonyms(&["rv dysfunction", "right ventricular dysfunction"]),
    ],
    outputs: &[points("score", "Bova score")],
    bands: &[Bands {
        key: "stage",
        of: "score",
        title: "Stage",
        rows: &[
            at_most(2.0, "I", "About 4 % had complications within 30 days."),
            at_most(4.0, "II", "About 11 % had complications within 30 days."),
            above("III", "About 29 % had complications within 30 days."),
        ],
    }],
    formula: "Systolic pressure 90 to 100 2; raised troponin 2; right ventricular dysfunction 2; heart rate \
                 110 or more 1; 0 to 7.",
    rounding: "Whole points.",
    version: "2014",
    sources: &[paper("Bova C et al., Eur Respir J 2014;44:694", 2014, "10.1183/09031936.00006114")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("heart_rate", "score"), rises("rv_dysfunction", "score")],
    example: Example {
        inputs: r#"{"sbp":100,"heart_rate":110,"troponin_elevated":false,"rv_dysfunction":true}"#,
        expected: r#"{"score":5,"stage":"III"}"#,
        origin: "worked by hand from the table of the 2014 paper: 2 + 2 + 1",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let pressure = values.number("sbp")?;
    if pressure < 90.0 {
        return Err(Refusal::unusable("sbp", "The score holds only from a systolic pressure of 90 mmHg on."));
    }
    let mut tally = Tally::new(values);
    tally.when("sbp", "90 to 100 mmHg", pressure <= 100.0, 2.0);
    tally.flags(&["troponin_elevated", "rv_dysfunction"], 2.0)?;
    tally.when("heart_rate", "110 /min or more", values.number("heart_rate")? >= 110.0, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
