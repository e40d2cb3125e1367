//! `GET /api/v1/sessions`: where you are signed in.
//!
//! Of places and browsers only the kind is known, so the list tells its reader enough and nobody else anything.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_store::sessions::Session;

use crate::extract::principal::Person;
use crate::problem::Failure;

/// Your sessions.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// Those that are not over, the last used first; at most 100.
    sessions: Vec<SessionLine>,
}

/// One session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionLine {
    /// Its id.
    id: Uuid,
    /// `nextcloud` when the app vouched for you, `sign_in` when you signed in at the provider.
    #[schema(example = "nextcloud")]
    kind: String,
    /// When it began.
    created_at: DateTime<Utc>,
    /// When it was last used, give or take half a minute.
    last_used_at: DateTime<Utc>,
    /// When it ends at the latest.
    ends_at: DateTime<Utc>,
    /// `this_machine`, `local_network`, `internet` or `unknown`.
    #[schema(example = "local_network")]
    address: String,
    /// The kind of browser.
    #[schema(example = "Firefox on Linux")]
    agent: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// Lists your sessions.
#[utoipa::path(
    get, path = "/api/v1/sessions", operation_id = "list_sessions", tag = "sessions", security(("token" = [])),
    responses((status = 200, description = "Your sessions", body = SessionList)),
)]
pub(crate) async fn list_sessions(person: Person) -> Result<Json<SessionList>, Failure> {
    let limits = person.state().session_limits();
    let sessions = person.store().sessions().list(person.instance, &person.user_id, limits).await?;
    let current = person.session.as_ref().map(|session| session.id);
    let line = |session: Session| SessionLine {
        current: current == Some(session.id),
        id: session.id,
        kind: session.kind,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        ends_at: session.ends_at,
        address: session.address,
        agent: session.agent,
    };
    Ok(Json(SessionList { sessions: sessions.into_iter().map(line).collect() }))
}
