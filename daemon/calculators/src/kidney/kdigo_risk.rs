//! KDIGO categories of filtration and albuminuria and the risk they mean together.
//!
//! Albuminuria categories are those of the guideline in mg/g: below 30, 30 to 300, above 300. The risk is the
//! colour of the KDIGO heat map.

use crate::bands::Bound;
use crate::definition::{Calculator, Example, Status, decimal, document, text};
use crate::input::Input;
use crate::kidney::categories;
use crate::measure;
use crate::outcome::{Outcome, ladder};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "kdigo_risk",
    title: "KDIGO risk category",
    synonyms: &["CKD risk", "albuminuria stage", "heat map"],
    specialties: &["nephrology", "primary care"],
    purpose: "Risk of progression of chronic kidney disease from eGFR and albuminuria.",
    population: "Adults with chronic kidney disease for more than 3 months.",
    inputs: &[
        Input::number("egfr", "eGFR", &measure::FILTRATION, "mL/min/1.73 m²")
            .synonyms(&["egfr", "gfr"])
            .cuts(&[15.0, 30.0, 45.0, 60.0, 90.0]),
        Input::number(
            "acr_mg_g",
            "Albumin-creatinine ratio in urine",
            &measure::chemistry::ALBUMIN_RATIO,
            "mg/g",
        )
        .synonyms(&["acr", "uacr", "albuminuria"])
        .cuts(&[30.0, 300.0]),
    ],
    outputs: &[
        text("albuminuria", "Albuminuria category"),
        text("risk", "Risk"),
        decimal("egfr_used", "eGFR used", "mL/min/1.73 m²"),
    ],
    bands: &[categories::filtration("egfr_used")],
    formula: "G1 90 or more, G2 60 to 89, G3a 45 to 59, G3b 30 to 44, G4 15 to 29, G5 below 15; A1 below 30, \
                 A2 30 to 300, A3 above 300 mg/g; risk by the heat map.",
    rounding: "Nothing is rounded.",
    version: "2024",
    sources: &[document(
        "KDIGO 2024 guideline on chronic kidney disease, Kidney Int \
                 2024;105(4S)",
        2024,
    )],
    status: Status::Unverified,
    notes: &[],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"egfr":45,"acr_mg_g":30}"#,
        expected: r#"{"albuminuria":"A2","risk":"high"}"#,
        origin: "read from the KDIGO heat map: G3a A2",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    use Bound::{AtMost, Below, Open};
    let (egfr, ratio) = (values.number("egfr")?, values.number("acr_mg_g")?);
    let row = ladder(
        egfr,
        &[(Below(15.0), 4.0), (Below(30.0), 3.0), (Below(45.0), 2.0), (Below(60.0), 1.0), (Open, 0.0)],
    );
    let column = ladder(ratio, &[(Below(30.0), 0.0), (AtMost(300.0), 1.0), (Open, 2.0)]);
    let albuminuria = match column {
        c if c < 0.5 => "A1",
        c if c < 1.5 => "A2",
        _ => "A3",
    };
    // The heat map is a staircase: each step down in filtration or up in albuminuria is one colour darker.
    let risk = match row + column {
        steps if steps < 0.5 => "low",
        steps if steps < 1.5 => "moderately increased",
        steps if steps < 2.5 => "high",
        _ => "very high",
    };
    let outcome = Outcome::new().text("albuminuria", albuminuria).text("risk", risk);
    Ok(outcome.number("egfr_used", egfr).working(format!("eGFR {egfr} mL/min/1.73 m², {albuminuria}.")))
}
