//! Where chunks are found: one hybrid index behind one trait.
//!
//! A point of the index is a chunk's id, its document's id, its access set, the keyed term ids of its document's title,
//! whether it opens its document, the numbers by which searches are narrowed ([`narrow`]), a sparse vector of keyed term ids
//! and, once there was time for it, a dense vector. **The index holds no text**, and a copy of it answers no dictionary,
//! because the key of the term ids never leaves the daemon. [`ChunkIndex`] has two forms with one contract: [`edge`], the
//! engine inside this process, and [`qdrant`], the same engine as a server. The filter on access sets is part of every
//! query; there is no way to search without one, and a reader without sets finds nothing.
//!
//! The index can be made anew from the database at any time. Its [`IndexIdentity`] says for which embedder and term key
//! it was made, and its epoch changes when it is made anew, so that nobody takes an empty index for a full one.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

#[cfg(feature = "embedded-index")]
pub mod edge;
pub mod narrow;
pub mod qdrant;
pub mod sparse;
pub mod twin;

use narrow::{Facts, MAX_DESCRIBED, Narrow};
use sparse::{SparseVector, TermKey};

/// Changes when points of an older release can no longer be compared: other terms, other fields, other weights.
pub const FORMAT: u32 = 2;
/// Most points in one call.
pub const MAX_POINTS: usize = 4096;
/// Most ids in one call.
pub const MAX_IDS: usize = 16_384;
/// Most access sets of one reader.
pub const MAX_ACCESS_SETS: usize = 16_384;
/// Most points of one page of a scan.
pub const MAX_SCANNED: usize = 8192;
/// Most hits of one leg.
pub const MAX_HITS: usize = 1000;

/// Most terms of a title that are kept.
pub const MAX_SUBJECT_TERMS: usize = 12;

/// Documents moved to another access set by one write; larger calls are split, so that searches and other writes get
/// their turn in between.
const MOVED_AT_ONCE: usize = 512;

/// Points written at once; larger calls are split, so that no single write grows without bound.
const WRITE_BATCH: usize = 128;

/// Names used in the engine, the same in both forms.
const DENSE: &str = "dense";
const SPARSE: &str = "sparse";
const DOCUMENT: &str = "document";
const ACCESS_SET: &str = "access_set";
const SUBJECT: &str = "subject";
const LEAD: &str = "lead";

/// How [`Point::lead`] is stored: a filter matches integers.
const IS_LEAD: i64 = 1;

/// A chunk as the index knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The chunk.
    pub chunk: ChunkId,
    /// The document it is from.
    pub document: DocumentId,
    /// Who may find it.
    pub access_set: AccessSetId,
    /// What its document is about: [`SparseEncoder::subject`](sparse::SparseEncoder::subject) of its headings.
    pub subject: Vec<u32>,
    /// Whether its document begins with it. A document's beginning says what the whole is about.
    pub lead: bool,
    /// What its document is, beside its text; `None` while nobody has said, and then only searches that let through what
    /// is not known find it once they are narrowed.
    pub facts: Option<Facts>,
    /// Its terms.
    pub sparse: SparseVector,
    /// Its meaning, once embedded.
    pub dense: Option<Vec<f32>>,
}

/// One search: two or three legs, each ranked by its own score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HybridQuery {
    /// The question's meaning; without it the dense leg is empty.
    pub dense: Option<Vec<f32>>,
    /// The question's terms; without any the sparse leg is empty.
    pub sparse: SparseVector,
    /// The reader's access sets.
    pub access: Vec<AccessSetId>,
    /// Only chunks of documents whose title has all of these terms; empty is no condition.
    pub subject: Vec<u32>,
    /// What else narrows it.
    pub narrow: Narrow,
    /// Whether the beginnings of documents are searched by meaning as a leg of their own.
    pub leads: bool,
    /// How many hits each leg gives at most.
    pub limit_per_leg: usize,
}

/// A chunk that was found. It carries no text: the store decides again whether the reader may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The chunk.
    pub chunk: ChunkId,
    /// The document it is from.
    pub document: DocumentId,
    /// The terms of the document's title.
    pub subject: Vec<u32>,
    /// The leg's own score; scores of different legs do not compare.
    pub score: f32,
}

/// The legs of a search, best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HybridHits {
    /// By meaning.
    pub dense: Vec<Hit>,
    /// By meaning among the beginnings of documents, where that was asked for.
    pub leads: Vec<Hit>,
    /// By terms.
    pub sparse: Vec<Hit>,
}

/// Where a point belongs, as the index has it. What should be there is for the database to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The chunk.
    pub chunk: ChunkId,
    /// The document it is said to be from.
    pub document: DocumentId,
    /// Who may find it.
    pub access_set: AccessSetId,
}

/// One page of all points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// In the order of their chunks' ids.
    pub points: Vec<Placed>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<ChunkId>,
}

/// What an index must have been made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexSpec {
    /// The embedder's id.
    pub embedder: String,
    /// Its dimension.
    pub dimension: usize,
    /// The fingerprint of the term key.
    pub term_key: String,
}

impl IndexSpec {
    /// The embedder is named even while its model is not installed, so that installing it later changes nothing here.
    pub fn new(embedder: &str, dimension: usize, key: &TermKey) -> Self {
        Self { embedder: embedder.to_owned(), dimension, term_key: key.fingerprint() }
    }
}

/// What an index is, as it is kept beside its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexIdentity {
    /// [`FORMAT`] at the time it was made.
    pub format: u32,
    /// Drawn when it was made; another epoch than the last one seen means that everything has to be indexed again.
    pub epoch: Uuid,
    /// The embedder's id.
    pub embedder: String,
    /// Its dimension.
    pub dimension: usize,
    /// The fingerprint of the term key.
    pub term_key: String,
}

impl IndexIdentity {
    fn new(spec: &IndexSpec, epoch: Uuid) -> Self {
        let IndexSpec { embedder, dimension, term_key } = spec.clone();
        Self { format: FORMAT, epoch, embedder, dimension, term_key }
    }

    /// Whether an index is the one that is wanted.
    pub fn is_for(&self, spec: &IndexSpec) -> bool {
        self.check(spec).is_ok()
    }

    /// What it was made for.
    pub fn spec(&self) -> IndexSpec {
        IndexSpec {
            embedder: self.embedder.clone(),
            dimension: self.dimension,
            term_key: self.term_key.clone(),
        }
    }

    /// Refuses an index that was made for something else.
    fn check(&self, spec: &IndexSpec) -> Result<(), IndexError> {
        let facts = [
            ("format", self.format.to_string(), FORMAT.to_string()),
            ("embedder", self.embedder.clone(), spec.embedder.clone()),
            ("dimension", self.dimension.to_string(), spec.dimension.to_string()),
            ("term key", self.term_key.clone(), spec.term_key.clone()),
        ];
        match facts.into_iter().find(|(_, found, wanted)| found != wanted) {
            None => Ok(()),
            Some((what, found, wanted)) => Err(IndexError::Mismatch { what, found, wanted }),
        }
    }
}

/// A hybrid index of chunks.
#[async_trait]
pub trait ChunkIndex: Send + Sync + 'static {
    /// What this index is.
    fn identity(&self) -> &IndexIdentity;

    /// Writes points, each in place of the one with its id. They can be found when this returns.
    async fn upsert(&self, points: Vec<Point>) -> Result<(), IndexError>;

    /// Moves all chunks of these documents to another access set. One write for thousands of documents costs far less
    /// than a write for each, because what is rewritten is one integer per chunk.
    async fn set_access(&self, documents: Vec<DocumentId>, set: AccessSetId) -> Result<(), IndexError>;

    /// Writes the facts of documents into all of their chunks, in the place of those they have.
    async fn set_facts(&self, facts: Vec<(DocumentId, Facts)>) -> Result<(), IndexError>;

    /// Removes all chunks of a document.
    async fn remove_document(&self, document: DocumentId) -> Result<(), IndexError>;

    /// Removes chunks; those that are not there are no error.
    async fn remove_chunks(&self, chunks: Vec<ChunkId>) -> Result<(), IndexError>;

    /// Searches all legs among the chunks of the reader's access sets.
    async fn search(&self, query: HybridQuery) -> Result<HybridHits, IndexError>;

    /// The vectors of these chunks, as far as the reader may see them and they have one, in no order.
    async fn vectors(
        &self,
        chunks: Vec<ChunkId>,
        access: Vec<AccessSetId>,
    ) -> Result<Vec<(ChunkId, Vec<f32>)>, IndexError>;

    /// How many chunks there are.
    async fn count(&self) -> Result<u64, IndexError>;

    /// A page of all points, starting at a chunk, in the order of chunk ids. Writes meanwhile neither repeat nor hide
    /// what was there all along.
    async fn scan(&self, from: Option<ChunkId>, limit: usize) -> Result<Scanned, IndexError>;

    /// Which of these chunks are there.
    async fn contains(&self, chunks: Vec<ChunkId>) -> Result<Vec<ChunkId>, IndexError>;

    /// Makes every finished write survive a crash. Progress may be recorded elsewhere only after this.
    async fn flush(&self) -> Result<(), IndexError>;

    /// Rearranges for fast searches after many writes. It takes long; searches and writes go on meanwhile.
    async fn optimise(&self) -> Result<(), IndexError>;
}

/// Why the index did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Another process has the directory open.
    #[error(
        "the index in {directory} is in use by another process; stop that one, or set a Qdrant address so that several \
         can share an index"
    )]
    Locked {
        /// Where it is.
        directory: String,
    },
    /// The index was made for something else. It has to be discarded and filled again.
    #[error("the index was made for another {what}: it says {found}, wanted is {wanted}")]
    Mismatch {
        /// What differs.
        what: &'static str,
        /// What the index says.
        found: String,
        /// What the program wants.
        wanted: String,
    },
    /// The index could not be opened or made.
    #[error("opening the index {place}")]
    Open {
        /// Directory or collection.
        place: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A write failed; it may be tried again, all writes are idempotent.
    #[error("{operation} in the index")]
    Write {
        /// What was tried.
        operation: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A read failed.
    #[error("{operation} the index")]
    Read {
        /// What was tried.
        operation: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The index server does not answer.
    #[error("the index server does not answer")]
    Unreachable {
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A vector has the wrong size, holds something that is not a number, or names a term twice.
    #[error("a vector does not fit the index: {problem}")]
    BadVector {
        /// What is wrong.
        problem: String,
    },
    /// A call is larger than its limit.
    #[error("{count} {what} in one call to the index; at most {limit} are taken")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there were.
        count: usize,
        /// The limit.
        limit: usize,
    },
}

/// Refuses calls beyond their limits and vectors that do not fit, the same way in both forms.
fn check_points(points: &[Point], dimension: usize) -> Result<(), IndexError> {
    check_count("points", points.len(), MAX_POINTS)?;
    for point in points {
        check_count("terms of a title", point.subject.len(), MAX_SUBJECT_TERMS)?;
        point.sparse.check()?;
        if let Some(facts) = &point.facts {
            facts.check()?;
        }
        if let Some(dense) = &point.dense {
            check_dense(dense, dimension)?;
        }
    }
    Ok(())
}

fn check_query(query: &HybridQuery, dimension: usize) -> Result<(), IndexError> {
    check_count("access sets", query.access.len(), MAX_ACCESS_SETS)?;
    check_count("hits", query.limit_per_leg, MAX_HITS)?;
    check_count("terms of a title", query.subject.len(), MAX_SUBJECT_TERMS)?;
    query.sparse.check()?;
    query.narrow.check()?;
    query.dense.as_deref().map_or(Ok(()), |dense| check_dense(dense, dimension))
}

fn check_facts(facts: &[(DocumentId, Facts)]) -> Result<(), IndexError> {
    check_count("documents", facts.len(), MAX_DESCRIBED)?;
    facts.iter().try_for_each(|(_, facts)| facts.check())
}

const fn check_count(what: &'static str, count: usize, limit: usize) -> Result<(), IndexError> {
    if count > limit { Err(IndexError::TooMany { what, count, limit }) } else { Ok(()) }
}

fn check_dense(dense: &[f32], dimension: usize) -> Result<(), IndexError> {
    if dense.len() != dimension {
        let problem = format!("it has {} numbers, the index has {dimension}", dense.len());
        return Err(IndexError::BadVector { problem });
    }
    if !dense.iter().all(|value| value.is_finite()) {
        return Err(IndexError::BadVector { problem: "it holds something that is not a number".to_owned() });
    }
    Ok(())
}
