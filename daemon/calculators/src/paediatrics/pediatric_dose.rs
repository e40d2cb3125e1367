//! Dose by weight with a daily ceiling, per dose and per volume.
//!
//! The ceiling is compared with the whole daily dose, before it is divided; reaching it exactly is not a cap.
//! Nothing is rounded to a measurable volume, which depends on the syringe.

use crate::definition::{Calculator, Example, Status, boolean, decimal, document, falls, rises};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "pediatric_dose",
    title: "Paediatric dose by weight",
    synonyms: &["weight-based dose", "mg per kg", "child dose"],
    specialties: &["paediatrics", "clinical pharmacology"],
    purpose: "Single dose and volume from a daily dose per kilogram.",
    population: "Children; the daily dose, its ceiling and the concentration come from the prescriber or the \
                 label.",
    inputs: &[
        patient::WEIGHT,
        Input::number("mg_per_kg_day", "Daily dose", &measure::chemistry::DOSE_BY_WEIGHT, "mg/kg/d")
            .synonyms(&["mg/kg/day", "daily dose"]),
        Input::integer("doses_per_day", "Doses per day", 1, 24).synonyms(&["doses per day", "times a day"]),
        Input::number("max_mg_day", "Highest daily dose", &measure::chemistry::DOSE, "mg")
            .help("The adult maximum of the label; it must be stated.")
            .synonyms(&["maximum daily dose", "max dose"]),
        Input::number("conc_mg_ml", "Concentration", &measure::chemistry::CONCENTRATION, "mg/mL")
            .synonyms(&["concentration"]),
    ],
    outputs: &[
        decimal("mg_per_dose", "Single dose", "mg"),
        decimal("ml_per_dose", "Single volume", "mL"),
        boolean("capped", "Held by the ceiling"),
        decimal("mg_day", "Daily dose", "mg"),
    ],
    bands: &[],
    formula: "min(weight · daily dose, ceiling) / doses per day; volume: dose / concentration.",
    rounding: "Four decimals; nothing is rounded to a measurable amount.",
    version: "1",
    sources: &[document("Arithmetic of weight-based dosing; doses and ceilings from the label", 2024)],
    status: Status::Unverified,
    notes: &[
        "Published anchors: amoxicillin in otitis 80 to 90 mg/kg/d in two doses; ibuprofen 5 to 10 mg/kg \
            every 6 to 8 h, at most 40 mg/kg/d, from 6 months; paracetamol 10 to 15 mg/kg every 4 to 6 h, at \
            most 75 mg/kg/d and 4 g.",
    ],
    bounded: false,
    monotone: &[
        rises("weight_kg", "mg_per_dose"),
        rises("mg_per_kg_day", "mg_per_dose"),
        falls("conc_mg_ml", "ml_per_dose"),
    ],
    example: Example {
        inputs: r#"{"weight_kg":11.3,"mg_per_kg_day":90,"doses_per_day":2,"max_mg_day":1750,"conc_mg_ml":80}"#,
        expected: r#"{"mg_per_dose":508.5,"ml_per_dose":6.3563,"capped":false}"#,
        origin: "worked by hand: 11.3 · 90 / 2",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let wanted = settled(values.number("weight_kg")? * values.number("mg_per_kg_day")?);
    let ceiling = values.number("max_mg_day")?;
    let daily = wanted.min(ceiling);
    let dose = daily / values.number("doses_per_day")?;
    Ok(Outcome::new()
        .number("mg_per_dose", dose)
        .number("ml_per_dose", dose / values.number("conc_mg_ml")?)
        .boolean("capped", wanted > ceiling)
        .number("mg_day", daily)
        .working(format!("By weight {wanted} mg per day, ceiling {ceiling} mg per day."))
        .note_if(wanted > ceiling, "The daily dose by weight exceeds the ceiling; the ceiling was used."))
}
