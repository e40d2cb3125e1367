//! `voiceassist eval retrieval` as its user meets it. The texts are invented.

#![expect(clippy::expect_used, reason = "what cannot be set up or asked stops the test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const DOCUMENTS: [(&str, &str); 4] = [
    (
        "gout",
        "Gout is treated with colchicine in the first days, and with allopurinol to lower uric acid later.",
    ),
    ("asthma", "Asthma attacks are relieved by salbutamol; an inhaled steroid prevents them."),
    ("gene", "Mutations of the DHODH gene cause Miller syndrome."),
    ("hours", "Visiting hours on the ward end at eight in the evening."),
];

fn write(path: &Path, lines: &[Value]) {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    fs::write(path, lines.join("\n")).expect("written");
}

/// Runs it by words alone in a directory with a corpus and questions; `TMPDIR` lies inside too.
fn eval(directory: &Path, questions: &[Value], more: &[&str]) -> Output {
    let corpus: Vec<Value> = DOCUMENTS.iter().map(|(id, text)| json!({ "id": id, "text": text })).collect();
    write(&directory.join("corpus.jsonl"), &corpus);
    write(&directory.join("queries.jsonl"), questions);
    let temporary = directory.join("tmp");
    fs::create_dir_all(&temporary).expect("a directory");
    Command::new(env!("CARGO_BIN_EXE_voiceassist"))
        .args(["eval", "retrieval", "--corpus", "corpus.jsonl", "--queries", "queries.jsonl", "--words-only"])
        .args(more)
        .current_dir(directory)
        .env("TMPDIR", &temporary)
        .output()
        .expect("the program starts")
}

fn report(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn questions() -> Vec<Value> {
    vec![
        json!({ "id": 1, "text": "Which drug lowers uric acid in gout?", "relevant": { "gout": 2 } }),
        json!({ "id": 2, "text": "What relieves an asthma attack?", "relevant": { "asthma": 1 } }),
        json!({ "id": 3, "text": "When do visiting hours end?", "relevant": { "gene": 1, "hours": 1 } }),
    ]
}

#[test]
fn figures_are_those_of_the_rankings_and_the_same_in_every_run() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut first = report(&eval(directory.path(), &questions(), &["--json"]));
    let mut second = report(&eval(directory.path(), &questions(), &["--json"]));
    for run in [&mut first, &mut second] {
        let times = run.as_object_mut().and_then(|run| run.remove("latency_ms")).expect("times");
        assert!(times["p95"].as_f64().expect("a time") > 0.0);
    }
    assert_eq!(first, second);
    assert_eq!(first["hit@1"], json!(1.0), "{first}");
    assert!((first["recall@1"].as_f64().expect("a figure") - 2.5 / 3.0).abs() < 1e-4, "{first}");
    assert_eq!(first["baselines"]["bm25"]["hit@1"], json!(1.0), "{first}");
    assert_eq!(first["answerability"]["protocol"], json!("relevant documents hidden"));
    assert_eq!(first["answerability"]["without_answer"], json!(3));
    assert_eq!(first["auroc"], json!(1.0), "{first}");
    let left = fs::read_dir(directory.path().join("tmp")).expect("a directory").count();
    assert_eq!(left, 0, "the index is gone");
}

#[test]
fn questions_said_to_have_no_answer_judge_the_confidence_and_nothing_else() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut questions = questions();
    questions.push(json!({ "id": 4, "text": "Which vaccine helps against rabies?", "relevant": {} }));
    questions.push(
        json!({ "id": 5, "text": "Who is the dentist?", "relevant": { "gout": 1 }, "answerable": false }),
    );
    let details = directory.path().join("details.jsonl");
    let run = eval(directory.path(), &questions, &["--json", "--details", "details.jsonl"]);
    let found = report(&run);
    assert_eq!(found["answerability"]["protocol"], json!("questions without an answer"));
    assert_eq!((&found["hit@1"], &found["answerability"]["without_answer"]), (&json!(1.0), &json!(2)));
    let details = fs::read_to_string(details).expect("details");
    let first: Value = serde_json::from_str(details.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["id"], &first["places"]), (&json!("1"), &json!([1])));
    assert_eq!(details.lines().count(), 5);
}

#[test]
fn a_floor_that_is_missed_fails_and_says_which() {
    let directory = tempfile::tempdir().expect("a directory");
    let floor = directory.path().join("floor.json");
    let run = |floor_text: Value| {
        fs::write(&floor, floor_text.to_string()).expect("written");
        eval(directory.path(), &questions(), &["--floor", "floor.json"])
    };
    let kept = run(json!({ "figures": { "hit@1": 0.99, "ece": 1.0 }, "not_below": ["bm25"] }));
    assert_eq!(kept.status.code(), Some(0), "{kept:?}");
    let missed = run(json!({ "figures": { "recall@1": 0.9, "ndgc@10": 0.1 } }));
    let said = String::from_utf8_lossy(&missed.stderr).into_owned();
    assert_eq!(missed.status.code(), Some(6), "{said}");
    assert!(said.contains("recall@1 is 0.8333") && said.contains("ndgc@10 was not measured"), "{said}");
}

#[test]
fn a_line_that_cannot_be_used_ends_it_with_its_number() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = eval(directory.path(), &[json!({ "id": 1, "text": "a" }), json!({ "id": 2 })], &["--json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("queries.jsonl, line 2") && output.stdout.is_empty(), "{said}");
}
