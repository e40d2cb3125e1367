//! `POST /api/v1/sessions/oidc/begin`: where the browser goes to sign in, and what it keeps until it comes back.

use axum::extract::State;
use axum::{Extension, Json};
use chrono::TimeDelta;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::failure;
use crate::extract::json::JsonBody;
use crate::extract::principal::admit_stranger;
use crate::middleware::caller::Caller;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// How long somebody may take to sign in.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// How to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Beginning {
    /// Whether you want to prove anew who you are, though you are signed in at the provider.
    #[serde(default)]
    step_up: bool,
}

/// A sign-in that was begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct BegunSignIn {
    /// Where the browser goes.
    authorization_url: String,
    /// What the browser keeps until it comes back; told once, and to nobody else.
    sign_in: String,
    /// For how many seconds it is good.
    expires_in: i64,
}

/// Begins a sign-in at the configured provider.
#[utoipa::path(
    post, path = "/api/v1/sessions/oidc/begin", operation_id = "begin_sign_in", tag = "sessions",
    request_body = Beginning,
    responses((status = 200, description = "Where to go", body = BegunSignIn)),
)]
pub(crate) async fn begin_sign_in(
    State(state): State<AppState>,
    caller: Option<Extension<Caller>>,
    JsonBody(body): JsonBody<Beginning>,
) -> Result<Json<BegunSignIn>, Failure> {
    let provider = state.provider().ok_or_else(|| Failure::new(Code::SignInNotConfigured))?;
    admit_stranger(caller.as_deref(), &state).await?;
    let begun = state.store().sign_ins().begin(LIFETIME).await?;
    let begun = begun.ok_or_else(|| Failure::new(Code::TooManySignIns))?;
    let url = provider.authorization_url(&begun, body.step_up).await;
    let url = url.map_err(|error| failure(error, Code::SignInRefused))?;
    Ok(Json(BegunSignIn {
        authorization_url: url.into(),
        sign_in: begun.secret.expose_secret().to_owned(),
        expires_in: LIFETIME.num_seconds(),
    }))
}
