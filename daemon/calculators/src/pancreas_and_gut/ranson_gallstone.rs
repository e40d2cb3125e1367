//! Ranson criteria of gallstone pancreatitis.
//!
//! The 1982 set: other limits than in alcoholic pancreatitis, and arterial oxygen does not count. A value on the
//! limit does not count.

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
        Input::number("ldh", "Lactate dehydrogenase", &measure::chemistry::ENZYME, "U/L")
            .synonyms(&["ldh", "lactate dehydrogenase"])
            .cuts(&[400.0]),
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
            .cuts(&[2.0]),
        Input::number("calcium", "Calcium at 48 h", &measure::chemistry::CALCIUM, "mg/dL")
            .synonyms(&["calcium", "serum calcium"])
            .cuts(&[8.0]),
        Input::number("base_deficit", "Base deficit at 48 h", &measure::chemistry::BASE, "mmol/L")
            .help("24 − bicarbonate.")
            .synonyms(&["base deficit"])
            .cuts(&[5.0]),
        Input::number(
            "fluid_sequestration_l",
            "Fluid sequestration within 48 h",
            &measure::chemistry::LITRES,
            "L",
        )
        .help("Fluid given minus fluid lost.")
        .synonyms(&["fluid sequestration", "fluid balance"])
        .cuts(&[4.0]),
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

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    for (name, limit) in ADMISSION {
        tally.when(name, &format!("above {limit} on admission"), values.number(name)? > limit, 1.0);
    }
    let admission = tally.whole();
    for (name, limit) in RISES {
        tally.when(name, &format!("above {limit}"), values.number(name)? > limit, 1.0);
    }
    tally.when("calcium", "below 8", values.number("calcium")? < 8.0, 1.0);
    let score = tally.whole();
    Ok(Outcome::of(tally)
        .integer("admission", admission)
        .integer("at48h", score - admission)
        .integer("score", score))
}
