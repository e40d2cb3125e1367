//! Free water deficit in hypernatraemia.
//!
//! The share of body water depends on age and sex and is chosen, not guessed. Below a sodium of 140 the formula
//! gives an excess, shown as a negative deficit.

use crate::definition::{Calculator, Example, Status, decimal, paper, rises};
use crate::input::{Input, choice};
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "free_water_deficit",
    title: "Free water deficit",
    synonyms: &["water deficit", "hypernatremia", "hypernatraemia"],
    specialties: &["nephrology", "intensive care"],
    purpose: "Water missing at a raised sodium, before ongoing losses.",
    population: "Hypernatraemia. An estimate; it does not include ongoing losses.",
    inputs: &[
        Input::choice(
            "group",
            "Group",
            &[
                choice("male", "Man (60 % water)").or(&["adult_male", "man"]),
                choice("female", "Woman (50 % water)").or(&["adult_female", "woman"]),
                choice("child", "Child (60 % water)").or(&["children"]),
                choice("elderly_male", "Elderly man (50 % water)"),
                choice("elderly_female", "Elderly woman (45 % water)"),
            ],
        )
        .synonyms(&["group", "elderly woman", "elderly man", "child"]),
        patient::WEIGHT,
        patient::SODIUM.cuts(&[140.0]),
    ],
    outputs: &[decimal("litres", "Free water deficit", "L")],
    bands: &[],
    formula: "Share of water · weight · (Na/140 − 1); share 0.6 for men and children, 0.5 for women and \
                 elderly men, 0.45 for elderly women.",
    rounding: "Four decimals.",
    version: "2000",
    sources: &[paper(
        "Adrogué HJ, Madias NE, N Engl J Med 2000;342:1493",
        2000,
        "10.1056/NEJM200005183422006",
    )],
    status: Status::Verified,
    notes: &[],
    bounded: false,
    monotone: &[rises("sodium", "litres")],
    example: Example {
        inputs: r#"{"group":"elderly_female","weight_kg":24.7,"sodium":168}"#,
        expected: r#"{"litres":2.223}"#,
        origin: "worked by hand: 0.45 · 24.7 · 0.2",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let share = match values.choice("group")? {
        "male" | "child" => 0.6,
        "elderly_female" => 0.45,
        _ => 0.5,
    };
    let (weight, sodium) = (values.number("weight_kg")?, values.number("sodium")?);
    Ok(Outcome::new()
        .number("litres", share * weight * (sodium / 140.0 - 1.0))
        .working(format!("{share} · {weight} · ({sodium}/140 − 1)"))
        .note_if(sodium < 140.0, "Sodium is below 140 mmol/L: the negative value is an excess of water."))
}
