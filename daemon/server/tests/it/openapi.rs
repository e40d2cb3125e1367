//! The OpenAPI document, and its committed copy.

use std::path::Path;

use reqwest::Method;
use serde_json::Value;

use crate::stage::{Stage, answer};

#[test]
fn the_committed_document_is_the_one_the_handlers_make() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    let made = voiceassist_server::openapi::json();
    if std::fs::read_to_string(&committed).unwrap_or_default() != made {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openapi.json");
        std::fs::write(&fresh, made).unwrap();
        panic!("docs/reference/openapi.json has drifted: run `just emit`, or copy {}", fresh.display());
    }
}

#[test]
fn every_operation_has_a_name_a_tag_and_the_shape_of_its_failures() {
    let document = serde_json::to_value(voiceassist_server::openapi::document()).unwrap();
    let mut names = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            names.push(operation["operationId"].as_str().unwrap().to_owned());
            assert!(operation["tags"].is_array(), "{method} {path}");
            let failure = &operation["responses"]["default"]["content"]["application/problem+json"];
            assert_eq!(failure["schema"]["$ref"], "#/components/schemas/Problem", "{method} {path}");
            // A vouch, what renews a session and what a provider says are their own proof; the description is for
            // everybody.
            let open = ["openapi.json", "sessions/vouched", "sessions/refresh", "sessions/oidc/", "pairing/"];
            let is_open = open.iter().any(|open| path.starts_with(&format!("/api/v1/{open}")));
            let is_api = path.starts_with("/api/v1/") && !is_open;
            assert_eq!(operation["security"].is_array(), is_api, "{method} {path}");
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "operation ids are distinct");
    assert!(document["components"]["schemas"]["Problem"].is_object());
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    found.push(reference.clone());
                }
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = serde_json::to_value(voiceassist_server::openapi::document()).unwrap();
    let mut found = Vec::new();
    references(&document, &mut found);
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn the_document_is_served() {
    let stage = Stage::open().await;
    let (_, served) = answer(stage.anonymous(Method::GET, "/api/v1/openapi.json")).await;
    assert_eq!(served, serde_json::to_value(voiceassist_server::openapi::document()).unwrap());
}
