//! A login in Nextcloud (Login Flow v2), begun for whoever asks.
//!
//! The link is for that person's browser. If somebody else completes it, what they granted is taken back at once.

use axum::Json;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::principal::Person;
use crate::problem::Failure;

/// A login that waits for you.
#[derive(Serialize, ToSchema)]
pub(crate) struct BegunLogin {
    /// Ask for news of it by this id.
    id: Uuid,
    /// Open this in your browser, sign in to Nextcloud and grant access.
    login_url: String,
    /// It cannot be completed after this.
    expires_at: DateTime<Utc>,
}

/// Begins to connect your account.
#[utoipa::path(
    post, path = "/api/v1/account/connect", operation_id = "begin_connecting", tag = "account",
    security(("token" = [])),
    responses((status = 201, description = "A login that waits for you", body = BegunLogin)),
)]
pub(crate) async fn begin_connecting(person: Person) -> Result<(StatusCode, Json<BegunLogin>), Failure> {
    let begun = person.connector().begin(person.instance, &person.user_id).await?;
    let login = BegunLogin { id: begun.id, login_url: begun.login_url, expires_at: begun.expires_at };
    Ok((StatusCode::CREATED, Json(login)))
}
