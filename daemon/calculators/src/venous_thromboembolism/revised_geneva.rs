//! Revised Geneva score for pulmonary embolism, the version with weights.
//!
//! It needs no judgement about other diagnoses, unlike the Wells score. The heart rate gives points in two steps of
//! which only the higher counts.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "revised_geneva",
    title: "Revised Geneva score for pulmonary embolism",
    synonyms: &["Geneva score", "rGeneva"],
    specialties: &["emergency medicine", "pulmonology"],
    purpose: "Probability of pulmonary embolism before testing, from objective findings only.",
    population: "Adult outpatients with suspected pulmonary embolism.",
    inputs: &[
        patient::AGE.cuts(&[65.0]),
        patient::HEART_RATE.cuts(&[75.0, 95.0]),
        patient::PREVIOUS_THROMBOEMBOLISM,
        Input::boolean(
            "surgery_or_fracture_1mo",
            "Surgery under general anaesthesia or leg fracture within 1 month",
        )
        .synonyms(&["recent surgery", "fracture", "leg fracture", "surgery"]),
        Input::boolean("active_malignancy", "Active malignancy")
            .help("Solid or haematological, or considered cured for less than 1 year.")
            .synonyms(&["active malignancy", "malignancy", "active cancer", "cancer"]),
        Input::boolean("unilateral_leg_pain", "Pain in one leg")
            .synonyms(&["unilateral leg pain", "leg pain", "pain in one leg"]),
        patient::HAEMOPTYSIS,
        Input::boolean(
            "leg_palpation_pain_and_edema",
            "Pain on deep palpation of a leg vein and oedema of one leg",
        )
        .synonyms(&["pain on palpation", "leg tenderness and oedema", "leg tenderness and edema"]),
    ],
    outputs: &[points("score", "Revised Geneva score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Probability of pulmonary embolism",
        rows: &[
            at_most(3.0, "low", "About 8 % had a pulmonary embolism."),
            at_most(10.0, "intermediate", "About 28 % had a pulmonary embolism."),
            above("high", "About 74 % had a pulmonary embolism."),
        ],
    }],
    formula: "Age above 65 1, earlier thromboembolism 3, surgery or fracture 2, malignancy 2, pain in one leg 3, \
              haemoptysis 2, heart rate 75–94 3 or 95 and more 5, pain on palpation with oedema 4; 0 to 22.",
    rounding: "Whole points, nothing is rounded.",
    version: "2006",
    sources: &[paper(
        "Le Gal G et al., Ann Intern Med 2006;144:165",
        2006,
        "10.7326/0003-4819-144-3-200602070-00004",
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("age", "score"), rises("heart_rate", "score")],
    example: Example {
        inputs: r#"{"age":66,"heart_rate":94,"previous_pe_dvt":false,"surgery_or_fracture_1mo":false,
            "active_malignancy":false,"unilateral_leg_pain":true,"hemoptysis":false,
            "leg_palpation_pain_and_edema":true}"#,
        expected: r#"{"score":11,"band":"high"}"#,
        origin: "worked by hand from the table of the 2006 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.when("age", "above 65", values.number("age")?.floor() > 65.0, 1.0);
    tally.flags(&["previous_pe_dvt", "unilateral_leg_pain"], 3.0)?;
    tally.flags(&["surgery_or_fracture_1mo", "active_malignancy", "hemoptysis"], 2.0)?;
    tally.steps("heart_rate", &[(Bound::Below(75.0), 0.0), (Bound::Below(95.0), 3.0), (Bound::Open, 5.0)])?;
    tally.flag("leg_palpation_pain_and_edema", 4.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
