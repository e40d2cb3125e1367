//! Caprini score, the version of 2005, for people who have an operation.
//!
//! The point for body mass index begins above 25 in this version; later versions grade it differently, so the version is
//! part of the answer. Age counts in one step only.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "caprini_2005",
    title: "Caprini score (2005)",
    synonyms: &["Caprini", "surgical VTE risk"],
    specialties: &["surgery", "anaesthesia", "haematology"],
    purpose: "Risk of venous thromboembolism around an operation.",
    population: "Adults in hospital for surgery. The percentages depend on the kind of surgery.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[41.0, 61.0, 75.0]),
        patient::BODY_MASS_INDEX.cuts(&[25.0]),
        Input::boolean("minor_surgery", "Minor surgery planned").synonyms(&["minor surgery"]),
        Input::boolean("major_surgery_1mo", "Earlier major surgery within 1 month")
            .synonyms(&["recent major surgery"]),
        Input::boolean("varicose_veins", "Varicose veins")
            .synonyms(&["varicose veins", "varices of the leg"]),
        Input::boolean("inflammatory_bowel_disease", "Inflammatory bowel disease").synonyms(&[
            "inflammatory bowel disease",
            "crohn",
            "ulcerative colitis",
        ]),
        Input::boolean("swollen_legs", "Swollen legs now").synonyms(&["swollen legs", "leg swelling"]),
        Input::boolean("acute_mi", "Acute myocardial infarction")
            .synonyms(&["myocardial infarction", "heart attack"]),
        Input::boolean("chf_1mo", "Heart failure within 1 month").synonyms(&["heart failure", "chf"]),
        Input::boolean("sepsis_1mo", "Sepsis within 1 month").synonyms(&["sepsis"]),
        Input::boolean(
            "serious_lung_disease_1mo",
            "Serious lung disease, pneumonia included, within 1 month",
        )
        .synonyms(&["pneumonia", "serious lung disease"]),
        Input::boolean("copd", "Chronic obstructive lung disease")
            .synonyms(&["copd", "abnormal lung function"]),
        Input::boolean("bed_rest_medical", "Medical patient at bed rest now").synonyms(&["bed rest"]),
        Input::boolean("hormones", "Oral contraceptive or hormone replacement")
            .synonyms(&["contraceptive pill", "hormone replacement", "hrt", "ocp"]),
        Input::boolean("pregnancy_postpartum", "Pregnant or within 1 month of birth")
            .synonyms(&["pregnant", "postpartum"]),
        Input::boolean("obstetric_history", "Unexplained stillbirth, or three or more miscarriages")
            .help("Also premature birth with toxaemia or a growth-restricted infant.")
            .synonyms(&["stillbirth", "recurrent miscarriage"]),
        Input::boolean("arthroscopic_surgery", "Arthroscopic surgery")
            .synonyms(&["arthroscopy", "arthroscopic"]),
        Input::boolean("malignancy", "Malignancy, present or earlier").synonyms(&["malignancy", "cancer"]),
        Input::boolean("major_open_surgery", "Major open surgery, longer than 45 minutes")
            .synonyms(&["major surgery", "open surgery", "laparotomy"]),
        Input::boolean("laparoscopic_surgery", "Laparoscopic surgery, longer than 45 minutes")
            .synonyms(&["laparoscopic", "laparoscopy"]),
        Input::boolean("bed_over_72h", "Confined to bed longer than 72 hours").synonyms(&["confined to bed"]),
        Input::boolean("plaster_cast_1mo", "Immobilising plaster cast within 1 month")
            .synonyms(&["plaster cast"]),
        Input::boolean("central_venous_access", "Central venous access").synonyms(&[
            "central line",
            "central venous catheter",
            "picc",
            "port",
        ]),
        Input::boolean("history_vte", "Earlier deep vein thrombosis or pulmonary embolism")
            .synonyms(&["history of dvt", "history of pe", "previous vte"]),
        Input::boolean("family_history_vte", "Family history of thrombosis")
            .synonyms(&["family history of thrombosis"]),
        Input::boolean("factor_v_leiden", "Factor V Leiden").synonyms(&["factor v leiden"]),
        Input::boolean("prothrombin_20210a", "Prothrombin 20210A").synonyms(&["prothrombin mutation"]),
        Input::boolean("homocysteine", "Raised homocysteine").synonyms(&["homocysteine"]),
        Input::boolean("lupus_anticoagulant", "Lupus anticoagulant").synonyms(&["lupus anticoagulant"]),
        Input::boolean("anticardiolipin", "Anticardiolipin antibodies").synonyms(&["anticardiolipin"]),
        Input::boolean("hit", "Heparin-induced thrombocytopenia")
            .synonyms(&["heparin-induced thrombocytopenia"]),
        Input::boolean("other_thrombophilia", "Other thrombophilia").synonyms(&["thrombophilia"]),
        Input::boolean("stroke_1mo", "Stroke within 1 month").synonyms(&["stroke"]),
        Input::boolean("arthroplasty", "Elective major arthroplasty of the leg")
            .synonyms(&["hip replacement", "knee replacement", "arthroplasty"]),
        Input::boolean("hip_pelvis_leg_fracture", "Fracture of hip, pelvis or leg within 1 month")
            .synonyms(&["hip fracture", "pelvic fracture", "leg fracture"]),
        Input::boolean("spinal_cord_injury_1mo", "Acute spinal cord injury with paralysis within 1 month")
            .synonyms(&["spinal cord injury"]),
        Input::boolean("multiple_trauma_1mo", "Multiple trauma within 1 month")
            .synonyms(&["multiple trauma", "polytrauma"]),
    ],
    outputs: &[points("score", "Caprini score")],
    bands: &[
        Bands {
            key: "band",
            of: "score",
            title: "Level (2005)",
            rows: &[
                at_most(1.0, "low", "The 2005 paper counts this as low risk."),
                at_most(2.0, "moderate", "The 2005 paper counts this as moderate risk."),
                at_most(4.0, "high", "The 2005 paper counts this as high risk."),
                above("highest", "The 2005 paper counts this as the highest risk."),
            ],
        },
        Bands {
            key: "accp_level",
            of: "score",
            title: "Level for general and abdominal surgery (ACCP 2012)",
            rows: &[
                at_most(0.0, "very low", "Fewer than 0.5 % had a thromboembolism without prophylaxis."),
                at_most(2.0, "low", "About 1.5 % had a thromboembolism without prophylaxis."),
                at_most(4.0, "moderate", "About 3 % had a thromboembolism without prophylaxis."),
                above("high", "About 6 % had a thromboembolism without prophylaxis."),
            ],
        },
    ],
    formula: "Sum of items of 1, 2, 3 and 5 points; age 41–60 1, 61–74 2, 75 and more 3; body mass index above 25 1.",
    rounding: "Age in completed years; whole points.",
    version: "2005 (the 2013 version grades the body mass index differently)",
    sources: &[
        paper("Caprini JA, Dis Mon 2005;51:70", 2005, "10.1016/j.disamonth.2005.02.003"),
        paper("Bahl V et al., Ann Surg 2010;251:344", 2010, "10.1097/SLA.0b013e3181b7fca6"),
    ],
    status: Status::Unverified,
    notes: &[
        "Version of 2005: one point for a body mass index above 25; the 2013 version grades it at 25, 40 and 50.",
    ],
    bounded: true,
    monotone: &[rises("age", "score"), rises("bmi", "score")],
    example: Example {
        inputs: r#"{"age":68,"bmi":31,"minor_surgery":false,"major_surgery_1mo":false,"varicose_veins":true,
            "inflammatory_bowel_disease":false,"swollen_legs":false,"acute_mi":false,"chf_1mo":false,"sepsis_1mo":false,
            "serious_lung_disease_1mo":false,"copd":false,"bed_rest_medical":false,"hormones":false,
            "pregnancy_postpartum":false,"obstetric_history":false,"arthroscopic_surgery":false,"malignancy":false,
            "major_open_surgery":false,"laparoscopic_surgery":false,"bed_over_72h":false,"plaster_cast_1mo":false,
            "central_venous_access":false,"history_vte":false,"family_history_vte":false,"factor_v_leiden":false,
            "prothrombin_20210a":false,"homocysteine":false,"lupus_anticoagulant":false,"anticardiolipin":false,
            "hit":false,"other_thrombophilia":false,"stroke_1mo":false,"arthroplasty":true,
            "hip_pelvis_leg_fracture":false,"spinal_cord_injury_1mo":false,"multiple_trauma_1mo":false}"#,
        expected: r#"{"score":9,"band":"highest","accp_level":"high"}"#,
        origin: "worked by hand from the table of the 2005 paper",
    },
    compute,
};

const ONE_POINT: [&str; 14] = [
    "minor_surgery",
    "major_surgery_1mo",
    "varicose_veins",
    "inflammatory_bowel_disease",
    "swollen_legs",
    "acute_mi",
    "chf_1mo",
    "sepsis_1mo",
    "serious_lung_disease_1mo",
    "copd",
    "bed_rest_medical",
    "hormones",
    "pregnancy_postpartum",
    "obstetric_history",
];
const TWO_POINTS: [&str; 7] = [
    "arthroscopic_surgery", "malignancy", "major_open_surgery", "laparoscopic_surgery", "bed_over_72h",
    "plaster_cast_1mo", "central_venous_access",
];
const THREE_POINTS: [&str; 9] = [
    "history_vte", "family_history_vte", "factor_v_leiden", "prothrombin_20210a", "homocysteine",
    "lupus_anticoagulant", "anticardiolipin", "hit", "other_thrombophilia",
];
const FIVE_POINTS: [&str; 5] = [
    "stroke_1mo",
    "arthroplasty",
    "hip_pelvis_leg_fracture",
    "spinal_cord_injury_1mo",
    "multiple_trauma_1mo",
];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.steps(
        "age",
        &[
            (Bound::Below(41.0), 0.0),
            (Bound::Below(61.0), 1.0),
            (Bound::Below(75.0), 2.0),
            (Bound::Open, 3.0),
        ],
    )?;
    tally.when("bmi", "above 25 kg/m²", values.number("bmi")? > 25.0, 1.0);
    tally.flags(&ONE_POINT, 1.0)?;
    tally.flags(&TWO_POINTS, 2.0)?;
    tally.flags(&THREE_POINTS, 3.0)?;
    tally.flags(&FIVE_POINTS, 5.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
