//! Readers changed: rewrite one integer in every point of the documents.
//!
//! Text and vectors stay as they are. Until the rewrite is done the store's check on reading keeps the old readers
//! out, so a late job can hide a document from a new reader for a moment but never show it to an old one. Documents that
//! came to share a set are rewritten together: a folder of twenty thousand files that gets one more reader is a few
//! dozen writes.

use voiceassist_model::{AccessSetId, DocumentId};

use crate::{Context, JobError};

/// Documents rewritten before progress is recorded. A killed job repeats no more than this.
const BATCH: u32 = 2_048;

/// Writes the document's present set of readers into the index, whatever the record says that it holds.
pub async fn set_access(context: &Context, document: DocumentId) -> Result<(), JobError> {
    let found = context.store.documents().find(document).await?;
    match found.and_then(|found| found.access_set) {
        Some(set) => write(context, vec![document], set).await,
        None => Ok(()),
    }
}

/// Has the index follow every document that was moved to this set.
pub async fn move_access(context: &Context, set: AccessSetId) -> Result<(), JobError> {
    loop {
        let behind = context.store.access().behind(set, BATCH).await?;
        if behind.is_empty() {
            return Ok(());
        }
        write(context, behind, set).await?;
    }
}

async fn write(context: &Context, documents: Vec<DocumentId>, set: AccessSetId) -> Result<(), JobError> {
    context.index.set_access(documents.clone(), set).await?;
    context.index.flush().await?;
    context.store.access().written(&documents, set).await?;
    Ok(())
}
