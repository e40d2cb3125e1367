//! Ottawa subarachnoid haemorrhage rule.
//!
//! Built for sensitivity: none of six findings excludes, one or more says nothing about probability.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, document, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ottawa_sah",
    title: "Ottawa subarachnoid haemorrhage rule",
    synonyms: &["SAH rule", "headache rule"],
    specialties: &["emergency medicine", "neurology"],
    purpose: "Whether an acute headache meets the Ottawa rule for investigation of subarachnoid haemorrhage.",
    population: "Alert patients from 16 years with new severe non-traumatic headache that peaked within 1 hour; \
                 not with new deficits, known aneurysm or recurrent headaches.",
    inputs: &[
        Input::boolean("age_40", "Age 40 years or more").synonyms(&["40 or older"]),
        Input::boolean("neck_pain", "Neck pain or stiffness").synonyms(&["neck pain", "neck stiffness"]),
        Input::boolean("witnessed_loc", "Witnessed loss of consciousness")
            .synonyms(&["loss of consciousness"]),
        Input::boolean("exertion", "Onset during exertion").synonyms(&["exertion"]),
        Input::boolean("thunderclap", "Thunderclap headache")
            .help("Peak at once.")
            .synonyms(&["thunderclap"]),
        Input::boolean("limited_flexion", "Limited neck flexion on examination")
            .synonyms(&["limited neck flexion"]),
    ],
    outputs: &[points("criteria_positive", "Criteria present")],
    bands: &[Bands {
        key: "band",
        of: "criteria_positive",
        title: "Rule",
        rows: &[
            at_most(0.0, "excluded by the rule", "No criterion: 100 % sensitivity in the derivation."),
            above("not excluded", "At least one criterion; the rule has low specificity."),
        ],
    }],
    formula: "Six criteria; the rule is met by any of them.",
    rounding: "Whole points.",
    version: "2013",
    sources: &[document("Perry JJ et al., JAMA 2013;310:1248", 2013)],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("age_40", "criteria_positive")],
    example: Example {
        inputs: r#"{"age_40":true,"neck_pain":false,"witnessed_loc":false,"exertion":false,"thunderclap":true,"limited_flexion":false}"#,
        expected: r#"{"criteria_positive":2}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(
        &["age_40", "neck_pain", "witnessed_loc", "exertion", "thunderclap", "limited_flexion"],
        1.0,
    )?;
    let positive = tally.whole();
    Ok(Outcome::of(tally).integer("criteria_positive", positive))
}
