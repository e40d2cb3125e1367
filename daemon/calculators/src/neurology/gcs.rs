//! Glasgow Coma Scale from its three components.
//!
//! An intubated patient has no verbal score and therefore no total: the answer is then E, VT and M without a sum. A
//! component that could not be tested is never taken as 1.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises, text};
use crate::input::{Input, level};
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "gcs",
    title: "Glasgow Coma Scale",
    synonyms: &["GCS", "coma scale"],
    specialties: &["neurology", "emergency medicine", "intensive care"],
    purpose: "Level of consciousness.",
    population: "Adults and older children; younger children need the paediatric form.",
    inputs: &[
        Input::grade(
            "eye",
            "Eye opening",
            1,
            4,
            &[level(1, "No opening"), level(2, "To pressure"), level(3, "To sound"), level(4, "Spontaneous")],
        )
        .synonyms(&["eye", "eye opening"]),
        Input::grade(
            "verbal",
            "Verbal response",
            1,
            5,
            &[
                level(1, "None"),
                level(2, "Sounds"),
                level(3, "Words"),
                level(4, "Confused"),
                level(5, "Orientated"),
            ],
        )
        .optional()
        .help("Needed unless the patient is intubated.")
        .synonyms(&["verbal", "verbal response"]),
        Input::grade(
            "motor",
            "Motor response",
            1,
            6,
            &[
                level(1, "None"),
                level(2, "Extension"),
                level(3, "Abnormal flexion"),
                level(4, "Normal flexion"),
                level(5, "Localising"),
                level(6, "Obeys commands"),
            ],
        )
        .synonyms(&["motor", "motor response"]),
        Input::boolean("intubated", "Intubated (verbal not testable)").synonyms(&["intubated"]).optional(),
    ],
    outputs: &[points("score", "Glasgow Coma Scale"), text("components", "Components")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Severity of head injury",
        rows: &[
            at_most(8.0, "severe", "8 or less."),
            at_most(12.0, "moderate", "9 to 12."),
            above("mild", "13 to 15."),
        ],
    }],
    formula: "Eye 1 to 4 + verbal 1 to 5 + motor 1 to 6; 3 to 15; no sum when intubated.",
    rounding: "Whole points.",
    version: "1974",
    sources: &[paper("Teasdale G, Jennett B, Lancet 1974;2:81", 1974, "10.1016/S0140-6736(74)91639-0")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("eye", "score"), rises("verbal", "score"), rises("motor", "score")],
    example: Example {
        inputs: r#"{"eye":4,"verbal":2,"motor":1}"#,
        expected: r#"{"score":7,"band":"severe","components":"E4 V2 M1"}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (eye, motor) = (values.integer("eye")?, values.integer("motor")?);
    if values.yes("intubated").unwrap_or(false) {
        return Ok(Outcome::new()
            .nothing("score")
            .text("components", format!("E{eye} VT M{motor}"))
            .note("Intubated: the verbal response cannot be tested and there is no total."));
    }
    let verbal = values.integer("verbal")?;
    let mut tally = Tally::new(values);
    tally.add("eye", values.title("eye"), eye as f64);
    tally.add("verbal", values.title("verbal"), verbal as f64);
    tally.add("motor", values.title("motor"), motor as f64);
    Ok(Outcome::of(tally)
        .integer("score", eye + verbal + motor)
        .text("components", format!("E{eye} V{verbal} M{motor}")))
}
