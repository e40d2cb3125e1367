//! How the caller's connection fares, and what to do about it.

use std::collections::BTreeMap;

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_store::accounts::health;

use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// How your connection fares.
#[derive(Serialize, ToSchema)]
pub(crate) struct Connection {
    /// Your account here.
    account_id: Uuid,
    /// Nextcloud's user id.
    user_id: String,
    /// Your name as Nextcloud shows it.
    display_name: String,
    /// `connected`, `revoked`, `throttled`, `disabled`, `maintenance`, `failing` or `gone`.
    state: &'static str,
    /// Since when.
    since: DateTime<Utc>,
    /// Why, as a code.
    reason: Option<String>,
    /// What to do.
    advice: Advice,
    /// How many deletions wait to be believed, because so many at once look like a mistake.
    held_deletions: u64,
    /// Everything kept for you goes then; only in the state `gone`.
    purge_at: Option<DateTime<Utc>>,
    /// When your files were last found equal to Nextcloud's.
    last_success_at: Option<DateTime<Utc>>,
    /// When Nextcloud last hinted that something of yours changed.
    last_nudge_at: Option<DateTime<Utc>>,
    /// How long the oldest hint waits to be looked at, in seconds.
    lag_seconds: i64,
    /// Not looked at again before this.
    next_look_at: Option<DateTime<Utc>>,
    /// Your documents by state.
    documents: BTreeMap<&'static str, u64>,
}

/// What to do about a connection.
#[derive(Serialize, ToSchema)]
pub(crate) struct Advice {
    /// The stable code; `none` when all is well.
    code: &'static str,
    /// Who has to act: `nobody`, `person` or `administrator`.
    who: &'static str,
    /// For people.
    sentence: &'static str,
}

impl From<health::Advice> for Advice {
    fn from(advice: health::Advice) -> Self {
        Self { code: advice.code, who: advice.who.as_str(), sentence: advice.sentence }
    }
}

/// Shows how your connection fares.
#[utoipa::path(
    get, path = "/api/v1/account", operation_id = "show_connection", tag = "account", security(("token" = [])),
    responses((status = 200, description = "Your connection", body = Connection)),
)]
pub(crate) async fn show_connection(person: Person) -> Result<Json<Connection>, Failure> {
    let missing = || Failure::new(Code::AccountNotConnected);
    let store = person.store();
    let known = person.account.as_ref().ok_or_else(missing)?;
    let health = store.accounts().health(known.id, health::DEFAULT_GRACE).await?.ok_or_else(missing)?;
    let account = &health.account;
    let following = store.nudges().follow(account.id).await?;
    let counts = store.documents().counts(Some(account.id)).await?;
    Ok(Json(Connection {
        account_id: account.id.as_uuid(),
        user_id: account.user_id.clone(),
        display_name: account.display_name.clone(),
        state: account.state.as_str(),
        since: account.state_since,
        reason: account.state_reason.clone(),
        advice: health.advice.into(),
        held_deletions: health.held_deletions.as_ref().map_or(0, |held| held.unseen.unsigned_abs()),
        purge_at: health.purge_at,
        last_success_at: account.last_synced_at,
        last_nudge_at: following.as_ref().and_then(|following| following.last_nudge_at),
        lag_seconds: following.as_ref().map_or(0, |following| following.lag_seconds),
        next_look_at: account.suspended_until.or(following.and_then(|following| following.next_look_at)),
        documents: counts.iter().map(|(state, count)| (state.as_str(), count)).collect(),
    }))
}
