//! What the machine around the daemon sees.

use reqwest::{Method, StatusCode, header};
use serde_json::json;
use voiceassist_server::health::Component;

use crate::stage::{Stage, answer};

#[tokio::test]
async fn readiness_names_what_is_missing() {
    let stage = Stage::open().await;
    let ready = || answer(stage.anonymous(Method::GET, "/health/ready"));
    let (status, report) = ready().await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(report["status"], "ready");
    assert_eq!(report["components"][0], json!({ "name": "database", "condition": "ready" }));

    let no_model = Component::degraded("models", "The embedding model is not installed; words still find.");
    *stage.components.0.lock().unwrap() = vec![Component::ready("index"), no_model];
    let (status, report) = ready().await;
    assert_eq!(
        (status, &report["status"]),
        (StatusCode::OK, &"degraded".into()),
        "it serves without a model"
    );

    *stage.components.0.lock().unwrap() = vec![Component::missing("index", "The index cannot be opened.")];
    let (status, report) = ready().await;
    assert_eq!((status, &report["status"]), (StatusCode::SERVICE_UNAVAILABLE, &"missing".into()));
    assert_eq!(report["components"][1]["name"], "index");
}

#[tokio::test]
async fn without_a_database_it_lives_and_is_not_ready() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.store.close().await;
    let (status, report) = answer(stage.anonymous(Method::GET, "/health/ready")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(report["components"][0]["condition"], "missing");
    let (status, live) = answer(stage.anonymous(Method::GET, "/health/live")).await;
    assert_eq!((status, &live["status"]), (StatusCode::OK, &"live".into()));
    let (status, problem) = stage.get(&alice, "/api/v1/me").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem["code"], "unavailable");
    assert!(!problem.to_string().to_lowercase().contains("pool"), "the cause stays inside: {problem}");
}

#[tokio::test]
async fn metrics_are_those_of_the_program() {
    let stage = Stage::open().await;
    let response = stage.anonymous(Method::GET, "/metrics").send().await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(response.text().await.unwrap(), "voiceassist_http_requests_total 1\n");
    for metric in voiceassist_server::METRICS.iter().chain(voiceassist_assistant::METRICS) {
        assert!(
            ["voiceassist_http_", "voiceassist_hooks_", "voiceassist_sessions_", "voiceassist_assistant_"]
                .iter()
                .any(|start| metric.name.starts_with(start))
        );
    }
}
