//! Passages without an answer.
//!
//! The index proposes, the store disposes: hits are ids that were filtered by the asker's access sets, and only the
//! store turns them into text, in one statement that asks again who may read. [`crate::verify`] opens what comes of it.
//! Whatever cannot be confirmed is withheld without a word about it, because saying "there is something you may not
//! read" already tells.

use std::collections::HashMap;

use voiceassist_model::{ChunkId, Passage, Principal};
use voiceassist_rag::retrieve::{RankedChunk, RetrieveError};
use voiceassist_rag::variety;
use voiceassist_store::audit::Action;
use voiceassist_store::{StoreError, Verified};

use crate::settings::{MAX_QUERY_CHARS, MAX_RESULTS};
use crate::tools::own::OwnError;
use crate::verify::count_withheld;
use crate::{Assistant, SEARCH_SECONDS};

/// How many hits are asked for beyond the wanted number, because some may no longer be readable.
const SPARE_HITS: usize = 10;

/// What to look for.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchRequest {
    /// The question, in the asker's words.
    pub query: String,
    /// How many passages at most, 1 to [`MAX_RESULTS`].
    pub limit: usize,
}

voiceassist_model::debug_without_text!(SearchRequest { limit; query });

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
    pub passages: Vec<Verified<Passage>>,
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
    /// The person's own mirror could not be asked.
    #[error("reading the mirror")]
    Own(#[source] OwnError),
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
        self.record_passages(principal, Action::SearchShow, &results.passages)
            .await
            .map_err(SearchError::Store)?;
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
        let mut passages = self.readable(principal, &retrieved.hits, &mut steps).await?;
        passages.sort_by(|a, b| b.score.total_cmp(&a.score));
        let arranged = variety::arrange(passages).into_iter();
        let mut passages: Vec<_> = arranged.map(|(passage, score)| passage.scored(score)).collect();
        self.ranked(principal, query, &mut passages, &mut steps).await;
        passages.truncate(limit);
        let confidence = if passages.is_empty() { 0.0 } else { retrieved.confidence };
        steps.push(format!("read {} passages after checking access again", passages.len()));
        Ok(SearchResults { passages, confidence, steps })
    }

    /// The hits' text, as far as this person may read it now.
    async fn readable(
        &self,
        principal: &Principal,
        hits: &[RankedChunk],
        steps: &mut Vec<String>,
    ) -> Result<Vec<Verified<Passage>>, SearchError> {
        let scores: HashMap<ChunkId, f32> = hits.iter().map(|hit| (hit.chunk, hit.score)).collect();
        let ids: Vec<ChunkId> = hits.iter().map(|hit| hit.chunk).collect();
        let store = &self.0.parts.store;
        let found = store.passages().readable(principal.account, &ids).await.map_err(SearchError::Store)?;
        count_withheld("store", ids.len(), found.len());
        let (passages, asked) = self.verified(found).await;
        if asked > 0 {
            steps.push(format!("asked Nextcloud about {asked} documents"));
        }
        Ok(passages
            .into_iter()
            .map(|passage| {
                let found_with = scores.get(&passage.chunk).copied().unwrap_or(0.0);
                passage.scored(found_with)
            })
            .collect())
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
