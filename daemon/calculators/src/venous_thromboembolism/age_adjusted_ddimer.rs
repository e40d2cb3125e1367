//! Age-adjusted cut-off of the D-dimer.
//!
//! Above 50 years the cut-off is ten times the age in FEU (five times in DDU, because one DDU is two FEU). A value
//! given in DDU is converted, never read against the FEU cut-off.

use crate::definition::{Calculator, Example, Status, boolean, decimal, integer, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "age_adjusted_ddimer",
    title: "Age-adjusted D-dimer",
    synonyms: &["D-dimer cut-off by age", "ADJUST-PE"],
    specialties: &["emergency medicine", "pulmonology", "haematology"],
    purpose: "Whether a D-dimer is below the cut-off for the patient's age.",
    population: "Outpatients with suspected pulmonary embolism and a low, intermediate or \"unlikely\" clinical \
                 probability. Not for a high probability.",
    inputs: &[
        patient::AGE.help("Completed years.").derived(18.0, 105.0).cuts(&[50.0]),
        Input::number("d_dimer", "D-dimer", &measure::D_DIMER, "ng/mL FEU")
            .help("In fibrinogen equivalent units; name the unit if your laboratory reports DDU.")
            .synonyms(&["d-dimer", "d dimer", "ddimer"])
            .cuts(&[500.0]),
    ],
    outputs: &[
        integer("cutoff", "Cut-off", "ng/mL FEU"),
        decimal("cutoff_ddu", "Cut-off in DDU", "ng/mL DDU"),
        boolean("negative", "D-dimer below the cut-off"),
    ],
    bands: &[],
    formula: "Cut-off = age × 10 ng/mL FEU above 50 years, else 500 (in DDU: age × 5, else 250). Negative = below it.",
    rounding: "Age in completed years; nothing else is rounded.",
    version: "2014",
    sources: &[paper("Righini M et al. (ADJUST-PE), JAMA 2014;311:1117", 2014, "10.1001/jama.2014.2135")],
    status: Status::Unverified,
    notes: &[
        "In the study 0.3 % of patients between 500 and their own cut-off had an embolism within 3 months.",
    ],
    bounded: false,
    monotone: &[rises("age", "cutoff")],
    example: Example {
        inputs: r#"{"age":78,"d_dimer":700}"#,
        expected: r#"{"cutoff":780,"cutoff_ddu":390,"negative":true}"#,
        origin: "worked by hand from the rule of the 2014 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let age = values.number("age")?.floor();
    let d_dimer = values.number("d_dimer")?;
    let cutoff = if age > 50.0 { age * 10.0 } else { 500.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a whole number of years times ten")]
    let whole = cutoff as i64;
    Ok(Outcome::new()
        .integer("cutoff", whole)
        .number("cutoff_ddu", cutoff / 2.0)
        .boolean("negative", d_dimer < cutoff)
        .working(format!("cut-off = {cutoff} ng/mL FEU for {age} years; D-dimer = {d_dimer} ng/mL FEU")))
}
