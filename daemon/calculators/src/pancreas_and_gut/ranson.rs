//! Ranson criteria of acute pancreatitis not caused by gallstones.
//!
//! Every criterion is a strict inequality: a value on the limit does not count. Six of the eleven items are known
//! only after 48 hours; the answer gives both parts. Pancreatitis from gallstones has limits of its own
//! (`ranson_gallstone`).

use crate::definition::{Calculator, Example, Status, document, falls, points, rises};
use crate::outcome::Outcome;
use crate::pancreas_and_gut::ranson_items;
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "ranson",
    title: "Ranson criteria (non-gallstone pancreatitis)",
    synonyms: &["Ranson score", "pancreatitis severity"],
    specialties: &["gastroenterology", "surgery", "emergency medicine"],
    purpose: "Severity of acute pancreatitis from admission and 48-hour values.",
    population: "Adults with acute pancreatitis not caused by gallstones.",
    inputs: &[
        patient::AGE.cuts(&[55.0]),
        patient::WHITE_CELLS.cuts(&[16.0]),
        patient::GLUCOSE.cuts(&[200.0]),
        patient::LDH.cuts(&[350.0]),
        patient::AST.cuts(&[250.0]),
        ranson_items::HAEMATOCRIT_FALL.cuts(&[10.0]),
        ranson_items::UREA_RISE.cuts(&[5.0]),
        ranson_items::CALCIUM.cuts(&[8.0]),
        patient::ARTERIAL_OXYGEN.cuts(&[60.0]),
        ranson_items::BASE_DEFICIT.cuts(&[4.0]),
        ranson_items::SEQUESTRATION.cuts(&[6.0]),
    ],
    outputs: &[
        points("admission", "Criteria on admission"),
        points("at48h", "Criteria at 48 h"),
        points("score", "Ranson score"),
    ],
    bands: &[ranson_items::deaths()],
    formula: "Admission: age above 55, white cells above 16, glucose above 200 mg/dL, LDH above 350, AST above \
                 250; 48 h: haematocrit fall above 10, urea nitrogen rise above 5 mg/dL, calcium below 8 mg/dL, \
                 PaO2 below 60 mmHg, base deficit above 4, fluid sequestration above 6 L: 1 point each; 0 to 11.",
    rounding: "Whole points.",
    version: "1974 (non-gallstone)",
    sources: &[document("Ranson JH et al., Surg Gynecol Obstet 1974;139:69", 1974)],
    status: Status::Unverified,
    notes: &[],
    bounded: true,
    monotone: &[
        rises("age", "score"),
        rises("ldh", "score"),
        falls("calcium", "score"),
        falls("pao2", "score"),
    ],
    example: Example {
        inputs: r#"{"age":36,"wbc_k":29.0,"glucose_mgdl":97,"ldh":785,"ast":274,"hct_drop":2,"bun_rise":2,"calcium":9.4,"pao2":65,"base_deficit":10,"fluid_sequestration_l":8.5}"#,
        expected: r#"{"admission":3,"at48h":2,"score":5}"#,
        origin: "worked by hand from the table of the 1974 paper",
    },
    compute,
};

/// Counts above these on admission.
const ADMISSION: [(&str, f64); 5] =
    [("age", 55.0), ("wbc_k", 16.0), ("glucose_mgdl", 200.0), ("ldh", 350.0), ("ast", 250.0)];
/// Counts above these at 48 hours.
const RISES: [(&str, f64); 4] =
    [("hct_drop", 10.0), ("bun_rise", 5.0), ("base_deficit", 4.0), ("fluid_sequestration_l", 6.0)];
/// Counts below these at 48 hours.
const FALLS: [(&str, f64); 2] = [("calcium", 8.0), ("pao2", 60.0)];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    ranson_items::count(values, &ADMISSION, &RISES, &FALLS)
}
