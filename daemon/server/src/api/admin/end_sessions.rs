//! `POST /api/v1/admin/sessions/end`: all sessions of one person are over at once.
//!
//! For a lost laptop or somebody who left. It ends sessions and nothing else: who may still sign in to Nextcloud gets
//! another, from a browser that signs in anew.

use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;
use voiceassist_store::audit::Subject;
use voiceassist_store::sessions::EndReason;

use crate::api::sessions::end_others::EndedSessions;
use crate::api::sessions::{count_ended, ending};
use crate::extract::json::JsonBody;
use crate::extract::principal::Person;
use crate::problem::Failure;

/// Whose sessions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionsToEnd {
    /// Nextcloud's user id.
    user_id: String,
}

/// Ends all sessions of a person.
#[utoipa::path(
    post, path = "/api/v1/admin/sessions/end", operation_id = "admin_end_sessions", tag = "administration",
    request_body = SessionsToEnd, security(("token" = [])),
    responses((status = 200, description = "They are over", body = EndedSessions)),
)]
pub(crate) async fn admin_end_sessions(
    person: Person,
    JsonBody(body): JsonBody<SessionsToEnd>,
) -> Result<Json<EndedSessions>, Failure> {
    let store = person.store();
    let account = store.accounts().find_by_user(person.instance, &body.user_id).await?;
    let entry = ending(person.actor(), EndReason::Administrator);
    let entry = account.iter().fold(entry, |entry, account| entry.about(Subject::Account(account.id)));
    let end = store.sessions().end_all(person.instance, &body.user_id, None, EndReason::Administrator);
    let ended = store.audit().around(entry, end).await?;
    count_ended(ended, EndReason::Administrator);
    Ok(Json(EndedSessions { ended }))
}
