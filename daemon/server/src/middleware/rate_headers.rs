//! How much of a quota is left, on every response to somebody who is known.
//!
//! `RateLimit` and `RateLimit-Policy` as the IETF's draft of them has it (draft-ietf-httpapi-ratelimit-headers-10): the
//! quota's name, what it holds in a minute, what is left, and after how many seconds there is more.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::quotas::{Doing, Drawn};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Where an extractor leaves what it drew.
#[derive(Clone, Default)]
pub(crate) struct Noted(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    drawn: Option<Drawn>,
    doing: Option<Doing>,
}

impl Noted {
    pub(crate) fn note(&self, drawn: Drawn) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).drawn = Some(drawn);
    }

    /// Holds a place until the response is there, or until whoever asked has gone away.
    pub(crate) fn hold(&self, doing: Doing) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).doing = Some(doing);
    }

    fn take(&self) -> Option<Drawn> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.doing = None;
        kept.drawn
    }
}

/// Adds the headers to what comes back.
pub(crate) async fn announce(mut request: Request, next: Next) -> Response {
    let noted = Noted::default();
    request.extensions_mut().insert(noted.clone());
    let mut response = next.run(request).await;
    if let Some(Drawn { name, limit, standing }) = noted.take() {
        let (left, wait) = (standing.left, standing.wait);
        for (header, value) in [
            (RATE_LIMIT_POLICY, format!("\"{name}\";q={limit};w=60")),
            (RATE_LIMIT, format!("\"{name}\";r={left};t={wait}")),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(header, value);
            }
        }
    }
    response
}
