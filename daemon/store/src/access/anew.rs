//! All readers of documents, counted from the trees.
//!
//! That is needed where a rule let go of a document that it had left out for everyone, and where somebody suspects that
//! a document's set is not what the trees say. It costs a look at every reader's entry, which is why everything else goes
//! by [`super::step`].

use uuid::Uuid;

use super::Reconciled;
use super::step::{follow, lock, purge};
use crate::documents::scoping;
use crate::error::{During as _, Result};
use crate::{Store, Transaction};

/// Brings the readers of these documents in line with all trees, whatever their sets say.
pub(crate) async fn recount(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<Reconciled> {
    lock(tx, documents).await?;
    let mut reconciled = purge(store, tx, None, documents).await?;
    let (left_out, chunks) = scoping::leave_out(store, tx, documents, None).await?;
    reconciled.changed = point_at_sets(store, tx, documents).await? + left_out.len() as u64;
    scoping::take_back(store, tx, documents).await?;
    reconciled.chunks += chunks;
    reconciled.left_out = left_out;
    Ok(reconciled)
}

/// Points documents without a set at the set of those who read them now. Returns how many have readers again. The
/// documents are locked by the caller.
pub(super) async fn find_readers(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<u64> {
    let found = sqlx::query_scalar!(
        r#"
        select id from documents
         where id = any($1) and access_set_id is null
           and exists (select from document_readers where document_id = documents.id)
        "#,
        documents
    )
    .fetch_all(tx.connection())
    .await
    .during("looking for documents that are read again")?;
    point_at_sets(store, tx, &found).await
}

async fn point_at_sets(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<u64> {
    if documents.is_empty() {
        return Ok(0);
    }
    intern(store, tx, documents).await?;
    let pointed = sqlx::query!(
        r#"
        with readers as (
            select d.id, d.instance_id, members_digest(array_agg(r.account_id)) as digest
              from documents d join document_readers r on r.document_id = d.id where d.id = any($1) group by d.id
        )
        update documents set access_set_id = access_sets.id
          from readers join access_sets using (instance_id, digest)
         where documents.id = readers.id and documents.access_set_id is distinct from access_sets.id
        returning access_sets.id as set, coalesce(index_access_set_id <> access_sets.id, false) as "behind!"
        "#,
        documents
    )
    .fetch_all(tx.connection())
    .await
    .during("pointing documents at access sets")?;
    follow(store, tx, pointed.iter().filter(|row| row.behind).map(|row| row.set)).await?;
    Ok(pointed.len() as u64)
}

async fn intern(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<()> {
    sqlx::query!(
        r#"
        with readers as (
            select d.instance_id, array_agg(r.account_id order by r.account_id) as members
              from documents d join document_readers r on r.document_id = d.id where d.id = any($1) group by d.id
        ), fresh as (
            insert into access_sets (instance_id, digest, members, created_at)
            select distinct instance_id, members_digest(members), members, $2::timestamptz from readers order by 1, 2
            on conflict (instance_id, digest) do nothing
            returning id, members
        )
        insert into access_set_members (account_id, access_set_id)
        select member, id from fresh, unnest(members) as member
        "#,
        documents,
        store.now()
    )
    .execute(tx.connection())
    .await
    .during("interning readers")?;
    Ok(())
}
