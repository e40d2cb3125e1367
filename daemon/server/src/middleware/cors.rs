//! Which pages may read what the daemon answers (CORS, <https://fetch.spec.whatwg.org/#http-cors-protocol>).
//!
//! Pages of a paired Nextcloud may, and the daemon's own; a request that names any other origin, `null` included, is refused
//! before anything is looked at. What is sent back is the origin as we keep it, never what the request said, and never a
//! star. Credentials that a browser adds by itself are not asked for: a page shows its token. Whoever is no browser names
//! no origin and is not looked at here.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::origins;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// What the API is asked with.
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
/// What a page may send.
const HEADERS: HeaderValue =
    HeaderValue::from_static("authorization, content-type, accept, x-request-id, last-event-id");
/// What a page may read besides the few headers that any may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "retry-after, ratelimit, ratelimit-policy, x-request-id, www-authenticate, content-disposition",
);
/// For how many seconds a browser need not ask again.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// Lets known pages in and refuses the others.
pub(crate) async fn admit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(named) = origins::named(request.headers()) else {
        return varying(next.run(request).await);
    };
    let Some(origin) = state.known_origin(&named).await else {
        return if origins::is_same(request.headers()) && !is_preflight(&request) {
            varying(next.run(request).await)
        } else {
            varying(Failure::new(Code::OriginNotAllowed).into_response())
        };
    };
    if is_preflight(&request) {
        return varying(allowed(origin));
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    varying(response)
}

/// Keeps what was said here when a failure gets its body.
pub(crate) fn carry_over(from: &HeaderMap, to: &mut HeaderMap) {
    for name in [header::ACCESS_CONTROL_ALLOW_ORIGIN, header::ACCESS_CONTROL_EXPOSE_HEADERS, header::VARY] {
        if let Some(value) = from.get(&name) {
            to.insert(name, value.clone());
        }
    }
}

/// A browser asks before it sends what the page wants to send.
fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn allowed(origin: HeaderValue) -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, REMEMBERED),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Says that another page gets another answer.
fn varying(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    response
}
