//! Ranson criteria of acute pancreatitis not caused by gallstones.
//!
//! Every criterion is a strict inequality: a value on the limit does not count. Six of the eleven items are known
//! only after 48 hours; the answer gives both parts. Pancreatitis from gallstones has limits of its own
//! (`ranson_gallstone`).

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, document, falls, points, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
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
        Input::number("ldh", "Lactate dehydrogenase", &measure::chemistry::ENZYME, "U/L")
            .synonyms(&["ldh", "lactate dehydrogenase"])
            .cuts(&[350.0]),
        Input::number("ast", "AST", &measure::chemistry::ENZYME, "U/L")
            .synonyms(&["ast", "sgot"])
            .cuts(&[250.0]),
        Input::number("hct_drop", "Fall of haematocrit within 48 h", &measure::HAEMATOCRIT, "%")
            .plausible(-50.0, 60.0)
            .help("Percentage points.")
            .synonyms(&["hematocrit drop", "haematocrit fall"])
            .cuts(&[10.0]),
        Input::number("bun_rise", "Rise of urea nitrogen within 48 h", &measure::UREA, "mg/dL")
            .plausible(-200.0, 300.0)
            .synonyms(&["bun rise", "urea rise"])
            .cuts(&[5.0]),
        Input::number("calcium", "Calcium at 48 h", &measure::chemistry::CALCIUM, "mg/dL")
            .synonyms(&["calcium", "serum calcium"])
            .cuts(&[8.0]),
        Input::number("pao2", "PaO2 at 48 h", &measure::GAS_PRESSURE, "mmHg")
            .synonyms(&["pao2", "arterial oxygen"])
            .cuts(&[60.0]),
        Input::number("base_deficit", "Base deficit at 48 h", &measure::chemistry::BASE, "mmol/L")
            .help("24 − bicarbonate.")
            .synonyms(&["base deficit"])
            .cuts(&[4.0]),
        Input::number(
            "fluid_sequestration_l",
            "Fluid sequestration within 48 h",
            &measure::chemistry::LITRES,
            "L",
        )
        .help("Fluid given minus fluid lost.")
        .synonyms(&["fluid sequestration", "fluid balance"])
        .cuts(&[6.0]),
    ],
    outputs: &[
        points("admission", "Criteria on admission"),
        points("at48h", "Criteria at 48 h"),
        points("score", "Ranson score"),
    ],
    bands: &[Bands {
        key: "band",
        of: "score",
        title: "Deaths observed",
        rows: &[
            at_most(2.0, "0 to 2", "About 1 to 2 % died."),
            at_most(4.0, "3 to 4", "About 15 % died."),
            at_most(6.0, "5 to 6", "About 40 % died."),
            above("7 or more", "Nearly all died."),
        ],
    }],
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
    let mut tally = Tally::new(values);
    for (name, limit) in ADMISSION {
        tally.when(name, &format!("above {limit} on admission"), values.number(name)? > limit, 1.0);
    }
    let admission = tally.whole();
    for (name, limit) in RISES {
        tally.when(name, &format!("above {limit}"), values.number(name)? > limit, 1.0);
    }
    for (name, limit) in FALLS {
        tally.when(name, &format!("below {limit}"), values.number(name)? < limit, 1.0);
    }
    let score = tally.whole();
    Ok(Outcome::of(tally)
        .integer("admission", admission)
        .integer("at48h", score - admission)
        .integer("score", score))
}
