//! Bytes become text, a class and chunks.
//!
//! The text is read by a confined child process, classified as a whole, cut into chunks and stored with its class in
//! one transaction, so that no chunk is ever without a class. Afterwards the plain copy of the file is deleted.

use voiceassist_model::{DocumentState, Reason};
use voiceassist_phi::classify_pages;
use voiceassist_rag::chunk::{self, ChunkSettings};
use voiceassist_rag::extract::Extracted;
use voiceassist_store::documents::{ContentHash, Document, NewChunk, NewText};

use super::{Step, reached, skip};
use crate::spool::Spooled;
use crate::{Context, JobError, removal};

/// Reads the spooled file and stores its chunks.
pub(super) async fn read(
    context: &Context,
    document: &Document,
    spooled: &Spooled,
) -> Result<Step, JobError> {
    let extracted = match context.reader.read(spooled.path(), &document.name).await {
        Ok(extracted) => extracted,
        Err(failure) if failure.reason == Reason::Internal => {
            return Err(JobError::retry("reading the document", failure.detail));
        }
        Err(failure) => {
            tracing::debug!(document.id = %document.id, detail = failure.detail, "the document was not read");
            return skip(context, document, failure.reason).await;
        }
    };
    if let Some(error) = &extracted.error {
        return skip(context, document, error.code).await;
    }
    keep(context, document, extracted).await
}

/// Stores the chunks of what was read.
pub(super) async fn keep(
    context: &Context,
    document: &Document,
    extracted: Extracted,
) -> Result<Step, JobError> {
    let text = into_text(document, extracted).await?;
    if text.chunks.is_empty() {
        return skip(context, document, Reason::NoText).await;
    }
    match context.store.documents().replace_chunks(document.id, document.version, text).await? {
        None => Ok(Step::Superseded),
        Some(replaced) => {
            if replaced.gone > 0 {
                removal::remove_gone(context, document.id).await?;
            }
            Ok(reached(voiceassist_store::documents::Marked::Done, DocumentState::Chunked))
        }
    }
}

/// Classifies and cuts, off the runtime's threads because a long document takes a while.
pub(super) async fn into_text(document: &Document, extracted: Extracted) -> Result<NewText, JobError> {
    let id = document.id;
    let work = move || {
        let sensitivity = classify_pages(extracted.pages.iter().map(|page| page.text.as_str()));
        let chunks = chunk::split(&extracted, &ChunkSettings::default())
            .into_iter()
            .map(|chunk| NewChunk {
                id: chunk.id(id),
                ordinal: chunk.ordinal,
                pages: chunk.pages,
                span: chunk.span,
                content_hash: ContentHash(chunk.content_hash),
                heading: chunk.heading,
                text: chunk.text,
                printed: chunk.printed,
            })
            .collect();
        NewText {
            chunks,
            sensitivity,
            page_count: u32::try_from(extracted.pages.len()).unwrap_or(u32::MAX),
            recognised: extracted
                .pages
                .iter()
                .filter_map(|page| Some((page.page, page.confidence?)))
                .collect(),
            truncated: extracted.truncated,
            note: extracted.note(),
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| JobError::retry("cutting the document", error))
}
