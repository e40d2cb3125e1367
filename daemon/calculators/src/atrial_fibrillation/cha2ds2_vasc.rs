//! CHA₂DS₂-VASc with its relatives CHA₂DS₂-VA and CHADS₂.
//!
//! The three share their inputs and differ in points, so one form answers all. "H" is a history of hypertension, unlike
//! in HAS-BLED. What two guidelines say at a score is quoted as theirs.

use crate::bands::{Bands, Bound, above, at_most, by_rule};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "cha2ds2_vasc",
    title: "CHA₂DS₂-VASc, CHA₂DS₂-VA and CHADS₂",
    synonyms: &["CHA2DS2-VASc", "CHADS-VASc", "CHA2DS2-VA", "CHADS2", "stroke risk in atrial fibrillation"],
    specialties: &["cardiology", "neurology", "internal medicine", "primary care"],
    purpose: "Risk of stroke in people with atrial fibrillation.",
    population: "Adults with atrial fibrillation without mechanical valve or moderate to severe mitral stenosis.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[65.0, 75.0]),
        patient::SEX,
        patient::HEART_FAILURE.help("Symptoms, or an ejection fraction of 40 % or less."),
        Input::boolean("hypertension", "Hypertension")
            .help("A history of hypertension, treated or not.")
            .synonyms(&["hypertension", "high blood pressure", "hypertensive", "htn"]),
        patient::DIABETES,
        Input::boolean("stroke_tia_te", "Earlier stroke, transient attack or thromboembolism").synonyms(&[
            "stroke",
            "prior stroke",
            "cva",
            "tia",
            "transient ischaemic attack",
            "transient ischemic attack",
            "thromboembolism",
        ]),
        Input::boolean("vascular", "Vascular disease")
            .help("Earlier infarction, peripheral arterial disease or aortic plaque.")
            .synonyms(&[
                "vascular disease",
                "peripheral arterial disease",
                "peripheral artery disease",
                "pad",
                "myocardial infarction",
                "heart attack",
                "aortic plaque",
            ]),
    ],
    outputs: &[
        points("cha2ds2_vasc", "CHA₂DS₂-VASc"),
        points("cha2ds2_va", "CHA₂DS₂-VA"),
        points("chads2", "CHADS₂"),
    ],
    bands: &[
        Bands {
            key: "esc_2024",
            of: "cha2ds2_va",
            title: "ESC 2024, by CHA₂DS₂-VA",
            rows: &[
                at_most(0.0, "below", "Below the score at which the guideline speaks of anticoagulation."),
                at_most(
                    1.0,
                    "consider",
                    "At 1 the guideline says that anticoagulation should be considered (class IIa).",
                ),
                above("recommended", "At 2 and more the guideline recommends anticoagulation (class I)."),
            ],
        },
        Bands {
            key: "acc_aha_2023",
            of: "cha2ds2_vasc",
            title: "ACC/AHA 2023, by CHA₂DS₂-VASc and sex",
            rows: &[
                by_rule("below", "Below the score at which the guideline speaks of anticoagulation."),
                by_rule(
                    "reasonable",
                    "1 in men or 2 in women: the guideline calls anticoagulation reasonable (2a).",
                ),
                by_rule(
                    "recommended",
                    "2 or more in men, 3 or more in women: the guideline recommends anticoagulation (1).",
                ),
            ],
        },
    ],
    formula: "Heart failure 1, hypertension 1, age 75 and more 2 or 65–74 1, diabetes 1, stroke 2, vascular disease 1, \
              female 1 (left out in CHA₂DS₂-VA). CHADS₂: heart failure, hypertension, age 75 and more, diabetes 1 each, \
              stroke 2.",
    rounding: "Whole points, nothing is rounded.",
    version: "2010; CHA₂DS₂-VA as in the ESC guideline of 2024",
    sources: &[
        paper("Lip GYH et al., Chest 2010;137:263", 2010, "10.1378/chest.09-1584"),
        paper(
            "Van Gelder IC et al., ESC guideline on atrial fibrillation, Eur Heart J 2024;45:3314",
            2024,
            "10.1093/eurheartj/ehae176",
        ),
        paper(
            "Joglar JA et al., ACC/AHA guideline on atrial fibrillation, Circulation 2024;149:e1",
            2023,
            "10.1161/CIR.0000000000001193",
        ),
        paper("Gage BF et al. (CHADS₂), JAMA 2001;285:2864", 2001, "10.1001/jama.285.22.2864"),
    ],
    status: Status::Verified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "cha2ds2_vasc"),
        rises("age", "cha2ds2_va"),
        rises("age", "chads2"),
        rises("stroke_tia_te", "chads2"),
        rises("vascular", "cha2ds2_vasc"),
    ],
    example: Example {
        inputs: r#"{"age":76,"sex":"female","chf":false,"hypertension":true,"diabetes":false,"stroke_tia_te":true,
            "vascular":false}"#,
        expected: r#"{"cha2ds2_vasc":6,"cha2ds2_va":5,"chads2":4,"esc_2024":"recommended"}"#,
        origin: "worked by hand from the table of the 2010 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(&["chf", "hypertension"], 1.0)?;
    tally.steps("age", &[(Bound::Below(65.0), 0.0), (Bound::Below(75.0), 1.0), (Bound::Open, 2.0)])?;
    tally.flag("diabetes", 1.0)?;
    tally.flag("stroke_tia_te", 2.0)?;
    tally.flag("vascular", 1.0)?;
    let without_sex = tally.whole();
    let female = values.is("sex", "female")?;
    tally.when("sex", "female (CHA₂DS₂-VASc only)", female, 1.0);
    let one = |name| values.yes(name).map(i64::from);
    let old = i64::from(values.number("age")? >= 75.0);
    let chads2 = one("chf")? + one("hypertension")? + old + one("diabetes")? + 2 * one("stroke_tia_te")?;
    // The points a man needs and the points a woman needs differ by the point for sex itself.
    let acc_aha = match without_sex {
        0 => "below",
        1 => "reasonable",
        _ => "recommended",
    };
    let score = tally.whole();
    Ok(Outcome::of(tally)
        .integer("cha2ds2_vasc", score)
        .integer("cha2ds2_va", without_sex)
        .integer("chads2", chads2)
        .text("acc_aha_2023", acc_aha))
}
