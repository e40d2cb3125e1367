//! `GET /api/v1/stream`: how reading your documents goes on, as server-sent events.
//!
//! An event source cannot send a token, so the stream is opened with a ticket. It says how many of your documents are in
//! which state, at once and whenever that changes; it names none. At every look the session is asked for again, so that
//! the stream ends within seconds of its session, its account or the right to see it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_model::{Principal, Question, Subject};
use voiceassist_store::audit::Action;
use voiceassist_store::tickets::Admitted;

use super::tickets::{Purpose, opening_origin};
use crate::extract::parameters::FromQuery;
use crate::extract::principal::is_connected;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// Between two looks.
const GLANCE: Duration = Duration::from_secs(3);
/// What the policy knows it by.
const ACTION: &str = "follow_documents";
/// Tells nginx not to collect events.
const NO_BUFFERING: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// What opens the stream.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TicketParameter {
    /// A ticket of `POST /api/v1/tickets`.
    ticket: String,
}

/// An event `documents`.
#[derive(PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct DocumentsEvent {
    /// How many of your documents are in each state.
    documents: BTreeMap<&'static str, u64>,
    /// How many are still being read.
    unfinished: u64,
}

/// Follows how reading your documents goes on.
#[utoipa::path(
    get, path = "/api/v1/stream", operation_id = "follow_documents", tag = "documents", params(TicketParameter),
    security(("ticket" = [])),
    responses((status = 200, description = "Server-sent events named `documents`", body = DocumentsEvent,
               content_type = "text/event-stream")),
)]
pub(crate) async fn follow_documents(
    State(state): State<AppState>,
    headers: HeaderMap,
    FromQuery(TicketParameter { ticket }): FromQuery<TicketParameter>,
) -> Result<Response, Failure> {
    let origin = opening_origin(&state, &headers).await?;
    let admitted =
        state.store().tickets().take(&ticket, origin.as_deref(), Purpose::Documents.as_str()).await?;
    let Some(admitted) = admitted else {
        state.refusals().note(&state, Action::TokenRefuse, "ticket").await;
        return Err(Failure::new(Code::TicketRefused));
    };
    let first = look(&state, &admitted).await?.ok_or_else(|| Failure::new(Code::SessionEnded))?;
    let place = state.open_streams().enter(admitted.session).ok_or_else(|| Failure::new(Code::Overloaded))?;
    let keep_alive = KeepAlive::new().interval(state.limits().keep_alive);
    let events = async_stream::stream! {
        let _place = place;
        let mut told = first;
        yield Ok::<_, Infallible>(event(&told));
        loop {
            tokio::time::sleep(GLANCE).await;
            match look(&state, &admitted).await {
                Ok(Some(now)) if now == told => {}
                Ok(Some(now)) => {
                    yield Ok(event(&now));
                    told = now;
                }
                // Over, or it cannot be said that it is not.
                Ok(None) | Err(_) => break,
            }
        }
    };
    Ok(([NO_BUFFERING], Sse::new(events).keep_alive(keep_alive)).into_response())
}

/// How things are, if whoever opened the stream may still know.
async fn look(state: &AppState, admitted: &Admitted) -> Result<Option<DocumentsEvent>, Failure> {
    let Admitted { session, instance, user_id } = admitted;
    let limits = state.session_limits();
    let Some(session) = state.store().sessions().find(*session, *instance, user_id, limits).await? else {
        return Ok(None);
    };
    let Some(account) = state.store().accounts().find_by_user(*instance, user_id).await? else {
        return Ok(None);
    };
    let principal = Principal { account: account.id, instance: *instance, user_id: user_id.clone() };
    let subject = Subject { user_id, roles: &session.roles };
    if !is_connected(&account, &principal) || !state.allows(&Question { action: ACTION, subject }) {
        return Ok(None);
    }
    let counts = state.store().documents().counts(Some(account.id)).await?;
    let documents = counts.iter().map(|(state, count)| (state.as_str(), count)).collect();
    Ok(Some(DocumentsEvent { documents, unfinished: counts.unfinished() }))
}

fn event(told: &DocumentsEvent) -> Event {
    // A map of numbers always has a JSON form; an event without data would be skipped by the browser.
    Event::default().event("documents").data(serde_json::to_string(told).unwrap_or_default())
}
