//! Searching over HTTP.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::stage::{Stage, code};

const SHARED: &str = "Apixaban is restarted six hours after the ablation if there is no bleeding.";
const PRIVATE: &str = "Apixaban was paused in room twelve because of a haematoma after the ablation.";

#[tokio::test]
async fn each_person_finds_their_own_documents_only() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    let shared = stage.clinic.document(10, "/Clinic/Ablation.txt", &[SHARED], &[&alice, &bob]).await;
    stage.clinic.document(11, "/Notes/Room 12.txt", &[PRIVATE], &[&bob]).await;
    let query = json!({ "query": "apixaban haematoma ablation room twelve" });

    let (status, found) = stage.post(&alice, "/api/v1/search", query.clone()).await;
    assert_eq!(status, StatusCode::OK);
    let passages = found["passages"].as_array().unwrap();
    assert_eq!(passages.len(), 1);
    assert_eq!(passages[0]["document_id"], shared.to_string());
    assert_eq!(passages[0]["text"], SHARED);
    assert_eq!(passages[0]["path"], "/Clinic/Ablation.txt");
    assert_eq!(passages[0]["pages"], json!({ "first": 1, "last": 1 }));
    assert_eq!(passages[0]["sensitivity"], "internal");
    assert!(!found.to_string().contains("haematoma"));

    let (_, found) = stage.post(&bob, "/api/v1/search", query).await;
    assert_eq!(found["passages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn nothing_found_is_a_result() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let (status, found) = stage.post(&alice, "/api/v1/search", json!({ "query": "anything" })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(found["passages"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_search_that_cannot_be_made_says_why() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    for (body, expected) in [
        (json!({ "query": "   " }), "query_empty"),
        (json!({ "query": "a".repeat(2_001) }), "query_too_long"),
        (json!({ "query": "a", "limit": 0 }), "limit_out_of_range"),
        (json!({ "query": "a", "limit": 51 }), "limit_out_of_range"),
        (json!({ "query": "a", "limit": 100_000 }), "wrong_type"),
        (json!({ "query": 5 }), "wrong_type"),
        (json!({ "limit": 5 }), "missing_field"),
        (json!({ "query": "a", "colour": "red" }), "unknown_field"),
    ] {
        let (status, problem) = stage.post(&alice, "/api/v1/search", body.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{expected}");
        assert_eq!(code(status, &problem), expected);
    }
}
