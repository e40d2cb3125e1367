//! `POST /api/v1/sessions/oidc/logout`: the provider says that somebody signed out there (Back-Channel Logout 1.0).
//!
//! The token is its own proof: signed by the provider for us, a few minutes old at most, taken once. What it names is
//! over at once: one session of the provider's, or all of a person's.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa::ToSchema;
use voiceassist_store::audit::{Action, Actor};
use voiceassist_store::sessions::EndReason;

use super::failure;
use crate::api::sessions::{count_ended, ending};
use crate::auth::oidc::ProviderError;
use crate::extract::principal::admit_stranger;
use crate::middleware::caller::Caller;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// What the provider sends, as a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the form, which is read below")]
pub(crate) struct Logout {
    /// The signed sentence of the provider.
    logout_token: String,
}

/// Ends what the provider says is over.
#[utoipa::path(
    post, path = "/api/v1/sessions/oidc/logout", operation_id = "take_logout", tag = "sessions",
    request_body(content = Logout, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "It is over")),
)]
pub(crate) async fn take_logout(
    State(state): State<AppState>,
    caller: Option<Extension<Caller>>,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let provider = state.provider().ok_or_else(|| Failure::new(Code::SignInNotConfigured))?;
    let mut tokens = url::form_urlencoded::parse(&body).filter(|(name, _)| name == "logout_token");
    let (Some((_, token)), None) = (tokens.next(), tokens.next()) else {
        return Err(Failure::new(Code::LogoutRefused));
    };
    let out = match provider.signed_out(&token).await {
        Ok(out) => out,
        Err(ProviderError::Refused(why)) => {
            state.refusals().note(&state, Action::SessionEnd, why).await;
            admit_stranger(caller.as_deref(), &state).await?;
            return Err(Failure::new(Code::LogoutRefused));
        }
        Err(error) => return Err(failure(error, Code::LogoutRefused)),
    };
    let issuer = &provider.settings().issuer;
    if !state.store().sign_ins().spend_logout(issuer, &out.jti, out.ends_at).await? {
        return Err(Failure::new(Code::LogoutRefused));
    }
    let sessions = state.store().sessions();
    let end = sessions.end_of_provider(issuer, out.subject.as_deref(), out.session.as_deref());
    let entry = ending(Actor::Unknown, EndReason::Provider);
    let ended = state.store().audit().around(entry, end).await?;
    count_ended(ended, EndReason::Provider);
    Ok(StatusCode::OK)
}
