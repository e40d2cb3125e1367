//! `DELETE /api/v1/sessions/current`: signing out.
//!
//! The access token that asked for it is the last thing the session is good for. A token without a session, made on the
//! command line, cannot sign out: it is over in minutes by itself.

use axum::http::StatusCode;

use super::end_one;
use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// Ends the session that asks.
#[utoipa::path(
    delete, path = "/api/v1/sessions/current", operation_id = "end_own_session", tag = "sessions",
    security(("token" = [])), responses((status = 204, description = "You are signed out")),
)]
pub(crate) async fn end_own_session(person: Person) -> Result<StatusCode, Failure> {
    let current = person.session.as_ref().map(|session| session.id);
    match current {
        Some(id) if end_one(&person, id).await? => Ok(StatusCode::NO_CONTENT),
        _ => Err(Failure::new(Code::SessionNotFound)),
    }
}
