//! Receipts: what went with a person who was removed, kept after the person is gone.
//!
//! A receipt is begun together with the removal and counts in the same transactions that delete, so it is exact however
//! often the removal was interrupted. It holds counts and times and a digest of the account's id; no name, no path, no
//! text. It is removed once the database holds nothing of the account, and complete once the index has let go of the
//! last point as well.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, InstanceId};

use crate::entries::Vanished;
use crate::error::{During as _, Result, StoreError};
use crate::page::{Key, Listed, Page};
use crate::{Store, Transaction};

/// Why somebody was removed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cause {
    /// They, or an administrator, disconnected the account here.
    Disconnected,
    /// Their user was gone from the server for longer than the time of grace.
    Gone,
}

impl Cause {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Gone => "gone",
        }
    }
}

/// What went with an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Its id.
    pub id: Uuid,
    /// The server the account belonged to.
    pub instance: InstanceId,
    /// SHA-256 of the account's id.
    pub account_digest: Vec<u8>,
    /// Why.
    pub cause: Cause,
    /// When the account stopped working.
    pub begun_at: DateTime<Utc>,
    /// When nothing of it was left in the database.
    pub removed_at: Option<DateTime<Utc>>,
    /// When the index had let go of the last point as well.
    pub completed_at: Option<DateTime<Utc>>,
    /// Entries of its tree.
    pub entries: u64,
    /// Documents only it could read, deleted with their text.
    pub documents_purged: u64,
    /// Documents that others still read.
    pub documents_kept: u64,
    /// Pieces of text.
    pub chunks: u64,
    /// Conversations.
    pub conversations: u64,
    /// What was said in them.
    pub messages: u64,
    /// Events, tasks and contacts.
    pub collection_objects: u64,
    /// Jobs that were taken back.
    pub jobs_cancelled: u64,
    /// Points that still wait to leave the index.
    pub points_pending: u64,
}

impl Receipt {
    /// Whether the database and the index hold nothing any more.
    pub const fn is_complete(&self) -> bool {
        self.completed_at.is_some()
    }
}

/// What one step of a removal took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    pub(crate) vanished: Vanished,
    pub(crate) conversations: u64,
    pub(crate) messages: u64,
    pub(crate) collection_objects: u64,
    pub(crate) jobs_cancelled: u64,
}

struct Row {
    id: Uuid,
    instance_id: Uuid,
    account_digest: Vec<u8>,
    cause: String,
    begun_at: DateTime<Utc>,
    removed_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
    entries: i64,
    documents_purged: i64,
    documents_kept: i64,
    chunks: i64,
    conversations: i64,
    messages: i64,
    collection_objects: i64,
    jobs_cancelled: i64,
    points_pending: i64,
}

impl TryFrom<Row> for Receipt {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let cause = [Cause::Disconnected, Cause::Gone].into_iter().find(|cause| cause.as_str() == row.cause);
        Ok(Self {
            id: row.id,
            instance: InstanceId::from_uuid(row.instance_id),
            account_digest: row.account_digest,
            cause: cause.ok_or(StoreError::Corrupt { what: "cause of a removal" })?,
            begun_at: row.begun_at,
            removed_at: row.removed_at,
            completed_at: row.completed_at,
            entries: row.entries.unsigned_abs(),
            documents_purged: row.documents_purged.unsigned_abs(),
            documents_kept: row.documents_kept.unsigned_abs(),
            chunks: row.chunks.unsigned_abs(),
            conversations: row.conversations.unsigned_abs(),
            messages: row.messages.unsigned_abs(),
            collection_objects: row.collection_objects.unsigned_abs(),
            jobs_cancelled: row.jobs_cancelled.unsigned_abs(),
            points_pending: row.points_pending.unsigned_abs(),
        })
    }
}

/// What went with people who were removed.
#[derive(Clone, Copy)]
pub struct Receipts<'a> {
    pub(crate) store: &'a Store,
}

impl Receipts<'_> {
    /// Every receipt, the newest first.
    pub async fn list(self, page: &Page) -> Result<Listed<Receipt>> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id, instance_id, account_digest, cause, begun_at, removed_at, completed_at, entries,
                   documents_purged, documents_kept, chunks, conversations, messages,
                   collection_objects, jobs_cancelled,
                   (select count(*) from index_removals where receipt_id = receipt.id) as "points_pending!"
              from removal_receipts as receipt where $1::uuid is null or id < $1 order by id desc limit $2
            "#,
            page.key()?.map(|key| key.id),
            page.fetch()
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing receipts")?;
        let receipts: Vec<Receipt> = rows.into_iter().map(Receipt::try_from).collect::<Result<_>>()?;
        Ok(Listed::cut(receipts, page, |receipt| Key::id(receipt.id)))
    }

    /// The receipt with this id.
    pub async fn find(self, id: Uuid) -> Result<Option<Receipt>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, instance_id, account_digest, cause, begun_at, removed_at, completed_at, entries,
                   documents_purged, documents_kept, chunks, conversations, messages,
                   collection_objects, jobs_cancelled,
                   (select count(*) from index_removals where receipt_id = receipt.id) as "points_pending!"
              from removal_receipts as receipt where id = $1
            "#,
            id
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a receipt")?;
        row.map(Receipt::try_from).transpose()
    }

    /// The receipt of an account that was removed, for whoever still knows its id.
    pub async fn of(self, account: AccountId) -> Result<Option<Receipt>> {
        let id = sqlx::query_scalar!(
            "select id from removal_receipts where account_digest = sha256(uuid_send($1))",
            account.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding an account's receipt")?;
        match id {
            Some(id) => self.find(id).await,
            None => Ok(None),
        }
    }

    /// Notes as complete what is: nothing in the database, and no point left that the index has to let go of. Returns
    /// how many became complete.
    pub async fn complete_finished(self) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            update removal_receipts as receipt set completed_at = $1
             where completed_at is null and removed_at is not null
               and not exists (select from index_removals where receipt_id = receipt.id)
            "#,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("completing receipts")?;
        Ok(done.rows_affected())
    }

    /// Begins a receipt, or finds the one a removal that was interrupted had begun.
    pub(crate) async fn begin(
        self,
        tx: &mut Transaction,
        instance: InstanceId,
        account: AccountId,
        cause: Cause,
    ) -> Result<Uuid> {
        sqlx::query_scalar!(
            r#"
            insert into removal_receipts (id, instance_id, account_digest, cause, begun_at)
            values ($1, $2, sha256(uuid_send($3)), $4, $5)
            on conflict (account_digest) do update set cause = excluded.cause
            returning id
            "#,
            self.store.new_uuid(),
            instance.as_uuid(),
            account.as_uuid(),
            cause.as_str(),
            self.store.now()
        )
        .fetch_one(tx.connection())
        .await
        .during("beginning a receipt")
    }

    /// Counts what a step took, in the transaction that took it.
    pub(crate) async fn add(self, tx: &mut Transaction, receipt: Uuid, taken: Taken) -> Result<()> {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        sqlx::query!(
            r#"
            update removal_receipts
               set entries = entries + $2, documents_purged = documents_purged + $3,
                   documents_kept = documents_kept + $4, chunks = chunks + $5, conversations = conversations + $6,
                   messages = messages + $7, jobs_cancelled = jobs_cancelled + $8,
                   collection_objects = collection_objects + $9
             where id = $1
            "#,
            receipt,
            count(taken.vanished.entries),
            count(taken.vanished.documents_purged),
            count(taken.vanished.access_changed),
            count(taken.vanished.chunks),
            count(taken.conversations),
            count(taken.messages),
            count(taken.vanished.jobs_cancelled + taken.jobs_cancelled),
            count(taken.collection_objects)
        )
        .execute(tx.connection())
        .await
        .during("counting what was removed")?;
        Ok(())
    }

    /// Nothing is left in the database.
    pub(crate) async fn close(self, tx: &mut Transaction, receipt: Uuid) -> Result<()> {
        sqlx::query!("update removal_receipts set removed_at = $2 where id = $1", receipt, self.store.now())
            .execute(tx.connection())
            .await
            .during("closing a receipt")?;
        Ok(())
    }
}
