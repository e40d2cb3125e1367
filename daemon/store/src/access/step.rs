//! One person joins, or leaves, the readers of many documents.
//!
//! Documents that share a set of readers move together: the next set is worked out once for each set that is left
//! behind, never once for each document, and never by looking at the trees of all the other readers. That is what makes
//! one more reader of twenty thousand files cheap. It is sound because every change of a tree and its step happen in one
//! transaction, and because the documents are locked before their sets are read.

use uuid::Uuid;
use voiceassist_model::{AccessSetId, AccountId};

use super::{Reconciled, anew, withdraw_text};
use crate::documents::scoping;
use crate::error::{During as _, Result, StoreError};
use crate::jobs::{Enqueue, Job};
use crate::{Store, Transaction};

/// How often interning starts over because a set was swept between two statements.
const MAX_INTERN_TRIES: usize = 5;

/// Whose tree changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) account: AccountId,
    /// The receipt that counts what is purged, when an account is being removed.
    pub(crate) receipt: Option<Uuid>,
}

impl Step {
    /// A step in the ordinary course of following.
    pub(crate) fn of(account: AccountId) -> Self {
        Self { account, receipt: None }
    }

    /// A step on the way out.
    pub(crate) fn out(account: AccountId, receipt: Uuid) -> Self {
        Self { account, receipt: Some(receipt) }
    }
}

/// From one set to the next.
struct Move {
    origin: i64,
    target: i64,
    joins: bool,
}

/// Brings the readers of these documents in line with a person's tree, as the view `document_readers` has it now.
///
/// Others gain or lose a document by this person's tree only where that takes it out of scope for everyone, or lets it
/// back in; then nobody is left, or everybody is counted anew.
pub(crate) async fn take(
    store: &Store,
    tx: &mut Transaction,
    step: Step,
    documents: &[Uuid],
) -> Result<Reconciled> {
    if documents.is_empty() {
        return Ok(Reconciled::default());
    }
    lock(tx, documents).await?;
    let mut reconciled = purge(store, tx, step.receipt, documents).await?;
    let (left_out, chunks) = scoping::leave_out(store, tx, documents, step.receipt).await?;
    let moves = moves(store, tx, step, documents).await?;
    reconciled.changed = apply(store, tx, step, &moves, documents).await? + left_out.len() as u64;
    reconciled.changed += anew::find_readers(store, tx, documents).await?;
    scoping::take_back(store, tx, documents).await?;
    reconciled.chunks += chunks;
    reconciled.left_out = left_out;
    Ok(reconciled)
}

/// In the order in which every other statement locks documents.
pub(super) async fn lock(tx: &mut Transaction, documents: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "select id from documents where id = any($1) order by instance_id, file_id, id for update",
        documents
    )
    .fetch_all(tx.connection())
    .await
    .during("locking documents")?;
    Ok(())
}

/// Deletes documents that are in nobody's tree any more, with their text and the jobs that wait for them.
pub(super) async fn purge(
    store: &Store,
    tx: &mut Transaction,
    receipt: Option<Uuid>,
    documents: &[Uuid],
) -> Result<Reconciled> {
    let unread = sqlx::query_scalar!(
        r#"
        select id from documents
         where id = any($1) and source = 'file'
           and not exists (select from entries where document_id = documents.id)
        "#,
        documents
    )
    .fetch_all(tx.connection())
    .await
    .during("looking for documents nobody reads")?;
    if unread.is_empty() {
        return Ok(Reconciled::default());
    }
    let chunks = withdraw_text(store, tx, &unread, receipt).await?;
    let jobs_cancelled = store.jobs().cancel_ingest(tx, &unread).await?;
    sqlx::query!("delete from documents where id = any($1)", &unread)
        .execute(tx.connection())
        .await
        .during("deleting documents nobody reads")?;
    Ok(Reconciled { purged: unread.len() as u64, chunks, jobs_cancelled, ..Reconciled::default() })
}

/// The sets these documents leave, and where each of them leads. Sets that lead nowhere new are not named.
async fn moves(store: &Store, tx: &mut Transaction, step: Step, documents: &[Uuid]) -> Result<Vec<Move>> {
    let origins = sqlx::query_scalar!(
        r#"
        select distinct s.id
          from documents d join access_sets s on s.id = d.access_set_id
         cross join lateral (select exists (select from document_readers r
                                             where r.document_id = d.id and r.account_id = $2) as now,
                                    $2 = any(s.members) as before) as reads
         where d.id = any($1) and reads.now <> reads.before and (reads.now or cardinality(s.members) > 1)
        "#,
        documents,
        step.account.as_uuid()
    )
    .fetch_all(tx.connection())
    .await
    .during("reading the sets of documents")?;
    if origins.is_empty() {
        return Ok(Vec::new());
    }
    for _ in 0..MAX_INTERN_TRIES {
        intern(store, tx, step, &origins).await?;
        let moves = find_targets(tx, step, &origins).await?;
        if moves.len() == origins.len() {
            return Ok(moves);
        }
    }
    Err(StoreError::Corrupt { what: "access sets" })
}

async fn intern(store: &Store, tx: &mut Transaction, step: Step, origins: &[i64]) -> Result<()> {
    sqlx::query!(
        r#"
        with next as (
            select instance_id, next_members(members, $2, not $2 = any(members)) as members
              from access_sets where id = any($1)
        ), fresh as (
            insert into access_sets (instance_id, digest, members, created_at)
            select distinct instance_id, members_digest(members), members, $3::timestamptz from next
             order by 1, 2
            on conflict (instance_id, digest) do nothing
            returning id, members
        )
        insert into access_set_members (account_id, access_set_id)
        select member, id from fresh, unnest(members) as member
        "#,
        origins,
        step.account.as_uuid(),
        store.now()
    )
    .execute(tx.connection())
    .await
    .during("interning readers")?;
    Ok(())
}

/// Holds each target against the sweep until a document points at it.
async fn find_targets(tx: &mut Transaction, step: Step, origins: &[i64]) -> Result<Vec<Move>> {
    sqlx::query_as!(
        Move,
        r#"
        select origin.id as "origin!", target.id as "target!", origin.joins as "joins!"
          from (select id, instance_id, joins, members_digest(next_members(members, $2, joins)) as digest
                  from (select id, instance_id, members, not $2 = any(members) as joins
                          from access_sets where id = any($1)) as left_behind offset 0) as origin
          join access_sets as target using (instance_id, digest)
         order by target.id for key share of target
        "#,
        origins,
        step.account.as_uuid()
    )
    .fetch_all(tx.connection())
    .await
    .during("finding the sets of readers")
}

async fn apply(
    store: &Store,
    tx: &mut Transaction,
    step: Step,
    moves: &[Move],
    documents: &[Uuid],
) -> Result<u64> {
    if moves.is_empty() {
        return Ok(0);
    }
    let origins: Vec<i64> = moves.iter().map(|way| way.origin).collect();
    let targets: Vec<i64> = moves.iter().map(|way| way.target).collect();
    let joins: Vec<bool> = moves.iter().map(|way| way.joins).collect();
    let done = sqlx::query!(
        r#"
        with moved as (
            update documents set access_set_id = way.target
              from unnest($2::bigint[], $3::bigint[], $4::boolean[]) as way (origin, target, joins)
             where documents.id = any($1) and documents.access_set_id = way.origin
               and way.joins = exists (select from document_readers r
                                        where r.document_id = documents.id and r.account_id = $5)
            returning way.target, coalesce(index_access_set_id <> way.target, false) as behind
        )
        select target as "target!", count(*) as "moved!", bool_or(behind) as "behind!" from moved group by target
        "#,
        documents,
        &origins,
        &targets,
        &joins,
        step.account.as_uuid()
    )
    .fetch_all(tx.connection())
    .await
    .during("pointing documents at access sets")?;
    follow(store, tx, done.iter().filter(|row| row.behind).map(|row| row.target)).await?;
    Ok(done.iter().map(|row| row.moved.unsigned_abs()).sum())
}

/// Has the index follow the documents of these sets.
pub(crate) async fn follow(
    store: &Store,
    tx: &mut Transaction,
    sets: impl Iterator<Item = i64>,
) -> Result<()> {
    let job = |set| Enqueue::new(Job::MoveAccess { set: AccessSetId::new(set) });
    let jobs: Vec<Enqueue> = sets.map(job).collect();
    store.jobs().enqueue_all(tx, &jobs).await?;
    Ok(())
}
