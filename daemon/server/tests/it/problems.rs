//! What a caller meets when something is wrong.

use std::time::Duration;

use reqwest::{Method, StatusCode, header};
use serde_json::json;
use voiceassist_server::Limits;
use voiceassist_server::rates::Rate;

use crate::stage::{Stage, answer, code};

#[tokio::test]
async fn every_failure_has_one_shape() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let json_body = "application/json";
    for (request, status, expected) in [
        (stage.anonymous(Method::GET, "/nowhere"), 404, "not_found"),
        (stage.anonymous(Method::GET, "/api/v1/search"), 405, "method_not_allowed"),
        (stage.anonymous(Method::GET, "/api/v1/me"), 401, "unauthenticated"),
        (stage.by(&alice, Method::POST, "/api/v1/search"), 415, "unsupported_media_type"),
        (
            stage
                .by(&alice, Method::POST, "/api/v1/search")
                .header(header::CONTENT_TYPE, "text/plain")
                .body("{}"),
            415,
            "unsupported_media_type",
        ),
        (
            stage
                .by(&alice, Method::POST, "/api/v1/search")
                .header(header::CONTENT_TYPE, json_body)
                .body("{"),
            400,
            "malformed_json",
        ),
        (
            stage.by(&alice, Method::POST, "/api/v1/search").json(&json!({ "query": "a".repeat(70_000) })),
            413,
            "body_too_large",
        ),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{expected}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json", "{expected}");
        let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let allow = response.headers().get(header::ALLOW).cloned();
        let (status, problem) = (response.status(), response.json().await.unwrap());
        assert_eq!(code(status, &problem), expected);
        assert_eq!(problem["request_id"], request_id);
        assert_eq!(allow.is_some(), expected == "method_not_allowed", "{expected}");
    }
}

#[tokio::test]
async fn a_body_without_a_length_is_cut_at_the_limit_too() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let chunks = (0..100).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1_024]));
    let request = stage
        .by(&alice, Method::POST, "/api/v1/search")
        .header(header::CONTENT_TYPE, "application/json")
        .body(reqwest::Body::wrap_stream(futures::stream::iter(chunks)));
    let (status, problem) = answer(request).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(code(status, &problem), "body_too_large");
}

#[tokio::test]
async fn a_request_id_is_kept_if_it_is_harmless() {
    let stage = Stage::open().await;
    for (sent, kept) in [
        ("0198c2f4-6f2e-7d3a-8c1b-5a4e3d2c1b0a", true),
        ("proxy-7", false),
        ("two words", false),
        (&"a".repeat(65), false),
    ] {
        let request = stage.anonymous(Method::GET, "/health/live").header("x-request-id", sent);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["x-request-id"] == sent, kept, "{sent}");
    }
}

#[tokio::test]
async fn responses_are_protected() {
    let stage = Stage::open().await;
    for path in ["/health/live", "/nowhere", "/api/v1/me", "/api/v1/openapi.json"] {
        let response = stage.anonymous(Method::GET, path).send().await.unwrap();
        let headers = response.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert!(
            headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"),
            "{path}"
        );
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
        assert!(!headers.contains_key("server"), "{path}");
    }
}

#[tokio::test]
async fn a_request_has_a_time_and_a_place() {
    let stage = Stage::with_limits(Limits {
        request_time: Duration::from_millis(100),
        requests: 1,
        // The test asks as often as it takes.
        requests_of_a_person: Rate::per_minute(1_000_000),
        questions_of_a_person: Rate::per_minute(1_000_000),
        ..Limits::default()
    })
    .await;
    let alice = stage.clinic.person("alice").await;
    // A client that announces a body and never sends it.
    let endless = || {
        stage
            .by(&alice, Method::POST, "/api/v1/search")
            .header(header::CONTENT_TYPE, "application/json")
            .body(reqwest::Body::wrap_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>()))
    };
    let mut busy = false;
    // Either the slow request or a quick one gets the only place; it takes the slow one to see both limits.
    let ended = loop {
        let slow = tokio::spawn(answer(endless()));
        while !slow.is_finished() {
            let (status, body) = stage.get(&alice, "/api/v1/me").await;
            if status == StatusCode::SERVICE_UNAVAILABLE {
                assert_eq!(code(status, &body), "overloaded");
                busy = true;
            }
            let live = stage.anonymous(Method::GET, "/health/live").send().await.unwrap();
            assert_eq!(live.status(), StatusCode::OK, "a busy daemon is seen to be alive");
        }
        let (status, problem) = slow.await.unwrap();
        let ended = code(status, &problem);
        if ended != "overloaded" {
            break ended;
        }
    };
    assert_eq!(ended, "timed_out");
    assert!(busy, "one request filled the only place");
    let (status, _) = stage.get(&alice, "/api/v1/me").await;
    assert_eq!(status, StatusCode::OK, "the place is free again");
}

#[test]
fn the_catalogue_of_codes_is_complete() {
    let codes = voiceassist_server::problem::catalogue();
    assert!(codes.iter().any(|(status, code, _)| (*status, *code) == (401, "token_expired")));
    assert!(codes.iter().all(|(_, code, title)| !code.is_empty() && !title.is_empty()));
}
