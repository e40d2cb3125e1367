//! APACHE II: physiology, age and chronic illness on the first day in intensive care.
//!
//! Oxygen is read from the alveolar–arterial gradient when half or more oxygen is breathed, else from arterial oxygen;
//! only the one that is read is needed. Acute renal failure doubles the points for creatinine.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::{Input, choice};
use crate::measure;
use crate::outcome::{Outcome, Tally, ladder};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "apache2",
    title: "APACHE II",
    synonyms: &["APACHE", "Acute Physiology and Chronic Health Evaluation"],
    specialties: &["intensive care"],
    purpose: "Severity of illness in the first 24 hours of intensive care.",
    population: "Adults in intensive care; worst values of the first 24 hours. Not for burns or after bypass surgery.",
    inputs: &[
        patient::AGE.derived(16.0, 125.0).cuts(&[45.0, 55.0, 65.0, 75.0]),
        patient::TEMPERATURE.help("Rectal or core.").cuts(&[30.0, 32.0, 34.0, 36.0, 38.5, 39.0, 41.0]),
        patient::MEAN_PRESSURE.cuts(&[50.0, 70.0, 110.0, 130.0, 160.0]),
        patient::HEART_RATE.cuts(&[40.0, 55.0, 70.0, 110.0, 140.0, 180.0]),
        patient::RESPIRATORY_RATE.cuts(&[6.0, 10.0, 12.0, 25.0, 35.0, 50.0]),
        patient::INSPIRED_OXYGEN.cuts(&[0.5]),
        patient::ARTERIAL_OXYGEN.help("Needed below 50 % oxygen.").cuts(&[55.0, 60.0, 70.0]).optional(),
        Input::number("aa_gradient", "Alveolar–arterial gradient", &measure::OXYGEN_GRADIENT, "mmHg")
            .help("Needed from 50 % oxygen.")
            .synonyms(&["a-a gradient", "aa gradient", "alveolar arterial gradient"])
            .cuts(&[200.0, 350.0, 500.0])
            .optional(),
        patient::ARTERIAL_PH.cuts(&[7.15, 7.25, 7.33, 7.5, 7.6, 7.7]),
        patient::SODIUM.cuts(&[110.0, 120.0, 130.0, 150.0, 155.0, 160.0, 180.0]),
        Input::number("potassium", "Potassium", &measure::POTASSIUM, "mmol/L")
            .synonyms(&["potassium", "serum potassium", "k"])
            .cuts(&[2.5, 3.0, 3.5, 5.5, 6.0, 7.0]),
        patient::CREATININE.cuts(&[0.6, 1.5, 2.0, 3.5]),
        Input::boolean("acute_renal_failure", "Acute renal failure")
            .synonyms(&["acute renal failure", "aki"]),
        patient::HAEMATOCRIT.cuts(&[20.0, 30.0, 46.0, 50.0, 60.0]),
        patient::WHITE_CELLS.cuts(&[1.0, 3.0, 15.0, 20.0, 40.0]),
        patient::COMA_SCALE,
        Input::boolean("chronic_organ_failure", "Severe chronic organ insufficiency or immunosuppression")
            .help("Liver, heart, lung, dialysis or immune system, known before this admission.")
            .synonyms(&["chronic organ failure", "immunocompromised", "cirrhosis", "dialysis"]),
        Input::choice(
            "admission",
            "Kind of admission",
            &[
                choice("nonoperative", "Not after an operation")
                    .or(&["non_operative", "non-operative", "nonop", "medical"]),
                choice("emergency_postop", "After an emergency operation").or(&[
                    "emergency",
                    "emergency_post_op",
                    "emergency_postoperative",
                    "emergency_surgery",
                ]),
                choice("elective_postop", "After an elective operation")
                    .or(&["elective", "elective_post_op", "elective_postoperative", "elective_surgery"]),
            ],
        )
        .synonyms(&["emergency surgery", "elective surgery", "medical admission"]),
    ],
    outputs: &[
        points("score", "APACHE II"),
        points("aps", "Acute physiology"),
        points("age_points", "Age"),
        points("chronic_points", "Chronic health"),
    ],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Death in hospital (1985, not after an operation)",
        rows: &[
            at_most(4.0, "0–4", "About 4 % died in hospital."),
            at_most(9.0, "5–9", "About 8 % died in hospital."),
            at_most(14.0, "10–14", "About 15 % died in hospital."),
            at_most(19.0, "15–19", "About 25 % died in hospital."),
            at_most(24.0, "20–24", "About 40 % died in hospital."),
            at_most(29.0, "25–29", "About 55 % died in hospital."),
            at_most(34.0, "30–34", "About 73 % died in hospital."),
            above("35 and more", "About 85 % died in hospital."),
        ],
    }],
    formula: "Twelve physiological items of 0 to 4 (creatinine twice in acute renal failure, 15 − coma scale), age 0 to 6, \
              chronic insufficiency 5 (not operated or emergency operation) or 2 (elective operation); 0 to 71.",
    rounding: "Age in completed years; whole points.",
    version: "1985",
    sources: &[paper("Knaus WA et al., Crit Care Med 1985;13:818", 1985, "10.1097/00003246-198510000-00009")],
    status: Status::Unverified,
    notes: &["The rates of death are those of 1985 and depend on the diagnosis."],
    bounded: true,
    monotone: &[
        rises("age", "score"),
        falls("gcs", "score"),
        rises("acute_renal_failure", "score"),
        rises("chronic_organ_failure", "score"),
        rises("age", "age_points"),
    ],
    example: Example {
        inputs: r#"{"age":67,"temp_c":38.5,"map":69,"heart_rate":110,"resp_rate":25,"fio2":0.4,"pao2":60,"ph":7.32,
            "sodium":149,"potassium":5.5,"creatinine":2.0,"acute_renal_failure":true,"hematocrit":29.9,"wbc_k":15,"gcs":14,
            "chronic_organ_failure":true,"admission":"nonoperative"}"#,
        expected: r#"{"score":32,"aps":22,"age_points":5,"chronic_points":5,"band":"30–34"}"#,
        origin: "worked by hand from the table of the 1985 paper",
    },
    compute,
};

/// Steps of one item.
type Steps = &'static [(Bound, f64)];

const TEMPERATURE: Steps = &[
    (Bound::Below(30.0), 4.0),
    (Bound::Below(32.0), 3.0),
    (Bound::Below(34.0), 2.0),
    (Bound::Below(36.0), 1.0),
    (Bound::Below(38.5), 0.0),
    (Bound::Below(39.0), 1.0),
    (Bound::Below(41.0), 3.0),
    (Bound::Open, 4.0),
];
const MEAN_PRESSURE: Steps = &[
    (Bound::Below(50.0), 4.0),
    (Bound::Below(70.0), 2.0),
    (Bound::Below(110.0), 0.0),
    (Bound::Below(130.0), 2.0),
    (Bound::Below(160.0), 3.0),
    (Bound::Open, 4.0),
];
const HEART_RATE: Steps = &[
    (Bound::Below(40.0), 4.0),
    (Bound::Below(55.0), 3.0),
    (Bound::Below(70.0), 2.0),
    (Bound::Below(110.0), 0.0),
    (Bound::Below(140.0), 2.0),
    (Bound::Below(180.0), 3.0),
    (Bound::Open, 4.0),
];
const RESPIRATORY_RATE: Steps = &[
    (Bound::Below(6.0), 4.0),
    (Bound::Below(10.0), 2.0),
    (Bound::Below(12.0), 1.0),
    (Bound::Below(25.0), 0.0),
    (Bound::Below(35.0), 1.0),
    (Bound::Below(50.0), 3.0),
    (Bound::Open, 4.0),
];
const GRADIENT: Steps =
    &[(Bound::Below(200.0), 0.0), (Bound::Below(350.0), 2.0), (Bound::Below(500.0), 3.0), (Bound::Open, 4.0)];
const ARTERIAL_OXYGEN: Steps =
    &[(Bound::Below(55.0), 4.0), (Bound::AtMost(60.0), 3.0), (Bound::AtMost(70.0), 1.0), (Bound::Open, 0.0)];
const ACIDITY: Steps = &[
    (Bound::Below(7.15), 4.0),
    (Bound::Below(7.25), 3.0),
    (Bound::Below(7.33), 2.0),
    (Bound::Below(7.5), 0.0),
    (Bound::Below(7.6), 1.0),
    (Bound::Below(7.7), 3.0),
    (Bound::Open, 4.0),
];
const SODIUM: Steps = &[
    (Bound::AtMost(110.0), 4.0),
    (Bound::Below(120.0), 3.0),
    (Bound::Below(130.0), 2.0),
    (Bound::Below(150.0), 0.0),
    (Bound::Below(155.0), 1.0),
    (Bound::Below(160.0), 2.0),
    (Bound::Below(180.0), 3.0),
    (Bound::Open, 4.0),
];
const POTASSIUM: Steps = &[
    (Bound::Below(2.5), 4.0),
    (Bound::Below(3.0), 2.0),
    (Bound::Below(3.5), 1.0),
    (Bound::Below(5.5), 0.0),
    (Bound::Below(6.0), 1.0),
    (Bound::Below(7.0), 3.0),
    (Bound::Open, 4.0),
];
const CREATININE: Steps = &[
    (Bound::Below(0.6), 2.0),
    (Bound::Below(1.5), 0.0),
    (Bound::Below(2.0), 2.0),
    (Bound::Below(3.5), 3.0),
    (Bound::Open, 4.0),
];
const HAEMATOCRIT: Steps = &[
    (Bound::Below(20.0), 4.0),
    (Bound::Below(30.0), 2.0),
    (Bound::Below(46.0), 0.0),
    (Bound::Below(50.0), 1.0),
    (Bound::Below(60.0), 2.0),
    (Bound::Open, 4.0),
];
const WHITE_CELLS: Steps = &[
    (Bound::Below(1.0), 4.0),
    (Bound::Below(3.0), 2.0),
    (Bound::Below(15.0), 0.0),
    (Bound::Below(20.0), 1.0),
    (Bound::Below(40.0), 2.0),
    (Bound::Open, 4.0),
];
const AGE: Steps = &[
    (Bound::Below(45.0), 0.0),
    (Bound::Below(55.0), 2.0),
    (Bound::Below(65.0), 3.0),
    (Bound::Below(75.0), 5.0),
    (Bound::Open, 6.0),
];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    for (name, steps) in [
        ("temp_c", TEMPERATURE),
        ("map", MEAN_PRESSURE),
        ("heart_rate", HEART_RATE),
        ("resp_rate", RESPIRATORY_RATE),
        ("ph", ACIDITY),
        ("sodium", SODIUM),
        ("potassium", POTASSIUM),
        ("hematocrit", HAEMATOCRIT),
        ("wbc_k", WHITE_CELLS),
    ] {
        tally.steps(name, steps)?;
    }
    if values.number("fio2")? >= 0.5 {
        tally.steps("aa_gradient", GRADIENT)?;
    } else {
        tally.steps("pao2", ARTERIAL_OXYGEN)?;
    }
    let doubled = if values.yes("acute_renal_failure")? { 2.0 } else { 1.0 };
    tally.add(
        "creatinine",
        values.title("creatinine"),
        doubled * ladder(values.number("creatinine")?, CREATININE),
    );
    tally.add("gcs", values.title("gcs"), 15.0 - values.number("gcs")?);
    let physiology = tally.whole();
    tally.steps("age", AGE)?;
    let with_age = tally.whole();
    let elective = values.is("admission", "elective_postop")?;
    let chronic = if values.yes("chronic_organ_failure")? { if elective { 2.0 } else { 5.0 } } else { 0.0 };
    tally.add("chronic_organ_failure", values.title("chronic_organ_failure"), chronic);
    let score = tally.whole();
    Ok(Outcome::of(tally)
        .integer("score", score)
        .integer("aps", physiology)
        .integer("age_points", with_age - physiology)
        .integer("chronic_points", score - with_age))
}
