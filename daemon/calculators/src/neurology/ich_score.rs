//! ICH score of intracerebral haemorrhage.
//!
//! The deaths are those of the 2001 cohort; the score describes, it does not decide about care.

use crate::bands::Bound;
use crate::definition::{Calculator, Example, Status, falls, integer, paper, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ich_score",
    title: "ICH score",
    synonyms: &["intracerebral hemorrhage score"],
    specialties: &["neurology", "intensive care", "neurosurgery"],
    purpose: "Death within 30 days after spontaneous intracerebral haemorrhage.",
    population: "Adults with non-traumatic intracerebral haemorrhage.",
    inputs: &[
        patient::COMA_SCALE.cuts(&[5.0, 13.0]),
        Input::number("volume_ml", "Volume of the haematoma", &measure::chemistry::MILLILITRES, "mL")
            .plausible(0.0, 1000.0)
            .help("ABC/2 on the first CT.")
            .synonyms(&["volume", "haematoma volume", "hematoma volume"])
            .cuts(&[30.0]),
        Input::boolean("ivh", "Intraventricular haemorrhage").synonyms(&["intraventricular", "ivh"]),
        Input::boolean("infratentorial", "Infratentorial origin").synonyms(&["infratentorial"]),
        patient::AGE.cuts(&[80.0]),
    ],
    outputs: &[
        points("score", "ICH score"),
        integer("mort30d_pct", "Deaths within 30 days in the 2001 cohort", "%"),
    ],
    bands: &[],
    formula: "Coma scale 3–4 2, 5–12 1, 13–15 0; volume 30 mL or more 1; intraventricular blood 1; \
                 infratentorial 1; age 80 or more 1; 0 to 6.",
    rounding: "Whole points.",
    version: "2001",
    sources: &[paper("Hemphill JC et al., Stroke 2001;32:891", 2001, "10.1161/01.STR.32.4.891")],
    status: Status::Unverified,
    notes: &["Nobody had 6 points in the 2001 cohort; 100 % is carried over from 5."],
    bounded: true,
    monotone: &[
        falls("gcs", "score"),
        rises("volume_ml", "score"),
        rises("age", "score"),
        rises("ivh", "score"),
    ],
    example: Example {
        inputs: r#"{"gcs":10,"volume_ml":70,"ivh":true,"infratentorial":true,"age":36}"#,
        expected: r#"{"score":4,"mort30d_pct":97}"#,
        origin: "worked by hand from the table of the 2001 paper: 1 + 1 + 1 + 1",
    },
    compute,
};

/// Deaths within 30 days per score from 0 to 5; six points did not occur and are read as five.
const DEATHS: [i64; 6] = [0, 13, 26, 72, 97, 100];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{Below, Open};
    let mut tally = Tally::new(values);
    tally.steps("gcs", &[(Below(5.0), 2.0), (Below(13.0), 1.0), (Open, 0.0)])?;
    tally.when("volume_ml", "30 mL or more", values.number("volume_ml")? >= 30.0, 1.0);
    tally.flags(&["ivh", "infratentorial"], 1.0)?;
    tally.when("age", "80 years or more", values.number("age")? >= 80.0, 1.0);
    let score = tally.whole();
    let deaths = usize::try_from(score).ok().and_then(|at| DEATHS.get(at)).copied().unwrap_or(100);
    Ok(Outcome::of(tally).integer("score", score).integer("mort30d_pct", deaths))
}
