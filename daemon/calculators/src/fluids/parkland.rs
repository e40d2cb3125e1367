//! Parkland formula of fluid in burns.
//!
//! The first half runs within eight hours of the burn, not of arrival. Superficial burns do not count to the
//! surface.

use crate::definition::{Calculator, Example, Status, decimal, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "parkland",
    title: "Parkland formula",
    synonyms: &["burn resuscitation", "Baxter formula"],
    specialties: &["emergency medicine", "surgery", "intensive care"],
    purpose: "Crystalloid in the first 24 hours after a major burn.",
    population: "Adults and older children with second- and third-degree burns.",
    inputs: &[
        patient::WEIGHT,
        Input::number("tbsa_pct", "Burned surface", &measure::PERCENT, "%")
            .help("Second- and third-degree burns, percent of body surface.")
            .synonyms(&["tbsa", "burned surface", "burn"]),
    ],
    outputs: &[
        decimal("total_24h_ml", "Volume in 24 h", "mL"),
        decimal("first_8h_ml", "Volume in the first 8 h", "mL"),
        decimal("next_16h_ml", "Volume in the next 16 h", "mL"),
    ],
    bands: &[],
    formula: "4 mL · kg · percent burned; half in the first 8 hours from the burn.",
    rounding: "Four decimals.",
    version: "1968",
    sources: &[paper(
        "Baxter CR, Shires T, Ann N Y Acad Sci 1968;150:874",
        1968,
        "10.1111/j.1749-6632.1968.tb14738.x",
    )],
    status: Status::Unverified,
    notes: &["A starting estimate; urine output guides the rate afterwards."],
    bounded: false,
    monotone: &[rises("weight_kg", "total_24h_ml"), rises("tbsa_pct", "total_24h_ml")],
    example: Example {
        inputs: r#"{"weight_kg":15.3,"tbsa_pct":54}"#,
        expected: r#"{"total_24h_ml":3304.8,"first_8h_ml":1652.4}"#,
        origin: "worked by hand: 4 · 15.3 · 54",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (weight, burned) = (values.number("weight_kg")?, values.number("tbsa_pct")?);
    let total = settled(4.0 * weight * burned);
    Ok(Outcome::new()
        .number("total_24h_ml", total)
        .number("first_8h_ml", total / 2.0)
        .number("next_16h_ml", total / 2.0)
        .working(format!("4 · {weight} · {burned}")))
}
