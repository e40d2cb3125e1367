//! Vectors: `tests/vectors/<id>.jsonl`, one JSON object a line with `name`, `inputs` and `expected`.
//!
//! They are worked by hand from the cited tables, on and beside every threshold. More vectors of the same shape (with
//! `id` and `calculator`) can be run by naming their file in `VOICEASSIST_CALCULATOR_VECTORS`.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value};
use voiceassist_calculators::{Calculator, registry};

use crate::comparing;

/// One vector.
pub(crate) struct Vector {
    /// What it claims.
    pub(crate) name: String,
    /// The inputs.
    pub(crate) inputs: Map<String, Value>,
    /// The results it expects.
    pub(crate) expected: Map<String, Value>,
}

/// The vectors of one calculator.
pub(crate) fn of(calculator: &Calculator) -> Vec<Vector> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(format!("{}.jsonl", calculator.id));
    let text = fs::read_to_string(&path).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("a vector is JSON");
            let object = |key: &str| line[key].as_object().cloned().expect("inputs and expected are objects");
            Vector {
                name: line["name"].as_str().expect("a vector has a name").to_owned(),
                inputs: object("inputs"),
                expected: object("expected"),
            }
        })
        .collect()
}

#[test]
fn every_committed_vector_is_reproduced() {
    let mut wrong = Vec::new();
    for calculator in registry::all() {
        for Vector { name, inputs, expected } in of(calculator) {
            if let Err(difference) = comparing::check(calculator, &inputs, &expected) {
                wrong.push(format!("{}: {name}: {difference}", calculator.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_worked_example_is_reproduced() {
    for calculator in registry::all() {
        let parse = |text: &str| {
            serde_json::from_str::<Map<String, Value>>(text).expect("an example is a JSON object")
        };
        let (inputs, expected) = (parse(calculator.example.inputs), parse(calculator.example.expected));
        comparing::check(calculator, &inputs, &expected)
            .unwrap_or_else(|error| panic!("{}: {error}", calculator.id));
    }
}

#[test]
fn vectors_from_a_named_file_are_reproduced() {
    let Some(path) = std::env::var_os("VOICEASSIST_CALCULATOR_VECTORS") else { return };
    let text = fs::read_to_string(path).expect("the named file is readable");
    let (mut right, mut absent, mut wrong) = (0, 0, Vec::new());
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("a vector is JSON");
        let id = line["calculator"].as_str().unwrap_or_default();
        let Some(calculator) = registry::find(id) else {
            absent += 1;
            continue;
        };
        let (inputs, expected) = (line["inputs"].as_object().unwrap(), line["expected"].as_object().unwrap());
        match comparing::check(calculator, inputs, expected) {
            Ok(()) => right += 1,
            Err(difference) => wrong.push(format!("{}: {difference}", line["id"])),
        }
    }
    println!("{right} right, {} wrong, {absent} without a calculator", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
