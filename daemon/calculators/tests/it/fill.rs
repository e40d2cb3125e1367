//! Filling from free text: tables of sentences, what they state, and what they must not be taken to state.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};
use voiceassist_calculators::{fill, registry};

const VALUES: &str = include_str!("../filling/values.jsonl");
const NAMES: &str = include_str!("../filling/names.jsonl");

#[derive(Deserialize)]
struct Case {
    name: String,
    calculator: String,
    text: String,
    filled: Option<Map<String, Value>>,
    filled_some: Option<Map<String, Value>>,
    #[serde(default)]
    unclear: Vec<String>,
}

#[derive(Deserialize)]
struct Naming {
    text: String,
    names: Vec<String>,
}

#[test]
fn a_text_fills_what_it_states_of_the_patient_and_nothing_else() {
    let mut wrong = Vec::new();
    for line in VALUES.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let filled = fill::fill(registry::find(&case.calculator).unwrap(), &case.text);
        let unclear: Vec<&str> = filled.unclear.iter().map(|unclear| unclear.input).collect();
        let object = filled.object();
        let right = match (&case.filled, &case.filled_some) {
            (Some(all), _) => object == *all && unclear == case.unclear,
            (None, Some(some)) => some.iter().all(|(name, value)| object.get(name) == Some(value)),
            (None, None) => panic!("{} expects nothing", case.name),
        };
        if !right {
            wrong.push(format!("{}: {}\n  got {object:?}, unclear {unclear:?}", case.name, case.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_calculator_is_named_by_its_names_and_never_guessed_between_two() {
    let mut wrong = Vec::new();
    for line in NAMES.lines() {
        let case: Naming = serde_json::from_str(line).unwrap();
        let mut names: Vec<&str> = fill::named(&case.text).calculators.iter().map(|one| one.id).collect();
        names.sort_unstable();
        if names != case.names {
            wrong.push(format!("{}: {names:?}", case.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_calculator_is_found_by_its_title() {
    let lost: Vec<&str> = registry::all()
        .filter(|calculator| {
            let text = format!("Calculate the {} now", calculator.title);
            !fill::named(&text).calculators.iter().any(|found| found.id == calculator.id)
        })
        .map(|calculator| calculator.id)
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn the_words_a_value_came_from_stand_where_it_says() {
    let text = "CHA₂DS₂-VASc: 76 year old woman with hypertension, no diabetes";
    let filled = fill::fill(registry::find("cha2ds2_vasc").unwrap(), text);
    let said: BTreeMap<&str, &str> = filled.values.iter().map(|v| (v.input, &text[v.span.clone()])).collect();
    assert!(filled.values.iter().all(|value| text[value.span.clone()] == value.said));
    assert_eq!(said["age"], "76 year old");
    assert_eq!(said["diabetes"], "no diabetes");
}

#[test]
fn a_short_reply_answers_the_one_question() {
    let calculator = registry::find("ckd_epi_2021").unwrap();
    let creatinine = calculator.input("creatinine").unwrap();
    assert_eq!(fill::answer(creatinine, "1.4"), Some(1.4.into()));
    assert_eq!(
        fill::answer(creatinine, "106 µmol/L"),
        Some(serde_json::json!({"value": 106.0, "unit": "µmol/L"}))
    );
    assert_eq!(fill::answer(creatinine, "normal"), None);
    let diabetes = registry::find("cha2ds2_vasc").unwrap().input("diabetes").unwrap();
    assert_eq!(fill::answer(diabetes, "No."), Some(false.into()));
    assert_eq!(fill::answer(diabetes, "not sure"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_makes_it_stumble(text in "(?s).{0,120}|([0-9]{1,4}[ ,./-]?|no |BP |HR |age |old |y/o|µmol/L |stroke|, |and ){0,30}") {
        for id in ["cha2ds2_vasc", "wells_pe", "cockcroft_gault", "curb65"] {
            let filled = fill::fill(registry::find(id).unwrap(), &text);
            for value in &filled.values {
                prop_assert_eq!(&text[value.span.clone()], value.said.as_str());
            }
        }
    }
}
