//! Alvarado score of acute appendicitis (MANTRELS).
//!
//! Ten points in eight items; tenderness in the right lower quadrant and leukocytosis count double.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "alvarado",
    title: "Alvarado score",
    synonyms: &["MANTRELS", "appendicitis score"],
    specialties: &["surgery", "emergency medicine"],
    purpose: "Likelihood of acute appendicitis.",
    population: "Patients with abdominal pain suggestive of appendicitis; better at ruling out than at ruling in, \
                 and less exact in women and children.",
    inputs: &[
        Input::boolean("migration", "Pain migrated to the right lower quadrant")
            .synonyms(&["migration", "migration of pain"]),
        Input::boolean("anorexia", "Anorexia")
            .help("Or acetone in urine.")
            .synonyms(&["anorexia", "loss of appetite"]),
        Input::boolean("nausea_vomiting", "Nausea or vomiting").synonyms(&["nausea", "vomiting"]),
        Input::boolean("rlq_tenderness", "Tenderness in the right lower quadrant")
            .synonyms(&["right lower quadrant tenderness", "rlq tenderness"]),
        Input::boolean("rebound", "Rebound pain").synonyms(&["rebound", "rebound tenderness"]),
        Input::boolean("fever", "Temperature of 37.3 °C or more")
            .synonyms(&["fever", "elevated temperature"]),
        Input::boolean("leukocytosis", "White cells above 10 · 10⁹/L")
            .synonyms(&["leukocytosis", "raised white cells"]),
        Input::boolean("left_shift", "Left shift")
            .help("More than 75 % neutrophils.")
            .synonyms(&["left shift", "neutrophilia"]),
    ],
    outputs: &[points("score", "Alvarado score")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Appendicitis",
        rows: &[
            at_most(4.0, "unlikely", "Appendicitis unlikely."),
            at_most(6.0, "possible", "Appendicitis possible."),
            at_most(8.0, "probable", "Appendicitis probable."),
            above("very probable", "Appendicitis very probable."),
        ],
    }],
    formula: "Migration 1, anorexia 1, nausea or vomiting 1, right lower quadrant tenderness 2, rebound 1, \
                 temperature 37.3 °C or more 1, white cells above 10 2, left shift 1; 0 to 10.",
    rounding: "Whole points.",
    version: "1986",
    sources: &[paper("Alvarado A, Ann Emerg Med 1986;15:557", 1986, "10.1016/S0196-0644(86)80993-3")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("rlq_tenderness", "score"), rises("leukocytosis", "score")],
    example: Example {
        inputs: r#"{"migration":false,"anorexia":false,"nausea_vomiting":false,"rebound":false,"fever":true,"rlq_tenderness":false,"leukocytosis":true,"left_shift":true}"#,
        expected: r#"{"score":4,"band":"unlikely"}"#,
        origin: "worked by hand from the table of the 1986 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(&["migration", "anorexia", "nausea_vomiting"], 1.0)?;
    tally.flag("rlq_tenderness", 2.0)?;
    tally.flags(&["rebound", "fever"], 1.0)?;
    tally.flag("leukocytosis", 2.0)?;
    tally.flag("left_shift", 1.0)?;
    let score = tally.whole();
    Ok(Outcome::of(tally).integer("score", score))
}
