//! `POST /api/v1/sessions/oidc/complete`: somebody came back from the provider, and gets a session.
//!
//! Everything that is not exactly right has the same answer; why is in the audit log as a code. Whoever signs in is the
//! user of Nextcloud they were the first time, whatever they are called now.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use voiceassist_store::audit::{Action, Actor, Entry};
use voiceassist_store::sessions::{NewSession, Voucher};

use super::failure;
use crate::api::sessions::{OpenedSession, answer, owner};
use crate::auth::oidc::{Identified, Provider, ProviderError};
use crate::auth::place;
use crate::extract::json::JsonBody;
use crate::extract::principal::stranger;
use crate::metrics::SESSIONS_OPENED;
use crate::middleware::caller::Caller;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// What the browser came back with, and what it kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Completion {
    /// What the beginning gave.
    sign_in: String,
    /// The parameter `state` of the address the browser came back with.
    state: String,
    /// Its parameter `code`.
    code: String,
    /// Its parameter `iss`, if it has one.
    iss: Option<String>,
}

/// Completes a sign-in.
#[utoipa::path(
    post, path = "/api/v1/sessions/oidc/complete", operation_id = "complete_sign_in", tag = "sessions",
    request_body = Completion,
    responses((status = 200, description = "A session", body = OpenedSession)),
)]
pub(crate) async fn complete_sign_in(
    State(state): State<AppState>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Completion>,
) -> Result<Response, Failure> {
    let provider = state.provider().ok_or_else(|| Failure::new(Code::SignInNotConfigured))?;
    let (who, user_id) = match identify(&state, provider, &body).await {
        Ok(identified) => identified,
        Err(Refusal::Failed(failure)) => return Err(failure),
        Err(Refusal::Provider(ProviderError::Refused(why))) => {
            state.refusals().note(&state, Action::SessionOpen, why).await;
            return Err(stranger(caller.as_deref(), &state, Code::SignInRefused).await);
        }
        Err(Refusal::Provider(error)) => return Err(failure(error, Code::SignInRefused)),
    };
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let new = NewSession {
        instance: provider.settings().instance,
        user_id,
        roles: state.roles_of(&who.groups),
        address: caller.map_or(place::UNKNOWN, |Extension(Caller(address))| place::address(address)),
        agent: place::agent(user_agent.unwrap_or_default()),
        proof: who.proof,
        voucher: Voucher::Provider { issuer: who.issuer, subject: who.subject, session: who.session },
    };
    let opened = state.store().sessions().open(&new, state.session_limits()).await?;
    let session = opened.ok_or_else(|| Failure::new(Code::SessionEnded))?;
    let (_, account) = owner(&state, &session).await?;
    let actor = account.map_or(Actor::Unknown, |account| Actor::Person(account.id));
    let entry = Entry::new(actor, Action::SessionOpen).code("kind", "sign_in");
    state.store().audit().append(entry).await?;
    let refresh = state.store().sessions().issue_refresh(session.id).await?;
    metrics::counter!(SESSIONS_OPENED, "kind" => "sign_in").increment(1);
    answer(&state, &session, Some(refresh)).await
}

enum Refusal {
    Provider(ProviderError),
    Failed(Failure),
}

impl From<ProviderError> for Refusal {
    fn from(error: ProviderError) -> Self {
        Self::Provider(error)
    }
}

impl From<voiceassist_store::StoreError> for Refusal {
    fn from(error: voiceassist_store::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Whom the provider knows, and which user of Nextcloud that is.
async fn identify(
    state: &AppState,
    provider: &Provider,
    body: &Completion,
) -> Result<(Identified, String), Refusal> {
    let sign_ins = state.store().sign_ins();
    let expected = sign_ins.complete(&body.sign_in, &body.state).await?;
    let expected = expected.ok_or(ProviderError::Refused("not_begun_here"))?;
    let who = provider.identify(&body.code, body.iss.as_deref(), &expected).await?;
    let instance = provider.settings().instance;
    let user_id = sign_ins.identify(&who.issuer, &who.subject, instance, &who.user_id).await?;
    let user_id = user_id.ok_or(ProviderError::Refused("user_taken"))?;
    Ok((who, user_id))
}
