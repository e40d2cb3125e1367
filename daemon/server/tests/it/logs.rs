//! What the log says about requests, and what it does not.

use std::io;
use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::json;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::stage::{Stage, answer};

/// A name that is planted wherever a caller or a document can put text.
const CANARY: &str = "Mustermann";

/// Everything logged while it lives, at the level an operator may turn on.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// The test's runtime has one thread, so this thread's log is the server's too.
    fn record(&self) -> DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::DEBUG)
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(self.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_names_routes_and_never_content() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let text = format!("Apixaban of Erika {CANARY} was paused after the ablation.");
    stage.clinic.document(10, &format!("/{CANARY}.txt"), &[&text], &[&alice]).await;
    let id = stage.conversation(&alice).await;

    let log = Log::default();
    let recording = log.record();
    let question = format!("Why was apixaban of {CANARY} paused after the ablation?");
    let (_, found) = stage.post(&alice, "/api/v1/search", json!({ "query": question })).await;
    assert!(found.to_string().contains(CANARY), "the reader sees it");
    let told = stage
        .by(&alice, Method::POST, &format!("/api/v1/conversations/{id}/ask"))
        .json(&json!({ "question": question }))
        .send()
        .await
        .unwrap();
    assert!(told.text().await.unwrap().contains(CANARY), "the asker is told");
    stage.get(&alice, &format!("/api/v1/documents?colour={CANARY}")).await;
    stage.get(&alice, &format!("/api/v1/documents/{CANARY}")).await;
    stage.get(&alice, &format!("/{CANARY}?name={CANARY}")).await;
    stage.post(&alice, "/api/v1/search", json!({ CANARY: CANARY })).await;
    answer(stage.by(&alice, Method::POST, "/api/v1/conversations").json(&json!({ "title": CANARY }))).await;
    stage.assistant.finish().await;
    drop(recording);

    let text = log.text();
    assert!(!text.contains(CANARY), "{text}");
    assert!(!text.contains(&stage.token(&alice)), "no token either");
    for expected in
        ["http.request.serve", "/api/v1/documents/{id}", "unmatched", "http.status=404", "duration_ms="]
    {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[tokio::test]
async fn a_failure_of_ours_is_logged_once_with_its_cause_and_the_callers_id() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.store.close().await;
    let log = Log::default();
    let recording = log.record();
    let request = stage
        .by(&alice, Method::GET, "/api/v1/me")
        .header("x-request-id", "0198c2f4-6f2e-7d3a-8c1b-5a4e3d2c1b0a");
    let (_, problem) = answer(request).await;
    drop(recording);

    assert_eq!(problem["request_id"], "0198c2f4-6f2e-7d3a-8c1b-5a4e3d2c1b0a");
    let text = log.text();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("problem.code")).collect();
    assert_eq!(lines.len(), 1, "{text}");
    assert!(lines[0].contains("unavailable") && lines[0].contains("0198c2f4"), "{}", lines[0]);
    assert!(lines[0].contains("finding an account"), "the operator reads what was being done: {}", lines[0]);
}
