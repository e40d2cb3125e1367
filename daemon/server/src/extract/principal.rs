//! Who is asking, and what they may reach.
//!
//! [`Authenticated`] is a person: a verified token whose account the store still knows, as the same person of the same
//! Nextcloud, and as able to read. [`Reader`] adds what that person may reach, already bound to them, so that a handler
//! cannot name another account. [`Person`] is weaker: a verified token alone, good for one's own connection. All three
//! have asked the policy whether this person may do this at all, so that a handler that takes one has been authorised. A
//! handler that takes none of them serves nothing of anybody's; the test of all routes proves which do.

use std::ops::Deref;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::header;
use axum::http::request::Parts;
use voiceassist_assistant::Assistant;
use voiceassist_model::{AccountId, InstanceId, Principal, Question, Roles, Subject};
use voiceassist_store::Store;
use voiceassist_store::accounts::Account;
use voiceassist_store::audit::{Action, Actor, Entry, Outcome};

use crate::auth::tokens::TokenError;
use crate::connector::Connector;
use crate::mail_servers::MailServers;
use crate::middleware::caller::Caller;
use crate::middleware::rate_headers::Noted;
use crate::openapi;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// A person with a connected account.
#[derive(Clone, Debug)]
pub(crate) struct Authenticated {
    /// Who.
    pub(crate) principal: Principal,
    /// Their account as the store has it.
    pub(crate) account: Account,
}

impl FromRequestParts<AppState> for Authenticated {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let principal = verified(parts, state).await?;
        let account = state.store().accounts().find(principal.account).await?;
        match account {
            Some(account) if is_connected(&account, &principal) => Ok(Self { principal, account }),
            _ => Err(Failure::new(Code::AccountDisconnected)),
        }
    }
}

/// A person as their token names them, whether their account is connected, revoked or not there yet. Good for their own
/// connection and for nothing else.
pub(crate) struct Person {
    /// Their Nextcloud.
    pub(crate) instance: InstanceId,
    /// Nextcloud's user id.
    pub(crate) user_id: String,
    /// Their account, if there is one.
    pub(crate) account: Option<Account>,
    state: AppState,
}

impl FromRequestParts<AppState> for Person {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let Principal { instance, user_id, .. } = verified(parts, state).await?;
        // By the person and not by the account: a token may be older than the account, or newer than its removal.
        let account = state.store().accounts().find_by_user(instance, &user_id).await?;
        Ok(Self { instance, user_id, account, state: state.clone() })
    }
}

impl Person {
    pub(crate) fn store(&self) -> &Store {
        self.state.store()
    }

    pub(crate) fn connector(&self) -> &dyn Connector {
        self.state.connector()
    }
}

/// A person, with what they may reach.
pub(crate) struct Reader {
    who: Authenticated,
    state: AppState,
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let who = Authenticated::from_request_parts(parts, state).await?;
        note_use(state, who.principal.account).await;
        Ok(Self { who, state: state.clone() })
    }
}

impl Deref for Reader {
    type Target = Authenticated;

    fn deref(&self) -> &Authenticated {
        &self.who
    }
}

impl Reader {
    /// The account every query of this request is about.
    pub(crate) fn account_id(&self) -> AccountId {
        self.who.principal.account
    }

    pub(crate) fn store(&self) -> &Store {
        self.state.store()
    }

    pub(crate) fn assistant(&self) -> &Assistant {
        self.state.assistant()
    }

    pub(crate) fn mail_servers(&self) -> &MailServers {
        self.state.mail_servers()
    }
}

/// Has the account looked at often while its person is there. Only a convenience: no request fails for it.
async fn note_use(state: &AppState, account: AccountId) {
    if state.activity().is_news(account, state.now())
        && let Err(error) = state.store().rhythm().mark_active(account).await
    {
        tracing::debug!(account.id = %account, %error, "that an account is in use was not noted");
    }
}

/// Whom the token speaks for, if the policy lets them do this.
async fn verified(parts: &Parts, state: &AppState) -> Result<Principal, Failure> {
    let token = bearer(parts).ok_or_else(|| unproved(parts, state, Code::Unauthenticated))?;
    let (code, reason) = match state.tokens().verify(token) {
        Ok((principal, roles)) => return permitted(parts, state, principal, &roles).await,
        Err(TokenError::Expired) => (Code::TokenExpired, "expired"),
        Err(TokenError::Invalid) => (Code::Unauthenticated, "invalid"),
    };
    state.refusals().note(state, Action::TokenRefuse, reason).await;
    Err(unproved(parts, state, code))
}

/// The answer to somebody who proves to be nobody; another one when that comes too often from their address.
fn unproved(parts: &Parts, state: &AppState, code: Code) -> Failure {
    let from = parts.extensions.get::<Caller>();
    match from.map(|Caller(address)| state.quotas().stranger(*address, state.limits(), state.now())) {
        Some(standing) if !standing.admitted => Failure::new(Code::TooManyRequests).wait(standing.wait),
        _ => Failure::new(code),
    }
}

/// The person, if the policy lets them do this. Who is refused is known, and is in the audit log.
async fn permitted(
    parts: &Parts,
    state: &AppState,
    principal: Principal,
    roles: &Roles,
) -> Result<Principal, Failure> {
    let subject = Subject { user_id: &principal.user_id, roles };
    let action = action_of(parts);
    let drawn = state.quotas().person(&principal, action.unwrap_or_default(), state.limits(), state.now());
    if let Some(noted) = parts.extensions.get::<Noted>() {
        noted.note(drawn);
    }
    if !drawn.standing.admitted {
        return Err(Failure::new(Code::TooManyRequests).wait(drawn.standing.wait));
    }
    if action.is_some_and(|action| state.allows(&Question { action, subject })) {
        return Ok(principal);
    }
    let entry =
        Entry::new(Actor::Person(principal.account), Action::AccessRefuse).with_outcome(Outcome::Refused);
    let entry = action.map_or_else(|| entry.clone(), |action| entry.clone().code("operation", action));
    state.store().audit().append(entry).await?;
    Err(Failure::new(Code::NotAllowed))
}

/// The operation's name in the OpenAPI document; nothing for what is not in it.
fn action_of(parts: &Parts) -> Option<&'static str> {
    let path = parts.extensions.get::<MatchedPath>()?;
    openapi::action(&parts.method, path.as_str())
}

/// The token of the one `Authorization` header; two are as good as none.
fn bearer(parts: &Parts) -> Option<&str> {
    let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// A Nextcloud in maintenance or a throttled account keeps what sync has confirmed; an account that is revoked, disabled
/// or gone does not.
pub(crate) fn is_connected(account: &Account, principal: &Principal) -> bool {
    let same_person = account.instance == principal.instance && account.user_id == principal.user_id;
    same_person && account.state.works()
}
