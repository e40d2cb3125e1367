//! The second search of a question that describes its subject.
//!
//! The first search finds which thing is meant: the documents that hold the name. What they are about, by their titles, is
//! then searched with the same question: other documents under the same title say what was asked. Both belong to the
//! answer, the one that says which thing it is and the one that says how it is with it, so both stand in front, the
//! readings of the description in turns.

use voiceassist_model::{AccessSetId, DocumentId};

use super::{RankedChunk, fuse};
use crate::index::{ChunkIndex, HybridHits, HybridQuery, IndexError};

/// Readings of the description that are followed.
const READINGS: usize = 2;
/// Chunks asked of each leg under a title.
const HITS: usize = 60;
/// Documents put in front under one title.
const DOCUMENTS: usize = 9;
/// What words weigh under a title: the name is found, what is asked is a matter of meaning.
const WORDS: f32 = 0.3;
/// What the fit of a chunk weighs beside how much its title is the same.
const FIT: f32 = 0.3;
/// How much a document put in front scores less than the one before it.
const STEP: f32 = 0.97;

/// A thing the description may mean.
struct Reading {
    subject: Vec<u32>,
    /// What says so.
    by: RankedChunk,
}

/// What a described subject led to.
pub(super) struct Bridged {
    /// All hits, best first.
    pub(super) hits: Vec<RankedChunk>,
    /// How many readings were followed.
    pub(super) readings: usize,
}

/// Follows the titles of the first documents. `asked` is the first search, with its access sets.
pub(super) async fn follow(
    index: &dyn ChunkIndex,
    asked: &HybridQuery,
    legs: &HybridHits,
    hits: Vec<RankedChunk>,
) -> Result<Bridged, IndexError> {
    let readings = readings(legs, &hits);
    let mut under = Vec::with_capacity(readings.len());
    for reading in &readings {
        under.push(titled(index, asked, reading).await?);
    }
    Ok(Bridged { readings: readings.len(), hits: in_turns(&readings, &under, hits) })
}

/// The first documents with different titles.
fn readings(legs: &HybridHits, hits: &[RankedChunk]) -> Vec<Reading> {
    let all = || legs.sparse.iter().chain(&legs.dense).chain(&legs.leads);
    let mut readings: Vec<Reading> = Vec::with_capacity(READINGS);
    for hit in hits {
        if readings.len() == READINGS {
            break;
        }
        let subject = all().find(|found| found.document == hit.document).map(|found| found.subject.clone());
        if let Some(subject) = subject.filter(|subject| !subject.is_empty())
            && readings.iter().all(|reading| reading.subject != subject)
        {
            readings.push(Reading { subject, by: *hit });
        }
    }
    readings
}

/// The documents under a reading's title, the same title before longer ones.
async fn titled(
    index: &dyn ChunkIndex,
    asked: &HybridQuery,
    reading: &Reading,
) -> Result<Vec<RankedChunk>, IndexError> {
    let access: Vec<AccessSetId> = asked.access.clone();
    let query = HybridQuery {
        dense: asked.dense.clone(),
        sparse: asked.sparse.clone(),
        access,
        subject: reading.subject.clone(),
        narrow: asked.narrow.clone(),
        leads: false,
        limit_per_leg: HITS,
    };
    let legs = index.search(query).await?;
    let weight = if legs.dense.is_empty() { 1.0 } else { WORDS };
    let mut found = fuse::fuse(&legs, weight);
    let length = |document: DocumentId| {
        let hit = legs.dense.iter().chain(&legs.sparse).find(|hit| hit.document == document);
        hit.map_or(usize::MAX, |hit| hit.subject.len().max(1))
    };
    for hit in &mut found {
        let same = reading.subject.len() as f32 / length(hit.document) as f32;
        hit.score = same + FIT * hit.score;
    }
    fuse::in_order(&mut found);
    let mut documents: Vec<DocumentId> = Vec::with_capacity(DOCUMENTS);
    found.retain(|hit| {
        let first = documents.len() < DOCUMENTS && !documents.contains(&hit.document);
        if first {
            documents.push(hit.document);
        }
        first
    });
    Ok(found)
}

/// What says which thing is meant, then what was found about each in turns, then everything else.
fn in_turns(
    readings: &[Reading],
    under: &[Vec<RankedChunk>],
    mut hits: Vec<RankedChunk>,
) -> Vec<RankedChunk> {
    let mut front: Vec<RankedChunk> = readings.iter().map(|reading| reading.by).collect();
    for turn in 0..DOCUMENTS {
        for list in under {
            if let Some(next) = list.get(turn)
                && front.iter().all(|one| one.document != next.document)
            {
                front.push(*next);
            }
        }
    }
    let mut score = hits.first().map_or(0.0, |hit| hit.score);
    for hit in &mut front {
        hit.score = score;
        score *= STEP;
    }
    hits.retain(|hit| front.iter().all(|one| one.chunk != hit.chunk));
    for hit in &mut hits {
        hit.score = hit.score.min(score);
    }
    front.append(&mut hits);
    front
}
