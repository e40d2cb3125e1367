//! The limits of all requests together: how many at once, and how long until a response begins.
//!
//! A request over the number is refused at once rather than queued, because a queue in front of a slow database only
//! moves the wait to where nobody sees it. Health and metrics stay outside, so that a busy daemon is still seen to be
//! alive. Streams count until their first byte; from then on the assistant's own limit of turns holds them.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::problem::{Code, Failure};
use crate::state::AppState;

/// Refuses what is too much, cuts what takes too long.
pub(crate) async fn hold(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Ok(_permit) = state.request_slots().try_acquire() else {
        return Failure::new(Code::Overloaded).into_response();
    };
    match tokio::time::timeout(state.limits().request_time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::new(Code::TimedOut).into_response(),
    }
}
