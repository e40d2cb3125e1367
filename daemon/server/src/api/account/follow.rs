//! News of a login that was begun: pending, connected, or why it came to nothing.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_store::connect_flows::FlowState;

use crate::extract::parameters::FromPath;
use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// A login, as far as it has come.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginNews {
    /// Its id.
    id: Uuid,
    /// `pending`, `connected`, `expired`, `wrong_user` or `failed`.
    state: &'static str,
    /// What to do now.
    what_to_do: &'static str,
    /// It cannot be completed after this.
    expires_at: DateTime<Utc>,
    /// Your account, once connected.
    account_id: Option<Uuid>,
}

/// Shows how far a login has come.
#[utoipa::path(
    get, path = "/api/v1/account/connect/{id}", operation_id = "follow_connecting", tag = "account",
    params(("id" = Uuid, Path, description = "The login")), security(("token" = [])),
    responses((status = 200, description = "The login", body = LoginNews)),
)]
pub(crate) async fn follow_connecting(
    person: Person,
    FromPath(id): FromPath<Uuid>,
) -> Result<Json<LoginNews>, Failure> {
    let flow = person.store().connect_flows().find(person.instance, &person.user_id, id).await?;
    let flow = flow.ok_or_else(|| Failure::new(Code::LoginNotFound))?;
    let (state, what_to_do) = shown(flow.state);
    let account_id = flow.account.map(voiceassist_model::AccountId::as_uuid);
    Ok(Json(LoginNews { id, state, what_to_do, expires_at: flow.expires_at, account_id }))
}

/// Between the grant and its end nothing changes for the person.
fn shown(state: FlowState) -> (&'static str, &'static str) {
    match state {
        FlowState::Pending | FlowState::Granted => {
            ("pending", "Open the link, sign in to Nextcloud and grant access.")
        }
        FlowState::Connected => ("connected", "Nothing; your files are being read."),
        FlowState::Expired => ("expired", "Nobody granted access in time. Begin again."),
        FlowState::Cancelled => ("expired", "You began again later; use the newer link."),
        FlowState::WrongUser => (
            "wrong_user",
            "Somebody else was signed in to Nextcloud; their access was given back. Sign out there and begin again.",
        ),
        FlowState::Failed => ("failed", "Nextcloud ended the login. Begin again."),
    }
}
