//! YEARS algorithm: a D-dimer cut-off that depends on three items.
//!
//! With none of the items the D-dimer is read against 1000 ng/mL, with any of them against 500. Exactly on the cut-off
//! is not below it.

use crate::bands::{Bands, above, at_most};
use crate::definition::{Calculator, Example, Status, boolean, falls, integer, paper, rises};
use crate::input::Input;
use crate::measure;
use crate::outcome::{Outcome, Tally};
use crate::patient;
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "years",
    title: "YEARS algorithm for pulmonary embolism",
    synonyms: &["YEARS"],
    specialties: &["emergency medicine", "pulmonology"],
    purpose: "Whether pulmonary embolism is excluded by a D-dimer whose cut-off depends on three items.",
    population: "Adults with suspected pulmonary embolism, in- and outpatients, not on anticoagulants.",
    inputs: &[
        Input::boolean("dvt_signs", "Clinical signs of deep vein thrombosis")
            .synonyms(&["signs of dvt", "leg swelling", "clinical dvt"]),
        patient::HAEMOPTYSIS,
        Input::boolean("pe_most_likely", "Pulmonary embolism is the most likely diagnosis")
            .synonyms(&["pe most likely", "most likely diagnosis"]),
        Input::number("d_dimer", "D-dimer", &measure::D_DIMER, "ng/mL FEU")
            .help("In fibrinogen equivalent units; name the unit if your laboratory reports DDU.")
            .synonyms(&["d-dimer", "d dimer", "ddimer"])
            .cuts(&[500.0, 1000.0]),
    ],
    outputs: &[
        integer("items", "YEARS items present", "of 3"),
        integer("cutoff", "D-dimer cut-off", "ng/mL FEU"),
        boolean("excluded", "D-dimer below the cut-off"),
    ],
    bands: &[Bands {
        key: "band",
        of: "items",
        title: "Reading of the algorithm",
        rows: &[
            at_most(0.0, "cut-off 1000", "No item: a D-dimer below 1000 ng/mL FEU excluded an embolism."),
            above("cut-off 500", "One item or more: a D-dimer below 500 ng/mL FEU excluded an embolism."),
        ],
    }],
    formula: "Items: signs of thrombosis, haemoptysis, embolism most likely. Cut-off 1000 ng/mL FEU at 0 items, else 500; \
              below the cut-off embolism was excluded, otherwise the study imaged.",
    rounding: "Nothing is rounded.",
    version: "2017",
    sources: &[paper("van der Hulle T et al., Lancet 2017;390:289", 2017, "10.1016/S0140-6736(17)30885-1")],
    status: Status::Unverified,
    notes: &["In the study 0.6 % of those in whom an embolism had been excluded had one within 3 months."],
    bounded: true,
    monotone: &[falls("hemoptysis", "cutoff"), rises("hemoptysis", "items")],
    example: Example {
        inputs: r#"{"dvt_signs":false,"hemoptysis":false,"pe_most_likely":false,
            "d_dimer":{"value":0.9,"unit":"mg/L FEU"}}"#,
        expected: r#"{"items":0,"cutoff":1000,"excluded":true}"#,
        origin: "worked by hand from the algorithm of the 2017 paper",
    },
    compute,
};

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let mut tally = Tally::new(values);
    tally.flags(&["dvt_signs", "hemoptysis", "pe_most_likely"], 1.0)?;
    let items = tally.whole();
    let cutoff = if items == 0 { 1000 } else { 500 };
    let below_cutoff = values.number("d_dimer")? < f64::from(cutoff);
    Ok(Outcome::of(tally)
        .integer("items", items)
        .integer("cutoff", i64::from(cutoff))
        .boolean("excluded", below_cutoff))
}
