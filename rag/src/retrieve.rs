//! From a question to ranked chunk ids.
//!
//! A question is asked in three ways at once: by its words, by its meaning, and by what documents begin with; the index
//! answers from what the reader may see, and the legs are merged with weights chosen for this question ([`fuse`]). Its words
//! are widened by what texts say where people ask ([`facet`]) and by the abbreviations of what it spells out ([`initials`]).
//! Then a second search may follow: a question that describes its subject instead of naming it is searched again
//! under the titles of what was found ([`relation`], [`bridge`]); one that asks a known kind of thing of a subject, which
//! many documents may answer, is searched again by meaning with its vector moved towards its first documents ([`feedback`]). How likely the right passage was found is read from the lists
//! ([`confidence`]).
//!
//! Without an embedder, or when it fails, words alone decide and the steps say so. What comes out is ids and scores: whoever
//! wants text asks the store, which decides again. This module never sees a passage, and every search it makes carries the
//! reader's access sets as they were given.

use std::sync::Arc;

use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use crate::embed::Embedder;
use crate::index::narrow::Narrow;
use crate::index::sparse::SparseEncoder;
use crate::index::{ChunkIndex, HybridHits, HybridQuery, IndexError};

mod bridge;
mod confidence;
mod facet;
mod feedback;
mod fuse;
mod initials;
mod query;
mod relation;

pub use confidence::Evidence;
use query::Question;

/// Hits asked of each leg. The fusion looks at their spread, so it needs more than it gives back.
const HITS_PER_LEG: usize = 100;
/// Longest question that is read; what follows is a document, not a question.
const MAX_QUESTION_CHARS: usize = 4000;
/// What the vector of what texts say weighs beside the question's own.
const STATED: f32 = 0.35;
/// Most hits given back.
pub const MAX_RESULTS: usize = 5 * HITS_PER_LEG;

/// A chunk in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankedChunk {
    /// The chunk.
    pub chunk: ChunkId,
    /// The document it is from.
    pub document: DocumentId,
    /// How well it fits compared with the best hit of this question, 0 to 1.
    pub score: f32,
    /// Its place by meaning, from 1.
    pub dense_rank: Option<u32>,
    /// Its place by words, from 1.
    pub sparse_rank: Option<u32>,
}

/// What a question found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Retrieved {
    /// Best first.
    pub hits: Vec<RankedChunk>,
    /// How likely the right passage is among the first hits, 0 to 1.
    pub confidence: f32,
    /// What the confidence was read from.
    pub evidence: Evidence,
    /// The steps taken, one short line each, without content of documents or the question.
    pub steps: Vec<String>,
}

/// Why nothing could be looked up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RetrieveError {
    /// The index did not answer.
    #[error("looking the question up")]
    Index(#[from] IndexError),
}

/// Asks the index.
pub struct Retriever {
    embedder: Option<Arc<dyn Embedder>>,
    index: Arc<dyn ChunkIndex>,
    terms: SparseEncoder,
}

impl Retriever {
    /// Without an embedder, questions are answered by words alone.
    pub fn new(
        embedder: Option<Arc<dyn Embedder>>,
        index: Arc<dyn ChunkIndex>,
        terms: SparseEncoder,
    ) -> Self {
        Self { embedder, index, terms }
    }

    /// What makes the numbers of types and people by which a search is narrowed.
    pub const fn terms(&self) -> &SparseEncoder {
        &self.terms
    }

    /// Finds the chunks that fit a question best among those of the reader's access sets.
    pub async fn retrieve(
        &self,
        question: &str,
        access: &[AccessSetId],
        limit: usize,
    ) -> Result<Retrieved, RetrieveError> {
        self.retrieve_within(question, access, &Narrow::default(), limit).await
    }

    /// The same among what fits some conditions. They are part of every search that is made, before anything is scored.
    pub async fn retrieve_within(
        &self,
        question: &str,
        access: &[AccessSetId],
        narrow: &Narrow,
        limit: usize,
    ) -> Result<Retrieved, RetrieveError> {
        let question = Question::read(question, MAX_QUESTION_CHARS, &self.terms, self.embedder.is_none());
        if access.is_empty() || limit == 0 {
            return Ok(Retrieved {
                steps: vec!["the reader has no documents".to_owned()],
                ..Retrieved::default()
            });
        }
        let mut steps = Vec::new();
        let dense = self.meaning(&question, &mut steps).await;
        // Whoever narrows and wants many looks among them for what the index cannot say.
        let limit_per_leg =
            if narrow.is_open() { HITS_PER_LEG } else { HITS_PER_LEG.max(limit.min(MAX_RESULTS)) };
        let query = HybridQuery {
            dense,
            sparse: question.terms.clone(),
            access: access.to_vec(),
            narrow: narrow.clone(),
            leads: true,
            limit_per_leg,
            ..HybridQuery::default()
        };
        let legs = self.index.search(query.clone()).await?;
        let weight = fuse::weight(&question, &legs);
        steps.push(format!(
            "searched {} access sets: {} by meaning, {} by words; words weigh {weight:.2}",
            access.len(),
            found(legs.dense.len()),
            found(legs.sparse.len()),
        ));
        let hits = fuse::fuse(&legs, weight);
        let evidence = Evidence::of(&legs, question.own_terms);
        let mut hits = if question.is_described {
            self.bridged(&query, &legs, hits, &mut steps).await?
        } else if question.facet.is_some() {
            self.moved(query, legs, hits, weight, &mut steps).await?
        } else {
            hits
        };
        hits.truncate(limit.min(MAX_RESULTS));
        Ok(Retrieved { hits, confidence: confidence::confidence(&evidence), evidence, steps })
    }

    /// Searched again under the titles of what was found.
    async fn bridged(
        &self,
        query: &HybridQuery,
        legs: &HybridHits,
        hits: Vec<RankedChunk>,
        steps: &mut Vec<String>,
    ) -> Result<Vec<RankedChunk>, RetrieveError> {
        let bridged = bridge::follow(&*self.index, query, legs, hits).await?;
        if bridged.readings > 0 {
            steps.push(format!("searched again under the titles of {} documents", bridged.readings));
        }
        Ok(bridged.hits)
    }

    /// Searched again by meaning, moved towards the first documents.
    async fn moved(
        &self,
        mut query: HybridQuery,
        mut legs: HybridHits,
        hits: Vec<RankedChunk>,
        weight: f32,
        steps: &mut Vec<String>,
    ) -> Result<Vec<RankedChunk>, RetrieveError> {
        let Some(dense) = query.dense.take() else { return Ok(hits) };
        let teachers = feedback::teachers(&hits);
        let vectors = self.index.vectors(teachers, query.access.clone()).await?;
        let Some(moved) = feedback::moved(&dense, &vectors) else { return Ok(hits) };
        steps.push(format!("searched again by meaning, moved towards {} documents", vectors.len()));
        let again = HybridQuery {
            dense: Some(moved),
            sparse: crate::index::sparse::SparseVector::default(),
            ..query
        };
        let HybridHits { dense, leads, sparse: _ } = self.index.search(again).await?;
        legs = HybridHits { dense, leads, ..legs };
        Ok(fuse::fuse(&legs, weight))
    }

    /// The question's vector. A failure costs the dense leg, not the answer.
    async fn meaning(&self, question: &Question, steps: &mut Vec<String>) -> Option<Vec<f32>> {
        let Some(embedder) = &self.embedder else {
            steps.push("searched by words alone: no embedding model".to_owned());
            return None;
        };
        let stated = async {
            match question.facet {
                Some(facet) => {
                    let text = format!("{} {}", question.text, facet.stated);
                    embedder.embed_question(text).await.map(Some)
                }
                None => Ok(None),
            }
        };
        match tokio::try_join!(embedder.embed_question(question.text.clone()), stated) {
            Ok((vector, None)) => Some(vector),
            Ok((vector, Some(stated))) => Some(feedback::mixed(&vector, &stated, STATED).unwrap_or(vector)),
            Err(error) => {
                tracing::warn!(error = %error, "embedding a question failed");
                steps.push("searched by words alone: the embedding model failed".to_owned());
                None
            }
        }
    }
}

impl std::fmt::Debug for Retriever {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Retriever")
            .field("embedder", &self.embedder.as_ref().map(|one| one.id()))
            .finish_non_exhaustive()
    }
}

fn found(count: usize) -> String {
    if count >= HITS_PER_LEG { format!("{count} or more") } else { count.to_string() }
}
