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
        (json!({ "query": "a", "filter": { "sources": ["letters"] } }), "wrong_type"),
        (json!({ "query": "a", "filter": { "author": "x" } }), "unknown_field"),
        (json!({ "query": "a", "filter": { "types": ["portable"] } }), "invalid_filter"),
        (json!({ "query": "a", "filter": { "types": vec!["pdf"; 17] } }), "invalid_filter"),
        (json!({ "query": "a", "filter": { "folder": "../etc" } }), "invalid_filter"),
        (json!({ "query": "a", "filter": { "files": (0..17).collect::<Vec<_>>() } }), "invalid_filter"),
        (json!({ "query": "a", "filter": { "files": [7], "sources": ["message"] } }), "invalid_filter"),
        (json!({ "query": "a", "filter": { "from": "yesterday" } }), "invalid_filter"),
        (json!({ "query": "a", "filter": { "zone": "Middle/Earth" } }), "invalid_filter"),
        (json!({ "query": "a", "filter": { "from": "2026-11-02", "to": "2026-11-01" } }), "invalid_filter"),
        (json!({ "query": "a", "filter": { "people": ["a", "b", "c", "d", "e"] } }), "invalid_filter"),
        (json!({ "query": "a", "filter": { "people": ["x".repeat(201)] } }), "invalid_filter"),
    ] {
        let (status, problem) = stage.post(&alice, "/api/v1/search", body.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{expected}");
        assert_eq!(code(status, &problem), expected);
    }
}

#[tokio::test]
async fn a_search_is_narrowed_and_a_refusal_says_what_is_allowed() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    stage.clinic.document(10, "/Clinic/Ablation.txt", &[SHARED], &[&alice, &bob]).await;
    stage.clinic.document(11, "/Notes/Room 12.txt", &[PRIVATE], &[&bob]).await;
    let search = async |filter: Value| {
        let body = json!({ "query": "apixaban ablation", "filter": filter });
        stage.post(&alice, "/api/v1/search", body).await.1
    };
    let found =
        search(json!({ "sources": ["file"], "types": ["text"], "folder": "/Clinic", "from": "2026-11-01" }))
            .await;
    assert_eq!(found["passages"].as_array().unwrap().len(), 1, "{found}");
    assert!(found.get("without_filter").is_none());
    let found = search(json!({ "files": [10, 4_711] })).await;
    assert_eq!(found["passages"].as_array().unwrap().len(), 1, "one of these is hers: {found}");
    for nothing in [
        json!({ "files": [11] }),
        json!({ "files": [u64::MAX] }),
        json!({ "sources": ["message", "event"] }),
        json!({ "sources": ["mail", "calendar"] }),
        json!({ "types": ["pdf"] }),
        json!({ "folder": "/Notes" }),
        json!({ "from": "2026-11-24", "zone": "Europe/Berlin" }),
        json!({ "people": ["Dr. Weber"] }),
    ] {
        let found = search(nothing.clone()).await;
        assert_eq!(found["passages"], json!([]), "{nothing}");
        assert_eq!(found["without_filter"], 1, "of her own, {nothing}");
    }
    let problem = search(json!({ "types": ["Erika"] })).await;
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("pdf") && detail.contains("image/*") && !detail.contains("Erika"), "{detail}");
    let problem = search(json!({ "sources": ["Erika"] })).await;
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("message") && !detail.contains("Erika"), "{detail}");
}

#[tokio::test]
async fn the_list_of_documents_is_narrowed_by_type_folder_and_time() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.document(10, "/Clinic/Ablation.txt", &[SHARED], &[&alice]).await;
    stage.clinic.document(11, "/Notes/Room 12.txt", &[PRIVATE], &[&alice]).await;
    for (query, expected) in [
        ("", 2),
        ("?folder=/Notes", 1),
        ("?folder=/Note", 0),
        ("?type=text,pdf", 2),
        ("?type=pdf", 0),
        ("?type=text/*&folder=/Clinic", 1),
        ("?from=2026-11-23&to=2026-11-24", 2),
        ("?from=2026-11-24", 0),
        ("?to=2026-11-23", 0),
        ("?source=message&from=2026-11-01", 0),
    ] {
        let (status, listed) = stage.get(&alice, &format!("/api/v1/documents{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}: {listed}");
        assert_eq!(listed["documents"].as_array().unwrap().len(), expected, "{query}");
    }
    for query in ["?type=portable", "?folder=Notes", "?from=soon", "?source=message&folder=/Notes"] {
        let (status, problem) = stage.get(&alice, &format!("/api/v1/documents{query}")).await;
        assert_eq!(code(status, &problem), "invalid_filter", "{query}");
    }
}
