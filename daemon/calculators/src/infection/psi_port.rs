//! Pneumonia Severity Index (PORT).
//!
//! Two steps: class I is given to people up to 50 years without one of five illnesses and without one of five bedside
//! signs, whatever the laboratory shows; everybody else is scored. Fever counts from 40.0 °C.

use crate::bands::{Bands, above, at_most, by_rule};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "psi_port",
    title: "Pneumonia Severity Index (PSI/PORT)",
    synonyms: &["PSI", "PORT score", "pneumonia severity"],
    specialties: &["pulmonology", "emergency medicine", "infectious disease"],
    purpose: "Risk of death within 30 days of pneumonia acquired in the community.",
    population: "Adults with pneumonia acquired in the community.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[50.0]),
        patient::SEX,
        Input::boolean("nursing_home", "Lives in a nursing home").synonyms(&["nursing home", "care home"]),
        Input::boolean("neoplastic", "Neoplastic disease")
            .help("Any cancer but of the skin (basal or squamous), active or diagnosed within a year.")
            .synonyms(&["neoplastic disease", "cancer", "malignancy"]),
        Input::boolean("liver_disease", "Liver disease")
            .synonyms(&["liver disease", "cirrhosis", "chronic hepatitis"]),
        patient::HEART_FAILURE,
        Input::boolean("cerebrovascular", "Cerebrovascular disease").synonyms(&[
            "cerebrovascular disease",
            "stroke",
            "tia",
        ]),
        Input::boolean("renal_disease", "Kidney disease")
            .synonyms(&["renal disease", "kidney disease", "ckd"]),
        patient::ALTERED_MENTAL_STATUS,
        patient::RESPIRATORY_RATE.cuts(&[30.0]),
        patient::SYSTOLIC.cuts(&[90.0]),
        patient::TEMPERATURE.cuts(&[35.0, 40.0]),
        patient::HEART_RATE.cuts(&[125.0]),
        patient::ARTERIAL_PH.cuts(&[7.35]),
        patient::UREA_NITROGEN.cuts(&[30.0]),
        patient::SODIUM.cuts(&[130.0]),
        patient::GLUCOSE.cuts(&[250.0]),
        patient::HAEMATOCRIT.cuts(&[30.0]),
        patient::ARTERIAL_OXYGEN
            .help("Arterial oxygen or the saturation below; at least one of the two.")
            .cuts(&[60.0])
            .optional(),
        patient::SATURATION.help("Instead of or beside arterial oxygen.").cuts(&[90.0]).optional(),
        Input::boolean("pleural_effusion", "Pleural effusion").synonyms(&["pleural effusion", "effusion"]),
    ],
    outputs: &[points("points", "PSI points")],
    bands: &[Bands {
        key: "cls",
        of: "points",
        title: "Risk class",
        rows: &[
            by_rule("I", "0.1 % died within 30 days."),
            at_most(70.0, "II", "0.6 % died within 30 days."),
            at_most(90.0, "III", "0.9 % died within 30 days."),
            at_most(130.0, "IV", "9.3 % died within 30 days."),
            above("V", "27 % died within 30 days."),
        ],
    }],
    formula: "Age (women −10), nursing home 10, neoplasm 30, liver 20, heart failure 10, cerebrovascular 10, kidney 10, \
              altered mental status 20, respiratory rate ≥ 30 20, systolic < 90 20, temperature < 35 or ≥ 40 °C 15, heart \
              rate ≥ 125 10, pH < 7.35 30, urea nitrogen ≥ 30 20, sodium < 130 20, glucose ≥ 250 10, haematocrit < 30 10, \
              PaO₂ < 60 or saturation < 90 10, effusion 10. Class I: age up to 50, none of the five illnesses and none of \
              the five bedside signs.",
    rounding: "Age in completed years; whole points.",
    version: "1997",
    sources: &[paper("Fine MJ et al., N Engl J Med 1997;336:243", 1997, "10.1056/NEJM199701233360402")],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "points"),
        rises("resp_rate", "points"),
        falls("sbp", "points"),
        rises("heart_rate", "points"),
        falls("ph", "points"),
        rises("bun_mgdl", "points"),
        falls("sodium", "points"),
        rises("glucose_mgdl", "points"),
        falls("hematocrit", "points"),
        falls("pao2", "points"),
    ],
    example: Example {
        inputs: r#"{"age":72,"sex":"female","nursing_home":true,"neoplastic":false,"liver_disease":false,"chf":true,
            "cerebrovascular":false,"renal_disease":false,"altered_mental_status":false,"resp_rate":30,"sbp":112,
            "temp_c":38.6,"heart_rate":104,"ph":7.41,"bun_mgdl":34,"sodium":136,"glucose_mgdl":140,"hematocrit":37,
            "sao2":88,"pleural_effusion":false}"#,
        expected: r#"{"points":132,"cls":"V"}"#,
        origin: "worked by hand from the table of the 1997 paper",
    },
    compute,
};

const ILLNESSES: [(&str, f64); 5] = [
    ("neoplastic", 30.0),
    ("liver_disease", 20.0),
    ("chf", 10.0),
    ("cerebrovascular", 10.0),
    ("renal_disease", 10.0),
];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    let age = values.number("age")?.floor();
    let mut higher_class = age > 50.0;
    for (name, points) in ILLNESSES {
        tally.flag(name, points)?;
        higher_class |= values.yes(name)?;
    }
    for (name, what, holds, points) in bedside_signs(values)? {
        tally.when(name, what, holds, points);
        higher_class |= holds;
    }
    tally.add("age", "Age in years", age);
    tally.when("sex", "female", values.is("sex", "female")?, -10.0);
    tally.flag("nursing_home", 10.0)?;
    laboratory(values, &mut tally)?;
    let points = tally.whole();
    let outcome = Outcome::of(tally).integer("points", points);
    if higher_class {
        return Ok(outcome);
    }
    Ok(outcome
        .text("cls", "I")
        .note("Class I by the first step: age up to 50, none of the illnesses, none of the bedside signs."))
}

/// The five signs that count in the first step and in the second.
fn bedside_signs(values: &Values) -> Result<[(&'static str, &'static str, bool, f64); 5], Refusal> {
    let temperature = values.number("temp_c")?;
    Ok([
        ("altered_mental_status", "", values.yes("altered_mental_status")?, 20.0),
        ("resp_rate", "30 /min or more", values.number("resp_rate")? >= 30.0, 20.0),
        ("sbp", "below 90 mmHg", values.number("sbp")? < 90.0, 20.0),
        ("temp_c", "below 35 or from 40 °C", !(35.0..40.0).contains(&temperature), 15.0),
        ("heart_rate", "125 /min or more", values.number("heart_rate")? >= 125.0, 10.0),
    ])
}

fn laboratory(values: &Values, tally: &mut Tally<'_>) -> Result<(), Refusal> {
    tally.when("ph", "below 7.35", values.number("ph")? < 7.35, 30.0);
    tally.when("bun_mgdl", "30 mg/dL or more", values.number("bun_mgdl")? >= 30.0, 20.0);
    tally.when("sodium", "below 130 mmol/L", values.number("sodium")? < 130.0, 20.0);
    tally.when("glucose_mgdl", "250 mg/dL or more", values.number("glucose_mgdl")? >= 250.0, 10.0);
    tally.when("hematocrit", "below 30 %", values.number("hematocrit")? < 30.0, 10.0);
    let (pressure, saturation) = (values.optional_number("pao2"), values.optional_number("sao2"));
    if pressure.is_none() && saturation.is_none() {
        return Err(Refusal::missing("pao2", "Arterial oxygen (mmHg) or the saturation (%) is missing."));
    }
    let low = pressure.is_some_and(|given| given < 60.0) || saturation.is_some_and(|given| given < 90.0);
    tally.when("pao2", "below 60 mmHg, or saturation below 90 %", low, 10.0);
    tally.flag("pleural_effusion", 10.0)
}
