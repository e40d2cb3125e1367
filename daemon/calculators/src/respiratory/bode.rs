//! BODE index of chronic obstructive pulmonary disease.
//!
//! Four measures, 0 to 10 points; body mass index counts only when it is 21 or less.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::{Input, level};
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "bode",
    title: "BODE index",
    synonyms: &["COPD prognosis"],
    specialties: &["pulmonology"],
    purpose: "Risk of death in chronic obstructive pulmonary disease.",
    population: "Adults with chronic obstructive pulmonary disease.",
    inputs: &[
        patient::BODY_MASS_INDEX.cuts(&[21.0]),
        Input::number("fev1_pct", "FEV1, percent of predicted", &measure::PERCENT, "%")
            .plausible(1.0, 200.0)
            .synonyms(&["fev1", "fev1 percent"])
            .cuts(&[35.0, 49.0, 64.0]),
        Input::grade(
            "mmrc",
            "Dyspnoea (mMRC)",
            0,
            4,
            &[
                level(0, "Only with strenuous exercise"),
                level(1, "Hurrying or walking uphill"),
                level(2, "Slower than others, or stops at own pace on level ground"),
                level(3, "Stops after about 100 m"),
                level(4, "Too breathless to leave the house, or dressing"),
            ],
        )
        .synonyms(&["mmrc", "dyspnoea grade", "dyspnea grade"]),
        Input::number("walk_m", "Six-minute walk distance", &measure::LENGTH, "m")
            .plausible(0.0, 1500.0)
            .synonyms(&["six minute walk", "walk distance"])
            .cuts(&[149.0, 249.0, 349.0]),
    ],
    outputs: &[points("score", "BODE index")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Quartile",
        rows: &[
            at_most(2.0, "0 to 2", "Quartile 1: about 80 % alive after 4 years."),
            at_most(4.0, "3 to 4", "Quartile 2: about 67 % alive after 4 years."),
            at_most(6.0, "5 to 6", "Quartile 3: about 57 % alive after 4 years."),
            above("7 to 10", "Quartile 4: about 18 % alive after 4 years."),
        ],
    }],
    formula: "Body mass index 21 or less 1; FEV1 % 65 or more 0, 50 to 64 1, 36 to 49 2, 35 or less 3; mMRC \
                 0–1 0, 2 1, 3 2, 4 3; walk 350 m or more 0, 250 to 349 1, 150 to 249 2, 149 or less 3; 0 to 10.",
    rounding: "Whole points; values between printed steps count as the lower step.",
    version: "2004",
    sources: &[paper("Celli BR et al., N Engl J Med 2004;350:1005", 2004, "10.1056/NEJMoa021322")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        falls("bmi", "score"),
        falls("fev1_pct", "score"),
        rises("mmrc", "score"),
        falls("walk_m", "score"),
    ],
    example: Example {
        inputs: r#"{"bmi":21,"fev1_pct":40,"mmrc":3,"walk_m":200}"#,
        expected: r#"{"score":7,"band":"7 to 10"}"#,
        origin: "worked by hand from the table of the 2004 paper: 1 + 2 + 2 + 2",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{AtMost, Below, Open};
    let mut tally = Tally::new(values);
    tally.steps("bmi", &[(AtMost(21.0), 1.0), (Open, 0.0)])?;
    tally.steps("fev1_pct", &[(AtMost(35.0), 3.0), (AtMost(49.0), 2.0), (AtMost(64.0), 1.0), (Open, 0.0)])?;
    tally.steps("mmrc", &[(Below(2.0), 0.0), (Below(3.0), 1.0), (Below(4.0), 2.0), (Open, 3.0)])?;
    tally
        .steps("walk_m", &[(AtMost(149.0), 3.0), (AtMost(249.0), 2.0), (AtMost(349.0), 1.0), (Open, 0.0)])?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
