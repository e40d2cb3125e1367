//! TIMI score for infarction with ST elevation.
//!
//! Death within 30 days, by points from 0 to 14; scores above 8 share one rate.

use crate::bands::Bound;
use crate::definition::{Calculator, Example, Status, decimal, falls, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally, by_score};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "timi_stemi",
    title: "TIMI score for STEMI",
    synonyms: &["TIMI STEMI", "STEMI risk"],
    specialties: &["cardiology", "emergency medicine"],
    purpose: "Risk of death within 30 days of an infarction with ST elevation.",
    population: "Adults with infarction with ST elevation who were eligible for fibrinolysis.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[65.0, 75.0]),
        Input::boolean("dm_htn_angina", "Diabetes, hypertension or angina")
            .synonyms(&["diabetes", "hypertension", "angina"]),
        patient::SYSTOLIC.cuts(&[100.0]),
        patient::HEART_RATE.cuts(&[100.0]),
        patient::KILLIP,
        patient::WEIGHT.cuts(&[67.0]),
        Input::boolean("anterior_or_lbbb", "Anterior ST elevation or left bundle branch block").synonyms(&[
            "anterior st elevation",
            "anterior stemi",
            "lbbb",
            "left bundle branch block",
        ]),
        Input::boolean("time_to_tx_over_4h", "More than 4 hours to reperfusion")
            .synonyms(&["more than 4 hours", "late presentation", "time to treatment"]),
    ],
    outputs: &[points("score", "TIMI score"), decimal("mort30d_pct", "Death within 30 days", "%")],
    bands: &[],
    formula: "Age 65–74 2, 75 and more 3; diabetes, hypertension or angina 1; systolic below 100 3; heart rate above 100 \
              2; Killip II–IV 2; weight below 67 kg 1; anterior elevation or left bundle branch block 1; more than 4 h 1; \
              0 to 14.",
    rounding: "Whole points; percentages as printed in the paper.",
    version: "2000",
    sources: &[paper("Morrow DA et al., Circulation 2000;102:2031", 2000, "10.1161/01.CIR.102.17.2031")],
    status: Status::Unverified,
    notes: &[
        "Death within 30 days by score: 0 0.8, 1 1.6, 2 2.2, 3 4.4, 4 7.3, 5 12.4, 6 16.1, 7 23.4, 8 26.8, above 8 \
              35.9 %.",
    ],
    bounded: true,
    monotone: &[
        rises("age", "score"),
        falls("sbp", "score"),
        rises("heart_rate", "score"),
        rises("killip", "score"),
        falls("weight_kg", "score"),
        rises("age", "mort30d_pct"),
    ],
    example: Example {
        inputs: r#"{"age":74,"dm_htn_angina":true,"sbp":100,"heart_rate":101,"killip":1,"weight_kg":66.9,
            "anterior_or_lbbb":true,"time_to_tx_over_4h":false}"#,
        expected: r#"{"score":7,"mort30d_pct":23.4}"#,
        origin: "worked by hand from the table of the 2000 paper",
    },
    compute,
};

/// Death within 30 days in percent, by score; the last holds for all higher scores.
const DEATHS: [f64; 10] = [0.8, 1.6, 2.2, 4.4, 7.3, 12.4, 16.1, 23.4, 26.8, 35.9];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.steps("age", &[(Bound::Below(65.0), 0.0), (Bound::Below(75.0), 2.0), (Bound::Open, 3.0)])?;
    tally.flag("dm_htn_angina", 1.0)?;
    tally.when("sbp", "below 100 mmHg", values.number("sbp")? < 100.0, 3.0);
    tally.when("heart_rate", "above 100 /min", values.number("heart_rate")? > 100.0, 2.0);
    tally.when("killip", "II to IV", values.number("killip")? >= 2.0, 2.0);
    tally.when("weight_kg", "below 67 kg", values.number("weight_kg")? < 67.0, 1.0);
    tally.flags(&["anterior_or_lbbb", "time_to_tx_over_4h"], 1.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score).number("mort30d_pct", by_score(&DEATHS, score)))
}
