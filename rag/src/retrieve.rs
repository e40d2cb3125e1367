//! From a question to ranked chunk ids.
//!
//! A question is asked in two ways at once, by its words and by its meaning; the index answers both legs from what the
//! reader may see, and the legs are merged with a weight chosen for this question. Without an embedder, or when it
//! fails, words alone decide and the steps say so. What comes out is ids and scores: whoever wants text asks the store,
//! which decides again. This module never sees a passage and never widens a reader's access sets.

use std::sync::Arc;

use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use crate::embed::Embedder;
use crate::index::sparse::SparseEncoder;
use crate::index::{ChunkIndex, HybridHits, HybridQuery, IndexError};

mod confidence;
mod fuse;
mod query;

use query::Question;

/// Hits asked of each leg. The fusion looks at their spread, so it needs more than it gives back.
const HITS_PER_LEG: usize = 100;
/// Longest question that is read; what follows is a document, not a question.
const MAX_QUESTION_CHARS: usize = 4000;
/// Most hits given back.
pub const MAX_RESULTS: usize = 2 * HITS_PER_LEG;

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

    /// Finds the chunks that fit a question best among those of the reader's access sets.
    pub async fn retrieve(
        &self,
        question: &str,
        access: &[AccessSetId],
        limit: usize,
    ) -> Result<Retrieved, RetrieveError> {
        let question = Question::read(question, MAX_QUESTION_CHARS, &self.terms);
        if access.is_empty() || limit == 0 {
            return Ok(Retrieved {
                steps: vec!["the reader has no documents".to_owned()],
                ..Retrieved::default()
            });
        }
        let mut steps = Vec::new();
        let dense = self.meaning(&question, &mut steps).await;
        let query = HybridQuery {
            dense,
            sparse: question.terms.clone(),
            access: access.to_vec(),
            limit_per_leg: HITS_PER_LEG,
        };
        let legs = self.index.search(query).await?;
        let weight = fuse::weight(&question, &legs);
        steps.push(format!(
            "searched {} access sets: {} by meaning, {} by words; words weigh {weight:.2}",
            access.len(),
            found(legs.dense.len()),
            found(legs.sparse.len()),
        ));
        let mut hits = fuse::fuse(&legs, weight);
        hits.truncate(limit.min(MAX_RESULTS));
        Ok(Retrieved { hits, confidence: confidence::confidence(&legs, weight), steps })
    }

    /// The question's vector. A failure costs the dense leg, not the answer.
    async fn meaning(&self, question: &Question, steps: &mut Vec<String>) -> Option<Vec<f32>> {
        let Some(embedder) = &self.embedder else {
            steps.push("searched by words alone: no embedding model".to_owned());
            return None;
        };
        match embedder.embed_question(question.text.clone()).await {
            Ok(vector) => Some(vector),
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
    if count == HITS_PER_LEG { format!("{count} or more") } else { count.to_string() }
}

/// How far the best score of a leg stands above the one at `rank` (from 1), as a share of the best. The last one counts
/// where a leg is shorter; a leg of fewer than two says nothing.
fn drop_to(leg: &[crate::index::Hit], rank: usize) -> Option<f32> {
    let best = leg.first()?.score;
    let other = leg.get(..rank.min(leg.len())).unwrap_or_default().last()?.score;
    (leg.len() > 1 && best > 0.0).then(|| ((best - other) / best).clamp(0.0, 1.0))
}

/// Whether both legs put the same chunk first.
fn agree(legs: &HybridHits) -> bool {
    match (legs.dense.first(), legs.sparse.first()) {
        (Some(dense), Some(sparse)) => dense.chunk == sparse.chunk,
        _ => false,
    }
}
