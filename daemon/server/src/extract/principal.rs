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
use voiceassist_store::sessions::Session;

use crate::auth::tokens::{Bearer, TokenError};
use crate::auth::{signing, step_up};
use crate::connector::Connector;
use crate::mail_servers::MailServers;
use crate::middleware::caller::Caller;
use crate::middleware::rate_headers::Noted;
use crate::openapi;
use crate::problem::{Code, Failure};
use crate::quotas::Drawn;
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
        let (principal, _) = verified(parts, state).await?;
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
    /// The session they ask in; tokens made on the command line have none.
    pub(crate) session: Option<Session>,
    state: AppState,
}

impl FromRequestParts<AppState> for Person {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let (Principal { instance, user_id, .. }, session) = verified(parts, state).await?;
        // By the person and not by the account: a token may be older than the account, or newer than its removal.
        let account = state.store().accounts().find_by_user(instance, &user_id).await?;
        Ok(Self { instance, user_id, account, session, state: state.clone() })
    }
}

impl Person {
    pub(crate) fn state(&self) -> &AppState {
        &self.state
    }

    /// Who they are in the audit log.
    pub(crate) fn actor(&self) -> Actor {
        self.account.as_ref().map_or(Actor::Unknown, |account| Actor::Person(account.id))
    }

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

    pub(crate) fn state(&self) -> &AppState {
        &self.state
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

/// Whom the token speaks for and their session, if that is not over and the policy lets them do this.
async fn verified(parts: &Parts, state: &AppState) -> Result<(Principal, Option<Session>), Failure> {
    let Some(token) = bearer(parts) else {
        return Err(unproved(parts, state, Code::Unauthenticated).await);
    };
    let (code, reason) = match known(state, token).await {
        Ok(Bearer { principal, roles, session: None }) => {
            return permitted(parts, state, principal, &roles, None).await;
        }
        Ok(Bearer { principal, session: Some(id), .. }) => {
            // Who asks too often is refused before the database is.
            let action = action_of(parts).unwrap_or_default();
            if let Some(spent) = state.quotas().spent(&principal, action, &state.limits(), state.now()) {
                return Err(too_often(parts, spent));
            }
            let (instance, user_id) = (principal.instance, &principal.user_id);
            let limits = state.session_limits();
            if let Some(session) = state.store().sessions().check(id, instance, user_id, limits).await? {
                // What was said of them last, not what they were when the token was made.
                let roles = session.roles.clone();
                return permitted(parts, state, principal, &roles, Some(session)).await;
            }
            (Code::SessionEnded, "session_ended")
        }
        Err(TokenError::Expired) => (Code::TokenExpired, "expired"),
        Err(TokenError::Invalid | TokenError::UnknownKey) => (Code::Unauthenticated, "invalid"),
    };
    state.refusals().note(state, Action::TokenRefuse, reason).await;
    Err(unproved(parts, state, code).await)
}

/// What the token says. One whose key is unknown may be of a replica that rotated the keys a moment ago.
async fn known(state: &AppState, token: &str) -> Result<Bearer, TokenError> {
    let first = state.tokens().verify(token);
    if first != Err(TokenError::UnknownKey) || !state.may_read_keys() {
        return first;
    }
    match signing::reload(state.store(), state.tokens()).await {
        Ok(_) => state.tokens().verify(token),
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the keys of tokens could not be read anew"
            );
            first
        }
    }
}

async fn unproved(parts: &Parts, state: &AppState, code: Code) -> Failure {
    stranger(parts.extensions.get::<Caller>(), state, code).await
}

/// The answer to somebody who proves to be nobody; another one when that comes too often from their address.
pub(crate) async fn stranger(from: Option<&Caller>, state: &AppState, code: Code) -> Failure {
    admit_stranger(from, state).await.err().unwrap_or_else(|| Failure::new(code))
}

/// Refuses who comes from an address that has proved nobody too often.
pub(crate) async fn admit_stranger(from: Option<&Caller>, state: &AppState) -> Result<(), Failure> {
    let Some(Caller(address)) = from else { return Ok(()) };
    let standing = state.quotas().stranger(*address, &state.limits(), state.now()).await;
    if standing.admitted { Ok(()) } else { Err(Failure::new(Code::TooManyRequests).wait(standing.wait)) }
}

/// The person, if the policy lets them do this. Who is refused is known, and is in the audit log.
async fn permitted(
    parts: &Parts,
    state: &AppState,
    principal: Principal,
    roles: &Roles,
    session: Option<Session>,
) -> Result<(Principal, Option<Session>), Failure> {
    let subject = Subject { user_id: &principal.user_id, roles };
    let action = action_of(parts);
    let (quotas, limits) = (state.quotas(), state.limits());
    let drawn = quotas.person(&principal, action.unwrap_or_default(), &limits, state.now()).await;
    if !drawn.standing.admitted {
        return Err(too_often(parts, drawn));
    }
    if let Some(noted) = parts.extensions.get::<Noted>() {
        noted.note(drawn);
        match quotas.begin(&principal, action.unwrap_or_default()) {
            Ok(Some(doing)) => noted.hold(doing),
            Ok(None) => {}
            Err(()) => return Err(Failure::new(Code::TooManyRequests).wait(1)),
        }
    }
    if let Some(action) = action
        && state.allows(&Question { action, subject })
    {
        return fresh_enough(state, action, session).map(|session| (principal, session));
    }
    let entry =
        Entry::new(Actor::Person(principal.account), Action::AccessRefuse).with_outcome(Outcome::Refused);
    let entry = action.map_or_else(|| entry.clone(), |action| entry.clone().code("operation", action));
    state.store().audit().append(entry).await?;
    Err(Failure::new(Code::NotAllowed))
}

/// The refusal of somebody who has used up what they may; its headers say so.
fn too_often(parts: &Parts, drawn: Drawn) -> Failure {
    if let Some(noted) = parts.extensions.get::<Noted>() {
        noted.note(drawn);
    }
    Failure::new(Code::TooManyRequests).wait(drawn.standing.wait)
}

/// The session, unless what is asked for wants a fresher sign-in than it has to show.
fn fresh_enough(
    state: &AppState,
    action: &str,
    session: Option<Session>,
) -> Result<Option<Session>, Failure> {
    match state.step_up() {
        Some(wanted) if step_up::guards(action) && !wanted.is_met_by(session.as_ref(), state.now()) => {
            Err(Failure::new(Code::StepUpRequired)
                .member("max_age", wanted.max_age.num_seconds())
                .member("amr", &wanted.amr)
                .member("acr", &wanted.acr))
        }
        _ => Ok(session),
    }
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
