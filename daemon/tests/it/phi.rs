//! `voiceassist phi` as its user meets it. Every person is invented.

#![expect(clippy::expect_used, reason = "what cannot be set up or asked stops the test")]

use std::process::Output;

use serde_json::{Value, json};

use crate::fed;

fn phi(arguments: &[&str], input: &str) -> Output {
    fed::run(&[&["phi"], arguments].concat(), input)
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

const NOTE: &str = "Größe 1,70 m. Mrs. Larkin, MRN 00351816, takes apixaban. Mrs. Larkin is well.";

#[test]
fn identifiers_are_printed_with_offsets_in_code_points() {
    let input =
        format!("{}\n{}\n", json!({ "id": 7, "text": NOTE }), json!({ "id": "b", "text": "Apixaban." }));
    let output = phi(&["--jsonl", "-"], &input);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let answers = lines(&output);
    assert_eq!((&answers[0]["id"], &answers[0]["class"]), (&json!(7), &json!("health")));
    let spans = answers[0]["spans"].as_array().expect("spans");
    let number = spans.iter().find(|span| span["type"] == "MRN").expect("a number");
    let place = |end: &str| usize::try_from(number[end].as_u64().expect("an offset")).expect("small");
    let found: String = NOTE.chars().skip(place("start")).take(place("end") - place("start")).collect();
    assert_eq!(found, "00351816");
    assert_eq!(answers[1], json!({ "id": "b", "class": "internal", "spans": [] }));
}

#[test]
fn texts_are_redacted_with_surrogates_or_tags_the_same_for_the_same_secret() {
    let key = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(key.path(), "a secret\n").expect("written");
    let key = key.path().to_str().expect("a plain path");
    let input = format!("{}\n", json!({ "id": 1, "text": NOTE }));
    for style in [&["--redact", "--key-file", key][..], &["--redact", "--tags", "--key-file", key][..]] {
        let arguments = [&["--jsonl", "-"], style].concat();
        let answers = lines(&phi(&arguments, &input));
        let text = answers[0]["text"].as_str().expect("text");
        assert!(
            !text.contains("Larkin") && !text.contains("00351816") && text.contains("apixaban"),
            "{text}"
        );
        assert_eq!(text.contains("[NAME-"), style.contains(&"--tags"), "{text}");
        assert_eq!(lines(&phi(&arguments, &input)), answers, "the same secret, the same surrogates");
    }
    assert_eq!(phi(&["--jsonl", "-", "--tags"], "").status.code(), Some(2), "tags are a way of redacting");
}

#[test]
fn a_bad_line_is_named_by_its_number_and_the_rest_goes_on() {
    let good = json!({ "id": 1, "text": NOTE }).to_string();
    let input = [
        good.as_str(),
        "Larkin is not JSON",
        "",
        "[1]",
        r#"{"id":2}"#,
        r#"{"text":"x"}"#,
        r#"{"id":3,"text":4}"#,
        &good,
    ];
    let output = phi(&["--jsonl", "-"], &input.join("\n"));
    assert_eq!(output.status.code(), Some(6), "part of it failed");
    assert_eq!(lines(&output).len(), 2);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for expected in [
        "line 2: is not JSON",
        "line 4: is not a JSON object",
        "line 5: has no `text`",
        "line 6: has no `id`",
        "line 7: has a `text` that is not a string",
        "5 lines could not be used",
    ] {
        assert!(said.contains(expected), "{said}");
    }
    assert!(!said.contains("Larkin"), "what a line holds is not repeated: {said}");
    let missing = phi(&["--jsonl", "/no/such/file.jsonl"], "");
    assert_eq!(missing.status.code(), Some(1), "{missing:?}");
}
