//! `GET /.well-known/jwks.json`: the public halves of the keys that sign access tokens (RFC 7517).
//!
//! For gateways that look at tokens before they pass a request on. They must ask the daemon all the same: whether a
//! session is over is not in its token.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::problem::{Code, Failure};
use crate::state::AppState;

/// Shows the public keys of access tokens.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", operation_id = "show_public_keys", tag = "operation",
    responses((status = 200, description = "A JWK set", body = Object, content_type = "application/jwk-set+json")),
)]
pub(crate) async fn show_public_keys(State(state): State<AppState>) -> Result<Response, Failure> {
    let keys = serde_json::to_vec(&state.tokens().public());
    let keys = keys.map_err(|error| Failure::new(Code::Internal).because(error))?;
    let kind = HeaderValue::from_static("application/jwk-set+json");
    Ok(([(header::CONTENT_TYPE, kind)], keys).into_response())
}
