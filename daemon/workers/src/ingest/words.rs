//! Chunks become findable by their words, which is what makes a document searchable within seconds.

use voiceassist_model::DocumentState;
use voiceassist_store::documents::Document;

use super::{Step, points, reached};
use crate::{Context, JobError};

/// Writes every chunk's terms, then records the state.
pub(super) async fn index(context: &Context, document: &Document) -> Result<Step, JobError> {
    // The readers are looked up late, so that the points carry the newest set; the record below notices a change
    // that happened in between.
    let Some(set) = context.store.documents().find(document.id).await?.and_then(|found| found.access_set)
    else {
        return Ok(Step::Superseded);
    };
    points::write(context, document, set, None).await?;
    let marked = context.store.documents().mark_searchable(document.id, document.version, set).await?;
    Ok(reached(marked, DocumentState::Searchable))
}
