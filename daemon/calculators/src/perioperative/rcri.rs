//! Revised Cardiac Risk Index.
//!
//! Two tables of risk are in use, the derivation of 1999 and a pooled update of 2017; both are given, each named.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, decimal, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally, by_score};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "rcri",
    title: "Revised Cardiac Risk Index (Lee)",
    synonyms: &["RCRI", "Lee index", "perioperative cardiac risk"],
    specialties: &["anaesthesia", "surgery", "cardiology"],
    purpose: "Risk of a major cardiac event around an operation that is not on the heart.",
    population: "Adults from 50 years with major non-cardiac surgery.",
    inputs: &[
        Input::boolean("high_risk_surgery", "High-risk surgery")
            .help("Intraperitoneal, intrathoracic or suprainguinal vascular.")
            .synonyms(&["high-risk surgery", "intraperitoneal", "intrathoracic", "vascular surgery"]),
        Input::boolean("ischemic_heart_disease", "Ischaemic heart disease").synonyms(&[
            "ischemic heart disease",
            "ischaemic heart disease",
            "coronary disease",
            "angina",
        ]),
        patient::HEART_FAILURE.titled("History of heart failure"),
        Input::boolean("cerebrovascular", "Earlier stroke or transient attack").synonyms(&[
            "stroke",
            "tia",
            "cerebrovascular disease",
        ]),
        Input::boolean("insulin", "Treated with insulin").synonyms(&["insulin"]),
        patient::CREATININE.help("Before the operation.").cuts(&[2.0]),
    ],
    outputs: &[
        points("score", "RCRI"),
        decimal("risk_lee1999_pct", "Major cardiac event (Lee 1999)", "%"),
        decimal("risk_pooled2017_pct", "Infarction, arrest or death in 30 days (pooled 2017)", "%"),
    ],
    bands: &[Bands {
        key: "cls",
        of: "score",
        title: "Class (Lee 1999)",
        rows: &[
            at_most(0.0, "I", "0.4 % had a major cardiac event; 3.9 % in the pooled update."),
            at_most(1.0, "II", "0.9 % had a major cardiac event; 6.0 % in the pooled update."),
            at_most(2.0, "III", "6.6 % had a major cardiac event; 10.1 % in the pooled update."),
            above("IV", "11 % had a major cardiac event; 15 % in the pooled update."),
        ],
    }],
    formula: "One point each: high-risk surgery, ischaemic heart disease, heart failure, stroke or transient attack, \
              insulin, creatinine above 2.0 mg/dL; 0 to 6.",
    rounding: "Whole points; percentages as printed.",
    version: "1999; update of 2017 beside it",
    sources: &[
        paper("Lee TH et al., Circulation 1999;100:1043", 1999, "10.1161/01.CIR.100.10.1043"),
        paper("Duceppe E et al., Can J Cardiol 2017;33:17", 2017, "10.1016/j.cjca.2016.09.008"),
    ],
    status: Status::Verified,
    notes: &[
        "The two tables count different events: Lee 1999 those of its derivation, the pooled update infarction, \
              cardiac arrest or death within 30 days.",
    ],
    bounded: true,
    monotone: &[
        rises("creatinine", "score"),
        rises("creatinine", "risk_lee1999_pct"),
        rises("insulin", "risk_pooled2017_pct"),
    ],
    example: Example {
        inputs: r#"{"high_risk_surgery":true,"ischemic_heart_disease":true,"chf":false,"cerebrovascular":false,
            "insulin":false,"creatinine":{"value":150,"unit":"µmol/L"}}"#,
        expected: r#"{"score":2,"risk_lee1999_pct":6.6,"risk_pooled2017_pct":10.1}"#,
        origin: "worked by hand from the tables of both papers",
    },
    compute,
};

const LEE_1999: [f64; 4] = [0.4, 0.9, 6.6, 11.0];
const POOLED_2017: [f64; 4] = [3.9, 6.0, 10.1, 15.0];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally
        .flags(&["high_risk_surgery", "ischemic_heart_disease", "chf", "cerebrovascular", "insulin"], 1.0)?;
    tally.when("creatinine", "above 2.0 mg/dL", values.number("creatinine")? > 2.0, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally)
        .integer("score", score)
        .number("risk_lee1999_pct", by_score(&LEE_1999, score))
        .number("risk_pooled2017_pct", by_score(&POOLED_2017, score)))
}
