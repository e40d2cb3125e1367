//! HEART score for chest pain in the emergency department.
//!
//! History and ECG are judged by the clinician as 0, 1 or 2; age, risk factors and troponin follow rules.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::{Input, level};
use crate::measure;
use crate::outcome::{Outcome, Tally, ladder};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "heart_score",
    title: "HEART score",
    synonyms: &["HEART", "chest pain score"],
    specialties: &["emergency medicine", "cardiology"],
    purpose: "Risk of a major cardiac event within 6 weeks in people with chest pain.",
    population: "Adults with chest pain in the emergency department, without ST elevation or instability.",
    inputs: &[
        Input::grade(
            "history",
            "History",
            0,
            2,
            &[
                level(0, "Slightly suspicious"),
                level(1, "Moderately suspicious"),
                level(2, "Highly suspicious"),
            ],
        )
        .synonyms(&["history", "suspicious"]),
        Input::grade(
            "ecg",
            "ECG",
            0,
            2,
            &[
                level(0, "Normal"),
                level(1, "Non-specific repolarisation disturbance"),
                level(2, "Significant ST deviation"),
            ],
        )
        .synonyms(&["ecg", "ekg"]),
        patient::AGE.derived(18.0, 125.0).cuts(&[45.0, 65.0]),
        Input::integer("risk_factor_count", "Number of risk factors", 0, 20)
            .help("Hypertension, hypercholesterolaemia, diabetes, obesity, smoking, family history.")
            .synonyms(&["risk factors"])
            .cuts(&[1.0, 3.0]),
        Input::boolean("known_atherosclerosis", "Known atherosclerotic disease").synonyms(&[
            "atherosclerotic disease",
            "known atherosclerosis",
            "previous mi",
            "pci",
            "stroke",
        ]),
        Input::number("troponin_x_uln", "Troponin as multiple of the upper limit", &measure::PLAIN, "1")
            .help("1 is exactly the upper limit of normal of the assay.")
            .synonyms(&["troponin"])
            .cuts(&[1.0, 3.0]),
    ],
    outputs: &[points("score", "HEART score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk of a major cardiac event within 6 weeks",
        rows: &[
            at_most(3.0, "low", "About 1 to 2 % had a major cardiac event."),
            at_most(6.0, "moderate", "About 12 to 17 % had a major cardiac event."),
            above("high", "About 50 to 65 % had a major cardiac event."),
        ],
    }],
    formula: "History 0–2, ECG 0–2, age below 45 0, 45–64 1, 65 and more 2; risk factors none 0, one or two 1, three or \
              more or known atherosclerosis 2; troponin up to the limit 0, up to three times 1, above 2; 0 to 10.",
    rounding: "Whole points, nothing is rounded.",
    version: "2008, cut-offs as validated in 2013",
    sources: &[
        paper("Six AJ et al., Neth Heart J 2008;16:191", 2008, "10.1007/BF03086144"),
        paper("Backus BE et al., Int J Cardiol 2013;168:2153", 2013, "10.1016/j.ijcard.2013.01.255"),
    ],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "score"),
        rises("history", "score"),
        rises("ecg", "score"),
        rises("risk_factor_count", "score"),
        rises("troponin_x_uln", "score"),
    ],
    example: Example {
        inputs: r#"{"history":1,"ecg":0,"age":64,"risk_factor_count":2,"known_atherosclerosis":false,
            "troponin_x_uln":1.01}"#,
        expected: r#"{"score":4,"band":"moderate"}"#,
        origin: "worked by hand from the table of the 2008 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.add("history", values.title("history"), values.number("history")?);
    tally.add("ecg", values.title("ecg"), values.number("ecg")?);
    tally.steps("age", &[(Bound::Below(45.0), 0.0), (Bound::Below(65.0), 1.0), (Bound::Open, 2.0)])?;
    let counted = ladder(
        values.number("risk_factor_count")?,
        &[(Bound::Below(1.0), 0.0), (Bound::Below(3.0), 1.0), (Bound::Open, 2.0)],
    );
    let factors = if values.yes("known_atherosclerosis")? { 2.0 } else { counted };
    tally.add("risk_factor_count", "Risk factors or known atherosclerosis", factors);
    tally.steps(
        "troponin_x_uln",
        &[(Bound::AtMost(1.0), 0.0), (Bound::AtMost(3.0), 1.0), (Bound::Open, 2.0)],
    )?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
