//! A key with which the paired app signs its hints. It is told once; the keys it had before end soon after.

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::hook_keys::HookKeyKind;

use super::{AppVouch, believe};
use crate::auth::vouch::APP_AUDIENCE;
use crate::extract::json::JsonBody;
use crate::problem::Failure;
use crate::state::AppState;

/// How long hints signed with an older key are still taken, so that none is lost.
const OLDER_KEYS_END: TimeDelta = TimeDelta::minutes(15);

/// A key for hints.
#[derive(Serialize, ToSchema)]
pub(crate) struct HookKey {
    /// Names the key in `X-VoiceAssist-Key`.
    id: Uuid,
    /// The key in URL-safe base64.
    key: String,
}

/// Makes a key with which the paired app signs its hints.
#[utoipa::path(
    post, path = "/api/v1/pairing/hook-key", operation_id = "issue_hook_key", tag = "pairing",
    request_body = AppVouch,
    responses((status = 200, description = "The key; it cannot be shown again", body = HookKey)),
)]
pub(crate) async fn issue_hook_key(
    State(state): State<AppState>,
    JsonBody(body): JsonBody<AppVouch>,
) -> Result<Json<HookKey>, Failure> {
    let (app, _) = believe(&state, &body.vouch, APP_AUDIENCE).await?;
    let keys = state.store().hook_keys();
    let entry = Entry::new(Actor::App(app.id), Action::HooksChange).about(Subject::Instance(app.instance));
    let issue = keys.issue_app(app.instance);
    let (id, key) = state.store().audit().around(entry.code("change", "secret"), issue).await?;
    keys.retire_others(app.instance, HookKeyKind::App, Some(id), OLDER_KEYS_END).await?;
    Ok(Json(HookKey { id: id.as_uuid(), key: key.expose_secret().to_owned() }))
}
