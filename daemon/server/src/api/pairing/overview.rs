//! How the daemon, its index and people's connections are, for the administrators of the paired Nextcloud.
//!
//! Numbers, codes and user ids; nothing of what anybody keeps, asks or is told. People are named because it is their own
//! Nextcloud that asks, and its administrator has to know whom to help.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_store::accounts::health::{self, Health};
use voiceassist_store::hook_keys::HookKeyKind;
use voiceassist_store::{Page, Store};

use super::{AppVouch, believe};
use crate::api::account::show::Advice;
use crate::auth::vouch::APP_AUDIENCE;
use crate::extract::json::JsonBody;
use crate::health::Component;
use crate::problem::Failure;
use crate::state::AppState;

/// People listed at most; of a larger clinic the first.
const MAX_PEOPLE: u32 = 500;

/// How things are.
#[derive(Serialize, ToSchema)]
pub(crate) struct Overview {
    /// The daemon's version.
    version: &'static str,
    /// The daemon's clock.
    now: DateTime<Utc>,
    /// Whether the daemon reaches this Nextcloud.
    nextcloud_reachable: bool,
    /// Its parts: index and models.
    components: Vec<Component>,
    /// All documents by state.
    documents: BTreeMap<&'static str, u64>,
    /// Why documents could not be read, the most frequent first.
    failures: Vec<FailureCount>,
    /// Background work.
    queue: Queue,
    /// When a hint of this app was last taken; absent while it has no key or sent none.
    last_hint_at: Option<DateTime<Utc>>,
    /// People's connections, in the order of connecting, at most 500.
    people: Vec<PersonLine>,
    /// Whether there are more people than are listed.
    more_people: bool,
}

/// A reason and how often it holds.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailureCount {
    /// The stable code.
    code: &'static str,
    /// What happened and what to do.
    explanation: &'static str,
    /// How many documents.
    count: u64,
}

/// Background work in numbers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Queue {
    /// What could be done now.
    waiting: u64,
    /// What is being done.
    running: u64,
    /// What is put off.
    delayed: u64,
    /// What was given up.
    given_up: u64,
    /// How long the oldest waits, in seconds.
    oldest_seconds: i64,
}

/// One person's connection.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonLine {
    /// Nextcloud's user id.
    user_id: String,
    /// Their name as Nextcloud shows it.
    display_name: String,
    /// `connected`, `revoked`, `throttled`, `disabled`, `maintenance`, `failing` or `gone`.
    state: &'static str,
    /// Since when.
    since: DateTime<Utc>,
    /// What to do.
    advice: Advice,
    /// When their files were last found equal to Nextcloud's.
    last_success_at: Option<DateTime<Utc>>,
    /// How many deletions wait to be believed.
    held_deletions: u64,
}

/// Shows the paired app how things are.
#[utoipa::path(
    post, path = "/api/v1/pairing/overview", operation_id = "show_overview", tag = "pairing",
    request_body = AppVouch, responses((status = 200, description = "How things are", body = Overview)),
)]
pub(crate) async fn show_overview(
    State(state): State<AppState>,
    JsonBody(body): JsonBody<AppVouch>,
) -> Result<Json<Overview>, Failure> {
    let (app, _) = believe(&state, &body.vouch, APP_AUDIENCE).await?;
    let store = state.store();
    let keys = store.hook_keys().list(app.instance).await?;
    let used = keys.iter().filter(|key| key.kind == HookKeyKind::App).filter_map(|key| key.last_used_at);
    let listed = store.accounts().health_of_all(&Page::first(MAX_PEOPLE), health::DEFAULT_GRACE).await?;
    let counts = store.documents().counts(None).await?;
    Ok(Json(Overview {
        version: env!("CARGO_PKG_VERSION"),
        now: state.now(),
        nextcloud_reachable: state.connector().reach().await.is_ok(),
        components: state.readiness().components().await,
        documents: counts.iter().map(|(state, count)| (state.as_str(), count)).collect(),
        failures: failures(store).await?,
        queue: queue(store).await?,
        last_hint_at: used.max(),
        more_people: listed.next.is_some(),
        people: listed
            .items
            .into_iter()
            .filter(|one| one.account.instance == app.instance)
            .map(PersonLine::from)
            .collect(),
    }))
}

pub(crate) async fn failures(store: &Store) -> Result<Vec<FailureCount>, Failure> {
    let counted = store.documents().failures().await?.into_iter();
    let line = |(reason, count): (voiceassist_model::Reason, u64)| FailureCount {
        code: reason.code(),
        explanation: reason.explanation(),
        count,
    };
    Ok(counted.map(line).collect())
}

pub(crate) async fn queue(store: &Store) -> Result<Queue, Failure> {
    let stats = store.jobs().stats().await?;
    let sum = |of: fn(&voiceassist_store::jobs::LaneStats) -> u64| stats.lanes.iter().map(of).sum();
    let oldest = stats.lanes.iter().filter_map(|lane| lane.oldest_age).max();
    Ok(Queue {
        waiting: sum(|lane| lane.waiting),
        running: sum(|lane| lane.running),
        delayed: sum(|lane| lane.delayed),
        given_up: stats.dead,
        oldest_seconds: oldest.map_or(0, |age| age.num_seconds()),
    })
}

impl From<Health> for PersonLine {
    fn from(health: Health) -> Self {
        Self {
            user_id: health.account.user_id,
            display_name: health.account.display_name,
            state: health.account.state.as_str(),
            since: health.account.state_since,
            advice: health.advice.into(),
            last_success_at: health.confirmed_at,
            held_deletions: health.held_deletions.map_or(0, |held| held.unseen.unsigned_abs()),
        }
    }
}
