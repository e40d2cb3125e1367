//! LRINEC score of necrotising soft tissue infection.
//!
//! A laboratory score with poor sensitivity: a low value does not exclude the disease. Limits are those of the
//! paper in SI units, entered here in the usual ones.

use crate::bands::{Bands, Bound, above, at_most};
use crate::definition::{Calculator, Example, Status, falls, paper, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "lrinec",
    title: "LRINEC score",
    synonyms: &["necrotizing fasciitis score"],
    specialties: &["surgery", "emergency medicine", "infectious diseases"],
    purpose: "Laboratory risk of necrotising fasciitis.",
    population: "Adults with severe soft tissue infection. A low score does not exclude necrotising fasciitis.",
    inputs: &[
        Input::number("crp", "C-reactive protein", &measure::chemistry::CRP, "mg/L")
            .synonyms(&["crp", "c-reactive protein"])
            .cuts(&[150.0]),
        patient::WHITE_CELLS.cuts(&[15.0, 25.0]),
        patient::HAEMOGLOBIN.cuts(&[11.0, 13.5]),
        patient::SODIUM.cuts(&[135.0]),
        patient::CREATININE.cuts(&[1.6]),
        patient::GLUCOSE.cuts(&[180.0]),
    ],
    outputs: &[points("score", "LRINEC score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Risk",
        rows: &[
            at_most(5.0, "low", "5 or less: below 50 % in the study."),
            at_most(7.0, "intermediate", "6 to 7: 50 to 75 % in the study."),
            above("high", "8 or more: above 75 % in the study."),
        ],
    }],
    formula: "CRP 150 mg/L or more 4; white cells 15 to 25 1, above 25 2; haemoglobin 11 to 13.5 1, below 11 \
                 2; sodium below 135 2; creatinine above 1.6 mg/dL (141 µmol/L) 2; glucose above 180 mg/dL (10 \
                 mmol/L) 1; 0 to 13.",
    rounding: "Whole points.",
    version: "2004",
    sources: &[paper(
        "Wong CH et al., Crit Care Med 2004;32:1535",
        2004,
        "10.1097/01.CCM.0000129486.35458.7D",
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("crp", "score"), falls("hemoglobin", "score"), falls("sodium", "score")],
    example: Example {
        inputs: r#"{"crp":150,"wbc_k":15,"hemoglobin":13.5,"sodium":135,"creatinine":1.6,"glucose_mgdl":180}"#,
        expected: r#"{"score":6,"band":"intermediate"}"#,
        origin: "worked by hand from the table of the 2004 paper, every value on its limit: 4 + 1 + 1",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{AtMost, Below, Open};
    let mut tally = Tally::new(values);
    tally.when("crp", "150 mg/L or more", values.number("crp")? >= 150.0, 4.0);
    tally.steps("wbc_k", &[(Below(15.0), 0.0), (AtMost(25.0), 1.0), (Open, 2.0)])?;
    tally.steps("hemoglobin", &[(Below(11.0), 2.0), (AtMost(13.5), 1.0), (Open, 0.0)])?;
    tally.when("sodium", "below 135 mmol/L", values.number("sodium")? < 135.0, 2.0);
    tally.when("creatinine", "above 1.6 mg/dL", values.number("creatinine")? > 1.6, 2.0);
    tally.when("glucose_mgdl", "above 180 mg/dL", values.number("glucose_mgdl")? > 180.0, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
