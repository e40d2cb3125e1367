//! Jobs that were given up, and what a person can do about them: try again or let go.

use chrono::{DateTime, Utc};
use voiceassist_model::JobId;

use super::enqueue::notify;
use super::{Job, Jobs};
use crate::error::{During as _, Result};
use crate::page::{Key, Listed, Page};

/// A job that was given up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadLetter {
    /// The job's id.
    pub id: JobId,
    /// What was to be done; `None` if this release cannot read it.
    pub job: Option<Job>,
    /// The stable name of its kind.
    pub kind: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was given up.
    pub reason: String,
    /// What happened at the last try.
    pub last_error: Option<String>,
    /// When it was given up.
    pub buried_at: DateTime<Utc>,
}

impl Jobs<'_> {
    /// The jobs that were given up, latest first.
    pub async fn dead_letters(self, page: &Page) -> Result<Listed<DeadLetter>> {
        let key = page.key()?;
        let rows = sqlx::query!(
            r#"
            select id, payload, kind, attempts, reason, last_error, buried_at from dead_letters
             where $1::timestamptz is null or (buried_at, id) < ($1, $2)
             order by buried_at desc, id desc limit $3
            "#,
            key.map(|key| key.at),
            key.map(|key| key.id),
            page.fetch()
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing dead letters")?;
        let letters = rows.into_iter().map(|row| DeadLetter {
            id: JobId::from_uuid(row.id),
            job: Job::from_payload(&row.payload),
            kind: row.kind,
            attempts: row.attempts.unsigned_abs(),
            reason: row.reason,
            last_error: row.last_error,
            buried_at: row.buried_at,
        });
        let key = |letter: &DeadLetter| Key { at: letter.buried_at, id: letter.id.as_uuid() };
        Ok(Listed::cut(letters.collect(), page, key))
    }

    /// Puts a job back into the queue with its tries forgotten; if one like it waits already, that one does. False when
    /// there is no such dead letter.
    pub async fn requeue(self, id: JobId) -> Result<bool> {
        let mut tx = self.store.begin().await?;
        let moved = sqlx::query!(
            r#"
            with revived as (
                delete from dead_letters where id = $1
                returning id, kind, payload, lane, dedup_key, subject, last_error, trace, enqueued_at
            )
            insert into jobs (id, kind, payload, lane, dedup_key, subject, state, run_at, last_error, trace, enqueued_at)
            select id, kind, payload, lane, dedup_key, subject, 'waiting', $2, last_error, trace, enqueued_at
              from revived
            on conflict (dedup_key) where state = 'waiting' do update set run_at = least(jobs.run_at, excluded.run_at)
            "#,
            id.as_uuid(),
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("reviving a dead letter")?;
        notify(&mut tx).await?;
        tx.commit().await?;
        Ok(moved.rows_affected() > 0)
    }

    /// Forgets a job that was given up. False when there is no such dead letter.
    pub async fn discard(self, id: JobId) -> Result<bool> {
        let gone = sqlx::query!("delete from dead_letters where id = $1", id.as_uuid())
            .execute(self.store.pool())
            .await
            .during("discarding a dead letter")?;
        Ok(gone.rows_affected() > 0)
    }
}
