//! The index an evaluation is made on.
//!
//! Each document is read as a file of text would be (as Markdown under its title, where it has one), cut, embedded and
//! indexed exactly as ingestion does. One access set holds everything; a second one, which the reader does not have, takes
//! the documents that are hidden for one question. The engine is not asked to optimise, so that every search is exact and
//! the same run gives the same figures. The text of what is found is handed out as passages; a reader's rights, which the
//! daemon asks the database for, are the two sets and nothing else.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use tempfile::TempDir;
use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId, Passage, Sensitivity};
use voiceassist_rag::chunk::{self, Chunk, ChunkSettings};
use voiceassist_rag::embed::{Embedder, minilm};
use voiceassist_rag::extract::{self, ExtractError, ExtractSettings};
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::sparse::{SparseEncoder, TermKey};
use voiceassist_rag::index::{ChunkIndex, Hit, HybridHits, HybridQuery, IndexSpec, Point};
use voiceassist_rag::retrieve::{MAX_RESULTS, Retrieved, Retriever};
use voiceassist_rag::variety;

use super::progress::Progress;
use super::remembered::Remembered;
use super::sets::Document;

/// The set the reader has.
const READABLE: AccessSetId = AccessSetId::new(1);
/// The set nobody has.
const HIDDEN: AccessSetId = AccessSetId::new(2);
/// Chunks embedded and written at once.
const BATCH: usize = 64;
/// Hits looked at beyond the wanted number, as in the daemon's search.
const SPARE_HITS: usize = 10;
/// Nothing here is secret, and the same key gives the same index.
const KEY: [u8; 32] = [0; 32];

/// A filled index and what asks it.
pub(super) struct Scratch {
    pub(super) documents: usize,
    pub(super) chunks: usize,
    /// Documents in which there was nothing to read.
    pub(super) unread: usize,
    pub(super) embedder: Option<Arc<dyn Embedder>>,
    names: HashMap<DocumentId, String>,
    passages: HashMap<ChunkId, Passage>,
    index: Arc<dyn ChunkIndex>,
    retriever: Retriever,
    terms: SparseEncoder,
    /// Deleted when this is dropped, after the index that lies in it is closed.
    _directory: TempDir,
}

impl Scratch {
    /// Reads, cuts, embeds and indexes the documents.
    pub(super) async fn fill(
        documents: &[Document],
        embedder: Option<Arc<dyn Embedder>>,
        cache: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let directory = tempfile::tempdir().context("making a temporary directory")?;
        let key = TermKey::new(KEY);
        let (name, dimension) = embedder
            .as_ref()
            .map_or((minilm::INT8, minilm::DIMENSION), |embedder| (embedder.id(), embedder.dimension()));
        let spec = IndexSpec::new(name, dimension, &key);
        let index = EdgeIndex::open(directory.path().to_owned(), spec, Uuid::nil()).await?;
        let index: Arc<dyn ChunkIndex> = Arc::new(index);
        let terms = SparseEncoder::new(key);
        let mut scratch = Self {
            documents: documents.len(),
            chunks: 0,
            unread: 0,
            names: HashMap::with_capacity(documents.len()),
            passages: HashMap::new(),
            retriever: Retriever::new(embedder.clone(), Arc::clone(&index), terms.clone()),
            embedder,
            index,
            terms,
            _directory: directory,
        };
        let chunks = scratch.cut(documents)?;
        scratch.chunks = chunks.len();
        scratch.write(chunks, cache).await?;
        Ok(scratch)
    }

    /// The chunks of all documents with the text that is indexed.
    fn cut(&mut self, documents: &[Document]) -> anyhow::Result<Vec<(Point, String)>> {
        let mut chunks = Vec::new();
        for (number, document) in (1..).zip(documents) {
            let id = document_id(&document.id);
            self.names.insert(id, document.id.clone());
            let (text, name) = match &document.title {
                Some(title) => (format!("# {title}\n\n{}", document.text), "document.md"),
                None => (document.text.clone(), "document.txt"),
            };
            let read = extract::read(&mut Cursor::new(text.into_bytes()), name, &ExtractSettings::default());
            let read = match read {
                Ok(read) => read,
                Err(ExtractError::Empty | ExtractError::NoText) => {
                    self.unread += 1;
                    continue;
                }
                Err(error) => {
                    return Err(error).with_context(|| format!("reading document {:?}", document.id));
                }
            };
            for chunk in chunk::split(&read, &ChunkSettings::default()) {
                let text = chunk.embedding_text();
                let point = Point {
                    chunk: chunk.id(id),
                    document: id,
                    access_set: READABLE,
                    subject: self.terms.subject(&chunk.heading),
                    lead: chunk.ordinal == 0,
                    facts: None,
                    sparse: self.terms.document(&text),
                    dense: None,
                };
                self.passages.insert(point.chunk, passage(&point, number, document, chunk));
                chunks.push((point, text));
            }
        }
        Ok(chunks)
    }

    async fn write(&self, chunks: Vec<(Point, String)>, cache: Option<&Path>) -> anyhow::Result<()> {
        let mut remembered = match (&self.embedder, cache) {
            (Some(embedder), Some(directory)) => Some(Remembered::open(directory, &**embedder)?),
            _ => None,
        };
        let mut progress = Progress::start("indexed chunks", chunks.len());
        let mut rest = chunks.into_iter().peekable();
        while rest.peek().is_some() {
            let (mut points, texts): (Vec<Point>, Vec<String>) = rest.by_ref().take(BATCH).unzip();
            let count = points.len();
            if let Some(embedder) = &self.embedder {
                let vectors = match &mut remembered {
                    Some(remembered) => remembered.embed(&**embedder, texts).await?,
                    None => embedder.embed(texts).await?,
                };
                for (point, vector) in points.iter_mut().zip(vectors) {
                    point.dense = Some(vector);
                }
            }
            self.index.upsert(points).await?;
            progress.steps(count);
        }
        Ok(())
    }

    /// Asks as the reader of everything but what is hidden for this question.
    pub(super) async fn ask<'a>(
        &self,
        question: &str,
        hidden: impl Iterator<Item = &'a String>,
    ) -> anyhow::Result<Retrieved> {
        let hidden: Vec<DocumentId> = hidden.map(|id| document_id(id)).collect();
        if !hidden.is_empty() {
            self.index.set_access(hidden.clone(), HIDDEN).await?;
        }
        let found = self.retriever.retrieve(question, &[READABLE], MAX_RESULTS).await;
        if !hidden.is_empty() {
            self.index.set_access(hidden, READABLE).await?;
        }
        Ok(found?)
    }

    /// The text of the first chunks found, copies behind.
    pub(super) fn passages(&self, found: &Retrieved, limit: usize) -> Vec<Passage> {
        let hits = found.hits.iter().take(limit + SPARE_HITS);
        let passages = hits.filter_map(|hit| Some((hit.score, self.passages.get(&hit.chunk)?.clone())));
        let passages = passages.map(|(score, passage)| Passage { score, ..passage }).collect();
        let arranged = variety::arrange::<Passage>(passages).into_iter().take(limit);
        arranged.map(|(passage, score)| Passage { score, ..passage }).collect()
    }

    /// The documents found, best first.
    pub(super) fn ranked(&self, found: &Retrieved) -> Vec<String> {
        self.documents(found.hits.iter().map(|hit| hit.document))
    }

    /// The id of a document in the file.
    pub(super) fn name(&self, document: DocumentId) -> Option<&str> {
        self.names.get(&document).map(String::as_str)
    }

    /// What the two legs of the index find by themselves.
    pub(super) async fn legs(&self, question: &str, limit_per_leg: usize) -> anyhow::Result<HybridHits> {
        let dense = match &self.embedder {
            Some(embedder) => Some(embedder.embed_question(question.to_owned()).await?),
            None => None,
        };
        let sparse = self.terms.question(question);
        let access = vec![READABLE];
        let query = HybridQuery { dense, sparse, access, limit_per_leg, ..HybridQuery::default() };
        Ok(self.index.search(query).await?)
    }

    /// The documents of one leg, each where its best chunk stands.
    pub(super) fn by_document(&self, leg: &[Hit]) -> Vec<String> {
        self.documents(leg.iter().map(|hit| hit.document))
    }

    fn documents(&self, hits: impl Iterator<Item = DocumentId>) -> Vec<String> {
        let mut ranked: Vec<String> = Vec::new();
        for document in hits {
            if let Some(name) = self.names.get(&document)
                && !ranked.contains(name)
            {
                ranked.push(name.clone());
            }
        }
        ranked
    }
}

/// A chunk with its text, as a reader of everything would be given it.
fn passage(point: &Point, number: i64, document: &Document, chunk: Chunk) -> Passage {
    let title = document.title.clone().unwrap_or_else(|| document.id.clone());
    Passage {
        chunk: point.chunk,
        document: point.document,
        file_id: number,
        origin: voiceassist_model::Origin::default(),
        path: format!("/{title}"),
        title,
        heading: chunk.heading,
        pages: chunk.pages,
        span: chunk.span,
        text: chunk.text,
        printed: chunk.printed,
        sensitivity: Sensitivity::Public,
        score: 0.0,
    }
}

/// The same id gives the same document in every run.
fn document_id(id: &str) -> DocumentId {
    let mut bytes = [0; 16];
    blake3::Hasher::new().update(id.as_bytes()).finalize_xof().fill(&mut bytes);
    DocumentId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
