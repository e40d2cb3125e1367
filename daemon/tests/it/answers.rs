//! `voiceassist eval answers`, quoting and with a model that is scripted.

#![expect(clippy::unwrap_used, reason = "what cannot be set up or asked stops the test")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use voiceassist_fakes::chat::{Asked, ChatServer, Reply};

const CORPUS: &str = r#"{"id": "ablation", "title": "Ablation", "text": "Apixaban is restarted six hours after the ablation if there is no bleeding. Walking is allowed on the next day."}
{"id": "sepsis", "title": "Sepsis", "text": "In septic shock 30 ml/kg of crystalloid fluid are given within three hours. Blood cultures are taken before antibiotics."}
{"id": "gout", "title": "Gout", "text": "Acute gout is treated with colchicine 0.5 mg twice daily for five days."}
"#;
const QUESTIONS: &str = r#"{"id": 1, "text": "When is apixaban restarted after the ablation?", "relevant": {"ablation": 1}}
{"id": 2, "text": "How much crystalloid fluid is given in septic shock?", "relevant": {"sepsis": 1}}
{"id": 3, "text": "How is acute gout treated with colchicine?", "relevant": {"gout": 1}}
{"id": 4, "text": "Which helicopter lands on the roof of the observatory?", "answerable": false}
{"id": 5, "text": "What does the parking permit for visitors cost?", "answerable": false}
"#;

fn eval(directory: &Path, more: &[&str]) -> Output {
    std::fs::write(directory.join("corpus.jsonl"), CORPUS).unwrap();
    std::fs::write(directory.join("questions.jsonl"), QUESTIONS).unwrap();
    Command::new(env!("CARGO_BIN_EXE_voiceassist"))
        .args(["eval", "answers", "--corpus", "corpus.jsonl", "--questions", "questions.jsonl"])
        .args(["--words-only", "--json"])
        .args(more)
        .current_dir(directory)
        .env_remove("VOICEASSIST_MODELS_DIR")
        .output()
        .unwrap()
}

fn figures(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn quoted_answers_are_supported_exact_and_absent_where_there_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let report = figures(&eval(directory.path(), &[]));
    for figure in ["support", "quotes_exact", "citations_valid", "citation_recall", "abstention"] {
        assert_eq!(report["figures"][figure], 1.0, "{figure}: {report}");
    }
    assert_eq!(
        (&report["figures"]["false_abstention"], &report["made_by"]),
        (&0.0.into(), &"extractive".into())
    );
    assert_eq!((&report["answerable"], &report["unanswerable"]), (&3.into(), &2.into()));
}

#[test]
fn a_figure_under_its_floor_fails_the_run() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("floor.json"), r#"{"support": 0.9, "citation_precision": 1.1}"#)
        .unwrap();
    let output = eval(directory.path(), &["--floor", "floor.json"]);
    assert!(!output.status.success());
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert!(complaints.contains("citation_precision") && !complaints.contains("support is"), "{complaints}");
}

#[test]
fn a_model_elsewhere_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let output = eval(directory.path(), &["--endpoint", "http://model.example/v1"]);
    assert!(
        !output.status.success() && String::from_utf8(output.stderr).unwrap().contains("not on this machine")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_model_makes_up_is_withheld_and_what_it_keeps_to_is_counted() {
    // It repeats its first source, and adds something of its own.
    let server = ChatServer::start(|asked: &Asked| {
        let text = asked.text();
        let source = text
            .split_once("<source")
            .and_then(|(_, rest)| rest.split_once('>'))
            .map_or("", |(_, rest)| rest);
        let body = source.split("</source>").next().unwrap_or_default().trim();
        let sentence = body
            .lines()
            .last()
            .unwrap_or_default()
            .split(". ")
            .next()
            .unwrap_or_default()
            .trim_end_matches('.');
        Reply::in_pieces(&format!("{sentence} [1]. Heparin is safe for every child [1]."), 11)
    });
    let server = server.await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let (path, endpoint) = (directory.path().to_owned(), server.base_url().clone());
    let output = tokio::task::spawn_blocking(move || eval(&path, &["--endpoint", &endpoint])).await.unwrap();
    let report = figures(&output);
    assert_eq!(report["made_by"], "model");
    assert!(report["withheld"].as_u64().unwrap() >= 3, "{report}");
    for figure in ["support", "quotes_exact", "citations_valid"] {
        assert_eq!(report["figures"][figure], 1.0, "{figure}: {report}");
    }
    assert!(report["sentences"].as_u64().unwrap() >= 3 && !server.asked().is_empty());
}
