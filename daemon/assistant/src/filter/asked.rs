//! A filter as one asker means it now: as conditions of the index query, and as the comparison afterwards.

use std::collections::{HashMap, HashSet};

use voiceassist_model::{AccountId, DocumentId, Passage, Source};
use voiceassist_rag::index::narrow::{FACTS_FORM, MAX_DOCUMENTS, Narrow};
use voiceassist_rag::index::sparse::SparseEncoder;
use voiceassist_rag::retrieve::RankedChunk;
use voiceassist_store::documents::{Fit, Fitting};
use voiceassist_store::{Store, StoreError, Verified};

use super::people::Somebody;
use super::{Filter, kind};
use crate::people::PeopleError;

/// A filter, resolved for one asker.
pub(crate) struct Narrowed {
    /// For the index.
    pub(crate) narrow: Narrow,
    /// Whether the index cannot say all of it, so that more is asked for than is wanted.
    pub(crate) is_loose: bool,
    fit: Fit,
    people: Vec<Somebody>,
}

impl Filter {
    /// What the database compares documents with: everything but people.
    pub fn fit(&self) -> Fit {
        Fit {
            sources: self.sources.clone(),
            types: self.types.iter().filter_map(|name| kind::media_types(name)).flatten().collect(),
            folder: self.folder.clone(),
            // What is beyond the database's numbers is no file's id.
            files: self.files.iter().map(|id| i64::try_from(*id).unwrap_or(-1)).collect(),
            from: self.from,
            before: self.to,
        }
    }
}

impl Narrowed {
    /// Resolves a checked filter; `None` when nothing can fit.
    pub(crate) async fn of(
        store: &Store,
        account: AccountId,
        terms: &SparseEncoder,
        filter: &Filter,
    ) -> Result<Option<Self>, PeopleError> {
        let mut people = Vec::with_capacity(filter.people.len());
        for said in &filter.people {
            people.push(Somebody::resolved(store, account, said).await?);
        }
        let fit = filter.fit();
        let form = i16::try_from(FACTS_FORM).unwrap_or(i16::MAX);
        let or_unknown = !store.facts().are_whole(form).await?;
        let mut documents = None;
        let in_own_tree = fit.folder.is_some() || !fit.files.is_empty();
        if in_own_tree {
            documents = store.documents().all_fitting(account, &fit, MAX_DOCUMENTS).await?;
            if documents.as_ref().is_some_and(Vec::is_empty) {
                return Ok(None);
            }
        }
        let is_loose = in_own_tree && documents.is_none() || or_unknown;
        let narrow = Narrow {
            sources: fit.sources.clone(),
            types: fit.types.iter().map(|name| terms.media_type(name)).collect(),
            from: fit.from.map(|at| at.timestamp()),
            // A part of a second more; what begins in it is compared afterwards.
            before: fit.before.map(|at| at.timestamp().saturating_add(1)),
            people: people.iter().map(|somebody| somebody.ways(terms)).collect(),
            documents,
            or_unknown,
        };
        Ok(Some(Self { narrow, is_loose, fit, people }))
    }

    /// Those of these hits whose documents really fit, as far as that can be said without their text; in the same order.
    pub(crate) async fn fitting(
        &self,
        store: &Store,
        account: AccountId,
        hits: Vec<RankedChunk>,
    ) -> Result<Vec<RankedChunk>, StoreError> {
        let documents: HashSet<DocumentId> = hits.iter().map(|hit| hit.document).collect();
        let documents: Vec<DocumentId> = documents.into_iter().collect();
        let found =
            store.documents().fitting(account, &self.fit, &documents, !self.people.is_empty()).await?;
        let fitting: HashMap<DocumentId, Fitting> =
            found.into_iter().map(|one| (one.document, one)).collect();
        let fits = |hit: &RankedChunk| fitting.get(&hit.document).is_some_and(|found| self.has_people(found));
        Ok(hits.into_iter().filter(fits).collect())
    }

    /// Files say in their text who is in them; of all others it is known.
    fn has_people(&self, found: &Fitting) -> bool {
        found.source == Source::File || self.people.iter().all(|somebody| somebody.is_among(&found.people))
    }

    /// Whether a passage stays. Of a file of which the index may not know whom it names, the passage itself must.
    pub(crate) fn keeps(&self, passage: &Verified<Passage>) -> bool {
        if passage.origin.source != Source::File || !self.narrow.or_unknown {
            return true;
        }
        let said = || format!("{} {} {}", passage.title, passage.heading, passage.text);
        self.people.is_empty() || self.people.iter().all(|somebody| somebody.is_in(&said()))
    }
}
