//! Chunks become findable by their meaning.

use voiceassist_model::DocumentState;
use voiceassist_rag::index::Point;
use voiceassist_store::documents::Document;

use super::words::text_of;
use super::{Step, reached};
use crate::{CHUNKS_TOTAL, Context, JobError};

/// Chunks embedded at once: enough to keep every worker busy, few enough to stop soon.
const BATCH: u32 = 32;

/// Writes every chunk's vector beside its terms, then records the state.
pub(super) async fn index(context: &Context, document: &Document) -> Result<Step, JobError> {
    let Some(embedder) = &context.embedder else {
        return Ok(Step::Reached(DocumentState::Searchable));
    };
    let Some(set) = document.access_set else {
        return Ok(Step::Superseded);
    };
    let mut after = None;
    loop {
        let chunks = context.store.chunks().for_indexing(document.id, document.version, after, BATCH).await?;
        let Some(last) = chunks.last() else { break };
        after = Some(last.ordinal);
        let texts: Vec<String> = chunks.iter().map(|chunk| text_of(&chunk.heading, &chunk.text)).collect();
        let terms: Vec<_> = texts.iter().map(|text| context.terms.document(text)).collect();
        let vectors = embedder.embed(texts).await?;
        let points = chunks
            .iter()
            .zip(terms)
            .zip(vectors)
            .map(|((chunk, sparse), dense)| Point {
                chunk: chunk.id,
                document: document.id,
                access_set: set,
                sparse,
                dense: Some(dense),
            })
            .collect();
        context.index.upsert(points).await?;
        metrics::counter!(CHUNKS_TOTAL).increment(chunks.len() as u64);
    }
    context.index.flush().await?;
    // Readers may have changed while the vectors were made; the points were just written with the set of before.
    if let Some(now) = context.store.documents().find(document.id).await?.and_then(|found| found.access_set)
        && now != set
    {
        crate::access::set_access(context, document.id).await?;
    }
    let marked = context.store.documents().mark_indexed(document.id, document.version).await?;
    Ok(reached(marked, DocumentState::Indexed))
}
