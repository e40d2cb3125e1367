//! `voiceassist calculate` as its user meets it.

use std::process::Output;

use serde_json::{Value, json};

use crate::fed;

fn calculate(arguments: &[&str], input: &str) -> Output {
    fed::run(&[&["calculate"], arguments].concat(), input)
}

fn parsed(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

#[test]
fn one_calculation_needs_no_configuration() {
    let inputs = r#"{"resp_rate":22,"sbp":100,"gcs":15}"#;
    let output = calculate(&["qsofa", "--json", inputs], "");
    assert_eq!(output.status.code(), Some(0));
    let result = parsed(&output);
    assert_eq!((&result["score"], &result["positive"]), (&json!(2), &json!(true)));
    assert_eq!(parsed(&calculate(&["qsofa", "--json", "-"], inputs)), result, "inputs from standard input");
}

#[test]
fn many_calculations_are_answered_line_by_line_and_one_bad_line_stops_none() {
    let lines = [
        r#"{"id":"a","calculator":"qsofa","inputs":{"resp_rate":21,"sbp":101,"gcs":14}}"#,
        r#"{"id":"b","calculator":"qsofa","inputs":{"resp_rate":21}}"#,
        r#"{"id":"c","calculator":"phrenology","inputs":{}}"#,
        "not json",
        "",
        r#"{"id":5,"calculator":"eag","inputs":{"a1c":7}}"#,
    ];
    let output = calculate(&["--jsonl", "-"], &lines.join("\n"));
    assert_eq!(output.status.code(), Some(6), "part of it failed");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), 5);
    assert_eq!((&answers[0]["id"], &answers[0]["result"]["score"]), (&json!("a"), &json!(1)));
    assert_eq!(answers[1]["error"]["problems"][0]["input"], "sbp");
    assert_eq!(answers[1]["error"]["possible"][0], json!({"output": "score", "min": 0.0, "max": 2.0}));
    assert!(answers[2]["error"]["message"].is_string() && answers[2]["result"].is_null());
    assert_eq!(answers[3]["id"], Value::Null);
    assert_eq!((&answers[4]["id"], &answers[4]["result"]["mgdl"]), (&json!(5), &json!(154.2)));
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let mut long = "x".repeat(3 << 20);
    long.push('\n');
    long.push_str(r#"{"id":1,"calculator":"eag","inputs":{"a1c":7}}"#);
    let output = calculate(&["--jsonl", "-"], &long);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.lines().last().is_some_and(|line| line.contains("\"mgdl\":154.2")), "{text}");
}

#[test]
fn what_cannot_be_calculated_is_said_and_the_exit_code_shows_it() {
    let output = calculate(&["curb65", "--json", "{}"], "");
    assert_eq!(output.status.code(), Some(6));
    assert_eq!(parsed(&output)["error"]["problems"].as_array().map(Vec::len), Some(6));
    for arguments in [["curb65", "--json", "[]"], ["curb", "--json", "{}"]] {
        let output = calculate(&arguments, "");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
    let said = String::from_utf8_lossy(&calculate(&["curb", "--json", "{}"], "").stderr).into_owned();
    assert!(said.contains("did you mean curb65"), "{said}");
    assert_eq!(calculate(&[], "").status.code(), Some(2));
}

#[test]
fn calculators_are_listed_found_and_shown() {
    let all = parsed(&calculate(&["--list"], ""));
    assert!(all.as_array().is_some_and(|all| all.len() >= 38));
    let found = parsed(&calculate(&["--search", "sepsis"], ""));
    assert!(found.as_array().is_some_and(|found| found.iter().any(|one| one["id"] == "qsofa")));
    assert_eq!(calculate(&["--search", "phrenology"], "").status.code(), Some(5));
    let shown = parsed(&calculate(&["--show", "qsofa"], ""));
    assert_eq!(shown["schema"]["required"], json!(["resp_rate", "sbp", "gcs"]));
}
