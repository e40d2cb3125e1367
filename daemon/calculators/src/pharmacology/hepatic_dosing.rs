//! What published tables state for a drug in cirrhosis of a given Child-Pugh class.
//!
//! The class comes from the Child-Pugh score; most labels speak of mild, moderate and severe impairment, which they
//! define by A, B and C. Where a label is silent the line says so.

use crate::definition::{Calculator, Example, Status, boolean, document, text};
use crate::dosing::{ChildPughClass, Function};
use crate::input::{Choice, Input, choice};
use crate::outcome::Outcome;
use crate::pharmacology::dosing_lines::{known, listed};
use crate::refusal::Refusal;
use crate::values::Values;

/// The calculator.
pub static CALCULATOR: Calculator = Calculator {
    id: "hepatic_dosing",
    title: "Hepatic dosing",
    synonyms: &["liver dosing", "dose in cirrhosis", "dose in hepatic impairment"],
    specialties: &["clinical pharmacology", "hepatology", "internal medicine"],
    purpose: "What the label states for a drug at this Child-Pugh class.",
    population: "Adults with cirrhosis. Labels change: the current label decides.",
    inputs: &[
        Input::choice("drug", "Drug", HEPATIC_DRUGS).synonyms(&["drug", "medicine"]),
        Input::choice(
            "child_pugh",
            "Child-Pugh class",
            &[
                choice("A", "A (5 to 6 points)"),
                choice("B", "B (7 to 9 points)"),
                choice("C", "C (10 to 15 points)"),
            ],
        )
        .synonyms(&["child-pugh", "child pugh class"]),
    ],
    outputs: &[
        text("stated", "What the sources state"),
        boolean("unverified", "Some of it rests on a single source"),
    ],
    bands: &[],
    formula: "Lookup in the tables under data/dosing; nothing is computed.",
    rounding: "Nothing is rounded.",
    version: "tables of 2026-11",
    sources: &[document("Product labels and guidelines named with each line", 2026)],
    status: Status::Unverified,
    notes: &[
        "Repeats what the named sources state; lines marked unverified rest on a single source and were \
            not compared with the current label.",
    ],
    bounded: false,
    monotone: &[],
    example: Example {
        inputs: r#"{"drug":"ondansetron","child_pugh":"C"}"#,
        expected: r#"{"unverified":false}"#,
        origin: "read from the label: at most 8 mg a day in severe impairment",
    },
    compute,
};

const HEPATIC_DRUGS: &[Choice] = &[
    choice("apixaban", "Apixaban").or(&["Eliquis"]),
    choice("caspofungin", "Caspofungin").or(&["Cancidas"]),
    choice("duloxetine", "Duloxetine").or(&["Cymbalta"]),
    choice("edoxaban", "Edoxaban").or(&["Savaysa", "Lixiana"]),
    choice("ondansetron", "Ondansetron").or(&["Zofran"]),
    choice("rivaroxaban", "Rivaroxaban").or(&["Xarelto"]),
    choice("sildenafil", "Sildenafil").or(&["Viagra"]),
    choice("tigecycline", "Tigecycline").or(&["Tygacil"]),
    choice("tramadol", "Tramadol").or(&["Ultram"]),
    choice("voriconazole", "Voriconazole").or(&["Vfend"]),
];

fn compute(values: &Values) -> Result<Outcome, Refusal> {
    let drug = known(values.choice("drug")?)?;
    let class = match values.choice("child_pugh")? {
        "A" => ChildPughClass::A,
        "B" => ChildPughClass::B,
        _ => ChildPughClass::C,
    };
    let function = Function { child_pugh: Some(class), ..Function::default() };
    Ok(listed(&drug.look_up(&function, None), false))
}
