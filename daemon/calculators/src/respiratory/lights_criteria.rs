//! Light's criteria of pleural effusion.
//!
//! One of three is enough for an exudate, and each is a strict inequality: a ratio of exactly 0.5 or 0.6 does not
//! count. About a quarter of transudates under diuretics are misread as exudates, which the answer says.

use crate::definition::{Calculator, Example, Status, boolean, decimal, integer, paper};
use crate::input::Input;
use crate::measure;
use crate::measure::settled;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "lights_criteria",
    title: "Light's criteria",
    synonyms: &["pleural effusion", "exudate or transudate"],
    specialties: &["pulmonology", "internal medicine"],
    purpose: "Whether a pleural effusion is an exudate.",
    population: "Adults with pleural effusion, serum and fluid drawn together.",
    inputs: &[
        Input::number("pl_protein", "Protein in pleural fluid", &measure::chemistry::PROTEIN, "g/dL")
            .synonyms(&["pleural protein", "fluid protein"]),
        Input::number("s_protein", "Protein in serum", &measure::chemistry::PROTEIN, "g/dL")
            .plausible(0.5, 20.0)
            .synonyms(&["serum protein", "total protein"]),
        Input::number("pl_ldh", "LDH in pleural fluid", &measure::chemistry::ENZYME, "U/L")
            .synonyms(&["pleural ldh", "fluid ldh"]),
        Input::number("s_ldh", "LDH in serum", &measure::chemistry::ENZYME, "U/L")
            .plausible(1.0, 100_000.0)
            .synonyms(&["serum ldh"]),
        Input::number("s_ldh_uln", "Upper limit of normal of serum LDH", &measure::chemistry::ENZYME, "U/L")
            .plausible(20.0, 2000.0)
            .synonyms(&["ldh uln", "upper limit of ldh"]),
    ],
    outputs: &[
        boolean("exudate", "Exudate"),
        decimal("protein_ratio", "Protein ratio", ""),
        decimal("ldh_ratio", "LDH ratio", ""),
        integer("criteria_met", "Criteria met", ""),
    ],
    bands: &[],
    formula: "Exudate if protein ratio above 0.5, or LDH ratio above 0.6, or pleural LDH above two thirds of \
                 the upper limit of serum LDH.",
    rounding: "Comparisons on unrounded values.",
    version: "1972",
    sources: &[paper("Light RW et al., Ann Intern Med 1972;77:507", 1972, "10.7326/0003-4819-77-4-507")],
    status: Status::Unverified,
    notes: &["Under diuretics about a quarter of transudates meet a criterion; the serum-pleural albumin \
            gradient helps then."],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"pl_protein":5.8,"s_protein":7.8,"pl_ldh":656,"s_ldh":256,"s_ldh_uln":250}"#,
        expected: r#"{"exudate":true}"#,
        origin: "worked by hand: all three criteria hold",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (fluid, serum) = (values.number("pl_protein")?, values.number("s_protein")?);
    let (fluid_ldh, serum_ldh) = (values.number("pl_ldh")?, values.number("s_ldh")?);
    let limit = values.number("s_ldh_uln")?;
    let (protein_ratio, enzyme_ratio) = (settled(fluid / serum), settled(fluid_ldh / serum_ldh));
    let met = [protein_ratio > 0.5, enzyme_ratio > 0.6, settled(3.0 * fluid_ldh) > settled(2.0 * limit)];
    let count = met.iter().map(|holds| i64::from(*holds)).sum::<i64>();
    Ok(Outcome::new()
        .boolean("exudate", count > 0)
        .number("protein_ratio", protein_ratio)
        .number("ldh_ratio", enzyme_ratio)
        .integer("criteria_met", count)
        .working(format!(
            "Protein {protein_ratio:.4}, LDH {enzyme_ratio:.4}, two thirds of the limit {:.1}.",
            limit * 2.0 / 3.0
        )))
}
