//! Padua prediction score for medical inpatients.
//!
//! Thromboembolism while in hospital for a medical illness, without prophylaxis. Surgical patients are scored by
//! Caprini instead.

use crate::bands::{Bands, above, below};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "padua_vte",
    title: "Padua prediction score",
    synonyms: &["Padua", "VTE risk in medical inpatients"],
    specialties: &["internal medicine", "haematology"],
    purpose: "Risk of venous thromboembolism in people in hospital for a medical illness.",
    population: "Adult medical inpatients. Not for surgical patients.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[70.0]),
        patient::BODY_MASS_INDEX.cuts(&[30.0]),
        Input::boolean("active_cancer", "Active cancer")
            .help("Metastases, or chemotherapy or radiotherapy within 6 months.")
            .synonyms(&["active cancer", "cancer", "malignancy"]),
        Input::boolean("previous_vte", "Earlier venous thromboembolism")
            .help("Superficial vein thrombosis does not count.")
            .synonyms(&["previous vte", "prior vte", "history of dvt", "history of pe"]),
        Input::boolean("reduced_mobility", "Reduced mobility")
            .help("Bed rest with bathroom privileges for at least 3 days.")
            .synonyms(&["reduced mobility", "bed rest", "bedridden", "immobile"]),
        Input::boolean("thrombophilia", "Known thrombophilia").synonyms(&[
            "thrombophilia",
            "factor v leiden",
            "antiphospholipid syndrome",
        ]),
        Input::boolean("trauma_surgery_1mo", "Trauma or surgery within 1 month")
            .synonyms(&["recent trauma", "recent surgery"]),
        Input::boolean("heart_or_resp_failure", "Heart or respiratory failure")
            .synonyms(&["heart failure", "respiratory failure"]),
        Input::boolean("mi_or_stroke", "Acute myocardial infarction or ischaemic stroke")
            .synonyms(&["myocardial infarction", "heart attack", "stroke"]),
        Input::boolean("infection_or_rheum", "Acute infection or rheumatological disorder").synonyms(&[
            "acute infection",
            "pneumonia",
            "sepsis",
            "rheumatological disorder",
        ]),
        Input::boolean("hormonal", "Ongoing hormonal treatment")
            .synonyms(&["hormonal therapy", "oestrogen", "estrogen", "contraceptive pill"]),
    ],
    outputs: &[points("score", "Padua score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk without prophylaxis",
        rows: &[
            below(4.0, "low", "0.3 % had a venous thromboembolism within 90 days."),
            above("high", "11 % had a venous thromboembolism within 90 days without prophylaxis."),
        ],
    }],
    formula: "3 each: active cancer, earlier thromboembolism, reduced mobility, thrombophilia. 2: trauma or surgery. 1 each: \
              age 70 or more, heart or respiratory failure, infarction or stroke, infection or rheumatological disorder, \
              body mass index 30 or more, hormones; 0 to 20.",
    rounding: "Whole points, nothing is rounded.",
    version: "2010",
    sources: &[paper(
        "Barbar S et al., J Thromb Haemost 2010;8:2450",
        2010,
        "10.1111/j.1538-7836.2010.04044.x",
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("age", "score"), rises("bmi", "score")],
    example: Example {
        inputs: r#"{"age":70,"bmi":29.9,"active_cancer":false,"previous_vte":false,"reduced_mobility":true,
            "thrombophilia":false,"trauma_surgery_1mo":false,"heart_or_resp_failure":false,"mi_or_stroke":false,
            "infection_or_rheum":false,"hormonal":false}"#,
        expected: r#"{"score":4,"band":"high"}"#,
        origin: "worked by hand from the table of the 2010 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(&["active_cancer", "previous_vte", "reduced_mobility", "thrombophilia"], 3.0)?;
    tally.flag("trauma_surgery_1mo", 2.0)?;
    tally.when("age", "70 or more", values.number("age")? >= 70.0, 1.0);
    tally.flags(&["heart_or_resp_failure", "mi_or_stroke", "infection_or_rheum"], 1.0)?;
    tally.when("bmi", "30 kg/m² or more", values.number("bmi")? >= 30.0, 1.0);
    tally.flag("hormonal", 1.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
