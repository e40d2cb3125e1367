//! One id per request, in the log, in every problem and in the response.
//!
//! An `X-Request-Id` of the caller, usually the reverse proxy, is kept so that both logs can be joined, if it is a UUID or
//! 16 bytes in hexadecimal, as proxies make them. Anything else is replaced, never repeated: the id ends up in log lines,
//! and a free text could be anybody's name.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use crate::state::AppState;

/// The header's name.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request at hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RequestId(Arc<str>);

impl RequestId {
    fn accept(value: &HeaderValue) -> Option<Self> {
        let text = value.to_str().ok()?;
        let id = Uuid::try_parse(text).ok()?;
        let mut buffer = Uuid::encode_buffer();
        // Other spellings of UUIDs have braces or a prefix.
        let is_plain = [&*id.hyphenated().encode_lower(&mut buffer), &*id.simple().to_string()]
            .iter()
            .any(|plain| plain.eq_ignore_ascii_case(text));
        is_plain.then(|| Self(text.into()))
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
    fn only_ids_that_can_name_nobody_are_kept() {
        for (value, kept) in [
            ("0198c2f4-6f2e-7d3a-8c1b-5a4e3d2c1b0a", true),
            ("0198C2F46F2E7D3A8C1B5A4E3D2C1B0A", true),
            ("proxy-7", false),
            ("Erika-Mustermann", false),
            ("078-05-1120", false),
            ("{0198c2f4-6f2e-7d3a-8c1b-5a4e3d2c1b0a}", false),
            ("", false),
        ] {
            assert_eq!(RequestId::accept(&HeaderValue::from_static(value)).is_some(), kept, "{value:?}");
        }
    }
}
