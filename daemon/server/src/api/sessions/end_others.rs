//! `POST /api/v1/sessions/end-others`: every session of yours is over at once, but the one that asks.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_store::sessions::EndReason;

use super::{count_ended, ending};
use crate::extract::principal::Person;
use crate::problem::Failure;

/// What was ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndedSessions {
    /// How many sessions.
    pub(crate) ended: u64,
}

/// Ends all your sessions but this one.
#[utoipa::path(
    post, path = "/api/v1/sessions/end-others", operation_id = "end_other_sessions", tag = "sessions",
    security(("token" = [])), responses((status = 200, description = "They are over", body = EndedSessions)),
)]
pub(crate) async fn end_other_sessions(person: Person) -> Result<Json<EndedSessions>, Failure> {
    let current = person.session.as_ref().map(|session| session.id);
    let sessions = person.store().sessions();
    let end = sessions.end_all(person.instance, &person.user_id, current, EndReason::Person);
    let ended = person.store().audit().around(ending(person.actor(), EndReason::Person), end).await?;
    count_ended(ended, EndReason::Person);
    Ok(Json(EndedSessions { ended }))
}
