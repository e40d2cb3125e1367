//! Chunks become findable by their meaning.

use voiceassist_model::DocumentState;
use voiceassist_store::documents::Document;

use super::{Step, points, reached};
use crate::{Context, JobError};

/// Writes every chunk's vector beside its terms, then records the state.
pub(super) async fn index(context: &Context, document: &Document) -> Result<Step, JobError> {
    let Some(embedder) = context.embedder.as_deref() else {
        return Ok(Step::Reached(DocumentState::Searchable));
    };
    let Some(set) = document.access_set else {
        return Ok(Step::Superseded);
    };
    let written = points::write(context, document, set, Some(embedder)).await;
    // Readers may have changed while the vectors were made; the points, also those of a try that failed halfway, were
    // written with the set of before.
    if let Some(now) = context.store.documents().find(document.id).await?.and_then(|found| found.access_set)
        && now != set
    {
        crate::access::set_access(context, document.id).await?;
    }
    written?;
    let marked = context.store.documents().mark_indexed(document.id, document.version).await?;
    Ok(reached(marked, DocumentState::Indexed))
}
