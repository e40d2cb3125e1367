//! Who may read what, interned.
//!
//! A document's readers are the accounts whose trees hold its file within scope: the view `document_readers` says so, row
//! by row. The set of them is kept once, as sorted members under a small number, and the index carries only the number. Sets are never changed: other readers mean another set.
//!
//! The one function that changes readers is [`step::take`]: it locks the documents first and reads their sets after
//! that, so two accounts that meet a shared file at the same moment cannot overwrite each other's view. A document
//! nobody reads any more is deleted there with its text, and its points are noted for removal from the index.
//!
//! The index follows by sets as well: one job moves whatever the record shows to be behind a set. Until it has run, the
//! check on reading keeps those out who left, and the old set stays so that those who remain keep finding.

pub(crate) mod anew;
pub(crate) mod step;

use uuid::Uuid;
use voiceassist_model::{AccessSetId, AccountId, DocumentId, InstanceId};

use crate::error::{During as _, Result, StoreError};
use crate::jobs::{Enqueue, Job};
use crate::{Store, Transaction};

/// More sets than this for one person means that something is broken; no search takes a filter of that size.
const MAX_SETS: usize = 16_384;

/// Sets deleted by one statement at most.
const SWEEP_BATCH: i64 = 1_000;

/// Who may read what.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    pub(crate) store: &'a Store,
}

/// What a change of readers caused.
#[derive(Debug, Default)]
pub(crate) struct Reconciled {
    /// Documents that others still read.
    pub(crate) changed: u64,
    /// Documents nobody reads any more.
    pub(crate) purged: u64,
    /// Documents that rules leave out from now on.
    pub(crate) left_out: Vec<Uuid>,
    /// Pieces of text that went with either.
    pub(crate) chunks: u64,
    /// Jobs that waited for what was purged.
    pub(crate) jobs_cancelled: u64,
}

impl Access<'_> {
    /// The sets a person belongs to: the filter of every search they make. Empty once the account is revoked or disabled.
    pub async fn sets_of(self, account: AccountId) -> Result<Vec<AccessSetId>> {
        let sets = sqlx::query_scalar!(
            r#"
            select access_set_id from access_set_members join accounts on accounts.id = account_id
             where account_id = $1 and account_works(state)
             order by access_set_id limit $2
            "#,
            account.as_uuid(),
            i64::try_from(MAX_SETS + 1).unwrap_or(i64::MAX)
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading a person's access sets")?;
        if sets.len() > MAX_SETS {
            return Err(StoreError::TooMany { what: "access sets", limit: MAX_SETS });
        }
        Ok(sets.into_iter().map(AccessSetId::new).collect())
    }

    /// The members of a set, sorted. Empty when there is no such set.
    pub async fn members(self, set: AccessSetId) -> Result<Vec<AccountId>> {
        let members = sqlx::query_scalar!("select members from access_sets where id = $1", set.get())
            .fetch_optional(self.store.pool())
            .await
            .during("reading an access set")?;
        Ok(members.unwrap_or_default().into_iter().map(AccountId::from_uuid).collect())
    }

    /// Documents of this set whose points still carry another one, at most `limit`.
    pub async fn behind(self, set: AccessSetId, limit: u32) -> Result<Vec<DocumentId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select id from documents
             where access_set_id = $1 and index_access_set_id <> access_set_id order by id limit $2
            "#,
            set.get(),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for documents the index has at another set")?;
        Ok(ids.into_iter().map(DocumentId::from_uuid).collect())
    }

    /// The points of these documents carry this set now. Returns how many documents have moved on meanwhile; jobs of
    /// their own will correct the index for those.
    pub async fn written(self, documents: &[DocumentId], set: AccessSetId) -> Result<u64> {
        let ids: Vec<Uuid> = documents.iter().map(|document| document.as_uuid()).collect();
        let mut tx = self.store.begin().await?;
        step::lock(&mut tx, &ids).await?;
        let moved_on = sqlx::query!(
            r#"
            with written as (
                update documents set index_access_set_id = $2 where id = any($1) and index_access_set_id is not null
                returning access_set_id
            )
            select access_set_id as "set!", count(*) as "documents!" from written
             where access_set_id <> $2 group by access_set_id
            "#,
            &ids,
            set.get()
        )
        .fetch_all(tx.connection())
        .await
        .during("noting the index's access set")?;
        step::follow(self.store, &mut tx, moved_on.iter().map(|row| row.set)).await?;
        tx.commit().await?;
        Ok(moved_on.iter().map(|row| row.documents.unsigned_abs()).sum())
    }

    /// Deletes sets that neither a document nor a point of the index needs; returns how many. A set that points still
    /// carry stays, because its members find those points by it until they have moved.
    pub async fn sweep(self) -> Result<u64> {
        let mut swept = 0;
        loop {
            let mut tx = self.store.begin().await?;
            let candidates = sqlx::query_scalar!(
                r#"
                select id from access_sets as candidate
                 where not exists (select from documents where access_set_id = candidate.id)
                   and not exists (select from documents where index_access_set_id = candidate.id)
                 order by id limit $1 for update skip locked
                "#,
                SWEEP_BATCH
            )
            .fetch_all(tx.connection())
            .await
            .during("looking for access sets nobody needs")?;
            // Asked again by a statement that sees what was committed before the locks were had.
            let batch = sqlx::query!(
                r#"
                delete from access_sets
                 where id = any($1)
                   and not exists (select from documents where access_set_id = access_sets.id)
                   and not exists (select from documents where index_access_set_id = access_sets.id)
                "#,
                &candidates
            )
            .execute(tx.connection())
            .await
            .during("sweeping access sets")?;
            tx.commit().await?;
            swept += batch.rows_affected();
            if batch.rows_affected() < SWEEP_BATCH.unsigned_abs() {
                return Ok(swept);
            }
        }
    }
}

/// Deletes the text of documents and has their points removed from the index. Returns how many pieces there were.
pub(crate) async fn withdraw_text(
    store: &Store,
    tx: &mut Transaction,
    documents: &[Uuid],
    receipt: Option<Uuid>,
) -> Result<u64> {
    let withdrawn = sqlx::query_scalar!(
        r#"
        with withdrawn as (delete from chunks where document_id = any($1) returning document_id, id),
             noted as (
                 insert into index_removals (document_id, chunk_id, receipt_id)
                 select document_id, id, $2::uuid from withdrawn on conflict do nothing)
        select count(*) as "withdrawn!" from withdrawn
        "#,
        documents,
        receipt
    )
    .fetch_one(tx.connection())
    .await
    .during("withdrawing chunks")?;
    // Points of an earlier version that still wait to be removed belong to the same person's receipt.
    let with_points = sqlx::query_scalar!(
        r#"
        with waiting as (
            update index_removals set receipt_id = coalesce($2, receipt_id) where document_id = any($1)
            returning document_id
        )
        select distinct document_id as "document_id!" from waiting
        "#,
        documents,
        receipt
    )
    .fetch_all(tx.connection())
    .await
    .during("looking for points to remove")?;
    let jobs: Vec<Enqueue> = with_points
        .into_iter()
        .map(|id| Enqueue::new(Job::RemoveDocument { document: DocumentId::from_uuid(id) }))
        .collect();
    store.jobs().enqueue_all(tx, &jobs).await?;
    Ok(withdrawn.unsigned_abs())
}

/// The set of one reader, for documents that nobody else can have met yet.
pub(crate) async fn intern_single(
    store: &Store,
    tx: &mut Transaction,
    instance: InstanceId,
    reader: AccountId,
) -> Result<i64> {
    sqlx::query!(
        r#"
        with fresh as (
            insert into access_sets (instance_id, digest, members, created_at)
            values ($1, members_digest(array[$2::uuid]), array[$2], $3) on conflict (instance_id, digest) do nothing
            returning id
        )
        insert into access_set_members (account_id, access_set_id) select $2, id from fresh
        "#,
        instance.as_uuid(),
        reader.as_uuid(),
        store.now()
    )
    .execute(tx.connection())
    .await
    .during("interning a reader")?;
    sqlx::query_scalar!(
        "select id from access_sets where instance_id = $1 and digest = members_digest(array[$2::uuid])",
        instance.as_uuid(),
        reader.as_uuid()
    )
    .fetch_one(tx.connection())
    .await
    .during("finding a reader's set")
}
