//! MDRD study equation, four variables, for IDMS-traceable creatinine.
//!
//! Kept because old reports and drug studies use it. The historic factor for Black patients is not applied.

use crate::definition::{Calculator, Example, Status, decimal, falls, paper};
use crate::kidney::categories;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "mdrd",
    title: "MDRD",
    synonyms: &["modification of diet in renal disease", "MDRD GFR"],
    specialties: &["nephrology"],
    purpose: "Estimated glomerular filtration rate by the older MDRD equation.",
    population: "Adults of 18 to 70 years with chronic kidney disease; underestimates above 60 mL/min/1.73 m². \
                 CKD-EPI 2021 has replaced it.",
    inputs: &[patient::SEX, patient::AGE.plausible(1.0, 125.0).derived(18.0, 70.0), patient::CREATININE],
    outputs: &[decimal("egfr", "eGFR", "mL/min/1.73 m²")],
    bands: &[categories::filtration("egfr")],
    formula: "175 · Cr^−1.154 · age^−0.203 · 0.742 if female.",
    rounding: "Four decimals; laboratories report whole numbers.",
    version: "2006 (IDMS)",
    sources: &[paper(
        "Levey AS et al., Ann Intern Med 2006;145:247",
        2006,
        "10.7326/0003-4819-145-4-200608150-00004",
    )],
    status: Status::Verified,
    notes: &["The historic factor for Black patients is not applied."],
    bounded: false,
    monotone: &[falls("creatinine", "egfr"), falls("age", "egfr")],
    example: Example {
        inputs: r#"{"sex":"male","age":50,"creatinine":7.83}"#,
        expected: r#"{"egfr":7.3578}"#,
        origin: "worked by hand: 175 · 7.83^−1.154 · 50^−0.203",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let factor = if values.is("sex", "female")? { 0.742 } else { 1.0 };
    let (creatinine, age) = (values.number("creatinine")?, values.number("age")?);
    let egfr = 175.0 * creatinine.powf(-1.154) * age.powf(-0.203) * factor;
    Ok(Outcome::new()
        .number("egfr", egfr)
        .working(format!("175 · {creatinine}^−1.154 · {age}^−0.203 · {factor}")))
}
