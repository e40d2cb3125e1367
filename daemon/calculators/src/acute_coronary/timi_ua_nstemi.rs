//! TIMI score for unstable angina and infarction without ST elevation.
//!
//! Seven items of one point; the rate of events is read from the trial's table.

use crate::definition::{Calculator, Example, Status, decimal, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally, by_score};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "timi_ua_nstemi",
    title: "TIMI score for unstable angina and NSTEMI",
    synonyms: &["TIMI", "TIMI UA/NSTEMI", "NSTEMI risk"],
    specialties: &["cardiology", "emergency medicine"],
    purpose: "Risk of death, infarction or urgent revascularisation within 14 days.",
    population: "Adults with unstable angina or infarction without ST elevation.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[65.0]),
        Input::integer("cad_risk_factors", "Number of risk factors for coronary disease", 0, 20)
            .help("Family history, hypertension, hypercholesterolaemia, diabetes, current smoking.")
            .synonyms(&["risk factors", "cad risk factors"])
            .cuts(&[3.0]),
        Input::boolean("known_cad_50", "Known coronary stenosis of 50 % or more")
            .synonyms(&["known coronary disease", "known cad", "coronary stenosis"]),
        Input::boolean("aspirin_7d", "Aspirin in the last 7 days").synonyms(&["aspirin", "asa"]),
        Input::boolean("severe_angina_24h", "Two or more episodes of angina in 24 hours")
            .synonyms(&["severe angina", "episodes of angina"]),
        Input::boolean("st_deviation", "ST deviation of 0.5 mm or more")
            .synonyms(&["st deviation", "st depression"]),
        Input::boolean("positive_marker", "Positive cardiac marker")
            .synonyms(&["positive troponin", "raised troponin", "positive marker"]),
    ],
    outputs: &[points("score", "TIMI score"), decimal("risk14d_pct", "Event within 14 days", "%")],
    bands: &[],
    formula: "One point each of seven items; 0 to 7. Events within 14 days: 0–1 4.7, 2 8.3, 3 13.2, 4 19.9, 5 26.2, 6–7 \
              40.9 %.",
    rounding: "Whole points; percentages as printed in the paper.",
    version: "2000",
    sources: &[paper("Antman EM et al., JAMA 2000;284:835", 2000, "10.1001/jama.284.7.835")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("age", "score"), rises("cad_risk_factors", "score"), rises("age", "risk14d_pct")],
    example: Example {
        inputs: r#"{"age":65,"cad_risk_factors":3,"known_cad_50":false,"aspirin_7d":true,"severe_angina_24h":false,
            "st_deviation":false,"positive_marker":true}"#,
        expected: r#"{"score":4,"risk14d_pct":19.9}"#,
        origin: "worked by hand from the table of the 2000 paper",
    },
    compute,
};

/// Events within 14 days in percent, by score.
const EVENTS: [f64; 8] = [4.7, 4.7, 8.3, 13.2, 19.9, 26.2, 40.9, 40.9];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.when("age", "65 or more", values.number("age")? >= 65.0, 1.0);
    tally.when("cad_risk_factors", "three or more", values.number("cad_risk_factors")? >= 3.0, 1.0);
    tally.flags(
        &["known_cad_50", "aspirin_7d", "severe_angina_24h", "st_deviation", "positive_marker"],
        1.0,
    )?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score).number("risk14d_pct", by_score(&EVENTS, score)))
}
