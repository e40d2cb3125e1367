//! Ottawa ankle and foot rules.
//!
//! The two rules share the weight-bearing item; each applies only with pain in its own zone.

use crate::definition::{Calculator, Example, Status, boolean, document};
use crate::input::Input;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ottawa_ankle",
    title: "Ottawa ankle rules",
    synonyms: &["ankle x-ray rule", "foot x-ray rule"],
    specialties: &["emergency medicine", "orthopaedics"],
    purpose: "Whether an acute ankle or foot injury meets the Ottawa rules for a radiograph.",
    population: "Adults with an acute injury of ankle or midfoot; later extended to children from 6 years.",
    inputs: &[
        Input::boolean("malleolar_pain", "Pain in the malleolar zone").synonyms(&["malleolar pain"]),
        Input::boolean(
            "lateral_malleolus",
            "Bone tenderness at the posterior edge or tip of the lateral malleolus",
        )
        .synonyms(&["lateral malleolus"]),
        Input::boolean(
            "medial_malleolus",
            "Bone tenderness at the posterior edge or tip of the medial malleolus",
        )
        .synonyms(&["medial malleolus"]),
        Input::boolean("midfoot_pain", "Pain in the midfoot").synonyms(&["midfoot pain"]),
        Input::boolean("fifth_metatarsal", "Bone tenderness at the base of the fifth metatarsal")
            .synonyms(&["fifth metatarsal"]),
        Input::boolean("navicular", "Bone tenderness at the navicular").synonyms(&["navicular"]),
        Input::boolean("cannot_bear_weight", "Cannot bear weight for four steps")
            .help("Immediately and at the examination.")
            .synonyms(&["cannot bear weight"]),
    ],
    outputs: &[boolean("ankle_rule", "Ankle rule met"), boolean("foot_rule", "Foot rule met")],
    bands: &[],
    formula: "Ankle: malleolar pain and (lateral malleolus or medial malleolus or cannot bear weight). Foot: \
                 midfoot pain and (fifth metatarsal or navicular or cannot bear weight).",
    rounding: "Nothing is rounded.",
    version: "1993",
    sources: &[document("Stiell IG et al., JAMA 1993;269:1127", 1993)],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"malleolar_pain":true,"lateral_malleolus":false,"medial_malleolus":false,"midfoot_pain":false,"fifth_metatarsal":true,"navicular":false,"cannot_bear_weight":true}"#,
        expected: r#"{"ankle_rule":true,"foot_rule":false}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let weight = values.yes("cannot_bear_weight")?;
    let (lateral, medial) = (values.yes("lateral_malleolus")?, values.yes("medial_malleolus")?);
    let (fifth, navicular) = (values.yes("fifth_metatarsal")?, values.yes("navicular")?);
    Ok(Outcome::new()
        .boolean("ankle_rule", values.yes("malleolar_pain")? && (lateral || medial || weight))
        .boolean("foot_rule", values.yes("midfoot_pain")? && (fifth || navicular || weight)))
}
