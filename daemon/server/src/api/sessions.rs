//! How a session begins, goes on and ends: somebody the daemon believes says who a person is, and the person gets a token.
//!
//! Whatever the way in, the answer is the same: an access token of ten minutes, bound to a session that the person can
//! see and end. What renews the session without asking again is given only to those who want it.

pub(crate) mod end;
pub(crate) mod end_others;
pub(crate) mod end_own;
pub(crate) mod list;
pub(crate) mod oidc;
pub(crate) mod refresh;
pub(crate) mod vouched;

use axum::Json;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_model::{AccountId, Principal};
use voiceassist_store::accounts::Account;
use voiceassist_store::audit::{Action, Actor, Entry};
use voiceassist_store::sessions::{EndReason, Session};

use crate::auth::tokens::Bearer;
use crate::extract::principal::{Person, is_connected};
use crate::metrics::SESSIONS_ENDED;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// How long an access token lives. Its session goes on: it is renewed, or the app vouches again.
const TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// A session.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedSession {
    /// The access token.
    token: String,
    /// Its life in seconds.
    expires_in: i64,
    /// Whether your account is connected. If not, connect it first: until then there is nothing to search.
    connected: bool,
    /// The session.
    session_id: Uuid,
    /// What renews the session, once; the answer to that has the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Unused for so many seconds, the session is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_expires_in: Option<i64>,
}

/// Whose session it is: somebody in the audit log, and the account if it works.
pub(crate) async fn owner(
    state: &AppState,
    session: &Session,
) -> Result<(Principal, Option<Account>), Failure> {
    let account = state.store().accounts().find_by_user(session.instance, &session.user_id).await?;
    let principal = Principal {
        account: account.as_ref().map_or(AccountId::NOBODY, |account| account.id),
        instance: session.instance,
        user_id: session.user_id.clone(),
    };
    Ok((principal, account))
}

/// The answer that opens or renews a session.
pub(crate) async fn answer(
    state: &AppState,
    session: &Session,
    refresh: Option<SecretString>,
) -> Result<Response, Failure> {
    let (principal, account) = owner(state, session).await?;
    let connected = account.is_some_and(|account| is_connected(&account, &principal));
    let bearer = Bearer { principal, roles: session.roles.clone(), session: Some(session.id) };
    let token = state
        .tokens()
        .issue_for(&bearer, TOKEN_LIFETIME, state.new_uuid())
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    let idle = state.session_limits().idle.num_seconds();
    let answer = OpenedSession {
        token,
        expires_in: TOKEN_LIFETIME.num_seconds(),
        connected,
        session_id: session.id,
        refresh_expires_in: refresh.is_some().then_some(idle),
        refresh_token: refresh.map(|token| token.expose_secret().to_owned()),
    };
    Ok(Json(answer).into_response())
}

/// Ends one of the person's own sessions: recorded, then done.
async fn end_one(person: &Person, id: Uuid) -> Result<bool, Failure> {
    let sessions = person.store().sessions();
    let end = sessions.end(person.instance, &person.user_id, id, EndReason::Person);
    let ended = person.store().audit().around(ending(person.actor(), EndReason::Person), end).await?;
    count_ended(u64::from(ended), EndReason::Person);
    Ok(ended)
}

/// What the audit log says of an end.
pub(crate) fn ending(actor: Actor, reason: EndReason) -> Entry {
    Entry::new(actor, Action::SessionEnd).code("reason", reason.as_str())
}

pub(crate) fn count_ended(count: u64, reason: EndReason) {
    metrics::counter!(SESSIONS_ENDED, "reason" => reason.as_str()).increment(count);
}
