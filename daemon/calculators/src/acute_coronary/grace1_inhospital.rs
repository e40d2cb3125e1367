//! GRACE 1.0: death in hospital after an acute coronary syndrome, in points and by the logistic model of 2003.
//!
//! This is the score of 2003 and named so. GRACE 2.0 has other, non-linear coefficients that are not reproduced here;
//! several programs show this very equation under its name.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, decimal, falls, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "grace1_inhospital",
    title: "GRACE 1.0, death in hospital",
    synonyms: &["GRACE", "GRACE in-hospital", "Global Registry of Acute Coronary Events"],
    specialties: &["cardiology", "emergency medicine"],
    purpose: "Risk of death in hospital after an acute coronary syndrome.",
    population: "Adults admitted with an acute coronary syndrome, with or without ST elevation.",
    inputs: &[
        patient::AGE.derived(18.0, 125.0).cuts(super::grace::AGE_CUTS),
        patient::HEART_RATE.help("At presentation.").cuts(super::grace::HEART_RATE_CUTS),
        patient::SYSTOLIC.help("At presentation.").cuts(super::grace::SYSTOLIC_CUTS),
        patient::CREATININE
            .named("creatinine_mgdl")
            .help("At presentation.")
            .cuts(super::grace::CREATININE_CUTS),
        patient::KILLIP,
        Input::boolean("cardiac_arrest", "Cardiac arrest at admission")
            .synonyms(&["cardiac arrest", "resuscitated", "arrest at admission"]),
        Input::boolean("st_deviation", "ST-segment deviation")
            .synonyms(&["st deviation", "st depression", "st elevation"]),
        Input::boolean("elevated_enzymes", "Raised cardiac enzymes or troponin")
            .synonyms(&["raised troponin", "elevated troponin", "positive enzymes", "elevated enzymes"]),
    ],
    outputs: &[
        points("points", "GRACE points"),
        decimal("inhospital_mortality_pct", "Death in hospital", "%"),
    ],
    bands: &[Bands {
        key: "band",
        of: "points",
        title: "Risk of death in hospital",
        rows: &[
            at_most(108.0, "low", "Less than 1 % died in hospital."),
            at_most(140.0, "intermediate", "1 to 3 % died in hospital."),
            above("high", "More than 3 % died in hospital."),
        ],
    }],
    formula: "Points for age, heart rate, systolic pressure, creatinine, Killip class (0, 20, 39, 59), arrest 39, ST \
              deviation 28, enzymes 14. Probability = 1/(1+e^−x), x = −7.7035 + 0.0531·age + 0.0087·heart rate − \
              0.0168·systolic + 0.1823·creatinine + 0.6931·Killip + 1.4586·arrest + 0.4700·enzymes + 0.8755·ST.",
    rounding: "Points are whole; the probability is computed in full and shown with four decimals.",
    version: "GRACE 1.0 (2003), not 2.0",
    sources: &[paper(
        "Granger CB et al., Arch Intern Med 2003;163:2345",
        2003,
        "10.1001/archinte.163.19.2345",
    )],
    status: Status::Unverified,
    notes: &["The probability comes from the logistic model, which is a little more exact than the points."],
    bounded: true,
    monotone: &[
        rises("age", "points"),
        rises("age", "inhospital_mortality_pct"),
        rises("heart_rate", "points"),
        falls("sbp", "points"),
        falls("sbp", "inhospital_mortality_pct"),
        rises("creatinine_mgdl", "points"),
        rises("killip", "points"),
        rises("cardiac_arrest", "inhospital_mortality_pct"),
    ],
    example: Example {
        inputs: r#"{"age":65,"heart_rate":90,"sbp":120,"creatinine_mgdl":1.2,"killip":2,"cardiac_arrest":false,
            "st_deviation":true,"elevated_enzymes":true}"#,
        expected: r#"{"points":179,"band":"high"}"#,
        origin: "worked by hand from the nomogram of the 2003 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.steps(
        "age",
        &[
            (Bound::Below(30.0), 0.0),
            (Bound::Below(40.0), 8.0),
            (Bound::Below(50.0), 25.0),
            (Bound::Below(60.0), 41.0),
            (Bound::Below(70.0), 58.0),
            (Bound::Below(80.0), 75.0),
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
            (Bound::Below(110.0), 15.0),
            (Bound::Below(150.0), 24.0),
            (Bound::Below(200.0), 38.0),
            (Bound::Open, 46.0),
        ],
    )?;
    tally.steps(
        "sbp",
        &[
            (Bound::Below(80.0), 58.0),
            (Bound::Below(100.0), 53.0),
            (Bound::Below(120.0), 43.0),
            (Bound::Below(140.0), 34.0),
            (Bound::Below(160.0), 24.0),
            (Bound::Below(200.0), 10.0),
            (Bound::Open, 0.0),
        ],
    )?;
    tally.steps(
        "creatinine_mgdl",
        &[
            (Bound::Below(0.4), 1.0),
            (Bound::Below(0.8), 4.0),
            (Bound::Below(1.2), 7.0),
            (Bound::Below(1.6), 10.0),
            (Bound::Below(2.0), 13.0),
            (Bound::Below(4.0), 21.0),
            (Bound::Open, 28.0),
        ],
    )?;
    tally.steps(
        "killip",
        &[
            (Bound::AtMost(1.0), 0.0),
            (Bound::AtMost(2.0), 20.0),
            (Bound::AtMost(3.0), 39.0),
            (Bound::Open, 59.0),
        ],
    )?;
    tally.flag("cardiac_arrest", 39.0)?;
    tally.flag("st_deviation", 28.0)?;
    tally.flag("elevated_enzymes", 14.0)?;
    let points = tally.whole();
    let exponent = exponent(values)?;
    Ok(Outcome::of(tally)
        .integer("points", points)
        .number("inhospital_mortality_pct", 100.0 / (1.0 + (-exponent).exp()))
        .working(format!("x = {exponent:.4}; probability = 1/(1 + e^−x)")))
}

/// Of one Killip class, as printed.
#[expect(clippy::approx_constant, reason = "a printed coefficient that only looks like ln 2")]
const KILLIP: f64 = 0.6931;

/// The linear part of the logistic model.
fn exponent(values: &Values) -> Result<f64, Refusal> {
    let yes = |name| values.yes(name).map(f64::from);
    Ok(-7.7035 + 0.0531 * values.number("age")? + 0.0087 * values.number("heart_rate")?
        - 0.0168 * values.number("sbp")?
        + 0.1823 * values.number("creatinine_mgdl")?
        + KILLIP * values.number("killip")?
        + 1.4586 * yes("cardiac_arrest")?
        + 0.4700 * yes("elevated_enzymes")?
        + 0.8755 * yes("st_deviation")?)
}
