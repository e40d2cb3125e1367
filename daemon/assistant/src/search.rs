//! Passages without an answer.
//!
//! The index proposes, the store disposes: hits are ids that were filtered by the asker's access sets, and only the
//! store turns them into text, in one statement that asks again who may read. [`crate::verify`] opens what comes of it.
//! Whatever cannot be confirmed is withheld without a word about it, because saying "there is something you may not
//! read" already tells. What it is narrowed to ([`crate::filter`]) is part of the index query and compared once more with what
//! the database says.

use std::collections::HashMap;

use voiceassist_model::{ChunkId, Passage, Principal};
use voiceassist_rag::index::narrow::Narrow;
use voiceassist_rag::retrieve::{self, RankedChunk, RetrieveError};
use voiceassist_rag::variety;
use voiceassist_store::audit::Action;
use voiceassist_store::{StoreError, Verified};

use crate::filter::{Filter, FilterError, Narrowed};
use crate::people::PeopleError;
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
    /// What is looked at.
    pub filter: Filter,
}

voiceassist_model::debug_without_text!(SearchRequest { limit; query });

impl SearchRequest {
    /// Ten passages of everything.
    pub fn new(query: impl Into<String>) -> Self {
        Self { query: query.into(), limit: 10, filter: Filter::default() }
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
    /// Where the filter left nothing, how many there are without it, up to the wanted number.
    pub without_filter: Option<usize>,
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
    /// The filter cannot be meant.
    #[error("the filter cannot be meant")]
    Filter(#[source] FilterError),
    /// The people of the filter could not be looked up.
    #[error("looking people up")]
    People(#[source] PeopleError),
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

/// What a search looks at.
enum Scope {
    /// Whatever its asker may read.
    All,
    /// What fits of that.
    Some(Box<Narrowed>),
    /// Nothing fits.
    Nothing,
}

impl SearchResults {
    fn nothing(step: &str) -> Self {
        let steps = vec![step.to_owned()];
        Self { passages: Vec::new(), confidence: 0.0, steps, without_filter: None }
    }
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
        let filter = request.filter.checked().map_err(SearchError::Filter)?;
        let mut results = self.find_within(principal, query, &filter, request.limit).await?;
        if results.passages.is_empty() && !filter.is_open() {
            let all = self.find(principal, query, request.limit).await?;
            results.without_filter = Some(all.passages.len());
        }
        self.record_passages(principal, Action::SearchShow, &results.passages)
            .await
            .map_err(SearchError::Store)?;
        tracing::Span::current().record("passages", results.passages.len());
        metrics::histogram!(SEARCH_SECONDS).record(started.elapsed().as_secs_f64());
        Ok(results)
    }

    /// The search itself, for a checked query, in everything.
    pub(crate) async fn find(
        &self,
        principal: &Principal,
        query: &str,
        limit: usize,
    ) -> Result<SearchResults, SearchError> {
        self.find_within(principal, query, &Filter::default(), limit).await
    }

    /// The same within a checked filter.
    pub(crate) async fn find_within(
        &self,
        principal: &Principal,
        query: &str,
        filter: &Filter,
        limit: usize,
    ) -> Result<SearchResults, SearchError> {
        let parts = &self.0.parts;
        let sets = parts.store.access().sets_of(principal.account).await.map_err(SearchError::Store)?;
        if sets.is_empty() {
            return Ok(SearchResults::nothing("no document is readable for this account"));
        }
        let narrowed = match self.narrowed(principal, filter).await? {
            Scope::All => None,
            Scope::Some(narrowed) => Some(*narrowed),
            Scope::Nothing => return Ok(SearchResults::nothing("nothing of this account fits the filter")),
        };
        let wanted = match &narrowed {
            Some(narrowed) if narrowed.is_loose => retrieve::MAX_RESULTS,
            _ => limit + SPARE_HITS,
        };
        let everything = Narrow::default();
        let narrow = narrowed.as_ref().map_or(&everything, |narrowed| &narrowed.narrow);
        let retrieved = parts
            .retriever
            .retrieve_within(query, &sets, narrow, wanted)
            .await
            .map_err(SearchError::Retrieve)?;
        let (mut hits, mut steps) = (retrieved.hits, retrieved.steps);
        if let Some(narrowed) = &narrowed {
            hits =
                narrowed.fitting(&parts.store, principal.account, hits).await.map_err(SearchError::Store)?;
            steps.push(filter.noted());
        }
        hits.truncate(limit + SPARE_HITS);
        let mut passages = self.readable(principal, &hits, &mut steps).await?;
        if let Some(narrowed) = &narrowed {
            passages.retain(|passage| narrowed.keeps(passage));
        }
        passages.sort_by(|a, b| b.score.total_cmp(&a.score));
        let arranged = variety::arrange(passages).into_iter();
        let mut passages: Vec<_> = arranged.map(|(passage, score)| passage.scored(score)).collect();
        self.ranked(principal, query, &mut passages, &mut steps).await;
        passages.truncate(limit);
        let confidence = if passages.is_empty() { 0.0 } else { retrieved.confidence };
        steps.push(format!("read {} passages after checking access again", passages.len()));
        Ok(SearchResults { passages, confidence, steps, without_filter: None })
    }

    /// What a filter means for this person now.
    async fn narrowed(&self, principal: &Principal, filter: &Filter) -> Result<Scope, SearchError> {
        if filter.is_open() {
            return Ok(Scope::All);
        }
        let parts = &self.0.parts;
        let narrowed = Narrowed::of(&parts.store, principal.account, parts.retriever.terms(), filter).await;
        let narrowed = narrowed.map_err(SearchError::People)?;
        Ok(narrowed.map_or(Scope::Nothing, |narrowed| Scope::Some(Box::new(narrowed))))
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
