//! NEXUS low-risk criteria of the cervical spine.
//!
//! All five must be absent; one alone is enough for the rule not to apply. "Not low risk" does not mean that there
//! is an injury.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "nexus",
    title: "NEXUS criteria",
    synonyms: &["cervical spine rule", "C-spine"],
    specialties: &["emergency medicine", "surgery"],
    purpose: "Whether an injury of the cervical spine needs imaging by the NEXUS rule.",
    population: "Alert or not, any age above 1 year, after blunt trauma; less reliable above 65 years.",
    inputs: &[
        Input::boolean("midline_tenderness", "Tenderness in the posterior midline of the neck")
            .synonyms(&["midline tenderness"]),
        Input::boolean("focal_deficit", "Focal neurological deficit").synonyms(&["focal deficit"]),
        Input::boolean("altered_alertness", "Altered alertness")
            .synonyms(&["altered alertness", "altered mental status"]),
        Input::boolean("intoxication", "Intoxication").synonyms(&["intoxication", "intoxicated"]),
        Input::boolean("distracting_injury", "Painful distracting injury").synonyms(&["distracting injury"]),
    ],
    outputs: &[points("criteria_positive", "Criteria present")],
    bands: &[Bands {
        key: "band",
        of: "criteria_positive",
        title: "Rule",
        rows: &[
            at_most(
                0.0,
                "low risk",
                "No criterion: 99.6 % sensitivity for clinically important injury in \
                 the study.",
            ),
            above("not low risk", "The rule does not exclude an injury."),
        ],
    }],
    formula: "Five criteria; low risk only if none is present.",
    rounding: "Whole points.",
    version: "2000",
    sources: &[paper("Hoffman JR et al., N Engl J Med 2000;343:94", 2000, "10.1056/NEJM200007133430203")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("midline_tenderness", "criteria_positive")],
    example: Example {
        inputs: r#"{"midline_tenderness":true,"focal_deficit":false,"altered_alertness":false,"intoxication":false,"distracting_injury":false}"#,
        expected: r#"{"criteria_positive":1}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(
        &["midline_tenderness", "focal_deficit", "altered_alertness", "intoxication", "distracting_injury"],
        1.0,
    )?;
    let positive = tally.whole();
    Ok(Outcome::of(tally).integer("criteria_positive", positive))
}
