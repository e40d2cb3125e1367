//! Lines to Nextcloud's push service: one open WebSocket per account, where the server offers it.
//!
//! The leader keeps them, so that a second replica does not double the load. What is heard becomes a nudge; what is
//! missed while a line is down is made up for by one look after it is up again, and by the timer in any case. Lines are
//! opened a few at a time and again after growing, jittered waits. A refused password is never shown again: only a
//! reconnected account gets a new line, because the service asks Nextcloud, which locks everybody out after a dozen
//! refusals. A message without ids can mean a share came, so the mirror is doubted until it was looked at.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use tokio::time::Instant;
use voiceassist_dav::notify_push::{Heard, PushEndpoint, PushSocket};
use voiceassist_dav::ocs::ReadCapabilities;
use voiceassist_dav::{AppPassword, DavError};
use voiceassist_model::{AccountId, InstanceId};
use voiceassist_store::Page;
use voiceassist_store::accounts::{Account, AccountState};
use voiceassist_store::nudges::Urgency;

use crate::{Context, JobError, PUSH_LINES, PUSH_MESSAGES};

/// Whether lines are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PushMode {
    /// Where the server offers it.
    #[default]
    Auto,
    /// Where the server offers it, and a server that does not is worth a warning.
    On,
    /// Nowhere.
    Off,
}

/// Lines open at most; accounts beyond rely on other hints and the timer.
const MAX_LINES: usize = 1_000;
/// Lines opened in one round, because each sign-in costs the server a request.
const OPENED_PER_ROUND: usize = 20;
/// The time between two looks at who should have a line.
const ROUND: Duration = Duration::from_secs(15);
/// How long an answer about a server's push service is believed.
const ENDPOINT_KEPT: TimeDelta = TimeDelta::hours(1);
/// How long a server that gave no answer is left alone.
const NO_ANSWER_KEPT: TimeDelta = TimeDelta::minutes(5);
/// Until a step of opening a line is given up.
const PATIENCE: Duration = Duration::from_secs(20);
/// The wait before the second try; it doubles with every further one.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// A line that lived this long was a good one: the next wait is the first again.
const GOOD_LINE: Duration = Duration::from_mins(1);

/// Who was refused, and since when the account was as it is.
type Refused = Arc<Mutex<HashMap<AccountId, DateTime<Utc>>>>;

/// The lines of the leader.
#[derive(Default)]
pub struct Lines {
    mode: PushMode,
    tasks: JoinSet<()>,
    open: HashMap<AccountId, (DateTime<Utc>, tokio::task::AbortHandle)>,
    refused: Refused,
    /// Where each server pushes, and until when that is believed.
    endpoints: HashMap<InstanceId, (Option<PushEndpoint>, DateTime<Utc>)>,
    looked: Option<Instant>,
}

impl Lines {
    /// No line yet.
    pub fn new(mode: PushMode) -> Self {
        Self { mode, ..Self::default() }
    }

    /// Opens lines that are missing and drops those nobody needs. Does nothing most of the times it is called.
    pub async fn settle(&mut self, context: &Context) -> Result<(), JobError> {
        if self.mode == PushMode::Off || self.looked.is_some_and(|looked| looked.elapsed() < ROUND) {
            return Ok(());
        }
        self.looked = Some(Instant::now());
        self.settle_now(context).await
    }

    /// The same, now.
    pub async fn settle_now(&mut self, context: &Context) -> Result<(), JobError> {
        while self.tasks.try_join_next().is_some() {}
        let wanted = self.wanted(context).await?;
        self.drop_unwanted(&wanted);
        let mut opened = 0;
        for account in wanted.iter().take(MAX_LINES) {
            if opened == OPENED_PER_ROUND {
                break;
            }
            if self.open.contains_key(&account.id) || self.is_refused(account) {
                continue;
            }
            let Some(endpoint) = self.endpoint(context, account).await else { continue };
            let line = Line {
                context: context.clone(),
                account: account.id,
                since: account.state_since,
                endpoint,
                refused: Arc::clone(&self.refused),
            };
            let task = self.tasks.spawn(line.keep());
            self.open.insert(account.id, (account.state_since, task));
            opened += 1;
        }
        metrics::gauge!(PUSH_LINES).set(self.open.len() as f64);
        Ok(())
    }

    /// Ends every line.
    pub fn hang_up(&mut self) {
        self.tasks.abort_all();
        self.open.clear();
        self.looked = None;
        metrics::gauge!(PUSH_LINES).set(0.0);
    }

    /// Connected accounts, in the order of connecting.
    async fn wanted(&self, context: &Context) -> Result<Vec<Account>, JobError> {
        let mut wanted = Vec::new();
        let mut page = Page::first(voiceassist_store::MAX_PAGE);
        loop {
            let listed = context.store.accounts().list(&page).await?;
            wanted
                .extend(listed.items.into_iter().filter(|account| account.state == AccountState::Connected));
            match listed.next {
                Some(next) if wanted.len() < MAX_LINES => page.after = Some(next),
                _ => return Ok(wanted),
            }
        }
    }

    /// A line goes with the state it was opened in: a reconnected account has another password.
    fn drop_unwanted(&mut self, wanted: &[Account]) {
        let current: HashSet<(AccountId, DateTime<Utc>)> =
            wanted.iter().map(|account| (account.id, account.state_since)).collect();
        self.open.retain(|account, (since, task)| {
            let keep = current.contains(&(*account, *since)) && !task.is_finished();
            if !keep {
                task.abort();
            }
            keep
        });
        lock(&self.refused).retain(|account, since| current.contains(&(*account, *since)));
    }

    fn is_refused(&self, account: &Account) -> bool {
        lock(&self.refused).contains_key(&account.id)
    }

    /// Where the account's server pushes; asked once an hour, with the first account that is at hand.
    async fn endpoint(&mut self, context: &Context, account: &Account) -> Option<PushEndpoint> {
        let now = context.clock.now();
        if let Some((endpoint, until)) = self.endpoints.get(&account.instance)
            && now < *until
        {
            return endpoint.clone();
        }
        let (endpoint, kept) = match advertised(context, account.id).await {
            Ok(endpoint) => (endpoint, ENDPOINT_KEPT),
            Err(error) => {
                tracing::warn!(code = error.code(), %error, "the push service cannot be used");
                (None, NO_ANSWER_KEPT)
            }
        };
        if endpoint.is_none() && self.mode == PushMode::On {
            tracing::warn!("push is switched on, but the server offers none");
        }
        self.endpoints.insert(account.instance, (endpoint.clone(), now + kept));
        endpoint
    }
}

async fn advertised(context: &Context, account: AccountId) -> Result<Option<PushEndpoint>, DavError> {
    let Ok(connected) = context.connections.of(account).await else { return Ok(None) };
    let capabilities = connected.client.send(&ReadCapabilities).await?;
    let base = connected.client.base();
    capabilities.notify_push.map(|advertised| PushEndpoint::new(&advertised, base)).transpose()
}

/// One account's line, and what opening it again takes.
struct Line {
    context: Context,
    account: AccountId,
    since: DateTime<Utc>,
    endpoint: PushEndpoint,
    refused: Refused,
}

impl Line {
    /// Keeps the line until the account is refused or gone.
    async fn keep(self) {
        let mut failures = 0;
        let mut was_open = false;
        loop {
            let begun = Instant::now();
            match self.hold(&mut was_open).await {
                Ok(()) => return,
                Err(DavError::Unauthorized) => {
                    lock(&self.refused).insert(self.account, self.since);
                    // The look meets the same refusal and says so on the account.
                    self.nudge(Urgency::Look).await;
                    return;
                }
                Err(error) => {
                    tracing::debug!(account.id = %self.account, code = error.code(), "a push line broke");
                }
            }
            failures = if begun.elapsed() >= GOOD_LINE { 1 } else { failures + 1 };
            tokio::time::sleep(self.wait(failures)).await;
        }
    }

    /// One line from opening to breaking. `Ok` when the account cannot have one.
    async fn hold(&self, was_open: &mut bool) -> Result<(), DavError> {
        let Ok(Some(credentials)) = self.context.store.accounts().credentials(self.account).await else {
            return Ok(());
        };
        let password = AppPassword::restored(credentials.login_name, credentials.app_password);
        let mut key = [0; 16];
        self.context.randomness.fill(&mut key);
        let transport = self.context.connections.transport();
        let mut socket = PushSocket::open(transport, &self.endpoint, &password, key, PATIENCE).await?;
        // What was said while no line was open is lost.
        if std::mem::replace(was_open, true) {
            self.nudge(Urgency::Look).await;
        }
        loop {
            let heard = socket.next().await?;
            let (kind, urgency) = match &heard {
                Heard::Files(ids) if ids.is_empty() => ("anything", Some(Urgency::Doubt)),
                Heard::Files(_) => ("files", Some(Urgency::Look)),
                Heard::Refused => return Err(DavError::Unauthorized),
                Heard::Authenticated | Heard::Trouble | Heard::Other => ("other", None),
            };
            metrics::counter!(PUSH_MESSAGES, "kind" => kind).increment(1);
            if let Some(urgency) = urgency {
                self.nudge(urgency).await;
            }
        }
    }

    async fn nudge(&self, urgency: Urgency) {
        if let Err(error) = self.context.store.nudges().nudge_account(self.account, urgency).await {
            tracing::warn!(account.id = %self.account, %error, "a pushed hint was lost; the timer makes up for it");
        }
    }

    /// Doubles with every failure, up to a limit; half of it is chance, so that lines do not come back in step.
    fn wait(&self, failures: u32) -> Duration {
        let doubled =
            FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST_WAIT);
        let half = doubled / 2;
        half + Duration::from_millis(self.context.jitter(u64::try_from(half.as_millis()).unwrap_or(u64::MAX)))
    }
}

fn lock(refused: &Refused) -> std::sync::MutexGuard<'_, HashMap<AccountId, DateTime<Utc>>> {
    refused.lock().unwrap_or_else(PoisonError::into_inner)
}
