//! Claims about finding, with a real index and an embedder whose vectors are known.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops and says where")]

use std::sync::Arc;

use async_trait::async_trait;
use tempfile::TempDir;
use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};
use voiceassist_rag::embed::{EmbedError, Embedder};
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::sparse::{SparseEncoder, TermKey};
use voiceassist_rag::index::{ChunkIndex, IndexSpec, Point};
use voiceassist_rag::retrieve::{MAX_RESULTS, Retriever};

const DIMENSION: usize = 3;
const TEXTS: [&str; 4] = [
    "Metformin is the first choice in type 2 diabetes.",
    "High blood pressure is treated with lisinopril.",
    "The DHODH gene causes Miller syndrome.",
    "Visiting hours end at eight.",
];

/// Points in the direction of a topic; a question about "sugar" means diabetes without sharing a word with it.
struct Topics;

#[async_trait]
impl Embedder for Topics {
    fn id(&self) -> &'static str {
        "test/topics"
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        Ok(texts.iter().map(|text| topic(text)).collect())
    }
}

fn topic(text: &str) -> Vec<f32> {
    let says = |words: [&str; 2]| words.iter().any(|word| text.to_lowercase().contains(word));
    if says(["diabetes", "sugar"]) {
        vec![1.0, 0.0, 0.0]
    } else if says(["pressure", "hypertension"]) {
        vec![0.0, 1.0, 0.0]
    } else {
        vec![0.0, 0.0, 1.0]
    }
}

/// An embedder whose model broke.
struct Broken;

#[async_trait]
impl Embedder for Broken {
    fn id(&self) -> &'static str {
        "test/broken"
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    async fn embed(&self, _: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        Err(EmbedError::Stopped)
    }
}

struct Clinic {
    index: Arc<dyn ChunkIndex>,
    _directory: TempDir,
}

fn encoder() -> SparseEncoder {
    SparseEncoder::new(TermKey::new([3; 32]))
}

fn chunk(number: usize) -> ChunkId {
    ChunkId::from_uuid(Uuid::from_u128(0xC0 + number as u128))
}

async fn clinic() -> Clinic {
    let directory = TempDir::new().unwrap();
    let spec = IndexSpec::new("test/topics", DIMENSION, &TermKey::new([3; 32]));
    let index = EdgeIndex::open(directory.path().to_owned(), spec, Uuid::nil()).await.unwrap();
    let points = TEXTS.iter().enumerate().map(|(number, text)| Point {
        chunk: chunk(number),
        document: DocumentId::from_uuid(Uuid::from_u128(number as u128)),
        access_set: AccessSetId::new(1 + i64::from(number == 3)),
        subject: Vec::new(),
        lead: true,
        facts: None,
        sparse: encoder().document(text),
        dense: Some(topic(text)),
    });
    index.upsert(points.collect()).await.unwrap();
    Clinic { index: Arc::new(index), _directory: directory }
}

impl Clinic {
    fn retriever(&self, embedder: Option<Arc<dyn Embedder>>) -> Retriever {
        Retriever::new(embedder, Arc::clone(&self.index), encoder())
    }
}

fn sets(numbers: &[i64]) -> Vec<AccessSetId> {
    numbers.iter().copied().map(AccessSetId::new).collect()
}

#[tokio::test]
async fn a_paraphrase_is_found_by_meaning_and_a_name_by_words() {
    let clinic = clinic().await;
    let retriever = clinic.retriever(Some(Arc::new(Topics)));
    let sugar = retriever.retrieve("What helps against too much sugar?", &sets(&[1]), 5).await.unwrap();
    assert_eq!(sugar.hits[0].chunk, chunk(0));
    assert_eq!((sugar.hits[0].dense_rank, sugar.hits[0].sparse_rank), (Some(1), None));
    let gene = retriever.retrieve("DHODH", &sets(&[1]), 5).await.unwrap();
    assert_eq!(gene.hits[0].chunk, chunk(2));
    assert_eq!(gene.hits[0].sparse_rank, Some(1));
}

#[tokio::test]
async fn only_the_readers_documents_are_found() {
    let clinic = clinic().await;
    let retriever = clinic.retriever(Some(Arc::new(Topics)));
    let mine = retriever.retrieve("When do visiting hours end?", &sets(&[1]), 10).await.unwrap();
    assert_eq!(mine.hits.len(), 3);
    assert!(mine.hits.iter().all(|hit| hit.chunk != chunk(3)));
    let theirs = retriever.retrieve("When do visiting hours end?", &sets(&[2]), 10).await.unwrap();
    assert_eq!(theirs.hits.iter().map(|hit| hit.chunk).collect::<Vec<_>>(), [chunk(3)]);
    let nobody = retriever.retrieve("When do visiting hours end?", &[], 10).await.unwrap();
    assert!(nobody.hits.is_empty() && nobody.confidence < f32::EPSILON);
}

#[tokio::test]
async fn without_an_embedder_words_decide_and_the_steps_say_so() {
    let clinic = clinic().await;
    for embedder in [None, Some(Arc::new(Broken) as Arc<dyn Embedder>)] {
        let found = clinic.retriever(embedder).retrieve("lisinopril", &sets(&[1]), 5).await.unwrap();
        assert_eq!(found.hits[0].chunk, chunk(1));
        assert!(found.hits.iter().all(|hit| hit.dense_rank.is_none()));
        assert!(found.steps.iter().any(|step| step.contains("words alone")), "{:?}", found.steps);
    }
}

#[tokio::test]
async fn steps_repeat_nothing_of_the_question() {
    let clinic = clinic().await;
    let found = clinic
        .retriever(Some(Arc::new(Topics)))
        .retrieve("Zanzibar lisinopril", &sets(&[1]), 5)
        .await
        .unwrap();
    assert!(!found.steps.is_empty());
    assert!(found.steps.iter().all(|step| !step.contains("anzibar") && !step.contains("isinopril")));
}

#[tokio::test]
async fn a_limit_is_kept() {
    let clinic = clinic().await;
    let retriever = clinic.retriever(Some(Arc::new(Topics)));
    assert_eq!(retriever.retrieve("diabetes", &sets(&[1]), 2).await.unwrap().hits.len(), 2);
    assert!(retriever.retrieve("diabetes", &sets(&[1]), 0).await.unwrap().hits.is_empty());
    assert_eq!(retriever.retrieve("diabetes", &sets(&[1]), MAX_RESULTS * 2).await.unwrap().hits.len(), 3);
    let long = "diabetes ".repeat(2000);
    assert_eq!(retriever.retrieve(&long, &sets(&[1]), 1).await.unwrap().hits[0].chunk, chunk(0));
}
