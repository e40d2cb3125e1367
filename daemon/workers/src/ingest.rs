//! A pending document becomes an indexed one.
//!
//! ```text
//! pending ──fetch──▶ fetched ──read, classify, chunk──▶ chunked ──words──▶ searchable ──vectors──▶ indexed
//! ```
//!
//! Each arrow is one step: it does its work, makes it durable, and only then records the new state, so a killed step
//! is done again and a finished one is not. Every record names the version the work was done on; when a newer version
//! of the file has arrived meanwhile, the work is dropped, because another job is already queued for it.
//!
//! Words come before vectors: a document is findable within seconds, and its vectors follow when the processor has
//! time. Between the two the job goes to the back of its lane, so that a hundred new documents are all findable before
//! the first gets its vectors. The engine refuses to judge: what a person may read is decided elsewhere.

mod fetch;
mod item;
mod places;
pub(crate) mod points;
mod read;
mod vectors;
mod words;

pub use places::{ask_for_places, read_places};
use voiceassist_model::{DocumentId, DocumentState, Reason, Source};
use voiceassist_store::documents::{Document, Marked};
use voiceassist_store::jobs::{Enqueue, Job, Lane};

use crate::{Context, DOCUMENTS_TOTAL, JobError};

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The document is in this state now.
    Reached(DocumentState),
    /// A newer version arrived, or the document is gone.
    Superseded,
}

/// Takes the document as far as it goes in one job. What is left for another takes this lane, or the last but one if
/// this one is faster.
pub async fn ingest(context: &Context, id: DocumentId, lane: Lane) -> Result<(), JobError> {
    let Some(document) = context.store.documents().begin(id).await? else {
        return Ok(());
    };
    let step = match document.state {
        DocumentState::Pending | DocumentState::Fetched => from_bytes(context, &document).await?,
        state => Step::Reached(state),
    };
    let step = match step {
        Step::Reached(DocumentState::Chunked) => words::index(context, &document).await?,
        step => step,
    };
    match step {
        Step::Reached(DocumentState::Searchable) if document.state == DocumentState::Searchable => {
            vectors::index(context, &document).await?;
        }
        Step::Reached(DocumentState::Searchable) if context.embedder.is_some() => {
            let mut rest = Enqueue::new(Job::IngestDocument { document: id });
            rest.lane = lane.max(Lane::Bulk);
            context.store.jobs().enqueue_now(rest).await?;
        }
        Step::Reached(_) | Step::Superseded => {}
    }
    Ok(())
}

/// Fetches the bytes and turns them into chunks. One step for the job, because the bytes are not kept in between. What
/// is not a file is at hand already.
async fn from_bytes(context: &Context, document: &Document) -> Result<Step, JobError> {
    if document.source != Source::File {
        return item::read(context, document).await;
    }
    if let Some(reason) = fetch::not_worth_fetching(context, document) {
        return skip(context, document, reason).await;
    }
    let fetched = match fetch::fetch(context, document).await? {
        fetch::Outcome::Fetched(fetched) => fetched,
        fetch::Outcome::Unchanged(state) => return Ok(Step::Reached(state)),
        fetch::Outcome::Superseded => return Ok(Step::Superseded),
        fetch::Outcome::Refused(reason) => return skip(context, document, reason).await,
    };
    read::read(context, document, &fetched).await
}

/// Records that the document is left out, and why.
async fn skip(context: &Context, document: &Document, reason: Reason) -> Result<Step, JobError> {
    let documents = context.store.documents();
    let (id, version) = (document.id, document.version);
    let (marked, state) = match reason {
        Reason::ReaderStopped | Reason::Malformed | Reason::Internal | Reason::Unreadable => {
            (documents.mark_failed(id, version, reason).await?, DocumentState::Failed)
        }
        reason => (documents.mark_skipped(id, version, reason).await?, DocumentState::Skipped),
    };
    tracing::info!(document.id = %id, reason = reason.code(), "document not indexed");
    Ok(reached(marked, state))
}

/// The state, if the record was taken.
fn reached(marked: Marked, state: DocumentState) -> Step {
    match marked {
        Marked::Done => {
            metrics::counter!(DOCUMENTS_TOTAL, "state" => state.as_str()).increment(1);
            Step::Reached(state)
        }
        Marked::Superseded => Step::Superseded,
    }
}

/// Says on the document that its job will not be tried again.
pub async fn give_up(context: &Context, id: DocumentId, reason: Reason) -> Result<(), JobError> {
    if let Some(document) = context.store.documents().find(id).await?
        && !matches!(document.state, DocumentState::Indexed | DocumentState::Skipped)
    {
        // A newer version has a job of its own; then this verdict is not wanted, and not taken.
        _ = context.store.documents().mark_failed(id, document.version, reason).await?;
    }
    Ok(())
}
