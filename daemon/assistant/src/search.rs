//! Passages without an answer.
//!
//! The index proposes, the store disposes: hits are ids that were filtered by the asker's access sets, and only the
//! store turns them into text, after asking again who may read. What the mirror has not confirmed lately is put to
//! Nextcloud itself, as the asker. Whatever cannot be confirmed is withheld without a word about it, because saying
//! "there is something you may not read" already tells.

use std::collections::{BTreeSet, HashMap, HashSet};

use voiceassist_model::{ChunkId, DocumentId, Passage, Principal};
use voiceassist_rag::retrieve::{RankedChunk, RetrieveError};
use voiceassist_store::StoreError;

use crate::settings::{MAX_QUERY_CHARS, MAX_RESULTS};
use crate::{Assistant, SEARCH_SECONDS, WITHHELD};

/// How many hits are asked for beyond the wanted number, because some may no longer be readable.
const SPARE_HITS: usize = 10;

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRequest {
    /// The question, in the asker's words.
    pub query: String,
    /// How many passages at most, 1 to [`MAX_RESULTS`].
    pub limit: usize,
}

impl SearchRequest {
    /// Ten passages.
    pub fn new(query: impl Into<String>) -> Self {
        Self { query: query.into(), limit: 10 }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResults {
    /// What the asker may read, best first.
    pub passages: Vec<Passage>,
    /// That the right passage is among them, 0 to 1.
    pub confidence: f32,
    /// The steps taken, without content of documents.
    pub steps: Vec<String>,
}

/// A search that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Nothing to look for.
    #[error("the question is empty")]
    EmptyQuery,
    /// Longer than a question may be.
    #[error("the question is longer than {limit} characters")]
    QueryTooLong {
        /// The limit, in code points.
        limit: usize,
    },
    /// The wanted number is out of range.
    #[error("between 1 and {max} results can be asked for")]
    Limit {
        /// The most.
        max: usize,
    },
    /// The index failed.
    #[error("searching the index")]
    Retrieve(#[source] RetrieveError),
    /// The database failed.
    #[error("reading passages")]
    Store(#[source] StoreError),
}

impl Assistant {
    /// Passages the person may read, best first.
    #[tracing::instrument(name = "assistant.search.run", skip_all, fields(account.id = %principal.account, passages))]
    pub async fn search(
        &self,
        principal: &Principal,
        request: SearchRequest,
    ) -> Result<SearchResults, SearchError> {
        let started = std::time::Instant::now();
        let query = checked_query(&request.query)?;
        if !(1..=MAX_RESULTS).contains(&request.limit) {
            return Err(SearchError::Limit { max: MAX_RESULTS });
        }
        let results = self.find(principal, query, request.limit).await?;
        tracing::Span::current().record("passages", results.passages.len());
        metrics::histogram!(SEARCH_SECONDS).record(started.elapsed().as_secs_f64());
        Ok(results)
    }

    /// The search itself, for a checked query.
    pub(crate) async fn find(
        &self,
        principal: &Principal,
        query: &str,
        limit: usize,
    ) -> Result<SearchResults, SearchError> {
        let parts = &self.0.parts;
        let sets = parts.store.access().sets_of(principal.account).await.map_err(SearchError::Store)?;
        if sets.is_empty() {
            let steps = vec!["no document is readable for this account".to_owned()];
            return Ok(SearchResults { passages: Vec::new(), confidence: 0.0, steps });
        }
        let retrieved = parts
            .retriever
            .retrieve(query, &sets, limit + SPARE_HITS)
            .await
            .map_err(SearchError::Retrieve)?;
        let mut steps = retrieved.steps;
        let mut passages = self.readable(principal, &retrieved.hits).await?;
        passages = self.fresh(principal, passages, &mut steps).await?;
        passages.sort_by(|a, b| b.score.total_cmp(&a.score));
        passages.truncate(limit);
        let confidence = if passages.is_empty() { 0.0 } else { retrieved.confidence };
        steps.push(format!("read {} passages after checking access again", passages.len()));
        Ok(SearchResults { passages, confidence, steps })
    }

    /// The hits' text, as far as the store lets this person read it now.
    async fn readable(
        &self,
        principal: &Principal,
        hits: &[RankedChunk],
    ) -> Result<Vec<Passage>, SearchError> {
        let scores: HashMap<ChunkId, f32> = hits.iter().map(|hit| (hit.chunk, hit.score)).collect();
        let ids: Vec<ChunkId> = hits.iter().map(|hit| hit.chunk).collect();
        let store = &self.0.parts.store;
        let mut passages =
            store.passages().readable(principal.account, &ids).await.map_err(SearchError::Store)?;
        for passage in &mut passages {
            passage.score = scores.get(&passage.chunk).copied().unwrap_or(0.0);
        }
        count_withheld("store", ids.len(), passages.len());
        Ok(passages)
    }

    /// Keeps what the mirror confirmed lately, or else what Nextcloud confirms now.
    async fn fresh(
        &self,
        principal: &Principal,
        mut passages: Vec<Passage>,
        steps: &mut Vec<String>,
    ) -> Result<Vec<Passage>, SearchError> {
        if passages.is_empty() || self.confirmed_lately(principal).await? {
            return Ok(passages);
        }
        let documents: Vec<DocumentId> =
            passages.iter().map(|passage| passage.document).collect::<BTreeSet<_>>().into_iter().collect();
        let confirm = self.0.parts.freshness.confirm(principal, &documents);
        let confirmed: HashSet<DocumentId> =
            match tokio::time::timeout(self.0.settings.freshness_time, confirm).await {
                Ok(confirmed) => confirmed.into_iter().collect(),
                // No answer from Nextcloud, no passage.
                Err(_) => HashSet::new(),
            };
        let before = passages.len();
        passages.retain(|passage| confirmed.contains(&passage.document));
        count_withheld("freshness", before, passages.len());
        steps.push(format!("asked Nextcloud about {} documents", documents.len()));
        Ok(passages)
    }

    /// Whether this person's mirror was found equal to Nextcloud within the bound.
    async fn confirmed_lately(&self, principal: &Principal) -> Result<bool, SearchError> {
        let parts = &self.0.parts;
        let cursor = parts.store.cursors().files(principal.account).await.map_err(SearchError::Store)?;
        let oldest = parts.clock.now() - self.0.settings.freshness_bound;
        Ok(cursor.confirmed_at.is_some_and(|confirmed| confirmed >= oldest))
    }
}

/// The question without the space around it, if it may be asked at all.
pub(crate) fn checked_query(query: &str) -> Result<&str, SearchError> {
    let query = query.trim();
    if query.is_empty() {
        return Err(SearchError::EmptyQuery);
    }
    if query.chars().count() > MAX_QUERY_CHARS {
        return Err(SearchError::QueryTooLong { limit: MAX_QUERY_CHARS });
    }
    Ok(query)
}

fn count_withheld(check: &'static str, before: usize, after: usize) {
    let withheld = u64::try_from(before.saturating_sub(after)).unwrap_or(u64::MAX);
    metrics::counter!(WITHHELD, "check" => check).increment(withheld);
}

#[cfg(test)]
mod tests {
    use super::{MAX_QUERY_CHARS, SearchError, checked_query};

    #[test]
    fn a_question_has_words_and_a_length() {
        assert_eq!(checked_query("  dose of apixaban? ").unwrap(), "dose of apixaban?");
        assert!(matches!(checked_query(" \n\t"), Err(SearchError::EmptyQuery)));
        assert!(checked_query(&"ä".repeat(MAX_QUERY_CHARS)).is_ok(), "counted in characters, not in bytes");
        assert!(matches!(
            checked_query(&"a".repeat(MAX_QUERY_CHARS + 1)),
            Err(SearchError::QueryTooLong { .. })
        ));
    }
}
