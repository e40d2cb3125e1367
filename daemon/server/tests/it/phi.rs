//! Identifiers of a text, found and replaced over HTTP. Every person is invented.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::stage::{Stage, answer, code};

const NOTE: &str = "Größe 1,70 m. Mrs. Larkin, MRN 00351816, takes apixaban.";

fn words(text: &str, span: &Value) -> String {
    let place = |end: &str| usize::try_from(span[end].as_u64().unwrap()).unwrap();
    text.chars().skip(place("start")).take(place("end") - place("start")).collect()
}

#[tokio::test]
async fn identifiers_are_found_with_offsets_in_code_points() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let (status, found) = stage.post(&alice, "/api/v1/phi/detect", json!({ "text": NOTE })).await;
    assert_eq!((status, &found["class"]), (StatusCode::OK, &"health".into()));
    let spans = found["spans"].as_array().unwrap();
    let number = spans.iter().find(|span| span["type"] == "MRN").unwrap();
    assert_eq!(words(NOTE, number), "00351816");
    assert!(
        spans.iter().any(|span| span["type"] == "NAME" && words(NOTE, span).contains("Larkin")),
        "{found}"
    );
    let (_, harmless) =
        stage.post(&alice, "/api/v1/phi/detect", json!({ "text": "When is apixaban given?" })).await;
    assert_eq!(harmless, json!({ "class": "internal", "spans": [] }));
}

#[tokio::test]
async fn a_text_is_redacted_with_surrogates_that_can_be_put_back() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    for style in ["tags", "realistic"] {
        let body = json!({ "text": NOTE, "style": style, "key": "a conversation" });
        let (status, redacted) = stage.post(&alice, "/api/v1/phi/redact", body.clone()).await;
        assert_eq!(status, StatusCode::OK);
        let mut text = redacted["text"].as_str().unwrap().to_owned();
        assert!(!text.contains("Larkin") && !text.contains("00351816"), "{text}");
        let (_, again) = stage.post(&alice, "/api/v1/phi/redact", body).await;
        assert_eq!(again["text"], redacted["text"], "the same key, the same surrogates");
        for pair in redacted["surrogates"].as_array().unwrap() {
            text = text.replace(pair["surrogate"].as_str().unwrap(), pair["original"].as_str().unwrap());
        }
        assert_eq!(text, NOTE);
    }
    let (_, first) = stage.post(&alice, "/api/v1/phi/redact", json!({ "text": NOTE })).await;
    let (_, second) = stage.post(&alice, "/api/v1/phi/redact", json!({ "text": NOTE })).await;
    assert_ne!(first["text"], second["text"], "without a key they are new every time");
}

#[tokio::test]
async fn what_is_too_long_or_malformed_is_refused_without_repeating_it() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    for path in ["/api/v1/phi/detect", "/api/v1/phi/redact"] {
        let cases = [
            (
                json!({ "text": "Larkin ".repeat(8_000) }),
                StatusCode::UNPROCESSABLE_ENTITY,
                "text_not_acceptable",
            ),
            (json!({ "text": "Larkin\u{0}" }), StatusCode::UNPROCESSABLE_ENTITY, "text_not_acceptable"),
            (json!({ "text": "Larkin ".repeat(20_000) }), StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            (json!({ "texts": "Larkin" }), StatusCode::BAD_REQUEST, "unknown_field"),
            (json!({ "text": 7 }), StatusCode::BAD_REQUEST, "wrong_type"),
        ];
        for (body, expected, name) in cases {
            let (status, problem) = stage.post(&alice, path, body).await;
            assert_eq!((status, code(status, &problem).as_str()), (expected, name), "{path}");
            assert!(!problem.to_string().contains("Larkin"), "{problem}");
        }
        let body = json!({ "text": "Larkin" });
        let (status, problem) = answer(stage.anonymous(Method::POST, path).json(&body)).await;
        assert_eq!((status, code(status, &problem).as_str()), (StatusCode::UNAUTHORIZED, "unauthenticated"));
    }
}
