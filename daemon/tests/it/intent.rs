//! `voiceassist intent` as a script would use it.

#![expect(clippy::unwrap_used, reason = "what cannot be set up or asked stops the test")]

use std::process::{Command, Stdio};

use serde_json::Value;

fn read(lines: &str) -> (Option<i32>, Vec<Value>, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("questions.jsonl");
    std::fs::write(&file, lines).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_voiceassist"))
        .args(["intent", "--jsonl"])
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let rows = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code(), rows, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn each_question_is_read_under_any_of_its_names_and_with_its_history() {
    let lines = r#"{"id": 1, "text": "What is the dose?"}
{"id": "b", "question": "What is the dose of apixaban in atrial fibrillation?"}
{"id": 3, "query": "and in renal failure?", "history": [{"role": "user", "content": "How is apixaban dosed in atrial fibrillation?"}, {"role": "assistant", "content": "5 mg"}]}
"#;
    let (code, rows, complaints) = read(lines);
    assert_eq!((code, complaints.as_str()), (Some(0), ""));
    let ambiguous: Vec<bool> = rows.iter().map(|row| row["ambiguous"].as_bool().unwrap()).collect();
    assert_eq!(ambiguous, [true, false, false], "{rows:?}");
    assert_eq!(rows[0]["missing"], serde_json::json!(["drug"]));
    assert!(rows[0]["question"].as_str().unwrap().ends_with('?') && rows[1]["question"].is_null());
    assert_eq!(rows[1]["id"], "b");
}

#[test]
fn a_line_that_cannot_be_used_is_named_without_its_content_and_the_rest_goes_on() {
    let lines = "{\"id\": 1}\nnonsense-4711\n{\"id\": 3, \"text\": \"warfarin\"}\n{\"id\": 4, \"text\": \"x\", \"history\": 7}\n";
    let (code, rows, complaints) = read(lines);
    assert_eq!(rows.len(), 1);
    assert!(code != Some(0) && !complaints.contains("4711"), "{complaints}");
    for line in ["line 1", "line 2", "line 4"] {
        assert!(complaints.contains(line), "{complaints}");
    }
}
