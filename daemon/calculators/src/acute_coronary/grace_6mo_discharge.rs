//! GRACE at discharge: death within six months after an acute coronary syndrome.
//!
//! Other predictors and other points than the score for death in hospital: history counts here, Killip class does not.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "grace_6mo_discharge",
    title: "GRACE 1.0, death within 6 months of discharge",
    synonyms: &["GRACE", "GRACE 6 months", "GRACE discharge"],
    specialties: &["cardiology", "internal medicine"],
    purpose: "Risk of death within 6 months after leaving hospital with an acute coronary syndrome.",
    population: "Adults who survived to discharge after an acute coronary syndrome.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(&[40.0, 50.0, 60.0, 70.0, 80.0, 90.0]),
        patient::HEART_RATE.help("At presentation.").cuts(super::grace::HEART_RATE_CUTS),
        patient::SYSTOLIC.help("At presentation.").cuts(super::grace::SYSTOLIC_CUTS),
        patient::CREATININE
            .named("creatinine_mgdl")
            .help("At presentation.")
            .cuts(super::grace::CREATININE_CUTS),
        patient::HEART_FAILURE.titled("History of heart failure"),
        Input::boolean("history_mi", "History of myocardial infarction").synonyms(&[
            "previous mi",
            "prior heart attack",
            "history of myocardial infarction",
        ]),
        Input::boolean("st_depression", "ST-segment depression").synonyms(&["st depression"]),
        Input::boolean("elevated_enzymes", "Raised cardiac enzymes or troponin")
            .synonyms(&["raised troponin", "elevated troponin", "positive enzymes"]),
        Input::boolean("no_inhospital_pci", "No percutaneous intervention in hospital")
            .synonyms(&["no pci", "no angioplasty", "medically managed"]),
    ],
    outputs: &[points("points", "GRACE points")],
    bands: &[Bands {
        key: "band",
        of: "points",
        title: "Risk of death within 6 months",
        rows: &[
            at_most(88.0, "low", "Less than 3 % died within 6 months."),
            at_most(118.0, "intermediate", "3 to 8 % died within 6 months."),
            above("high", "More than 8 % died within 6 months."),
        ],
    }],
    formula: "Points for age, heart rate, systolic pressure and creatinine, history of heart failure 24, of infarction 12, \
              ST depression 11, enzymes 15, no intervention in hospital 14.",
    rounding: "Whole points, nothing is rounded.",
    version: "2004, not GRACE 2.0",
    sources: &[paper("Eagle KA et al., JAMA 2004;291:2727", 2004, "10.1001/jama.291.22.2727")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "points"),
        rises("heart_rate", "points"),
        falls("sbp", "points"),
        rises("creatinine_mgdl", "points"),
    ],
    example: Example {
        inputs: r#"{"age":65,"heart_rate":90,"sbp":120,"creatinine_mgdl":1.2,"chf":false,"history_mi":true,
            "st_depression":true,"elevated_enzymes":true,"no_inhospital_pci":false}"#,
        expected: r#"{"points":128,"band":"high"}"#,
        origin: "worked by hand from the nomogram of the 2004 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.steps(
        "age",
        &[
            (Bound::Below(40.0), 0.0),
            (Bound::Below(50.0), 18.0),
            (Bound::Below(60.0), 36.0),
            (Bound::Below(70.0), 55.0),
            (Bound::Below(80.0), 73.0),
            (Bound::Below(90.0), 91.0),
            (Bound::Open, 100.0),
        ],
    )?;
    tally.steps(
        "heart_rate",
        &[
            (Bound::Below(50.0), 0.0),
            (Bound::Below(70.0), 3.0),
            (Bound::Below(90.0), 9.0),
            (Bound::Below(110.0), 14.0),
            (Bound::Below(150.0), 23.0),
            (Bound::Below(200.0), 35.0),
            (Bound::Open, 43.0),
        ],
    )?;
    tally.steps(
        "sbp",
        &[
            (Bound::Below(80.0), 24.0),
            (Bound::Below(100.0), 22.0),
            (Bound::Below(120.0), 18.0),
            (Bound::Below(140.0), 14.0),
            (Bound::Below(160.0), 10.0),
            (Bound::Below(200.0), 4.0),
            (Bound::Open, 0.0),
        ],
    )?;
    tally.steps(
        "creatinine_mgdl",
        &[
            (Bound::Below(0.4), 1.0),
            (Bound::Below(0.8), 3.0),
            (Bound::Below(1.2), 5.0),
            (Bound::Below(1.6), 7.0),
            (Bound::Below(2.0), 9.0),
            (Bound::Below(4.0), 15.0),
            (Bound::Open, 20.0),
        ],
    )?;
    tally.flag("chf", 24.0)?;
    tally.flag("history_mi", 12.0)?;
    tally.flag("st_depression", 11.0)?;
    tally.flag("elevated_enzymes", 15.0)?;
    tally.flag("no_inhospital_pci", 14.0)?;
    let points = tally.whole();
    Ok(Outcome::of(tally).integer("points", points))
}
