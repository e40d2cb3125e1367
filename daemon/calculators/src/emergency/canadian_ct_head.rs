//! Canadian CT head rule.
//!
//! Only for minor head injury: coma scale 13 to 15 with witnessed loss of consciousness, amnesia or disorientation.
//! Five high- risk findings speak for neurosurgical intervention, two medium-risk ones for brain injury on CT.

use crate::bands::{Bands, by_rule};
use crate::definition::{Calculator, Example, Status, paper, points, rises};
use crate::input::Input;
use crate::outcome::{Outcome, Tally};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "canadian_ct_head",
    title: "Canadian CT head rule",
    synonyms: &["CCHR", "head CT rule"],
    specialties: &["emergency medicine", "neurosurgery"],
    purpose: "Whether a minor head injury meets the Canadian rule for CT.",
    population: "Adults with coma scale 13 to 15 and witnessed loss of consciousness, amnesia or disorientation; \
                 not under anticoagulation, with seizure or in pregnancy.",
    inputs: &[
        Input::boolean("gcs_below_15_2h", "Coma scale below 15 two hours after injury")
            .synonyms(&["gcs below 15"]),
        Input::boolean("open_depressed_fracture", "Suspected open or depressed skull fracture")
            .synonyms(&["depressed fracture", "open fracture"]),
        Input::boolean("basal_fracture_sign", "Sign of basal skull fracture")
            .help("Haemotympanum, raccoon eyes, Battle sign, fluid from ear or nose.")
            .synonyms(&["basal skull fracture"]),
        Input::boolean("vomiting_twice", "Two or more episodes of vomiting").synonyms(&["vomiting"]),
        Input::boolean("age_65", "Age 65 years or more").synonyms(&["65 or older"]),
        Input::boolean("amnesia_30min", "Amnesia before impact of 30 minutes or more").synonyms(&["amnesia"]),
        Input::boolean("dangerous_mechanism", "Dangerous mechanism")
            .help("Pedestrian struck, ejected occupant, fall from 3 feet or 5 stairs.")
            .synonyms(&["dangerous mechanism"]),
    ],
    outputs: &[points("high_risk", "High-risk criteria"), points("medium_risk", "Medium-risk criteria")],
    bands: &[Bands {
        key: "band",
        of: "high_risk",
        title: "Rule",
        rows: &[
            by_rule(
                "not met",
                "No criterion: neither intervention nor important injury expected by \
                 the rule.",
            ),
            by_rule("medium risk", "Only medium-risk criteria: important brain injury on CT possible."),
            by_rule("high risk", "At least one high-risk criterion: neurosurgical intervention possible."),
        ],
    }],
    formula: "High risk: coma scale below 15 at 2 h, suspected open or depressed fracture, sign of basal \
                 fracture, vomiting twice, age 65 or more. Medium risk: amnesia before impact of 30 min or more, \
                 dangerous mechanism.",
    rounding: "Whole points.",
    version: "2001",
    sources: &[paper("Stiell IG et al., Lancet 2001;357:1391", 2001, "10.1016/S0140-6736(00)04561-X")],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("vomiting_twice", "high_risk")],
    example: Example {
        inputs: r#"{"gcs_below_15_2h":false,"open_depressed_fracture":false,"basal_fracture_sign":false,"vomiting_twice":false,"age_65":false,"amnesia_30min":true,"dangerous_mechanism":false}"#,
        expected: r#"{"high_risk":0,"medium_risk":1,"band":"medium risk"}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(
        &["gcs_below_15_2h", "open_depressed_fracture", "basal_fracture_sign", "vomiting_twice", "age_65"],
        1.0,
    )?;
    let high = tally.whole();
    tally.flags(&["amnesia_30min", "dangerous_mechanism"], 1.0)?;
    let medium = tally.whole() - high;
    let band = match (high, medium) {
        (0, 0) => "not met",
        (0, _) => "medium risk",
        _ => "high risk",
    };
    Ok(Outcome::of(tally).integer("high_risk", high).integer("medium_risk", medium).text("band", band))
}
