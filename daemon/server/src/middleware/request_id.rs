//! One id per request, in the log, in every problem and in the response.
//!
//! A well-formed `X-Request-Id` of the caller, usually the reverse proxy, is kept so that both logs can be joined;
//! anything else is replaced, never repeated, because the id ends up in log lines.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::AppState;

/// The header's name.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is kept.
const MAX_CHARS: usize = 64;

/// The id of the request at hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RequestId(Arc<str>);

impl RequestId {
    fn accept(value: &HeaderValue) -> Option<Self> {
        let text = value.to_str().ok()?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        ((1..=MAX_CHARS).contains(&text.len()) && text.bytes().all(allowed)).then(|| Self(text.into()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Accepts or makes the id, and repeats it in the response.
pub(crate) async fn assign(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get(HEADER)
        .and_then(RequestId::accept)
        .unwrap_or_else(|| RequestId(state.new_uuid().to_string().into()));
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::RequestId;

    #[test]
    fn only_harmless_ids_are_kept() {
        for (value, kept) in [
            ("0198c2f4-6f2e-7d3a-8c1b-5a4e3d2c1b0a", true),
            ("proxy_7.3", true),
            ("", false),
            ("two words", false),
            ("a\tb", false),
            ("\"quoted\"", false),
        ] {
            assert_eq!(RequestId::accept(&HeaderValue::from_static(value)).is_some(), kept, "{value:?}");
        }
        let long = "a".repeat(65);
        assert_eq!(RequestId::accept(&HeaderValue::from_str(&long).unwrap()), None);
    }
}
