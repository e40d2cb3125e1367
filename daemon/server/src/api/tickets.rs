//! `POST /api/v1/tickets`: what opens one stream from a browser.
//!
//! A browser cannot send a token with an event source or a WebSocket, and a token does not belong into an address. So
//! the page fetches a ticket, good once and for half a minute, for its session and its own origin alone.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_store::tickets::LIFETIME;

use crate::extract::json::JsonBody;
use crate::extract::principal::Person;
use crate::origins;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// What the ticket is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TicketWish {
    /// The stream it opens.
    purpose: Purpose,
}

/// Streams that are opened with tickets.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// How reading your documents goes on: `GET /api/v1/stream`.
    Documents,
}

impl Purpose {
    /// The stable name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Documents => "documents",
        }
    }
}

/// A ticket.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ticket {
    /// What opens the stream, once.
    ticket: String,
    /// For how many seconds it is good.
    expires_in: i64,
}

/// Fetches a ticket.
#[utoipa::path(
    post, path = "/api/v1/tickets", operation_id = "issue_ticket", tag = "sessions",
    request_body = TicketWish, security(("token" = [])),
    responses((status = 201, description = "A ticket", body = Ticket)),
)]
pub(crate) async fn issue_ticket(
    person: Person,
    headers: HeaderMap,
    JsonBody(body): JsonBody<TicketWish>,
) -> Result<(StatusCode, Json<Ticket>), Failure> {
    let origin = own_origin(person.state(), &headers).await?;
    let session = person.session.as_ref().ok_or_else(|| Failure::new(Code::SessionNotFound))?;
    let ticket = person.store().tickets().issue(session.id, &origin, body.purpose.as_str()).await?;
    let ticket = ticket.ok_or_else(|| Failure::new(Code::TooManyTickets))?;
    let ticket = Ticket { ticket: ticket.expose_secret().to_owned(), expires_in: LIFETIME.num_seconds() };
    Ok((StatusCode::CREATED, Json(ticket)))
}

/// The page that asks, if it is one of ours. Browsers name it with every POST, and no page can name another.
async fn own_origin(state: &AppState, headers: &HeaderMap) -> Result<String, Failure> {
    let known = match origins::named(headers) {
        Some(named) => state.known_origin(&named).await,
        None => None,
    };
    let known = known.as_ref().and_then(|origin| origin.to_str().ok());
    known.map(ToOwned::to_owned).ok_or_else(|| Failure::new(Code::OriginNotAllowed))
}

/// The page that opens a stream. `None`: one of the daemon's own origin, for which a browser leaves it out and says so.
pub(crate) async fn opening_origin(state: &AppState, headers: &HeaderMap) -> Result<Option<String>, Failure> {
    if origins::is_same(headers) && origins::named(headers).is_none() {
        return Ok(None);
    }
    own_origin(state, headers).await.map(Some)
}
