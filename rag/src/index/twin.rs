//! Two indexes as one, while the second is made in the place of the first.
//!
//! The first answers every search; everything that is written goes to both, so that neither misses a change while the
//! second is filled from the kept text. Vectors of two models do not compare: what the new model makes is written to the new
//! index only, and the old one gets words of what it does not have yet, and keeps what it has. When the second is whole,
//! [`Twin::switch`] puts it in the place of the first between two searches. Nothing here decides when that is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use super::narrow::{Facts, MAX_DESCRIBED};
use super::{ChunkIndex, HybridHits, HybridQuery, IndexError, IndexIdentity, Point, Scanned};

/// An index, and perhaps the one that takes its place.
pub struct Twin {
    /// Of the index that answered when this one was opened.
    identity: IndexIdentity,
    pair: RwLock<Pair>,
}

#[derive(Clone)]
struct Pair {
    serving: Arc<dyn ChunkIndex>,
    next: Option<Arc<dyn ChunkIndex>>,
}

impl Twin {
    /// One index that stays.
    pub fn single(serving: Arc<dyn ChunkIndex>) -> Self {
        Self { identity: serving.identity().clone(), pair: RwLock::new(Pair { serving, next: None }) }
    }

    /// One that answers, and one that is made in its place.
    pub fn building(serving: Arc<dyn ChunkIndex>, next: Arc<dyn ChunkIndex>) -> Self {
        Self { identity: serving.identity().clone(), pair: RwLock::new(Pair { serving, next: Some(next) }) }
    }

    /// The one being made, if there is one.
    pub fn next(&self) -> Option<Arc<dyn ChunkIndex>> {
        self.pair().next
    }

    /// The one that answers.
    pub fn serving(&self) -> Arc<dyn ChunkIndex> {
        self.pair().serving
    }

    /// Puts the new one in the place of the old, which is handed back. Nothing when none is being made.
    pub fn switch(&self) -> Option<Arc<dyn ChunkIndex>> {
        let mut pair = self.pair.write().unwrap_or_else(PoisonError::into_inner);
        let next = pair.next.take()?;
        Some(std::mem::replace(&mut pair.serving, next))
    }

    fn pair(&self) -> Pair {
        self.pair.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Gives the old index what it does not have, by its words, and moves what it has.
async fn follow(serving: &dyn ChunkIndex, points: Vec<Point>) -> Result<(), IndexError> {
    let ids = points.iter().map(|point| point.chunk).collect();
    let there: BTreeSet<ChunkId> = serving.contains(ids).await?.into_iter().collect();
    let (known, new): (Vec<Point>, Vec<Point>) =
        points.into_iter().partition(|point| there.contains(&point.chunk));
    let mut moved: BTreeMap<AccessSetId, BTreeSet<DocumentId>> = BTreeMap::new();
    let mut told: BTreeMap<DocumentId, Facts> = BTreeMap::new();
    for point in known {
        moved.entry(point.access_set).or_default().insert(point.document);
        if let Some(facts) = point.facts {
            told.insert(point.document, facts);
        }
    }
    for (set, documents) in moved {
        serving.set_access(documents.into_iter().collect(), set).await?;
    }
    let told: Vec<(DocumentId, Facts)> = told.into_iter().collect();
    for some in told.chunks(MAX_DESCRIBED) {
        serving.set_facts(some.to_vec()).await?;
    }
    let new: Vec<Point> = new.into_iter().map(|point| Point { dense: None, ..point }).collect();
    if new.is_empty() { Ok(()) } else { serving.upsert(new).await }
}

#[async_trait]
impl ChunkIndex for Twin {
    fn identity(&self) -> &IndexIdentity {
        &self.identity
    }

    async fn upsert(&self, points: Vec<Point>) -> Result<(), IndexError> {
        let Pair { serving, next } = self.pair();
        match next {
            None => serving.upsert(points).await,
            Some(next) => {
                next.upsert(points.clone()).await?;
                follow(&*serving, points).await
            }
        }
    }

    async fn set_access(&self, documents: Vec<DocumentId>, set: AccessSetId) -> Result<(), IndexError> {
        let Pair { serving, next } = self.pair();
        if let Some(next) = next {
            next.set_access(documents.clone(), set).await?;
        }
        serving.set_access(documents, set).await
    }

    async fn set_facts(&self, facts: Vec<(DocumentId, Facts)>) -> Result<(), IndexError> {
        let Pair { serving, next } = self.pair();
        if let Some(next) = next {
            next.set_facts(facts.clone()).await?;
        }
        serving.set_facts(facts).await
    }

    async fn remove_document(&self, document: DocumentId) -> Result<(), IndexError> {
        let Pair { serving, next } = self.pair();
        if let Some(next) = next {
            next.remove_document(document).await?;
        }
        serving.remove_document(document).await
    }

    async fn remove_chunks(&self, chunks: Vec<ChunkId>) -> Result<(), IndexError> {
        let Pair { serving, next } = self.pair();
        if let Some(next) = next {
            next.remove_chunks(chunks.clone()).await?;
        }
        serving.remove_chunks(chunks).await
    }

    async fn search(&self, mut query: HybridQuery) -> Result<HybridHits, IndexError> {
        let serving = self.pair().serving;
        // A question that was embedded just before the switch is looked up by its words.
        let dimension = serving.identity().dimension;
        query.dense = query.dense.filter(|vector| vector.len() == dimension);
        serving.search(query).await
    }

    async fn vectors(
        &self,
        chunks: Vec<ChunkId>,
        access: Vec<AccessSetId>,
    ) -> Result<Vec<(ChunkId, Vec<f32>)>, IndexError> {
        self.pair().serving.vectors(chunks, access).await
    }

    async fn count(&self) -> Result<u64, IndexError> {
        self.pair().serving.count().await
    }

    async fn scan(&self, from: Option<ChunkId>, limit: usize) -> Result<Scanned, IndexError> {
        self.pair().serving.scan(from, limit).await
    }

    async fn contains(&self, chunks: Vec<ChunkId>) -> Result<Vec<ChunkId>, IndexError> {
        self.pair().serving.contains(chunks).await
    }

    async fn flush(&self) -> Result<(), IndexError> {
        let Pair { serving, next } = self.pair();
        if let Some(next) = next {
            next.flush().await?;
        }
        serving.flush().await
    }

    async fn optimise(&self) -> Result<(), IndexError> {
        self.pair().serving.optimise().await
    }
}

impl std::fmt::Debug for Twin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Twin").field("building", &self.next().is_some()).finish_non_exhaustive()
    }
}
