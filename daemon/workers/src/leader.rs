//! One replica keeps the schedule; all replicas work.
//!
//! The leader holds a lease. Each tick it queues a look at every account whose time has come, publishes how long the
//! lanes are and how far behind the mirrors, keeps the lines to push services, and tidies what nothing points at. It has the
//! facts written that the index does not have. It also queues the removal of people who are gone for longer than the time of grace, and of those whose removal was
//! interrupted. A replica that cannot renew stops scheduling and hangs up at once; two leaders for a moment do no harm,
//! because queueing the same job twice folds into one.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use voiceassist_model::Setting;
use voiceassist_store::accounts::AccountState;
use voiceassist_store::collections::CollectionClass;
use voiceassist_store::jobs::{Enqueue, Job, Lane};
use voiceassist_store::leases::LeaderLease;

use crate::backfill::Backfill;
use crate::listening::Listeners;
use crate::push::{Lines, PushMode};
use crate::sync::collections;
use crate::{ACCOUNTS, Context, DOUBTED, HELD_DELETIONS, JOBS_WAITING, JobError, MIRROR_AGE, NUDGE_LAG};

/// The lease's name.
const LEASE: &str = "schedule";
/// How long leadership lasts without renewal.
const LEASE_TIME: TimeDelta = TimeDelta::seconds(20);
/// The time between two ticks.
const TICK: Duration = Duration::from_secs(5);
/// The longest time a tag given in Nextcloud goes unnoticed, unless the tree moved.
const TAGS_INTERVAL: TimeDelta = TimeDelta::minutes(5);
/// The longest time new mail goes unnoticed without a hint.
const MAIL_INTERVAL: TimeDelta = TimeDelta::minutes(5);
/// The longest time a change in a calendar or an address book goes unnoticed without a hint.
const COLLECTIONS_INTERVAL: TimeDelta = TimeDelta::minutes(5);
/// Accounts queued in one tick.
const ACCOUNTS_PER_TICK: u32 = 500;
/// The index is put in order after this many ticks without bulk work, once there was some.
const QUIET_TICKS: u32 = 3;
/// Sets of readers that nothing needs any more are swept once in so many ticks: ten minutes.
const SWEEP_TICKS: u32 = 120;
/// How many days the keys of finished writes are known, unless an administrator changed it. Whoever repeats a wish later than that
/// means it anew.
pub const WRITES_KEPT_DAYS: u32 = 30;
/// Accounts that wait for somebody to act are looked at once in so many ticks: an hour.
const PEOPLE_TICKS: u32 = 720;
/// Of those at most so many at once: each costs the server one request.
const PEOPLE_AT_ONCE: u32 = 100;

/// Keeps the schedule while this replica leads, until told to stop.
pub async fn lead(context: Context, replica: String, push: PushMode, stop: CancellationToken) {
    let mut held: Option<LeaderLease> = None;
    let mut bulk = BulkWatch::default();
    let mut lines = Lines::new(push);
    let mut listeners = Listeners::default();
    let mut backfill = Backfill::default();
    loop {
        held = keep(&context, &replica, held).await;
        if held.is_none() {
            lines.hang_up();
            listeners.hang_up();
        } else if let Err(error) = tick(&context, &mut lines, &mut bulk, &mut backfill).await {
            tracing::warn!(%error, "the schedule could not be kept this time");
        } else if let Err(error) = listeners.settle(&context).await {
            tracing::warn!(%error, "mailboxes could not be listened to this time");
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(TICK + Duration::from_millis(context.jitter(1_000))) => {}
        }
    }
    lines.hang_up();
    listeners.hang_up();
    if let Some(lease) = held
        && let Err(error) = context.store.leases().release(lease).await
    {
        tracing::debug!(%error, "the schedule's lease will expire by itself");
    }
}

/// Renews what is held, or tries to get it.
async fn keep(context: &Context, replica: &str, held: Option<LeaderLease>) -> Option<LeaderLease> {
    let leases = context.store.leases();
    if let Some(mut lease) = held {
        return match leases.renew(&mut lease, LEASE_TIME).await {
            Ok(()) => Some(lease),
            Err(error) => {
                tracing::warn!(%error, "no longer keeping the schedule");
                None
            }
        };
    }
    leases.acquire(LEASE, replica, LEASE_TIME).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the schedule's lease could not be asked for");
        None
    })
}

/// Notices the end of a bulk load, after which the index is put in order.
#[derive(Debug, Default)]
struct BulkWatch {
    loaded: bool,
    quiet: u32,
    ticks: u32,
}

impl BulkWatch {
    /// True once after bulk work has ended.
    fn ended(&mut self, bulk_jobs: u64) -> bool {
        if bulk_jobs > 0 {
            self.loaded = true;
            self.quiet = 0;
            return false;
        }
        self.quiet += 1;
        let ended = self.loaded && self.quiet >= QUIET_TICKS;
        if ended {
            self.loaded = false;
        }
        ended
    }

    /// True once in a while, so that sets do not pile up where shares come and go and no document does.
    fn sweeps(&mut self) -> bool {
        self.ticks = (self.ticks + 1) % (SWEEP_TICKS * PEOPLE_TICKS);
        self.ticks.is_multiple_of(SWEEP_TICKS)
    }

    /// True once in a longer while, in the same tick.
    fn asks_about_people(&self) -> bool {
        self.ticks.is_multiple_of(PEOPLE_TICKS)
    }
}

async fn tick(
    context: &Context,
    lines: &mut Lines,
    bulk: &mut BulkWatch,
    backfill: &mut Backfill,
) -> Result<(), JobError> {
    context.store.rhythm().schedule(context.settings.pace, ACCOUNTS_PER_TICK).await?;
    ask_about_tags(context).await?;
    look_at_mail(context).await?;
    look_at_collections(context).await?;
    context.store.hook_keys().sweep().await?;
    context.store.nudges().sweep().await?;
    publish(context).await?;
    lines.settle(context).await?;
    remove_people(context).await?;
    let stats = context.store.jobs().stats().await?;
    let mut bulk_jobs = 0;
    for lane in &stats.lanes {
        metrics::gauge!(JOBS_WAITING, "lane" => lane.lane.as_str()).set(lane.waiting as f64);
        if lane.lane >= Lane::Bulk {
            bulk_jobs += lane.waiting + lane.running;
        }
    }
    backfill.go_on(&context.store, bulk_jobs).await?;
    crate::ingest::ask_for_places(context, bulk_jobs).await?;
    crate::facts::renew(context).await?;
    let held = context.store.cursors().count_held().await?;
    metrics::gauge!(HELD_DELETIONS).set(held.entries as f64);
    if bulk.sweeps() {
        context.store.access().sweep().await?;
        context.store.items().sweep().await?;
        context.store.sessions().sweep().await?;
        let days = context.store.settings().read().await?.or(Setting::FinishedWrites, WRITES_KEPT_DAYS);
        let before = context.clock.now() - TimeDelta::days(i64::from(days));
        context.store.remote_writes().sweep(before).await?;
        if bulk.asks_about_people() {
            ask_about_people(context).await?;
        }
    }
    if bulk.ended(bulk_jobs) {
        context.store.access().sweep().await?;
        context.index.optimise().await?;
        tracing::info!("the index is in order");
    }
    Ok(())
}

/// No look at the files shows a tag, so those that rules name are asked about by themselves.
async fn ask_about_tags(context: &Context) -> Result<(), JobError> {
    let before = context.clock.now() - TAGS_INTERVAL;
    for account in context.store.scope().tags_due(before, ACCOUNTS_PER_TICK).await? {
        context.store.jobs().enqueue_now(Job::SyncTags { account }).await?;
    }
    Ok(())
}

/// Queues a look at every mailbox whose time has come.
async fn look_at_mail(context: &Context) -> Result<(), JobError> {
    let before = context.clock.now() - MAIL_INTERVAL;
    for mailbox in context.store.mail().due(before, ACCOUNTS_PER_TICK).await? {
        context.store.jobs().enqueue_now(Job::SyncMail { mailbox }).await?;
    }
    Ok(())
}

/// Queues a look at the calendars and address books of every account whose time has come.
async fn look_at_collections(context: &Context) -> Result<(), JobError> {
    let before = context.clock.now() - COLLECTIONS_INTERVAL;
    for class in CollectionClass::ALL {
        for account in context.store.collections().due(class, before, ACCOUNTS_PER_TICK).await? {
            context.store.jobs().enqueue_now(collections::look_at(account, class)).await?;
        }
    }
    Ok(())
}

/// How the accounts are, and how far behind their mirrors.
async fn publish(context: &Context) -> Result<(), JobError> {
    let overview = context.store.nudges().overview().await?;
    for (state, count) in &overview.states {
        metrics::gauge!(ACCOUNTS, "state" => state.as_str()).set(*count as f64);
    }
    for (quantile, (age, lag)) in
        ["0.5", "0.95", "1"].into_iter().zip(overview.age_seconds.into_iter().zip(overview.lag_seconds))
    {
        metrics::gauge!(MIRROR_AGE, "quantile" => quantile).set(age);
        metrics::gauge!(NUDGE_LAG, "quantile" => quantile).set(lag);
    }
    metrics::gauge!(DOUBTED).set(overview.doubted as f64);
    Ok(())
}

/// Queues removals that are due, and completes the receipts of those that are done.
async fn remove_people(context: &Context) -> Result<(), JobError> {
    let gone_before = context.clock.now() - context.gone_grace().await?;
    for account in context.store.accounts().to_remove(gone_before).await? {
        context.store.jobs().enqueue_now(Enqueue::new(Job::RemoveAccount { account })).await?;
    }
    context.store.receipts().complete_finished().await?;
    Ok(())
}

/// A disabled user may be enabled again, and one whose password was refused may have been deleted since.
async fn ask_about_people(context: &Context) -> Result<(), JobError> {
    for (account, state) in context.store.accounts().waiting_for_people(PEOPLE_AT_ONCE).await? {
        if state == AccountState::Disabled {
            context.store.jobs().enqueue_now(Enqueue::new(Job::SyncFiles { account })).await?;
        } else {
            crate::departures::look(context, account).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{BulkWatch, QUIET_TICKS};

    #[test]
    fn the_index_is_put_in_order_once_after_each_bulk_load() {
        let mut watch = BulkWatch::default();
        let mut ended = |jobs| watch.ended(jobs);
        assert!(!(0..10).any(|_| ended(0)), "nothing was loaded");
        assert!(!ended(100));
        let ends = (0..10).filter(|_| ended(0)).count();
        assert_eq!(ends, 1, "once, after {QUIET_TICKS} quiet ticks");
    }
}
