//! Chunks become findable by their words, which is what makes a document searchable within seconds.

use voiceassist_model::DocumentState;
use voiceassist_rag::index::Point;
use voiceassist_store::documents::Document;

use super::{Step, reached};
use crate::{Context, JobError};

/// Chunks written to the index at once.
pub(super) const BATCH: u32 = 256;

/// Writes every chunk's terms, then records the state.
pub(super) async fn index(context: &Context, document: &Document) -> Result<Step, JobError> {
    // The readers are looked up late, so that the points carry the newest set; the record below notices a change
    // that happened in between.
    let Some(set) = context.store.documents().find(document.id).await?.and_then(|found| found.access_set)
    else {
        return Ok(Step::Superseded);
    };
    let mut after = None;
    loop {
        let chunks = context.store.chunks().for_indexing(document.id, document.version, after, BATCH).await?;
        let Some(last) = chunks.last() else { break };
        after = Some(last.ordinal);
        let points = chunks
            .iter()
            .map(|chunk| Point {
                chunk: chunk.id,
                document: document.id,
                access_set: set,
                sparse: context.terms.document(&text_of(&chunk.heading, &chunk.text)),
                dense: None,
            })
            .collect();
        context.index.upsert(points).await?;
    }
    context.index.flush().await?;
    let marked = context.store.documents().mark_searchable(document.id, document.version, set).await?;
    Ok(reached(marked, DocumentState::Searchable))
}

/// What is indexed of a chunk: its headings help to find it.
pub(super) fn text_of(heading: &str, text: &str) -> String {
    voiceassist_rag::chunk::embedding_text(heading, text)
}
