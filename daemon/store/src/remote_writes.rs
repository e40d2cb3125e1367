//! Writes to Nextcloud, by idempotency key: planned before anything is sent, recorded when it is known what came of it.
//!
//! One row is one wish. The same key with the same request finds the row and with it the result; with another request
//! it is refused. Who carries a wish out holds a claim that runs out, so that two callers never send the same thing at
//! once and a caller that died is followed. `sent` is stored before the first byte leaves, so a row that says `planned`
//! was certainly never sent, and one that says `sent` or `unknown` has to be compared with the server before anything
//! is sent again. Paths and names are sealed; the key itself is stored as a hash only.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use voiceassist_model::AccountId;

use crate::error::{During as _, Result, StoreError};
use crate::jobs::{Enqueue, Job, Lane};
use crate::seal::Place;
use crate::{ContentHash, Store, Transaction};

/// Finished wishes swept away by one call at most.
const SWEEP_BATCH: i64 = 1_000;

/// How far a write has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WriteState {
    /// Nothing was sent.
    Planned,
    /// Something may have been sent.
    Sent,
    /// It happened, once.
    Done,
    /// It did not happen and will not.
    Refused,
    /// It was sent, and not even looking told whether it happened.
    Unknown,
}

impl WriteState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Planned, Self::Sent, Self::Done, Self::Refused, Self::Unknown];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == name)
            .ok_or(StoreError::Corrupt { what: "state of a remote write" })
    }
}

/// What somebody wants written.
#[derive(Clone, Debug)]
pub struct NewWrite<'a> {
    /// On whose behalf.
    pub account: AccountId,
    /// The caller's idempotency key.
    pub key: &'a str,
    /// What kind of write, a stable name.
    pub kind: &'static str,
    /// Identifies the request, content included.
    pub digest: ContentHash,
    /// The request as the engine reads it back; sealed here.
    pub request: &'a [u8],
}

/// A write and how far it has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoteWrite {
    /// Its id.
    pub id: Uuid,
    /// On whose behalf.
    pub account: AccountId,
    /// What kind.
    pub kind: String,
    /// How far it has come.
    pub state: WriteState,
    /// Why it was refused or is unknown.
    pub reason: Option<String>,
    /// How often it was sent.
    pub attempts: u32,
    /// What came of it, as the engine wrote it.
    pub result: Option<Vec<u8>>,
    /// When it was first wanted.
    pub created_at: DateTime<Utc>,
}

/// What planning found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Planned {
    /// The wish, new or known.
    Write(RemoteWrite),
    /// The key belongs to another request.
    OtherRequest,
}

/// The right to carry a write out, until it runs out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WriteClaim {
    /// Which write.
    pub write: Uuid,
    token: Uuid,
}

/// How a write ended, or did not.
#[derive(Clone, Debug)]
pub struct WriteEnd<'a> {
    /// Done, refused or unknown.
    pub state: WriteState,
    /// A code, unless it is done.
    pub reason: Option<&'static str>,
    /// What came of it; sealed here.
    pub result: Option<&'a [u8]>,
    /// The file it was about.
    pub file_id: Option<i64>,
    /// Its version now.
    pub etag: Option<&'a str>,
}

struct Row {
    id: Uuid,
    account_id: Uuid,
    kind: String,
    request_digest: Vec<u8>,
    state: String,
    reason: Option<String>,
    attempts: i32,
    result: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
}

/// Writes to Nextcloud.
#[derive(Clone, Copy)]
pub struct RemoteWrites<'a> {
    pub(crate) store: &'a Store,
}

impl RemoteWrites<'_> {
    /// Keeps a wish, or finds the one that was kept under this key.
    pub async fn plan(self, write: NewWrite<'_>) -> Result<Planned> {
        let id = self.store.new_uuid();
        let key = ContentHash::of(write.key.as_bytes());
        let digest = self.store.fingerprint(&write.digest).await?;
        let sealed = self.store.seal_bytes(place(id, "request"), write.request).await?;
        sqlx::query!(
            r#"
            insert into remote_writes (id, account_id, key_hash, kind, request_digest, state, request, created_at, updated_at)
            values ($1, $2, $3, $4, $5, 'planned', $6, $7, $7)
            on conflict (account_id, key_hash) do nothing
            "#,
            id,
            write.account.as_uuid(),
            &key.0[..],
            write.kind,
            &digest.0[..],
            sealed,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("planning a write")?;
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, account_id, kind, request_digest, state, reason, attempts, result, created_at
              from remote_writes where account_id = $1 and key_hash = $2
            "#,
            write.account.as_uuid(),
            &key.0[..]
        )
        .fetch_one(self.store.pool())
        .await
        .during("finding a planned write")?;
        if row.request_digest != digest.0 || row.kind != write.kind {
            return Ok(Planned::OtherRequest);
        }
        Ok(Planned::Write(self.open(row).await?))
    }

    /// The write as it is now.
    pub async fn find(self, id: Uuid) -> Result<Option<RemoteWrite>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, account_id, kind, request_digest, state, reason, attempts, result, created_at
              from remote_writes where id = $1
            "#,
            id
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a write")?;
        match row {
            Some(row) => self.open(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Takes an unfinished write in hand. `None` when it is finished or somebody else has it.
    pub async fn claim(self, id: Uuid, ttl: TimeDelta) -> Result<Option<(WriteClaim, WriteState)>> {
        let (token, now) = (self.store.new_uuid(), self.store.now());
        let state = sqlx::query_scalar!(
            r#"
            update remote_writes set claim = $2, claimed_until = $3, updated_at = $4
             where id = $1 and state in ('planned', 'sent', 'unknown')
               and (claimed_until is null or claimed_until <= $4)
            returning state
            "#,
            id,
            token,
            now + ttl,
            now
        )
        .fetch_optional(self.store.pool())
        .await
        .during("claiming a write")?;
        state.map(|state| Ok((WriteClaim { write: id, token }, WriteState::from_name(&state)?))).transpose()
    }

    /// Notes that from here on something may have reached the server. [`StoreError::LeaseLost`] when the claim ran out:
    /// then nothing may be sent.
    pub async fn mark_sent(self, claim: WriteClaim, ttl: TimeDelta) -> Result<()> {
        let now = self.store.now();
        let done = sqlx::query!(
            r#"
            update remote_writes set state = 'sent', attempts = attempts + 1, claimed_until = $4, updated_at = $3
             where id = $1 and claim = $2 and claimed_until > $3
            "#,
            claim.write,
            claim.token,
            now,
            now + ttl
        )
        .execute(self.store.pool())
        .await
        .during("noting that a write is sent")?;
        if done.rows_affected() == 0 { Err(StoreError::LeaseLost) } else { Ok(()) }
    }

    /// Keeps the claim for `ttl` from now. [`StoreError::LeaseLost`] once it ran out or somebody else has it.
    pub async fn extend(self, claim: WriteClaim, ttl: TimeDelta) -> Result<()> {
        let now = self.store.now();
        let done = sqlx::query!(
            "update remote_writes set claimed_until = $3 where id = $1 and claim = $2 and claimed_until > $4",
            claim.write,
            claim.token,
            now + ttl,
            now
        )
        .execute(self.store.pool())
        .await
        .during("keeping a write in hand")?;
        if done.rows_affected() == 0 { Err(StoreError::LeaseLost) } else { Ok(()) }
    }

    /// Records how a write ended and gives the claim back. What was written is looked at soon: a done write asks for a
    /// sync of the account in the same transaction.
    pub async fn finish(self, claim: WriteClaim, end: WriteEnd<'_>) -> Result<()> {
        let sealed = match end.result {
            Some(result) => Some(self.store.seal_bytes(place(claim.write, "result"), result).await?),
            None => None,
        };
        let mut tx = self.store.begin().await?;
        let account = sqlx::query_scalar!(
            r#"
            update remote_writes
               set state = $3, reason = $4, result = $5, result_file_id = $6, result_etag = $7,
                   claim = null, claimed_until = null, updated_at = $8
             where id = $1 and claim = $2
            returning account_id
            "#,
            claim.write,
            claim.token,
            end.state.as_str(),
            end.reason,
            sealed,
            end.file_id,
            end.etag,
            self.store.now()
        )
        .fetch_optional(tx.connection())
        .await
        .during("recording a write")?;
        let Some(account) = account else { return Err(StoreError::LeaseLost) };
        if end.state == WriteState::Done {
            self.tell_sync(&mut tx, AccountId::from_uuid(account)).await?;
        }
        tx.commit().await
    }

    /// Gives the claim back without a result, so that the next caller need not wait.
    pub async fn release(self, claim: WriteClaim) -> Result<()> {
        sqlx::query!(
            "update remote_writes set claim = null, claimed_until = null where id = $1 and claim = $2",
            claim.write,
            claim.token
        )
        .execute(self.store.pool())
        .await
        .during("releasing a write")?;
        Ok(())
    }

    /// Forgets finished writes older than this, with their keys; how many.
    pub async fn sweep(self, finished_before: DateTime<Utc>) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            delete from remote_writes where id in (
                select id from remote_writes where state in ('done', 'refused') and updated_at < $1 limit $2)
            "#,
            finished_before,
            SWEEP_BATCH
        )
        .execute(self.store.pool())
        .await
        .during("forgetting old writes")?;
        Ok(done.rows_affected())
    }

    async fn tell_sync(self, tx: &mut Transaction, account: AccountId) -> Result<()> {
        let job = Enqueue::new(Job::SyncFiles { account }).in_lane(Lane::Interactive);
        self.store.jobs().enqueue(tx, job).await.map(|_| ())
    }

    async fn open(self, row: Row) -> Result<RemoteWrite> {
        let result = match &row.result {
            Some(sealed) => Some(self.store.open_bytes(place(row.id, "result"), sealed).await?.to_vec()),
            None => None,
        };
        Ok(RemoteWrite {
            id: row.id,
            account: AccountId::from_uuid(row.account_id),
            kind: row.kind,
            state: WriteState::from_name(&row.state)?,
            reason: row.reason,
            attempts: row.attempts.unsigned_abs(),
            result,
            created_at: row.created_at,
        })
    }
}

fn place(id: Uuid, column: &'static str) -> Place {
    Place { table: "remote_writes", row: id, column }
}
