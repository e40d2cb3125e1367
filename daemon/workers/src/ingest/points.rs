//! A document's chunks as points of the index.
//!
//! A point is written whole, so writing the vectors writes the words and the facts once more; writing twice changes nothing.

use voiceassist_model::AccessSetId;
use voiceassist_rag::chunk::embedding_text;
use voiceassist_rag::embed::Embedder;
use voiceassist_rag::index::{ChunkIndex, Point};
use voiceassist_store::documents::Document;
use voiceassist_store::facts::Told;

use crate::{CHUNKS_TOTAL, Context, JobError, facts};

/// Chunks written at once by their words.
const BATCH: u32 = 256;
/// Chunks embedded at once: enough to keep every worker busy, few enough to stop soon.
const EMBEDDED_BATCH: u32 = 32;

/// Writes every chunk's words, the document's facts and, with an embedder, the vectors. Durable on return.
pub(super) async fn write(
    context: &Context,
    document: &Document,
    set: AccessSetId,
    embedder: Option<&dyn Embedder>,
) -> Result<(), JobError> {
    let told = write_to(context, &*context.index, document, set, embedder).await?;
    context.index.flush().await?;
    if let Some(told) = told {
        context.store.facts().written(&[told], facts::form()).await?;
    }
    Ok(())
}

/// The same into one index, not yet durable. Returns what the facts were read from.
pub(crate) async fn write_to(
    context: &Context,
    index: &dyn ChunkIndex,
    document: &Document,
    set: AccessSetId,
    embedder: Option<&dyn Embedder>,
) -> Result<Option<Told>, JobError> {
    let Some((told, facts)) = facts::of(context, document.id).await? else { return Ok(None) };
    let batch = if embedder.is_some() { EMBEDDED_BATCH } else { BATCH };
    let mut after = None;
    loop {
        let chunks = context.store.chunks().for_indexing(document.id, document.version, after, batch).await?;
        let Some(last) = chunks.last() else { break };
        after = Some(last.ordinal);
        let texts: Vec<String> =
            chunks.iter().map(|chunk| embedding_text(&chunk.heading, &chunk.text)).collect();
        let mut points: Vec<Point> = chunks
            .iter()
            .zip(&texts)
            .map(|(chunk, text)| Point {
                chunk: chunk.id,
                document: document.id,
                access_set: set,
                subject: context.terms.subject(&chunk.heading),
                lead: chunk.ordinal == 0,
                facts: Some(facts.clone()),
                sparse: context.terms.document(text),
                dense: None,
            })
            .collect();
        if let Some(embedder) = embedder {
            for (point, vector) in points.iter_mut().zip(embedder.embed(texts).await?) {
                point.dense = Some(vector);
            }
            metrics::counter!(CHUNKS_TOTAL).increment(points.len() as u64);
        }
        index.upsert(points).await?;
    }
    Ok(Some(told))
}
