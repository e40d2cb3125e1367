//! Where the lines of a document are printed, for documents that were read before that was kept.
//!
//! The bytes are fetched once more, and count only if they are the ones that the present text was read from; what is newer has
//! a job of its own, which keeps places anyway. Reading and cutting are those of every document. Only places are written:
//! chunks keep their ids, texts and vectors, the document its state, and the index is not touched. Nothing of this is said on
//! the document: what cannot be fetched or read now stays findable as it is, without places.

use voiceassist_model::{DocumentId, DocumentState, Reason, Source};
use voiceassist_store::documents::Marked;

use super::{fetch, read};
use crate::{Context, JobError, PLACES_MISSING};

/// Documents queued at once.
const BATCH: u32 = 100;
/// Nothing is added while so many jobs wait.
const SHORT_QUEUE: u64 = 200;

/// Queues the next documents without places if the queue is short. Returns how many.
pub async fn ask_for_places(context: &Context, waiting: u64) -> Result<u64, JobError> {
    let documents = context.store.documents();
    let asked = if waiting < SHORT_QUEUE { documents.ask_for_places(BATCH).await? } else { 0 };
    metrics::gauge!(PLACES_MISSING).set(documents.without_places().await? as f64);
    Ok(asked)
}

/// Reads a document again for its places alone.
pub async fn read_places(context: &Context, id: DocumentId) -> Result<(), JobError> {
    let Some(document) = context.store.documents().find(id).await? else { return Ok(()) };
    let has_text = matches!(document.state, DocumentState::Searchable | DocumentState::Indexed);
    if !has_text || document.source != Source::File {
        return Ok(());
    }
    let fetch::Brought::Bytes(spooled, hash) = fetch::bring(context, &document).await? else {
        tracing::debug!(document.id = %id, "the document could not be fetched again for its places");
        return Ok(());
    };
    if document.content_hash != Some(context.store.fingerprint(&hash).await?) {
        return Ok(());
    }
    let extracted = match context.reader.read(spooled.path(), &document.name).await {
        Ok(extracted) if extracted.error.is_none() => extracted,
        Err(failure) if failure.reason == Reason::Internal => {
            return Err(JobError::retry("reading the document", failure.detail));
        }
        _ => return Ok(()),
    };
    let text = read::into_text(&document, extracted).await?;
    let told = context.store.documents().tell_places(id, document.version, &text).await?;
    tracing::debug!(document.id = %id, superseded = (told == Marked::Superseded), "places looked at again");
    Ok(())
}
