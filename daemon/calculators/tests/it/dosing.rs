//! The dosing calculators repeat the tables: every drug is offered, every line carries its source and status.
//!
//! What the rows say is pinned beside the tables; here it is the way from a form or a voice to the row.

use serde_json::{Value, json};
use voiceassist_calculators::dosing::{self, ChildPughClass, Function, Measure};
use voiceassist_calculators::{Kind, ProblemKind, registry};

fn answer(id: &str, inputs: &Value) -> Value {
    let calculator = registry::find(id).expect("in the registry");
    let inputs = inputs.as_object().expect("an object");
    serde_json::to_value(calculator.calculate(inputs).expect("computes")).expect("serialises")
}

fn stated(id: &str, inputs: &Value) -> Vec<String> {
    let answer = answer(id, inputs);
    answer["stated"].as_str().expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn every_drug_of_the_tables_is_offered_under_all_its_names() {
    let library = dosing::library().expect("sound tables");
    for (id, measures) in
        [("renal_dosing", &[Measure::Crcl, Measure::Egfr][..]), ("hepatic_dosing", &[Measure::ChildPugh][..])]
    {
        let input =
            registry::find(id).and_then(|calculator| calculator.input("drug")).expect("asks for a drug");
        let Kind::Choice(options) = input.kind else { panic!("{id} offers a choice") };
        let held: Vec<_> =
            library.drugs().iter().filter(|drug| drug.tables_by(measures).next().is_some()).collect();
        let names: Vec<&str> = options.iter().map(|option| option.value).collect();
        assert_eq!(names, held.iter().map(|drug| drug.drug.as_str()).collect::<Vec<_>>(), "{id}");
        for (option, drug) in options.iter().zip(held) {
            assert!(drug.brands.iter().all(|brand| option.is_named(brand)), "{}", drug.drug);
            assert!(option.aliases.iter().all(|alias| drug.is_called(alias)), "{}", drug.drug);
        }
    }
}

#[test]
fn a_clearance_on_the_limit_gives_the_row_of_each_region() {
    let lines = stated("renal_dosing", &json!({"drug": "Pradaxa", "crcl": 30}));
    let of = |region: &str| lines.iter().find(|line| line.starts_with("stroke") && line.contains(region));
    assert!(of("(US)").expect("US row").contains("75 mg twice daily"), "{lines:?}");
    assert!(of("(EU)").expect("EU row").contains("150 mg twice daily"), "{lines:?}");
}

#[test]
fn a_line_that_rests_on_one_source_is_marked_and_the_working_names_every_source() {
    let answer = answer("renal_dosing", &json!({"drug": "rivaroxaban", "crcl": 40, "dialysis": true}));
    let lines: Vec<&str> = answer["stated"].as_str().expect("text").lines().collect();
    assert_eq!(answer["unverified"], json!(true));
    assert!(lines.iter().any(|line| line.ends_with("[unverified]")));
    assert!(lines.iter().any(|line| line.contains("on dialysis: 15 mg") && !line.ends_with("[unverified]")));
    let working = answer["working"].as_array().expect("lines");
    assert_eq!(working.len(), lines.len());
    assert!(working.iter().all(|line| line.as_str().is_some_and(|text| text.contains("Xarelto"))));
}

#[test]
fn an_egfr_is_never_replaced_by_a_clearance() {
    let calculator = registry::find("renal_dosing").expect("in the registry");
    let inputs = json!({"drug": "metformin", "crcl": 50});
    let refusal = calculator.calculate(inputs.as_object().expect("object")).expect_err("needs an eGFR");
    assert!(refusal.problems.iter().any(|p| p.input == "egfr" && p.kind == ProblemKind::Missing));
    let lines = stated("renal_dosing", &json!({"drug": "metformin", "egfr": 29.9}));
    assert!(lines[0].contains("contraindicated"), "{lines:?}");
}

#[test]
fn a_child_pugh_class_gives_its_row() {
    let lines = stated("hepatic_dosing", &json!({"drug": "tigecycline", "child_pugh": "C"}));
    assert!(lines[0].contains("25 mg every 12 hours"), "{lines:?}");
    let drug = dosing::library().expect("sound").find("Cancidas").expect("known");
    let function = Function { child_pugh: Some(ChildPughClass::B), ..Function::default() };
    let rows = drug.look_up(&function, Some("liver"));
    assert!(rows.len() == 1 && rows[0].band.dose.contains("35 mg"));
    assert!(drug.look_up(&Function::default(), None).is_empty(), "nothing known, nothing said");
    assert!(drug.look_up(&function, Some("skin")).is_empty());
}
