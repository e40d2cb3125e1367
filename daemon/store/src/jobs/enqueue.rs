//! Putting jobs into the queue, inside the transaction of their cause.
//!
//! A job like one that already waits folds into it: the faster lane and the earlier time win. The fold takes the
//! waiting row's lock even when it changes nothing, so a worker cannot take the job before the cause is committed.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::JobId;

use super::{Job, Jobs, Lane};
use crate::Transaction;
use crate::error::{During as _, Result};

/// Jobs written by one statement at most.
const BATCH: usize = 1_000;

/// The channel on which waiting workers are woken.
pub(super) const CHANNEL: &str = "voiceassist_jobs";

/// A job to be put into the queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enqueue {
    /// What to do.
    pub job: Job,
    /// How urgent it is.
    pub lane: Lane,
    /// Not before then; `None` is at once.
    pub run_at: Option<DateTime<Utc>>,
    /// The trace that caused it, as a W3C traceparent.
    pub trace: Option<String>,
}

impl Enqueue {
    /// The job in its own lane, at once.
    pub fn new(job: Job) -> Self {
        Self { job, lane: job.lane(), run_at: None, trace: None }
    }

    /// The same in another lane.
    #[must_use]
    pub fn in_lane(self, lane: Lane) -> Self {
        Self { lane, ..self }
    }

    /// The same, later.
    #[must_use]
    pub fn at(self, run_at: DateTime<Utc>) -> Self {
        Self { run_at: Some(run_at), ..self }
    }

    /// The same, as part of a trace.
    #[must_use]
    pub fn traced(self, trace: Option<String>) -> Self {
        Self { trace, ..self }
    }
}

impl From<Job> for Enqueue {
    fn from(job: Job) -> Self {
        Self::new(job)
    }
}

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    kinds: Vec<String>,
    payloads: Vec<serde_json::Value>,
    lanes: Vec<i16>,
    keys: Vec<String>,
    subjects: Vec<Uuid>,
    run_ats: Vec<DateTime<Utc>>,
    traces: Vec<Option<String>>,
}

impl Jobs<'_> {
    /// Puts one job into the queue when the transaction is committed. The id is the waiting job's, new or old.
    pub async fn enqueue(self, tx: &mut Transaction, job: impl Into<Enqueue>) -> Result<JobId> {
        let job = job.into();
        let id = self.insert(tx, std::slice::from_ref(&job)).await?.into_iter().next();
        id.map(JobId::from_uuid).ok_or(crate::StoreError::Corrupt { what: "job" })
    }

    /// Puts many jobs into the queue when the transaction is committed; returns how many wait for them.
    pub async fn enqueue_all(self, tx: &mut Transaction, jobs: &[Enqueue]) -> Result<u64> {
        let mut sorted: Vec<Enqueue> = jobs.to_vec();
        // One order for everybody, so that two transactions never wait for each other's rows; and no row twice.
        sorted.sort_by_cached_key(|job| (job.job.dedup_key(), job.lane, job.run_at));
        sorted.dedup_by_key(|job| job.job);
        let mut written = 0;
        for batch in sorted.chunks(BATCH) {
            written += self.insert(tx, batch).await?.len() as u64;
        }
        Ok(written)
    }

    /// Puts one job into the queue now.
    pub async fn enqueue_now(self, job: impl Into<Enqueue>) -> Result<JobId> {
        let mut tx = self.store.begin().await?;
        let id = self.enqueue(&mut tx, job).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn insert(self, tx: &mut Transaction, jobs: &[Enqueue]) -> Result<Vec<Uuid>> {
        let now = self.store.now();
        let mut columns = Columns::default();
        for enqueue in jobs {
            columns.ids.push(self.store.new_uuid());
            columns.kinds.push(enqueue.job.kind().to_owned());
            columns.payloads.push(enqueue.job.payload());
            columns.lanes.push(enqueue.lane.number());
            columns.keys.push(enqueue.job.dedup_key());
            columns.subjects.push(enqueue.job.subject());
            columns.run_ats.push(enqueue.run_at.unwrap_or(now));
            columns.traces.push(enqueue.trace.clone());
        }
        let ids = sqlx::query_scalar!(
            r#"
            insert into jobs (id, kind, payload, lane, dedup_key, subject, state, run_at, trace, enqueued_at)
            select id, kind, payload, lane, dedup_key, subject, 'waiting', run_at, trace, $9
              from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::smallint[], $5::text[], $6::uuid[],
                          $7::timestamptz[], $8::text[])
                   as input (id, kind, payload, lane, dedup_key, subject, run_at, trace)
             order by dedup_key
            on conflict (dedup_key) where state = 'waiting' do update
               set lane = least(jobs.lane, excluded.lane), run_at = least(jobs.run_at, excluded.run_at)
            returning id
            "#,
            &columns.ids,
            &columns.kinds,
            &columns.payloads,
            &columns.lanes,
            &columns.keys,
            &columns.subjects,
            &columns.run_ats,
            &columns.traces as &[Option<String>],
            now
        )
        .fetch_all(tx.connection())
        .await
        .during("enqueueing jobs")?;
        notify(tx).await?;
        Ok(ids)
    }
}

/// Wakes waiting workers when the transaction is committed. The server folds repeats within one transaction.
pub(super) async fn notify(tx: &mut Transaction) -> Result<()> {
    sqlx::query!("select pg_notify($1, '')", CHANNEL)
        .execute(tx.connection())
        .await
        .during("waking workers")?;
    Ok(())
}
