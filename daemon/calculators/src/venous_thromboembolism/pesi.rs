//! Pulmonary Embolism Severity Index.
//!
//! The age itself is the first term, so the score is large and its five classes are what is read.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "pesi",
    title: "Pulmonary Embolism Severity Index (PESI)",
    synonyms: &["PESI"],
    specialties: &["emergency medicine", "pulmonology", "cardiology"],
    purpose: "Risk of death within 30 days of an acute pulmonary embolism.",
    population: "Adults with objectively confirmed acute pulmonary embolism, at presentation.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0),
        patient::SEX,
        patient::HEART_RATE.cuts(&[110.0]),
        patient::SYSTOLIC.cuts(&[100.0]),
        patient::RESPIRATORY_RATE.cuts(&[30.0]),
        patient::TEMPERATURE.cuts(&[36.0]),
        patient::SATURATION.help("With or without oxygen.").cuts(&[90.0]),
        patient::CANCER,
        patient::HEART_FAILURE.named("heart_failure"),
        Input::boolean("chronic_lung_disease", "Chronic lung disease")
            .synonyms(&["chronic lung disease", "copd", "lung disease"]),
        patient::ALTERED_MENTAL_STATUS,
    ],
    outputs: &[points("score", "PESI")],
    bands: &[Bands {
        key: "cls",
        of: "score",
        title: "Risk class",
        rows: &[
            at_most(65.0, "I", "Very low risk: 0 to 1.6 % died within 30 days."),
            at_most(85.0, "II", "Low risk: 1.7 to 3.5 % died within 30 days."),
            at_most(105.0, "III", "Intermediate risk: 3.2 to 7.1 % died within 30 days."),
            at_most(125.0, "IV", "High risk: 4 to 11.4 % died within 30 days."),
            above("V", "Very high risk: 10 to 24.5 % died within 30 days."),
        ],
    }],
    formula: "Age in years + male 10 + cancer 30 + heart failure 10 + chronic lung disease 10 + heart rate ≥ 110 20 + \
              systolic < 100 30 + respiratory rate ≥ 30 20 + temperature < 36 °C 20 + altered mental status 60 + \
              saturation < 90 % 20.",
    rounding: "Age in completed years; whole points.",
    version: "2005",
    sources: &[paper(
        "Aujesky D et al., Am J Respir Crit Care Med 2005;172:1041",
        2005,
        "10.1164/rccm.200506-862OC",
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "score"),
        rises("heart_rate", "score"),
        falls("sbp", "score"),
        rises("resp_rate", "score"),
        falls("temp_c", "score"),
        falls("sao2", "score"),
    ],
    example: Example {
        inputs: r#"{"age":62,"sex":"male","heart_rate":118,"sbp":96,"resp_rate":24,"temp_c":37.1,"sao2":92,
            "cancer":false,"heart_failure":false,"chronic_lung_disease":true,"altered_mental_status":false}"#,
        expected: r#"{"score":132,"cls":"V"}"#,
        origin: "worked by hand from the table of the 2005 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.add("age", "Age in years", values.number("age")?.floor());
    tally.when("sex", "male", values.is("sex", "male")?, 10.0);
    tally.flag("cancer", 30.0)?;
    tally.flags(&["heart_failure", "chronic_lung_disease"], 10.0)?;
    tally.when("heart_rate", "110 /min or more", values.number("heart_rate")? >= 110.0, 20.0);
    tally.when("sbp", "below 100 mmHg", values.number("sbp")? < 100.0, 30.0);
    tally.when("resp_rate", "30 /min or more", values.number("resp_rate")? >= 30.0, 20.0);
    tally.when("temp_c", "below 36 °C", values.number("temp_c")? < 36.0, 20.0);
    tally.flag("altered_mental_status", 60.0)?;
    tally.when("sao2", "below 90 %", values.number("sao2")? < 90.0, 20.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
