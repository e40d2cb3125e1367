//! Ranson criteria of gallstone pancreatitis.
//!
//! The 1982 set: other limits than in alcoholic pancreatitis, and arterial oxygen does not count. A value on the
//! limit does not count.

use crate::definition::{Calculator, Example, Status, document, falls, points, rises};
use crate::outcome::Outcome;
use crate::pancreas_and_gut::ranson_items;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ranson_gallstone",
    title: "Ranson criteria (gallstone pancreatitis)",
    synonyms: &["Ranson gallstone"],
    specialties: &["gastroenterology", "surgery", "emergency medicine"],
    purpose: "Severity of gallstone pancreatitis from admission and 48-hour values.",
    population: "Adults with gallstone pancreatitis.",
    inputs: &[
        patient::AGE.cuts(&[70.0]),
        patient::WHITE_CELLS.cuts(&[18.0]),
        patient::GLUCOSE.cuts(&[220.0]),
        patient::LDH.cuts(&[400.0]),
        patient::AST.cuts(&[250.0]),
        ranson_items::HAEMATOCRIT_FALL.cuts(&[10.0]),
        ranson_items::UREA_RISE.cuts(&[2.0]),
        ranson_items::CALCIUM.cuts(&[8.0]),
        ranson_items::BASE_DEFICIT.cuts(&[5.0]),
        ranson_items::SEQUESTRATION.cuts(&[4.0]),
    ],
    outputs: &[
        points("admission", "Criteria on admission"),
        points("at48h", "Criteria at 48 h"),
        points("score", "Ranson score"),
    ],
    bands: &[ranson_items::deaths()],
    formula: "Admission: age above 70, white cells above 18, glucose above 220 mg/dL, LDH above 400, AST above \
                 250; 48 h: haematocrit fall above 10, urea nitrogen rise above 2 mg/dL, calcium below 8 mg/dL, \
                 base deficit above 5, fluid sequestration above 4 L: 1 point each; 0 to 10.",
    rounding: "Whole points.",
    version: "1982 (gallstone)",
    sources: &[document("Ranson JH, Am J Gastroenterol 1982;77:633", 1982)],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[rises("age", "score"), rises("ldh", "score"), falls("calcium", "score")],
    example: Example {
        inputs: r#"{"age":71,"wbc_k":18,"glucose_mgdl":221,"ldh":400,"ast":251,"hct_drop":10,"bun_rise":3,"calcium":7.9,"base_deficit":5,"fluid_sequestration_l":4.1}"#,
        expected: r#"{"admission":3,"at48h":3,"score":6}"#,
        origin: "worked by hand from the 1982 criteria, values on and above the limits",
    },
    compute,
};

/// Counts above these on admission.
const ADMISSION: [(&str, f64); 5] =
    [("age", 70.0), ("wbc_k", 18.0), ("glucose_mgdl", 220.0), ("ldh", 400.0), ("ast", 250.0)];
/// Counts above these at 48 hours.
const RISES: [(&str, f64); 4] =
    [("hct_drop", 10.0), ("bun_rise", 2.0), ("base_deficit", 5.0), ("fluid_sequestration_l", 4.0)];
/// Counts below this at 48 hours.
const FALLS: [(&str, f64); 1] = [("calcium", 8.0)];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    ranson_items::count(values, &ADMISSION, &RISES, &FALLS)
}
