//! A JSON body of a known shape.
//!
//! Refuses, each with its own code: a body that is not declared as JSON, is too large, is not JSON, has a field
//! nobody knows, lacks one, or has one of the wrong type. The refusal says where and what was expected, and repeats
//! nothing of the body: a value may be a patient's, and so may a field's name in a body that was put together wrongly.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::problem::{Code, Failure};
use crate::state::AppState;

/// The longest detail taken over from the parser, in code points.
const MAX_DETAIL_CHARS: usize = 200;

/// The body, read and parsed.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Failure::new(Code::UnsupportedMediaType));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                let limit = state.limits().body_bytes;
                Failure::new(Code::BodyTooLarge).detail(format!("A body may have at most {limit} bytes."))
            } else {
                Failure::new(Code::MalformedJson).detail("The body ended early.")
            }
        })?;
        serde_json::from_slice(&body).map(Self).map_err(|error| refuse(&error))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let declared =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn refuse(error: &serde_json::Error) -> Failure {
    let place = format!("at line {}, column {}", error.line(), error.column());
    if error.classify() != Category::Data {
        return Failure::new(Code::MalformedJson)
            .detail(format!("The body is not well-formed JSON {place}."));
    }
    let message: String = error.to_string().chars().take(MAX_DETAIL_CHARS).collect();
    let (message, _) = message.split_once(" at line ").unwrap_or((&message, ""));
    if message.starts_with("unknown field") {
        let known = message.rsplit_once(", expected ").map(|(_, known)| format!("; expected {known}"));
        let known = known.unwrap_or_default();
        return Failure::new(Code::UnknownField).detail(format!("A field is not known {place}{known}."));
    }
    if message.starts_with("missing field") {
        return Failure::new(Code::MissingField).detail(format!("{}.", capitalised(message)));
    }
    // "invalid type: string \"…\", expected a map": the first half repeats a value, so only the second is kept.
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => Failure::new(Code::WrongType).detail(format!("Expected {expected} {place}.")),
        None => Failure::new(Code::WrongType).detail(format!("A value is not acceptable {place}.")),
    }
}

fn capitalised(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::refuse;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Shape {
        query: String,
        limit: Option<u32>,
    }

    #[test]
    fn refusals_say_where_and_what_and_repeat_nothing() {
        for (body, code) in [
            (r#"{"query": "Erika Mustermann", "colour": 1}"#, "unknown_field"),
            (r#"{"query": "q", "Erika Mustermann, expected Mustermann": 1}"#, "unknown_field"),
            (r#"{"limit": 3}"#, "missing_field"),
            (r#"{"query": "q", "limit": "Erika Mustermann"}"#, "wrong_type"),
            (r#"{"query": "q", "limit": -4}"#, "wrong_type"),
            (r#"{"query": "Erika Mustermann""#, "malformed_json"),
            ("", "malformed_json"),
            (r#""Erika Mustermann""#, "wrong_type"),
        ] {
            let failure = refuse(&serde_json::from_str::<Shape>(body).unwrap_err());
            assert_eq!(failure.code().as_str(), code, "{body}");
            let detail = failure.details(None).detail;
            assert!(!detail.contains("Mustermann") && !detail.contains("colour"), "{detail}");
        }
    }
}
