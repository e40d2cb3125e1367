//! An index is made for another model while the one before goes on answering.
//!
//! Document by document, in the order of their ids, every chunk's text is taken from the database, embedded and written to the
//! new index; how far it is, is recorded after each batch is durable, so a killed run repeats one batch. What changes
//! meanwhile reaches both indexes by itself. When every document is in, the new index takes the place of the old one: first in
//! the database, then here. An embedding model that fails is waited for; nothing is given up, and nothing is hidden from
//! anybody in the meantime.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use voiceassist_model::DocumentId;
use voiceassist_rag::index::ChunkIndex;
use voiceassist_rag::index::twin::Twin;

use crate::ingest::points;
use crate::recovery::INDEX;
use crate::{Context, INDEX_BUILD_DOCUMENTS, JobError};

/// Documents between two records of progress.
const BATCH: u32 = 32;
/// Until a step that failed is tried again.
const PAUSE: Duration = Duration::from_secs(20);

/// Fills the successor of the index, if one is being made, and puts it in its place. Gives back the index that is not needed
/// any more; nothing when there was nothing to do, or when it was told to stop first.
pub async fn run(context: &Context, twin: &Twin, stop: &CancellationToken) -> Option<Arc<dyn ChunkIndex>> {
    let next = twin.next()?;
    loop {
        let filled = tokio::select! {
            filled = fill_some(context, &*next) => filled,
            () = stop.cancelled() => return None,
        };
        match filled {
            Ok(true) => {}
            Ok(false) => return twin.switch(),
            Err(error) => {
                tracing::warn!(error = %error, "making the index for another model is tried again");
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = stop.cancelled() => return None,
                }
            }
        }
    }
}

/// One batch. False when the new index is the one from now on.
async fn fill_some(context: &Context, next: &dyn ChunkIndex) -> Result<bool, JobError> {
    let epochs = context.store.index_epochs();
    let epoch = next.identity().epoch;
    let Some(build) = epochs.build(INDEX).await?.filter(|build| build.epoch == epoch) else {
        // Another replica was faster, or this one was killed between the record and the switch.
        return Ok(epochs.current(INDEX).await? != Some(epoch));
    };
    metrics::gauge!(INDEX_BUILD_DOCUMENTS, "state" => "done").set(build.done as f64);
    metrics::gauge!(INDEX_BUILD_DOCUMENTS, "state" => "total").set(build.total as f64);
    let documents = context.store.truth().indexed(build.after, BATCH).await?;
    let Some(last) = documents.last() else {
        next.flush().await?;
        next.optimise().await?;
        let is_whole = epochs.finish_build(INDEX, epoch).await?;
        tracing::info!(documents = build.done, is_whole, "the index for the configured model takes over");
        return Ok(!is_whole);
    };
    for document in &documents {
        write(context, next, *document).await?;
    }
    next.flush().await?;
    let done = u32::try_from(documents.len()).unwrap_or(u32::MAX);
    epochs.advance_build(INDEX, epoch, *last, done).await?;
    Ok(true)
}

/// Writes a document as the database has it now.
async fn write(context: &Context, next: &dyn ChunkIndex, id: DocumentId) -> Result<(), JobError> {
    let documents = context.store.documents();
    let Some(document) = documents.find(id).await? else { return Ok(()) };
    let Some(set) = document.access_set else { return Ok(()) };
    points::write_to(context, next, &document, set, context.embedder.as_deref()).await?;
    // Readers may have changed while the vectors were made; the points were written with the set of before.
    match documents.find(id).await? {
        Some(now) => {
            if let Some(set) = now.access_set.filter(|now| *now != set) {
                next.set_access(vec![id], set).await?;
            }
        }
        None => next.remove_document(id).await?,
    }
    Ok(())
}
