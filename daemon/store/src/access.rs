//! Who may read what, interned.
//!
//! A document's readers are the accounts whose trees hold its file within scope (the view `document_readers`). The set of them is kept once, as sorted members
//! under a small number, and the index carries only the number. Sets are never changed: other readers mean another set.
//!
//! The one function that writes here is [`reconcile`]: for documents whose readers may have changed it locks the
//! documents first and reads their entries after that, so two accounts that meet a shared file at the same moment
//! cannot overwrite each other's view. A document nobody reads any more is deleted there with its text, and its points
//! are noted for removal from the index.

use uuid::Uuid;
use voiceassist_model::{AccessSetId, AccountId, DocumentId, InstanceId};

use crate::documents::scoping;
use crate::error::{During as _, Result, StoreError};
use crate::jobs::{Enqueue, Job};
use crate::{Store, Transaction};

/// More sets than this for one person means that something is broken; a search filter of that size would not work.
const MAX_SETS: usize = 50_000;

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
    pub(crate) changed: u64,
    pub(crate) purged: u64,
    /// Documents that rules leave out from now on.
    pub(crate) left_out: Vec<Uuid>,
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

    /// Deletes sets that no document points at; returns how many. If the index still has one of them, what carries it is
    /// found by nobody until the index has followed.
    pub async fn sweep(self) -> Result<u64> {
        let mut swept = 0;
        loop {
            let batch = sqlx::query!(
                r#"
                delete from access_sets where id in (
                    select id from access_sets as candidate
                     where not exists (select from documents where access_set_id = candidate.id)
                     order by id limit $1)
                "#,
                SWEEP_BATCH
            )
            .execute(self.store.pool())
            .await
            .during("sweeping access sets")?;
            swept += batch.rows_affected();
            if batch.rows_affected() < SWEEP_BATCH.unsigned_abs() {
                return Ok(swept);
            }
        }
    }
}

/// Brings documents in line with the entries that name them.
pub(crate) async fn reconcile(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<Reconciled> {
    if documents.is_empty() {
        return Ok(Reconciled::default());
    }
    lock(tx, documents).await?;
    let purged = purge_unread(store, tx, documents).await?;
    let left_out = scoping::leave_out(store, tx, documents).await?;
    intern(store, tx, documents).await?;
    let changed = point_at_sets(store, tx, documents).await? + left_out.len() as u64;
    scoping::take_back(store, tx, documents).await?;
    Ok(Reconciled { changed, purged, left_out })
}

/// In the order in which every other statement locks documents.
async fn lock(tx: &mut Transaction, documents: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "select id from documents where id = any($1) order by instance_id, file_id for update",
        documents
    )
    .fetch_all(tx.connection())
    .await
    .during("locking documents")?;
    Ok(())
}

async fn purge_unread(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<u64> {
    let unread = sqlx::query_scalar!(
        r#"
        select id from documents
         where id = any($1) and not exists (select from entries where document_id = documents.id)
        "#,
        documents
    )
    .fetch_all(tx.connection())
    .await
    .during("looking for documents nobody reads")?;
    if unread.is_empty() {
        return Ok(0);
    }
    withdraw_text(store, tx, &unread).await?;
    sqlx::query!("delete from documents where id = any($1)", &unread)
        .execute(tx.connection())
        .await
        .during("deleting documents nobody reads")?;
    Ok(unread.len() as u64)
}

/// Deletes the text of documents and has their points removed from the index.
pub(crate) async fn withdraw_text(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<()> {
    sqlx::query!(
        r#"
        with withdrawn as (delete from chunks where document_id = any($1) returning document_id, id)
        insert into index_removals (document_id, chunk_id) select document_id, id from withdrawn on conflict do nothing
        "#,
        documents
    )
    .execute(tx.connection())
    .await
    .during("withdrawing chunks")?;
    let with_points = sqlx::query_scalar!(
        "select distinct document_id from index_removals where document_id = any($1)",
        documents
    )
    .fetch_all(tx.connection())
    .await
    .during("looking for points to remove")?;
    let jobs: Vec<Enqueue> = with_points
        .into_iter()
        .map(|id| Enqueue::new(Job::RemoveDocument { document: DocumentId::from_uuid(id) }))
        .collect();
    store.jobs().enqueue_all(tx, &jobs).await?;
    Ok(())
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
            values ($1, sha256(uuid_send($2)), array[$2], $3) on conflict (instance_id, digest) do nothing
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
        "select id from access_sets where instance_id = $1 and digest = sha256(uuid_send($2))",
        instance.as_uuid(),
        reader.as_uuid()
    )
    .fetch_one(tx.connection())
    .await
    .during("finding a reader's set")
}

async fn intern(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<()> {
    let fresh = sqlx::query_scalar!(
        r#"
        with readers as (
            select documents.instance_id,
                   array_agg(account_id order by account_id) as members,
                   sha256(string_agg(uuid_send(account_id), ''::bytea order by account_id)) as digest
              from documents join document_readers on document_id = documents.id
             where documents.id = any($1) group by documents.id
        )
        insert into access_sets (instance_id, digest, members, created_at)
        select distinct instance_id, digest, members, $2::timestamptz from readers order by instance_id, digest
        on conflict (instance_id, digest) do nothing
        returning id
        "#,
        documents,
        store.now()
    )
    .fetch_all(tx.connection())
    .await
    .during("interning readers")?;
    if fresh.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        insert into access_set_members (account_id, access_set_id)
        select member, id from access_sets, unnest(members) as member where id = any($1)
        "#,
        &fresh
    )
    .execute(tx.connection())
    .await
    .during("noting the members of access sets")?;
    Ok(())
}

async fn point_at_sets(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<u64> {
    let changed = sqlx::query!(
        r#"
        with readers as (
            select documents.id, documents.instance_id,
                   sha256(string_agg(uuid_send(account_id), ''::bytea order by account_id)) as digest
              from documents join document_readers on document_id = documents.id
             where documents.id = any($1) group by documents.id
        )
        update documents set access_set_id = access_sets.id
          from readers join access_sets using (instance_id, digest)
         where documents.id = readers.id and documents.access_set_id is distinct from access_sets.id
        returning documents.id, coalesce(index_access_set_id <> access_sets.id, false) as "index_is_stale!"
        "#,
        documents
    )
    .fetch_all(tx.connection())
    .await
    .during("pointing documents at access sets")?;
    let jobs: Vec<Enqueue> = changed
        .iter()
        .filter(|row| row.index_is_stale)
        .map(|row| Enqueue::new(Job::SetAccess { document: DocumentId::from_uuid(row.id) }))
        .collect();
    store.jobs().enqueue_all(tx, &jobs).await?;
    Ok(changed.len() as u64)
}
