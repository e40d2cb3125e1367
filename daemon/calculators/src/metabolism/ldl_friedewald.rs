//! LDL cholesterol by Friedewald.
//!
//! Triglycerides stand in for VLDL, which fails above 400 mg/dL and after a meal; above 400 there is no result.

use crate::definition::{Calculator, Example, Status, boolean, decimal, falls, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::Outcome;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ldl_friedewald",
    title: "LDL cholesterol (Friedewald)",
    synonyms: &["LDL", "Friedewald", "calculated LDL", "non-HDL cholesterol"],
    specialties: &["cardiology", "endocrinology", "laboratory medicine", "primary care"],
    purpose: "LDL cholesterol from total cholesterol, HDL and triglycerides.",
    population: "Adults, fasting, with triglycerides up to 400 mg/dL; not in type III hyperlipoproteinaemia.",
    inputs: &[
        patient::TOTAL_CHOLESTEROL.named("tc"),
        patient::HDL_CHOLESTEROL,
        Input::number("tg", "Triglycerides", &measure::TRIGLYCERIDES, "mg/dL")
            .synonyms(&["triglycerides", "tg", "trigs"])
            .cuts(&[400.0]),
        Input::boolean("fasting", "Fasting sample").synonyms(&["fasting"]).optional(),
    ],
    outputs: &[
        decimal("ldl", "LDL cholesterol", "mg/dL"),
        boolean("valid", "Formula applies"),
        decimal("non_hdl", "Non-HDL cholesterol", "mg/dL"),
    ],
    bands: &[],
    formula: "LDL = total cholesterol − HDL − triglycerides/5, in mg/dL; not above triglycerides of 400 mg/dL.",
    rounding: "Computed in full, shown with four decimals.",
    version: "1972",
    sources: &[paper("Friedewald WT et al., Clin Chem 1972;18:499", 1972, "10.1093/clinchem/18.6.499")],
    status: Status::Verified,
    notes: &[
        "Assumes a fasting sample; too low a value is likely when LDL is below 70 or triglycerides above 150 mg/dL.",
    ],
    bounded: false,
    monotone: &[rises("tc", "ldl"), falls("hdl", "ldl"), falls("tg", "ldl"), rises("tc", "non_hdl")],
    example: Example {
        inputs: r#"{"tc":200,"hdl":50,"tg":150}"#,
        expected: r#"{"ldl":120,"valid":true,"non_hdl":150}"#,
        origin: "worked by hand from the formula of the 1972 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let (total, hdl, triglycerides) = (values.number("tc")?, values.number("hdl")?, values.number("tg")?);
    let fasting_denied = values.get("fasting").is_some() && !values.yes("fasting")?;
    let outcome = Outcome::new()
        .number("non_hdl", total - hdl)
        .note_if(hdl > total, "HDL above total cholesterol cannot be: check the values.")
        .note_if(
            fasting_denied,
            "Not fasting: triglycerides are then higher and the formula gives too low an LDL.",
        );
    if triglycerides > 400.0 {
        return Ok(outcome
            .nothing("ldl")
            .boolean("valid", false)
            .note("Triglycerides above 400 mg/dL: the formula does not apply; LDL has to be measured."));
    }
    let ldl = total - hdl - triglycerides / 5.0;
    Ok(outcome
        .number("ldl", ldl)
        .boolean("valid", true)
        .working(format!("{total} − {hdl} − {triglycerides}/5 = {ldl:.1} mg/dL")))
}
