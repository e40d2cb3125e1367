//! Taking a job, keeping it, and the three ways of giving it back: done, later, never.
//!
//! Every step after the claim names the lease's token. A token that is no longer the row's own means that the lease ran
//! out and somebody else has the job: the step changes nothing and says [`StoreError::LeaseLost`].

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;
use voiceassist_model::JobId;

use super::enqueue::notify;
use super::{Job, Jobs, Lane};
use crate::Transaction;
use crate::error::{During as _, Result, StoreError};

/// Longer errors and reasons are cut.
pub const MAX_ERROR_CHARS: usize = 500;

/// How often a claim looks again after it lost a race or met a job it cannot read.
const MAX_CLAIM_TRIES: usize = 16;

/// What is said about a job whose payload a newer release wrote.
const UNREADABLE_PAYLOAD: &str = "the job was written by a newer release of the program";

/// A job that is ours until the lease runs out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leased {
    /// The job's id, for logs.
    pub id: JobId,
    /// What to do.
    pub job: Job,
    /// The lane it came from.
    pub lane: Lane,
    /// Which try this is, from 1.
    pub attempts: u32,
    /// The trace that caused it.
    pub trace: Option<String>,
    /// When it was first put into the queue.
    pub enqueued_at: DateTime<Utc>,
    /// Until when it is ours; extend before.
    pub leased_until: DateTime<Utc>,
    token: Uuid,
}

/// How a job goes back into the queue.
struct PutBack {
    run_at: DateTime<Utc>,
    error: Option<String>,
    /// Tries that do not count.
    forgiven: i32,
}

struct Claimed {
    id: Uuid,
    payload: Value,
    lane: i16,
    attempts: i32,
    trace: Option<String>,
    enqueued_at: DateTime<Utc>,
}

impl Jobs<'_> {
    /// Takes the most urgent job of these lanes, or one whose holder let its lease run out.
    pub async fn claim(self, worker: &str, lanes: &[Lane], lease: TimeDelta) -> Result<Option<Leased>> {
        for _ in 0..MAX_CLAIM_TRIES {
            let token = self.store.new_uuid();
            let leased_until = self.store.now() + lease;
            let claimed = match self.try_claim(worker, lanes, token, leased_until).await {
                // Another worker took a job of the same subject in the same instant.
                Err(StoreError::Database { source, .. }) if source.violates_unique("jobs_one_running") => {
                    continue;
                }
                other => other?,
            };
            let Some(row) = claimed else { return Ok(None) };
            let id = JobId::from_uuid(row.id);
            let (Some(job), Some(lane)) = (Job::from_payload(&row.payload), Lane::from_number(row.lane))
            else {
                self.bury_row(id, token, UNREADABLE_PAYLOAD).await?;
                continue;
            };
            let attempts = row.attempts.unsigned_abs();
            let Claimed { trace, enqueued_at, .. } = row;
            return Ok(Some(Leased { id, job, lane, attempts, trace, enqueued_at, leased_until, token }));
        }
        Ok(None)
    }

    async fn try_claim(
        self,
        worker: &str,
        lanes: &[Lane],
        token: Uuid,
        leased_until: DateTime<Utc>,
    ) -> Result<Option<Claimed>> {
        let lanes: Vec<i16> = lanes.iter().map(|lane| lane.number()).collect();
        let kinds: Vec<String> = Job::KINDS.map(str::to_owned).to_vec();
        // Expired leases first: their subjects are blocked until somebody takes them up.
        sqlx::query_as!(
            Claimed,
            r#"
            with expired as (
                select id from jobs
                 where state = 'running' and leased_until < $5 and lane = any($1) and kind = any($2)
                 order by leased_until limit 1 for update skip locked
            ), next as (
                select id from jobs as candidate
                 where state = 'waiting' and run_at <= $5 and lane = any($1) and kind = any($2)
                   and not exists (select from expired)
                   and not exists (select from jobs as other
                                    where other.subject = candidate.subject and other.state = 'running')
                 order by lane, run_at, id limit 1 for update skip locked
            )
            update jobs set state = 'running', attempts = attempts + 1, lease_token = $3, leased_by = $4,
                            leased_until = $6
             where id in (select id from expired union all select id from next)
            returning id, payload, lane, attempts, trace, enqueued_at
            "#,
            &lanes,
            &kinds,
            token,
            worker,
            self.store.now(),
            leased_until
        )
        .fetch_optional(self.store.pool())
        .await
        .during("claiming a job")
    }

    /// Keeps the job for `lease` from now; says until when it is ours.
    pub async fn extend(self, leased: &mut Leased, lease: TimeDelta) -> Result<DateTime<Utc>> {
        let until = self.store.now() + lease;
        let done = sqlx::query!(
            "update jobs set leased_until = $3 where id = $1 and lease_token = $2",
            leased.id.as_uuid(),
            leased.token,
            until
        )
        .execute(self.store.pool())
        .await
        .during("extending a lease")?;
        held(done.rows_affected())?;
        leased.leased_until = until;
        Ok(until)
    }

    /// Holds the lease inside a transaction: if this succeeds, nobody can take the job before the transaction ends.
    pub async fn hold(self, tx: &mut Transaction, leased: &Leased) -> Result<()> {
        let row = sqlx::query_scalar!(
            "select id from jobs where id = $1 and lease_token = $2 for update",
            leased.id.as_uuid(),
            leased.token
        )
        .fetch_optional(tx.connection())
        .await
        .during("holding a lease")?;
        row.map(|_| ()).ok_or(StoreError::LeaseLost)
    }

    /// The job is done.
    pub async fn finish(self, leased: &Leased) -> Result<()> {
        let mut tx = self.store.begin().await?;
        self.finish_in(&mut tx, leased).await?;
        tx.commit().await
    }

    /// The job is done exactly if the transaction is committed.
    pub async fn finish_in(self, tx: &mut Transaction, leased: &Leased) -> Result<()> {
        let done = sqlx::query!(
            "delete from jobs where id = $1 and lease_token = $2",
            leased.id.as_uuid(),
            leased.token
        )
        .execute(tx.connection())
        .await
        .during("finishing a job")?;
        held(done.rows_affected())?;
        // A job with the same subject may have been waiting for this one.
        notify(tx).await
    }

    /// The job failed and is tried again after a while. `error` is a code or a sentence without content.
    pub async fn retry(self, leased: &Leased, after: TimeDelta, error: &str) -> Result<()> {
        let run_at = self.store.now() + after;
        self.put_back(leased, PutBack { run_at, error: Some(cut(error)), forgiven: 0 }).await
    }

    /// Gives the job back untouched, as at shutdown: it waits again at once and the try does not count.
    pub async fn release(self, leased: &Leased) -> Result<()> {
        self.put_back(leased, PutBack { run_at: self.store.now(), error: None, forgiven: 1 }).await
    }

    /// The job is given up, for a reason a person reads.
    pub async fn bury(self, leased: &Leased, reason: &str) -> Result<()> {
        self.bury_row(leased.id, leased.token, reason).await
    }

    async fn put_back(self, leased: &Leased, how: PutBack) -> Result<()> {
        for _ in 0..MAX_CLAIM_TRIES {
            let mut tx = self.store.begin().await?;
            match self.try_put_back(&mut tx, leased, &how).await {
                // A job like this one came in between the two statements: now it can be seen and folded into.
                Err(StoreError::Database { source, .. }) if source.violates_unique("jobs_waiting_once") => {}
                Err(error) => return Err(error),
                Ok(()) => return tx.commit().await,
            }
        }
        // The lease runs out and the job comes back by itself.
        Ok(())
    }

    async fn try_put_back(self, tx: &mut Transaction, leased: &Leased, how: &PutBack) -> Result<()> {
        self.hold(tx, leased).await?;
        // If a job like this one came in meanwhile, it takes over: it waits already and knows newer causes.
        let folded = sqlx::query!(
            r#"
            update jobs set attempts = greatest(jobs.attempts, mine.attempts - $2),
                            last_error = coalesce($3, jobs.last_error),
                            enqueued_at = least(jobs.enqueued_at, mine.enqueued_at)
              from jobs as mine
             where mine.id = $1 and jobs.dedup_key = mine.dedup_key and jobs.state = 'waiting'
            "#,
            leased.id.as_uuid(),
            how.forgiven,
            how.error
        )
        .execute(tx.connection())
        .await
        .during("folding a job into the one that waits")?;
        if folded.rows_affected() > 0 {
            return self.finish_in(tx, leased).await;
        }
        sqlx::query!(
            r#"
            update jobs set state = 'waiting', run_at = $3, attempts = attempts - $4,
                            last_error = coalesce($5, last_error),
                            lease_token = null, leased_by = null, leased_until = null
             where id = $1 and lease_token = $2
            "#,
            leased.id.as_uuid(),
            leased.token,
            how.run_at,
            how.forgiven,
            how.error
        )
        .execute(tx.connection())
        .await
        .during("putting a job back")?;
        notify(tx).await
    }

    async fn bury_row(self, id: JobId, token: Uuid, reason: &str) -> Result<()> {
        let mut tx = self.store.begin().await?;
        let done = sqlx::query!(
            r#"
            with dead as (
                delete from jobs where id = $1 and lease_token = $2
                returning id, kind, payload, lane, dedup_key, subject, attempts, last_error, trace, enqueued_at
            )
            insert into dead_letters (id, kind, payload, lane, dedup_key, subject, attempts, reason, last_error,
                                      trace, enqueued_at, buried_at)
            select id, kind, payload, lane, dedup_key, subject, attempts, $3, last_error, trace, enqueued_at, $4
              from dead
            "#,
            id.as_uuid(),
            token,
            cut(reason),
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("giving a job up")?;
        held(done.rows_affected())?;
        notify(&mut tx).await?;
        tx.commit().await
    }
}

fn held(rows: u64) -> Result<()> {
    if rows == 0 { Err(StoreError::LeaseLost) } else { Ok(()) }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_ERROR_CHARS).collect()
}
