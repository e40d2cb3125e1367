//! Rockall score after endoscopy for upper gastrointestinal bleeding.
//!
//! The full score; without the two endoscopic items only the pre-endoscopic part (age, shock, comorbidity) can be
//! read, and it is given separately.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::{Input, choice};
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "rockall",
    title: "Rockall score",
    synonyms: &["upper GI bleed score"],
    specialties: &["gastroenterology", "emergency medicine"],
    purpose: "Risk of rebleeding and death after upper gastrointestinal bleeding.",
    population: "Adults with acute upper gastrointestinal bleeding, endoscoped.",
    inputs: &[
        patient::AGE.cuts(&[60.0, 80.0]),
        patient::HEART_RATE.cuts(&[100.0]),
        patient::SYSTOLIC.cuts(&[100.0]),
        Input::choice(
            "comorbidity",
            "Comorbidity",
            &[
                choice("none", "None major"),
                choice("major", "Heart failure, ischaemic heart disease or another major illness"),
                choice("severe", "Renal failure, liver failure or disseminated malignancy"),
            ],
        )
        .synonyms(&["comorbidity"]),
        Input::choice(
            "diagnosis",
            "Endoscopic diagnosis",
            &[
                choice(
                    "mallory_weiss_or_none",
                    "Mallory-Weiss tear, or no lesion and no sign of recent bleeding",
                ),
                choice("other", "Any other diagnosis"),
                choice("malignancy", "Malignancy of the upper gastrointestinal tract"),
            ],
        )
        .synonyms(&["diagnosis"]),
        Input::boolean("stigmata", "Blood, adherent clot, or visible or spurting vessel")
            .synonyms(&["stigmata", "visible vessel", "adherent clot"]),
    ],
    outputs: &[points("pre_endoscopy", "Pre-endoscopic score"), points("score", "Rockall score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk",
        rows: &[
            at_most(2.0, "low", "Rebleeding in about 4 %, death in about 0.1 %."),
            at_most(7.0, "intermediate", "Risk rises with every point."),
            above("high", "Rebleeding in about 40 %, death in about 40 %."),
        ],
    }],
    formula: "Age below 60 0, 60 to 79 1, 80 or more 2; no shock 0, pulse 100 or more 1, systolic pressure \
                 below 100 2; comorbidity none 0, major 2, severe 3; diagnosis Mallory-Weiss or none 0, other 1, \
                 malignancy 2; stigmata of recent bleeding 2; 0 to 11.",
    rounding: "Whole points.",
    version: "1996",
    sources: &[paper("Rockall TA et al., Gut 1996;38:316", 1996, "10.1136/gut.38.3.316")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "score"),
        rises("heart_rate", "score"),
        falls("sbp", "score"),
        rises("stigmata", "score"),
    ],
    example: Example {
        inputs: r#"{"age":80,"heart_rate":100,"sbp":100,"comorbidity":"major","diagnosis":"other","stigmata":true}"#,
        expected: r#"{"pre_endoscopy":5,"score":8}"#,
        origin: "worked by hand from the table of the 1996 paper: 2 + 1 + 2, then 1 + 2",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{Below, Open};
    let mut tally = Tally::new(values);
    tally.steps("age", &[(Below(60.0), 0.0), (Below(80.0), 1.0), (Open, 2.0)])?;
    let shock = match (values.number("sbp")? < 100.0, values.number("heart_rate")? >= 100.0) {
        (true, _) => 2.0,
        (false, true) => 1.0,
        (false, false) => 0.0,
    };
    tally.add("sbp", "Shock", shock);
    let comorbidity = match values.choice("comorbidity")? {
        "none" => 0.0,
        "major" => 2.0,
        _ => 3.0,
    };
    tally.add("comorbidity", values.title("comorbidity"), comorbidity);
    let before = tally.whole();
    let diagnosis = match values.choice("diagnosis")? {
        "mallory_weiss_or_none" => 0.0,
        "other" => 1.0,
        _ => 2.0,
    };
    tally.add("diagnosis", values.title("diagnosis"), diagnosis);
    tally.flag("stigmata", 2.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("pre_endoscopy", before).integer("score", score))
}
