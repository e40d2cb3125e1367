//! Glasgow-Blatchford score of upper gastrointestinal bleeding.
//!
//! Haemoglobin limits differ for men and women, and women have no step between 12 and 13 g/dL. Urea steps are the
//! published mmol/L limits times 2.8, as urea nitrogen in mg/dL; values between printed steps fall into the lower
//! one.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "glasgow_blatchford",
    title: "Glasgow-Blatchford score",
    synonyms: &["GBS", "Blatchford"],
    specialties: &["gastroenterology", "emergency medicine"],
    purpose: "Risk in acute upper gastrointestinal bleeding before endoscopy.",
    population: "Adults with acute upper gastrointestinal bleeding.",
    inputs: &[
        patient::SEX,
        patient::UREA_NITROGEN.cuts(&[18.2, 22.4, 28.0, 70.0]),
        patient::HAEMOGLOBIN.cuts(&[10.0, 12.0, 13.0]),
        patient::SYSTOLIC.cuts(&[90.0, 100.0, 110.0]),
        patient::HEART_RATE.cuts(&[100.0]),
        Input::boolean("melena", "Melaena").synonyms(&["melena", "melaena", "black stool", "tarry stool"]),
        Input::boolean("syncope", "Syncope at presentation").synonyms(&["syncope", "collapse", "fainted"]),
        Input::boolean("hepatic_disease", "Liver disease")
            .help(
                "Known history, or clinical or laboratory evidence of chronic or acute \
                 liver disease.",
            )
            .synonyms(&["liver disease", "hepatic disease", "cirrhosis"]),
        Input::boolean("cardiac_failure", "Heart failure")
            .help("Known history, or clinical or echocardiographic evidence.")
            .synonyms(&["heart failure", "cardiac failure", "chf"]),
    ],
    outputs: &[points("score", "Glasgow-Blatchford score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk",
        rows: &[
            at_most(
                0.0,
                "very low",
                "Intervention or death very unlikely; later guidelines extend this to a \
                 score of 1.",
            ),
            at_most(1.0, "low", "Below about 1 % needed intervention or died in later cohorts."),
            at_most(6.0, "raised", "Intervention possible."),
            above("high", "Endoscopic therapy likely (7 or more)."),
        ],
    }],
    formula: "Urea nitrogen (mg/dL) 18.2 to 22.3 2, 22.4 to 27.9 3, 28 to 69.9 4, 70 or more 6; haemoglobin \
                 (g/dL) men 12 to 12.9 1, 10 to 11.9 3, below 10 6, women 10 to 11.9 1, below 10 6; systolic \
                 pressure 100 to 109 1, 90 to 99 2, below 90 3; heart rate 100 or more 1; melaena 1; syncope 2; \
                 liver disease 2; heart failure 2; 0 to 23.",
    rounding: "Whole points.",
    version: "2000",
    sources: &[paper("Blatchford O et al., Lancet 2000;356:1318", 2000, "10.1016/S0140-6736(00)02816-6")],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("bun_mgdl", "score"),
        falls("hemoglobin", "score"),
        falls("sbp", "score"),
        rises("heart_rate", "score"),
        rises("syncope", "score"),
    ],
    example: Example {
        inputs: r#"{"sex":"male","bun_mgdl":18.2,"hemoglobin":9.9,"sbp":161,"heart_rate":168,"melena":true,"syncope":false,"hepatic_disease":true,"cardiac_failure":false}"#,
        expected: r#"{"score":12}"#,
        origin: "worked by hand from the table of the 2000 paper: 2 + 6 + 1 + 1 + 2",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{Below, Open};
    let mut tally = Tally::new(values);
    tally.steps(
        "bun_mgdl",
        &[(Below(18.2), 0.0), (Below(22.4), 2.0), (Below(28.0), 3.0), (Below(70.0), 4.0), (Open, 6.0)],
    )?;
    if values.is("sex", "male")? {
        tally.steps("hemoglobin", &[(Below(10.0), 6.0), (Below(12.0), 3.0), (Below(13.0), 1.0)])?;
    } else {
        tally.steps("hemoglobin", &[(Below(10.0), 6.0), (Below(12.0), 1.0)])?;
    }
    tally.steps("sbp", &[(Below(90.0), 3.0), (Below(100.0), 2.0), (Below(110.0), 1.0)])?;
    tally.when("heart_rate", "100 /min or more", values.number("heart_rate")? >= 100.0, 1.0);
    tally.flag("melena", 1.0)?;
    tally.flags(&["syncope", "hepatic_disease", "cardiac_failure"], 2.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
