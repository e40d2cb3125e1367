//! Documents that rules leave out, and those that rules let back in.
//!
//! A document that no tree offers for reading keeps its row, because trees still hold its file, and loses everything
//! else: readers, text, and what was learnt from its bytes. Its version is raised, so that work under way on it is
//! refused. When a reader comes back it begins anew. The documents are locked by the caller.

use uuid::Uuid;
use voiceassist_model::{DocumentId, DocumentState, Reason};

use crate::error::{During as _, Result};
use crate::jobs::{Enqueue, Job};
use crate::{Store, Transaction, access};

/// Leaves out those of these documents that are in nobody's scope. Returns those that were not left out before, and how
/// many pieces of text went with them.
pub(crate) async fn leave_out(
    store: &Store,
    tx: &mut Transaction,
    documents: &[Uuid],
    receipt: Option<Uuid>,
) -> Result<(Vec<Uuid>, u64)> {
    let left_out = sqlx::query_scalar!(
        r#"
        update documents
           set state = $2, reason = $3, version = version + 1, raised_by = $4, attempts = 0, fetched_hash = null,
               content_hash = null, settled_state = null, settled_reason = null, sensitivity = 'health',
               page_count = null, recognised = null, truncated = false, chunk_count = 0, access_set_id = null,
               index_access_set_id = null, indexed_at = null, updated_at = $5
         where id = any($1) and source = 'file'
           and not exists (select from document_readers where document_id = documents.id)
           and (state, reason) is distinct from ($2, $3)
        returning id
        "#,
        documents,
        DocumentState::Skipped.as_str(),
        Reason::OutOfScope.code(),
        store.new_uuid(),
        store.now()
    )
    .fetch_all(tx.connection())
    .await
    .during("leaving documents out")?;
    if left_out.is_empty() {
        return Ok((left_out, 0));
    }
    let chunks = access::withdraw_text(store, tx, &left_out, receipt).await?;
    Ok((left_out, chunks))
}

/// Has those of these documents read that were left out and are in somebody's scope again.
pub(crate) async fn take_back(store: &Store, tx: &mut Transaction, documents: &[Uuid]) -> Result<()> {
    let back = sqlx::query_scalar!(
        r#"
        update documents
           set state = 'pending', reason = null, version = version + 1, raised_by = $4, updated_at = $5
         where id = any($1) and access_set_id is not null and (state, reason) = ($2, $3)
        returning id
        "#,
        documents,
        DocumentState::Skipped.as_str(),
        Reason::OutOfScope.code(),
        store.new_uuid(),
        store.now()
    )
    .fetch_all(tx.connection())
    .await
    .during("taking documents back")?;
    let ingest = |id| Enqueue::new(Job::IngestDocument { document: DocumentId::from_uuid(id) });
    let jobs: Vec<Enqueue> = back.into_iter().map(ingest).collect();
    store.jobs().enqueue_all(tx, &jobs).await?;
    Ok(())
}
