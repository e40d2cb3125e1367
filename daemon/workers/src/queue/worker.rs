//! One worker: claim a job, run it while keeping its lease, record how it went, and again.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use voiceassist_store::collections::CollectionClass;
use voiceassist_store::jobs::{Job, Lane, Leased};

use super::outcome;
use crate::{
    Context, JOB_SECONDS, JOBS_TOTAL, JobError, access, following, ingest, removal, scope, sync, truth,
};

/// How long a claimed job is ours without a sign of life.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often a running job shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The longest sleep between two looks into the queue.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);
/// The sleep after the queue could not be read.
const TROUBLE_SLEEP: Duration = Duration::from_secs(2);

pub(super) struct Worker {
    pub(super) context: Context,
    pub(super) name: String,
    pub(super) lanes: Vec<Lane>,
    pub(super) wake: Arc<Notify>,
    pub(super) stop: CancellationToken,
}

impl Worker {
    /// Works until told to stop.
    pub(super) async fn run(self) {
        while !self.stop.is_cancelled() {
            // Registered before the look, so that a job announced in between is not slept through.
            let woken = self.wake.notified();
            let sleep = match self.context.store.jobs().claim(&self.name, &self.lanes, LEASE).await {
                Ok(Some(leased)) => {
                    self.work(leased).await;
                    continue;
                }
                Ok(None) => self.until_next().await,
                Err(error) => {
                    tracing::warn!(%error, "the queue could not be read");
                    TROUBLE_SLEEP
                }
            };
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(sleep) => {}
                () = self.stop.cancelled() => {}
            }
        }
    }

    /// Until the earliest delayed job, at most [`LONGEST_SLEEP`], with jitter so that replicas do not march in step.
    async fn until_next(&self) -> Duration {
        let longest = LONGEST_SLEEP.saturating_sub(Duration::from_millis(self.context.jitter(2_000)));
        match self.context.store.jobs().next_run_at(&self.lanes).await {
            Ok(Some(at)) => {
                let wait = (at - self.context.clock.now()).to_std().unwrap_or(Duration::ZERO);
                wait.clamp(Duration::from_millis(20), longest)
            }
            _ => longest,
        }
    }

    async fn work(&self, mut leased: Leased) {
        let kind = leased.job.kind();
        let started = Instant::now();
        let outcome = if let Some(result) = self.run_leased(&mut leased).await {
            self.record(&leased, result).await
        } else {
            // Told to stop in the middle: the queue gets the job back at once instead of after the lease.
            if let Err(error) = self.context.store.jobs().release(&leased).await {
                tracing::warn!(%error, "a job could not be handed back; its lease will expire");
            }
            "released"
        };
        metrics::counter!(JOBS_TOTAL, "kind" => kind, "outcome" => outcome).increment(1);
        metrics::histogram!(JOB_SECONDS, "kind" => kind).record(started.elapsed().as_secs_f64());
    }

    /// Runs the job while keeping its lease. `None` when told to stop.
    async fn run_leased(&self, leased: &mut Leased) -> Option<Result<(), JobError>> {
        let work = leased.job;
        let mut job = std::pin::pin!(run(&self.context, &work, leased.lane));
        let mut heartbeat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        loop {
            tokio::select! {
                result = &mut job => return Some(result),
                () = self.stop.cancelled() => return None,
                _ = heartbeat.tick() => {
                    if let Err(error) = self.context.store.jobs().extend(leased, LEASE).await {
                        let error = JobError::from(error);
                        if matches!(error, JobError::LeaseLost) {
                            return Some(Err(error));
                        }
                        tracing::warn!(%error, "a lease could not be extended");
                    }
                }
            }
        }
    }

    async fn record(&self, leased: &Leased, result: Result<(), JobError>) -> &'static str {
        let recorded = match result {
            Ok(()) => self.context.store.jobs().finish(leased).await.map(|()| "done").map_err(JobError::from),
            Err(error) => outcome::settle(&self.context, leased, error).await,
        };
        recorded.unwrap_or_else(|error| {
            tracing::warn!(%error, "a job's end could not be recorded; it will run again");
            "lost"
        })
    }
}

#[tracing::instrument(name = "job.run", skip_all, fields(job.kind = job.kind()))]
async fn run(context: &Context, job: &Job, lane: Lane) -> Result<(), JobError> {
    match *job {
        Job::SyncFiles { account } => {
            let report = following::follow(context, account).await?;
            if report.way != sync::files::Way::Unchanged {
                tracing::info!(account.id = %account, %report, "files looked at");
            }
            Ok(())
        }
        Job::IngestDocument { document } => ingest::ingest(context, document, lane).await,
        Job::ReadPlaces { document } => ingest::read_places(context, document).await,
        Job::SetAccess { document } => access::set_access(context, document).await,
        Job::MoveAccess { set } => access::move_access(context, set).await,
        Job::RemoveDocument { document } => removal::remove_gone(context, document).await,
        Job::ApplyScope { account } => scope::reapply(context, account).await,
        Job::CheckTruth { check } => truth::check(context, check).await,
        Job::RemoveAccount { account } => removal::remove_account(context, account).await,
        Job::SyncTags { account } => scope::tags::refresh(context, account).await,
        Job::SyncMail { mailbox } => sync::mail::follow(context, mailbox).await,
        Job::SyncCalendars { account } => {
            sync::collections::follow(context, account, CollectionClass::Calendar).await
        }
        Job::SyncContacts { account } => {
            sync::collections::follow(context, account, CollectionClass::AddressBook).await
        }
    }
}
