//! `POST /api/v1/sessions/refresh`: a session goes on, and what renews it is another from now on.
//!
//! Each refresh token is good once. One that comes a second time is in two hands; the session ends with everything it
//! could be renewed with, which is recorded and counted. Everything that is wrong has the same answer.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use voiceassist_store::audit::{Action, Actor};
use voiceassist_store::sessions::EndReason;
use voiceassist_store::sessions::refresh::Renewed;

use super::{OpenedSession, answer, count_ended, ending};
use crate::extract::json::JsonBody;
use crate::extract::principal::stranger;
use crate::metrics::SESSION_RENEWALS;
use crate::middleware::caller::Caller;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// What renews a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Renewal {
    /// The refresh token of the last answer.
    refresh_token: String,
}

/// Renews a session.
#[utoipa::path(
    post, path = "/api/v1/sessions/refresh", operation_id = "refresh_session", tag = "sessions",
    request_body = Renewal,
    responses((status = 200, description = "A new access token and what renews it", body = OpenedSession)),
)]
pub(crate) async fn refresh_session(
    State(state): State<AppState>,
    caller: Option<Extension<Caller>>,
    JsonBody(body): JsonBody<Renewal>,
) -> Result<Response, Failure> {
    let count = |outcome| metrics::counter!(SESSION_RENEWALS, "outcome" => outcome).increment(1);
    let limits = state.session_limits();
    match state.store().sessions().refresh(&body.refresh_token, limits).await? {
        Renewed::Fresh { session, token } => {
            count("renewed");
            return answer(&state, &session, Some(token)).await;
        }
        Renewed::Reused { instance, user_id } => {
            count("reused");
            count_ended(1, EndReason::Reuse);
            let account = state.store().accounts().find_by_user(instance, &user_id).await?;
            let actor = account.map_or(Actor::Unknown, |account| Actor::Person(account.id));
            state.store().audit().append(ending(actor, EndReason::Reuse)).await?;
        }
        Renewed::Unknown => {
            count("refused");
            state.refusals().note(&state, Action::SessionOpen, "invalid_refresh").await;
        }
    }
    Err(stranger(caller.as_deref(), &state, Code::SessionEnded).await)
}
