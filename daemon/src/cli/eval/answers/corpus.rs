//! The documents an evaluation of answers is made on, indexed and with their text.

use std::collections::{BTreeSet, HashMap};
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId, Passage, Sensitivity};
use voiceassist_rag::chunk::{self, ChunkSettings};
use voiceassist_rag::embed::{Embedder, minilm};
use voiceassist_rag::extract::{self, ExtractError, ExtractSettings};
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::sparse::{SparseEncoder, TermKey};
use voiceassist_rag::index::{ChunkIndex, IndexSpec, Point};
use voiceassist_rag::retrieve::Retriever;

use super::super::super::Context;
use super::super::super::lines::{Line, Lines};
use crate::wiring;

/// Longest line, in bytes.
const LONGEST_LINE: u64 = 64 << 20;
/// Most lines of one file.
const MAX_LINES: usize = 200_000;
/// The one set there is.
const EVERYTHING: AccessSetId = AccessSetId::new(1);
/// Chunks embedded and written at once.
const BATCH: usize = 64;
/// What the reader does not have, for as long as a question is asked without its documents.
const HIDDEN: AccessSetId = AccessSetId::new(2);
/// Passages that an answer is made from.
const PASSAGES: usize = 24;

/// Documents, indexed.
pub(super) struct Corpus {
    passages: HashMap<ChunkId, Passage>,
    names: HashMap<DocumentId, String>,
    embedder: Option<Arc<dyn Embedder>>,
    retriever: Retriever,
    index: Arc<dyn ChunkIndex>,
    /// Deleted when this is dropped.
    _directory: TempDir,
}

/// One question.
pub(super) struct Question {
    pub(super) text: String,
    pub(super) relevant: BTreeSet<String>,
    pub(super) is_answerable: bool,
}

/// The installed embedding model; none where there is none, which is said.
pub(super) fn embedder(context: &Context) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    let config = context.unchecked_config().map_err(|_| anyhow::anyhow!("reading the configuration"))?;
    let embedder = wiring::embedder(&config)?;
    if embedder.is_none() {
        eprintln!("no embedding model is installed: words alone decide");
    }
    Ok(embedder)
}

/// The questions of a file.
pub(super) fn questions(path: &Path, corpus: &Corpus) -> anyhow::Result<Vec<Question>> {
    let known: BTreeSet<&str> = corpus.names.values().map(String::as_str).collect();
    objects(path)?
        .into_iter()
        .map(|(number, value)| {
            let text = string(&value, &["text", "question", "query"]);
            let text = text.with_context(|| format!("line {number} of the questions has no text"))?;
            let relevant: BTreeSet<String> = match value.get("relevant") {
                Some(Value::Object(grades)) => grades
                    .iter()
                    .filter(|(_, grade)| grade.as_f64() != Some(0.0))
                    .map(|(id, _)| id.clone())
                    .collect(),
                Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                _ => BTreeSet::new(),
            };
            let relevant: BTreeSet<String> =
                relevant.into_iter().filter(|id| known.contains(id.as_str())).collect();
            let is_answerable =
                value.get("answerable").and_then(Value::as_bool).unwrap_or(!relevant.is_empty());
            Ok(Question { text, relevant, is_answerable })
        })
        .collect()
}

impl Corpus {
    /// Reads, cuts, embeds and indexes the documents of a file.
    pub(super) async fn fill(path: &Path, embedder: Option<Arc<dyn Embedder>>) -> anyhow::Result<Self> {
        let directory = tempfile::tempdir().context("making a temporary directory")?;
        let key = TermKey::new([0; 32]);
        let (name, dimension) = embedder
            .as_ref()
            .map_or((minilm::INT8, minilm::DIMENSION), |embedder| (embedder.id(), embedder.dimension()));
        let spec = IndexSpec::new(name, dimension, &key);
        let index: Arc<dyn ChunkIndex> =
            Arc::new(EdgeIndex::open(directory.path().to_owned(), spec, Uuid::nil()).await?);
        let terms = SparseEncoder::new(key);
        let mut corpus = Self {
            passages: HashMap::new(),
            names: HashMap::new(),
            retriever: Retriever::new(embedder.clone(), Arc::clone(&index), terms.clone()),
            index: Arc::clone(&index),
            embedder,
            _directory: directory,
        };
        let mut pieces = Vec::new();
        for (number, value) in objects(path)? {
            corpus
                .cut(number, &value, &mut pieces)
                .with_context(|| format!("line {number} of the documents"))?;
        }
        // Pieces stand in the order of their documents: the first of each begins it.
        let mut begun = BTreeSet::new();
        let leads: BTreeSet<ChunkId> = pieces
            .iter()
            .filter(|(passage, _)| begun.insert(passage.document))
            .map(|(passage, _)| passage.chunk)
            .collect();
        for batch in pieces.chunks(BATCH) {
            let texts: Vec<String> = batch.iter().map(|(_, text)| text.clone()).collect();
            let mut dense = match &corpus.embedder {
                Some(embedder) => embedder.embed(texts).await?.into_iter().map(Some).collect(),
                None => vec![None; batch.len()],
            };
            let points = batch.iter().zip(dense.drain(..)).map(|((passage, text), dense)| Point {
                chunk: passage.chunk,
                document: passage.document,
                access_set: EVERYTHING,
                subject: terms.subject(&passage.heading),
                lead: leads.contains(&passage.chunk),
                sparse: terms.document(text),
                dense,
            });
            index.upsert(points.collect()).await?;
        }
        corpus.passages = pieces.into_iter().map(|(passage, _)| (passage.chunk, passage)).collect();
        Ok(corpus)
    }

    fn cut(&mut self, number: u64, value: &Value, pieces: &mut Vec<(Passage, String)>) -> anyhow::Result<()> {
        let id = string(value, &["id"])
            .or_else(|| value.get("id").filter(|id| id.is_number()).map(Value::to_string))
            .context("has no `id`")?;
        let text = string(value, &["text"]).context("has no `text`")?;
        let title = string(value, &["title"]);
        let document = document_id(&id);
        if self.names.insert(document, id.clone()).is_some() {
            bail!("repeats an id");
        }
        let (text, name) = match &title {
            Some(title) => (format!("# {title}\n\n{text}"), "document.md"),
            None => (text, "document.txt"),
        };
        let read = match extract::read(&mut Cursor::new(text.into_bytes()), name, &ExtractSettings::default())
        {
            Ok(read) => read,
            Err(ExtractError::Empty | ExtractError::NoText) => return Ok(()),
            Err(error) => return Err(error).context("reading"),
        };
        let title = title.unwrap_or(id);
        pieces.extend(chunk::split(&read, &ChunkSettings::default()).into_iter().map(|chunk| {
            let embedded = chunk.embedding_text();
            let passage = Passage {
                chunk: chunk.id(document),
                document,
                file_id: i64::try_from(number).unwrap_or(i64::MAX),
                path: format!("/{title}"),
                title: title.clone(),
                heading: chunk.heading,
                pages: chunk.pages,
                span: chunk.span,
                text: chunk.text,
                sensitivity: Sensitivity::Public,
                score: 0.0,
            };
            (passage, embedded)
        }));
        Ok(())
    }

    /// What a search finds, best first, while some documents are out of the reader's reach; and how sure it is.
    pub(super) async fn find(&self, question: &str, hidden: &[&str]) -> anyhow::Result<(Vec<Passage>, f32)> {
        let hidden: Vec<DocumentId> = hidden.iter().map(|id| document_id(id)).collect();
        if !hidden.is_empty() {
            self.index.set_access(hidden.clone(), HIDDEN).await?;
        }
        let found = self.retriever.retrieve(question, &[EVERYTHING], PASSAGES).await;
        if !hidden.is_empty() {
            self.index.set_access(hidden, EVERYTHING).await?;
        }
        let found = found?;
        let passages = found
            .hits
            .into_iter()
            .filter_map(|hit| Some(Passage { score: hit.score, ..self.passages.get(&hit.chunk)?.clone() }));
        Ok((passages.collect(), found.confidence))
    }

    /// How close each sentence is in meaning to the question.
    pub(super) async fn likeness(&self, question: &str, sentences: Vec<&str>) -> Option<Vec<f32>> {
        let embedder = self.embedder.as_ref().filter(|_| !sentences.is_empty())?;
        let question = embedder.embed_question(question.to_owned()).await.ok()?;
        let sentences = embedder.embed(sentences.into_iter().map(str::to_owned).collect()).await.ok()?;
        let product = |sentence: &Vec<f32>| sentence.iter().zip(&question).map(|(a, b)| a * b).sum();
        Some(sentences.iter().map(product).collect())
    }

    /// The id of a document in the file.
    pub(super) fn name(&self, document: DocumentId) -> Option<&str> {
        self.names.get(&document).map(String::as_str)
    }
}

fn document_id(id: &str) -> DocumentId {
    DocumentId::from_uuid(Uuid::new_v5(&Uuid::nil(), id.as_bytes()))
}

fn string(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| value.get(*name)?.as_str()).map(str::to_owned)
}

/// The objects of a file with their line numbers. A line that cannot be used ends the evaluation.
fn objects(path: &Path) -> anyhow::Result<Vec<(u64, Value)>> {
    let mut lines = Lines::open(path, LONGEST_LINE).with_context(|| format!("opening {}", path.display()))?;
    let mut objects = Vec::new();
    while let Some((number, line)) = lines.next()? {
        let Line::Whole(line) = line else {
            bail!("line {number} is longer than {} MiB", LONGEST_LINE >> 20)
        };
        let value: Value = serde_json::from_slice(&line)
            .map_err(|error| anyhow::anyhow!("line {number} is not JSON at column {}", error.column()))?;
        if objects.len() >= MAX_LINES {
            bail!("there are more than {MAX_LINES} lines");
        }
        objects.push((number, value));
    }
    Ok(objects)
}
