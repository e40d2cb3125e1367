//! Has requests go by the limits that administrators have changed, here or at another replica.
//!
//! It looks after them now and then and refuses nothing: whether a request is too much is asked further in, of what is
//! in force then.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::AppState;

/// Looks whether they were changed, if it is time.
pub(crate) async fn follow(State(state): State<AppState>, request: Request, next: Next) -> Response {
    state.edits().follow(state.store(), state.now()).await;
    next.run(request).await
}
