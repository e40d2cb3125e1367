//! Edinburgh Postnatal Depression Scale, from scored items.
//!
//! Items are entered as scored, 0 to 3, with the reversal of the printed form already done. Any answer above 0 on
//! item 10 is flagged whatever the sum.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, boolean, paper, points};
use crate::input::{Input, part};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "epds",
    title: "Edinburgh Postnatal Depression Scale",
    synonyms: &["EPDS", "postnatal depression"],
    specialties: &["psychiatry", "obstetrics", "primary care"],
    purpose: "Screening for depression around birth.",
    population: "Women in pregnancy and after birth; a screening tool, not a diagnosis.",
    inputs: &[Input::items(
        "items",
        "Items",
        &[
            part("Able to laugh", 3, &[]),
            part("Looking forward with enjoyment", 3, &[]),
            part("Blaming oneself", 3, &[]),
            part("Anxious without reason", 3, &[]),
            part("Scared or panicky", 3, &[]),
            part("Things getting on top", 3, &[]),
            part("Trouble sleeping from unhappiness", 3, &[]),
            part("Sad or miserable", 3, &[]),
            part("Crying", 3, &[]),
            part("Thought of self-harm", 3, &[]),
        ],
    )
    .help("Ten items as scored, 0 to 3 each.")
    .synonyms(&["epds"])],
    outputs: &[points("score", "EPDS"), boolean("item10_flag", "Thoughts of self-harm")],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Depression",
        rows: &[
            at_most(9.0, "unlikely", "9 or less."),
            at_most(12.0, "possible", "10 to 12."),
            above("likely", "13 or more: depressive illness of varying severity likely."),
        ],
    }],
    formula: "Sum of ten items of 0 to 3; 0 to 30.",
    rounding: "Whole points.",
    version: "1987",
    sources: &[paper("Cox JL et al., Br J Psychiatry 1987;150:782", 1987, "10.1192/bjp.150.6.782")],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"items":[1,1,2,2,1,2,1,1,1,1]}"#,
        expected: r#"{"score":13,"band":"likely","item10_flag":true}"#,
        origin: "worked by hand",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let items = values.items("items")?;
    let flagged = items.last().is_some_and(|answer| *answer > 0);
    Ok(Outcome::new()
        .integer("score", items.iter().sum())
        .boolean("item10_flag", flagged)
        .note_if(flagged, "Item 10 is above 0: thoughts of self-harm were reported."))
}
