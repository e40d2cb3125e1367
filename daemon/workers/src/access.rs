//! Readers changed: rewrite one integer in every point of the document.
//!
//! Text and vectors stay as they are. Until the rewrite is done the store's check on reading keeps the old readers
//! out, so a late job can hide a document from a new reader for a moment but never show it to an old one.

use voiceassist_model::DocumentId;

use crate::{Context, JobError};

/// Writes the document's present set of readers into the index.
pub async fn set_access(context: &Context, document: DocumentId) -> Result<(), JobError> {
    let Some(found) = context.store.documents().find(document).await? else {
        return Ok(());
    };
    let Some(set) = found.access_set else {
        return Ok(());
    };
    context.index.set_access(document, set).await?;
    context.index.flush().await?;
    context.store.documents().access_written(document, set).await?;
    Ok(())
}
