//! `POST /api/v1/sessions/vouched`: the paired Nextcloud app vouches for a person, who gets an access token.
//!
//! Everything that is wrong with a vouch has the same answer, so that it cannot be probed. A person without a connected
//! account gets a token too, because that is who has to connect one: it opens the endpoints of their own connection and
//! the calculators, and whatever shows content asks the store for an account and finds none. A browser that the app names
//! goes on with its session; one whose session was ended on purpose gets no other until it signed in to Nextcloud anew.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use voiceassist_store::audit::{Action, Actor, Entry, Outcome, Subject};
use voiceassist_store::paired_apps::PairedApp;
use voiceassist_store::sessions::{NewSession, Session, Voucher};

use super::{OpenedSession, answer, owner};
use crate::api::pairing::believe;
use crate::auth::place;
use crate::auth::vouch::{AUDIENCE, Vouch};
use crate::extract::json::JsonBody;
use crate::extract::principal::is_connected;
use crate::metrics::SESSIONS_OPENED;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// Somebody is vouched for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vouched {
    /// The signed sentence of the paired app.
    vouch: String,
    /// Whether the answer should hold what renews the session; otherwise the app vouches again.
    #[serde(default)]
    refresh: bool,
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
    let limits = state.session_limits();
    let opened = state.store().sessions().open(&session_of(&state, &app, vouch), limits).await?;
    let Some(session) = opened else {
        let entry = Entry::new(Actor::Unknown, Action::SessionOpen).with_outcome(Outcome::Refused);
        let entry = entry.about(Subject::App(app.id)).code("reason", "session_ended");
        state.store().audit().append(entry).await?;
        return Err(Failure::new(Code::SessionEnded));
    };
    record(&state, &app, &session).await?;
    let refresh =
        if body.refresh { Some(state.store().sessions().issue_refresh(session.id).await?) } else { None };
    metrics::counter!(SESSIONS_OPENED, "kind" => "nextcloud").increment(1);
    answer(&state, &session, refresh).await
}

fn session_of(state: &AppState, app: &PairedApp, vouch: Vouch) -> NewSession {
    let address = vouch.address.as_deref().and_then(|address| address.parse().ok());
    NewSession {
        instance: app.instance,
        roles: state.roles_of(&vouch.groups),
        address: address.map_or(place::UNKNOWN, place::address),
        agent: place::agent(vouch.agent.as_deref().unwrap_or_default()),
        proof: vouch.proof(),
        user_id: vouch.sub,
        voucher: Voucher::App { app: app.id, browser: vouch.session },
    }
}

async fn record(state: &AppState, app: &PairedApp, session: &Session) -> Result<(), Failure> {
    let (principal, account) = owner(state, session).await?;
    let connected = account.is_some_and(|account| is_connected(&account, &principal));
    let actor = if connected { Actor::Person(principal.account) } else { Actor::Unknown };
    let entry = Entry::new(actor, Action::SessionOpen).about(Subject::App(app.id));
    state.store().audit().append(entry.flag("connected", connected)).await?;
    Ok(())
}
