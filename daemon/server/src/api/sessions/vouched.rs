//! `POST /api/v1/sessions/vouched`: the paired Nextcloud app vouches for a person, who gets an access token.
//!
//! Everything that is wrong with a vouch has the same answer, so that it cannot be probed. A person without a connected
//! account gets a token too, because that is who has to connect one: it opens the endpoints of their own connection and
//! the calculators, and whatever shows content asks the store for an account and finds none.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_model::{AccountId, Principal};
use voiceassist_store::audit::{Action, Actor, Entry, Subject};

use crate::api::pairing::believe;
use crate::auth::vouch::AUDIENCE;
use crate::extract::json::JsonBody;
use crate::extract::principal::is_connected;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// How long a token of a vouched session lives. The page asks for the next one by itself.
const TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Somebody is vouched for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vouched {
    /// The signed sentence of the paired app.
    vouch: String,
}

/// A session.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedSession {
    /// The access token.
    token: String,
    /// Its life in seconds.
    expires_in: i64,
    /// Whether your account is connected. If not, connect it first: until then there is nothing to search.
    connected: bool,
}

/// Opens a session for a person the paired Nextcloud app vouches for.
#[utoipa::path(
    post, path = "/api/v1/sessions/vouched", operation_id = "open_vouched_session", tag = "sessions",
    request_body = Vouched,
    responses((status = 200, description = "An access token", body = OpenedSession)),
)]
pub(crate) async fn open_vouched_session(
    State(state): State<AppState>,
    JsonBody(body): JsonBody<Vouched>,
) -> Result<Response, Failure> {
    let (app, vouch) = match believe(&state, &body.vouch, AUDIENCE).await {
        Ok(believed) => believed,
        Err(failure) => {
            state.refusals().note(&state, Action::SessionOpen, "invalid_vouch").await;
            return Err(failure);
        }
    };
    let account = state.store().accounts().find_by_user(app.instance, &vouch.sub).await?;
    let principal = Principal {
        account: account.as_ref().map_or(AccountId::NOBODY, |account| account.id),
        instance: app.instance,
        user_id: vouch.sub,
    };
    let connected = account.is_some_and(|account| is_connected(&account, &principal));
    let token = state
        .tokens()
        .issue(&principal, &state.roles_of(&vouch.groups), TOKEN_LIFETIME, state.new_uuid())
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    let actor = if connected { Actor::Person(principal.account) } else { Actor::Unknown };
    let entry =
        Entry::new(actor, Action::SessionOpen).about(Subject::App(app.id)).flag("connected", connected);
    state.store().audit().append(entry).await?;
    let session = OpenedSession { token, expires_in: TOKEN_LIFETIME.num_seconds(), connected };
    Ok(([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(session)).into_response())
}
