//! Maintenance fluid by Holliday and Segar, per hour and per day.
//!
//! The hourly 4-2-1 rule and the daily 100-50-20 rule are the same idea with different rounding; both are given.
//! The rule gives a volume, not a fluid.

use crate::definition::{Calculator, Example, Status, decimal, paper, rises};
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "maintenance_421",
    title: "Maintenance fluid (4-2-1 rule)",
    synonyms: &["Holliday-Segar", "maintenance fluids", "4-2-1"],
    specialties: &["paediatrics", "anaesthesiology"],
    purpose: "Maintenance fluid volume by weight.",
    population: "Children beyond the newborn period; used as a start in adults.",
    inputs: &[patient::WEIGHT.cuts(&[10.0, 20.0])],
    outputs: &[
        decimal("ml_h", "Hourly volume", "mL/h"),
        decimal("ml_day", "Daily volume (100-50-20 rule)", "mL/d"),
    ],
    bands: &[],
    formula: "4 mL/kg/h for the first 10 kg, 2 for the next 10, 1 beyond; per day 100, 50 and 20 mL/kg.",
    rounding: "Four decimals.",
    version: "1957",
    sources: &[paper("Holliday MA, Segar WE, Pediatrics 1957;19:823", 1957, "10.1542/peds.19.5.823")],
    status: Status::Verified,
    notes: &[
        "For children the AAP (2018) found isotonic fluid with glucose and potassium to lower the risk of \
            hyponatraemia.",
    ],
    bounded: false,
    monotone: &[rises("weight_kg", "ml_h"), rises("weight_kg", "ml_day")],
    example: Example {
        inputs: r#"{"weight_kg":37.5}"#,
        expected: r#"{"ml_h":77.5,"ml_day":1850.0}"#,
        origin: "worked by hand: 40 + 20 + 17.5",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let weight = values.number("weight_kg")?;
    let tiers = [weight.min(10.0), (weight - 10.0).clamp(0.0, 10.0), (weight - 20.0).max(0.0)];
    let sum =
        |rates: [f64; 3]| tiers.iter().zip(rates).map(|(kilograms, rate)| kilograms * rate).sum::<f64>();
    Ok(Outcome::new()
        .number("ml_h", settled(sum([4.0, 2.0, 1.0])))
        .number("ml_day", settled(sum([100.0, 50.0, 20.0])))
        .working(format!("First 10 kg: {}, next 10 kg: {}, rest: {} kg.", tiers[0], tiers[1], tiers[2])))
}
