//! Chunks that are gone leave the index.
//!
//! The store remembers which points were written and have no chunk any more, so a killed run finds them again.

use voiceassist_model::DocumentId;

use crate::{Context, JobError};

/// Deletes the document's orphaned points.
pub async fn remove_gone(context: &Context, document: DocumentId) -> Result<(), JobError> {
    loop {
        let gone = context.store.chunks().gone(document).await?;
        if gone.is_empty() {
            return Ok(());
        }
        context.index.remove_chunks(gone.clone()).await?;
        context.index.flush().await?;
        context.store.chunks().forget_gone(document, &gone).await?;
    }
}
