//! `DELETE /api/v1/sessions/{id}`: one of your sessions is over at once, with its access token.

use axum::http::StatusCode;
use uuid::Uuid;

use super::end_one;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// Ends one of your sessions.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", operation_id = "end_session", tag = "sessions",
    params(("id" = Uuid, Path, description = "The session")), security(("token" = [])),
    responses((status = 204, description = "It is over")),
)]
pub(crate) async fn end_session(person: Person, FromPath(id): FromPath<Uuid>) -> Result<StatusCode, Failure> {
    if end_one(&person, id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Failure::new(Code::SessionNotFound))
    }
}
