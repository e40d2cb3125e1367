//! An event, a task, a contact or a message becomes text, from what the mirror keeps of it.
//!
//! Nothing is fetched. What it says is written down as a person would read it, with its title as the heading, and goes the
//! way of every document from there: classified, cut, kept. The same text gives the same chunks, so an object that was
//! only touched is settled at once. What has no text of its own, such as a journal without a word, is left out.

mod calendar;
mod contact;
mod message;
mod sheet;

use voiceassist_dav::links::Links;
use voiceassist_model::{DocumentState, Reason};
use voiceassist_rag::extract::Extracted;
use voiceassist_store::documents::{ContentHash, Document, Fetched, Marked};
use voiceassist_store::items::{ItemFacts, Original, Said};

use super::{Step, read, skip};
use crate::{Context, JobError};

/// Changes when the same object is written down in other words, so that it is read again.
const FORM: &str = "item text 1";

/// What was made of it.
struct Written {
    text: Extracted,
    facts: ItemFacts,
}

/// Reads what the mirror keeps and stores its chunks.
pub(super) async fn read(context: &Context, document: &Document) -> Result<Step, JobError> {
    let Some(original) = context.store.items().original(document.id).await? else {
        // Whoever took it away takes the document away as well.
        return Ok(Step::Superseded);
    };
    let work = move || write(&original);
    let written = tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| JobError::retry("writing down what an item says", error))?;
    let Written { text, facts } = match written {
        Ok(written) => written,
        Err(reason) => return skip(context, document, reason).await,
    };
    let documents = context.store.documents();
    // Its name first: whoever can find it can see what it is called.
    if context.store.items().describe(document.id, document.version, &facts).await? == Marked::Superseded {
        return Ok(Step::Superseded);
    }
    match documents.mark_fetched(document.id, document.version, &hash(&text)).await? {
        Fetched::Superseded => Ok(Step::Superseded),
        Fetched::New | Fetched::Unchanged(DocumentState::Pending | DocumentState::Fetched) => {
            read::keep(context, document, text).await
        }
        Fetched::Unchanged(state) => Ok(Step::Reached(state)),
    }
}

fn write(original: &Original) -> Result<Written, Reason> {
    let links = Links::at(&original.server);
    match &original.said {
        Said::Calendar { location, text } => calendar::write(text, location, &links),
        Said::Contact { location, note } => contact::write(note, location, &links),
        Said::Message { note, body } => message::write(note, body, &links),
    }
}

fn hash(text: &Extracted) -> ContentHash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(FORM.as_bytes());
    for page in &text.pages {
        hasher.update(page.text.as_bytes());
        hasher.update(&[0]);
    }
    ContentHash(*hasher.finalize().as_bytes())
}
