//! By what searches are narrowed, on its way into the index.
//!
//! Words are written with the facts of their document beside them. Facts that change without the text (a file that was
//! touched, another media type), and those of documents that were indexed before there were any, are written by themselves,
//! a batch at a time: neither words nor vectors are touched, nothing is embedded again, and searches go on meanwhile. Of
//! files, who is in them is read from the kept text; of events, tasks, contacts and messages it is known.

use std::collections::BTreeSet;

use voiceassist_model::{DocumentId, Source};
use voiceassist_rag::index::narrow::{FACTS_FORM, Facts, MAX_PEOPLE};
use voiceassist_rag::named;
use voiceassist_store::facts::Told;

use crate::{Context, JobError};

/// Documents of one batch.
const BATCH: u32 = 128;
/// Batches of one round, so that nothing else waits long for it.
const BATCHES: u32 = 8;
/// Chunks that are read at once to see whom a file names.
const CHUNKS: u32 = 256;
/// Chunks of a file in which names are looked for.
const MOST_CHUNKS: u32 = 4_096;

/// The form in which facts are written now, as the database keeps it.
pub fn form() -> i16 {
    i16::try_from(FACTS_FORM).unwrap_or(i16::MAX)
}

/// Writes the facts the index does not have. Returns of how many documents.
pub async fn renew(context: &Context) -> Result<u64, JobError> {
    let facts = context.store.facts();
    let mut written = 0;
    for _ in 0..BATCHES {
        let ids = facts.unwritten(form(), BATCH).await?;
        if ids.is_empty() {
            break;
        }
        let told = facts.of(&ids).await?;
        let mut all = Vec::with_capacity(told.len());
        for one in &told {
            all.push((one.document, read(context, one).await?));
        }
        context.index.set_facts(all).await?;
        context.index.flush().await?;
        facts.written(&told, form()).await?;
        written += told.len() as u64;
    }
    Ok(written)
}

/// The facts of one document, and what they were read from.
pub async fn of(context: &Context, document: DocumentId) -> Result<Option<(Told, Facts)>, JobError> {
    let Some(told) = context.store.facts().of(&[document]).await?.pop() else { return Ok(None) };
    let facts = read(context, &told).await?;
    Ok(Some((told, facts)))
}

async fn read(context: &Context, told: &Told) -> Result<Facts, JobError> {
    let named = match told.source {
        Source::File => named(context, told).await?,
        _ => told.people.iter().cloned().collect(),
    };
    let numbers: BTreeSet<u32> = named.iter().flat_map(|person| context.terms.named(person)).collect();
    Ok(Facts {
        source: told.source,
        types: told.mime.as_deref().map(|mime| types(context, mime)).unwrap_or_default(),
        from: told.from.map(|at| at.timestamp()),
        until: told.until.map(|at| at.timestamp()),
        people: numbers.into_iter().take(MAX_PEOPLE).collect(),
    })
}

/// A media type, whole and as the family it is of.
fn types(context: &Context, mime: &str) -> Vec<u32> {
    let whole = mime.split(';').next().unwrap_or_default().trim();
    let family = whole.split('/').next().unwrap_or_default();
    [whole.to_owned(), format!("{family}/*")].iter().map(|name| context.terms.media_type(name)).collect()
}

/// Whom a file names.
async fn named(context: &Context, told: &Told) -> Result<BTreeSet<String>, JobError> {
    let (mut named, mut after, mut seen) = (BTreeSet::new(), None, 0);
    while seen < MOST_CHUNKS && named.len() < MAX_PEOPLE {
        let chunks = context.store.chunks().for_indexing(told.document, told.version, after, CHUNKS).await?;
        let Some(last) = chunks.last() else { break };
        after = Some(last.ordinal);
        seen += CHUNKS;
        for chunk in &chunks {
            named.extend(named::people(&chunk.heading));
            named.extend(named::people(&chunk.text));
        }
    }
    Ok(named)
}
