//! How fast one person finds something among everybody's chunks.
//!
//! Chunk rows, sealed texts, terms, access sets, the index and the check on reading are real, and so is every model run
//! that is measured. Made up are the texts (words of the committed clinic documents, drawn at random and set in sentences)
//! and the vectors that are stored for them, because making 100,000 real ones takes the better part of an hour and the
//! engine does not care: each is near one of some hundred random directions, as texts are near their subjects. `VOICEASSIST_BENCH_CHUNKS` names other sizes
//! than 10,000 and 100,000, joined by commas.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use voiceassist_assistant::{Assistant, SearchRequest};
use voiceassist_model::{
    AccessSetId, AccountId, DocumentId, PageSpan, Principal, Randomness as _, SeededRandomness, Sensitivity,
    TextSpan,
};
use voiceassist_rag::embed::minilm::DIMENSION;
use voiceassist_rag::index::Point;
use voiceassist_store::documents::{ContentHash, NewChunk, NewText};
use voiceassist_store::entries::ObservedEntry;

use crate::stage::Stage;

mod latency;
use crate::{milliseconds, percentile, row};

/// Chunks of one document.
const CHUNKS: usize = 50;
/// Distinct sets of readers.
const SETS: usize = 200;
/// Other people; with the asking one their combinations make the sets.
const OTHERS: usize = 8;
/// Words of one made-up sentence.
const SENTENCE: usize = 11;
/// Searches measured.
const SEARCHES: usize = 300;

/// Subjects that made-up vectors are near.
const SUBJECTS: usize = 200;
/// Documents that are stored at the same time.
const AT_ONCE: usize = 4;
/// Chunks at which everything is measured, when nobody says otherwise.
const SIZES: [usize; 2] = [10_000, 100_000];

/// The numbers of documents at which everything is measured.
fn sizes() -> Vec<usize> {
    let wanted = std::env::var_os("VOICEASSIST_BENCH_CHUNKS").and_then(|text| text.into_string().ok());
    let chunks = match wanted {
        Some(text) => text.split(',').map(|size| size.trim().parse().unwrap()).collect(),
        None => SIZES.to_vec(),
    };
    chunks.into_iter().map(|chunks| chunks.div_ceil(CHUNKS)).collect()
}

pub(crate) async fn measure() {
    let clinic = Clinic::open().await;
    let mut from = 0;
    for to in sizes() {
        let begun = Instant::now();
        clinic.fill(from, to).await;
        let filled = begun.elapsed();
        clinic.stage.context.index.optimise().await.unwrap();
        let chunks = to * CHUNKS;
        println!(
            "| {chunks} chunks of {to} documents stored in {:.0} s, index in order after {:.0} s more | |",
            filled.as_secs_f64(),
            begun.elapsed().saturating_sub(filled).as_secs_f64()
        );
        clinic.search(chunks).await;
        latency::measure(&clinic, chunks).await;
        from = to;
    }
}

struct Clinic {
    /// Holds the index open, so it goes before the stage's directory does.
    assistant: Assistant,
    stage: Stage,
    asking: Principal,
    others: Vec<AccountId>,
    words: Words,
    /// Sentences of documents that the asking person reads, to be asked about once each.
    said: Mutex<Vec<String>>,
}

impl Clinic {
    async fn open() -> Self {
        let stage = Stage::build().await;
        let base = "http://127.0.0.1:1";
        let asking = stage.account(base, "asking", "none".to_owned()).await;
        let mut others = Vec::new();
        for number in 0..OTHERS {
            others.push(stage.account(base, &format!("other-{number}"), "none".to_owned()).await);
        }
        let instance = stage.context.store.accounts().find(asking).await.unwrap().unwrap().instance;
        let assistant = stage.assistant();
        let asking = Principal { account: asking, instance, user_id: "asking".to_owned() };
        Self { stage, asking, others, words: Words::new(5), assistant, said: Mutex::default() }
    }

    /// Who reads document `number`: one of [`SETS`] sets, half of which hold the asking person.
    fn readers(&self, number: usize) -> Vec<AccountId> {
        let set = number % SETS;
        let mut readers: Vec<AccountId> = self
            .others
            .iter()
            .enumerate()
            .filter(|(bit, _)| (set / 2 + 1) >> bit & 1 == 1)
            .map(|(_, id)| *id)
            .collect();
        if set.is_multiple_of(2) {
            readers.push(self.asking.account);
        }
        readers
    }

    async fn fill(&self, from: usize, to: usize) {
        let store = &self.stage.context.store;
        let run = self.stage.context.randomness.uuid(&*self.stage.context.clock);
        for account in self.others.iter().copied().chain([self.asking.account]) {
            let entries: Vec<ObservedEntry> =
                (from..to).filter(|number| self.readers(*number).contains(&account)).map(observed).collect();
            let mut tx = store.begin().await.unwrap();
            store.entries().apply(&mut tx, account, run, &entries).await.unwrap();
            tx.commit().await.unwrap();
        }
        let documents = futures::stream::iter(from..to).map(async |number| {
            let file_id = i64::try_from(number).unwrap() + 1;
            let document =
                store.documents().find_by_file(self.asking.instance, file_id).await.unwrap().unwrap();
            self.index(document.id, document.version, document.access_set.unwrap(), number).await;
        });
        documents.buffer_unordered(AT_ONCE).collect::<()>().await;
        self.stage.context.index.flush().await.unwrap();
    }

    async fn index(&self, document: DocumentId, version: i32, set: AccessSetId, number: usize) {
        let store = &self.stage.context.store;
        let hash = ContentHash([u8::try_from(number % 251).unwrap(); 32]);
        _ = store.documents().mark_fetched(document, version, &hash).await.unwrap();
        let chunks: Vec<NewChunk> = (0..CHUNKS).map(|ordinal| self.chunk(document, ordinal)).collect();
        if number.is_multiple_of(2) {
            let chunks = [&chunks[number % CHUNKS], &chunks[(number + 1) % CHUNKS]];
            let first = chunks.iter().filter_map(|chunk| chunk.text.split(". ").next());
            self.said.lock().unwrap().extend(first.map(str::to_owned));
        }
        let points = chunks
            .iter()
            .map(|chunk| Point {
                chunk: chunk.id,
                document,
                access_set: set,
                subject: Vec::new(),
                lead: chunk.ordinal == 0,
                facts: None,
                sparse: self.stage.context.terms.document(&chunk.text),
                dense: Some(self.words.vector()),
            })
            .collect();
        let text = NewText {
            chunks,
            sensitivity: Sensitivity::Internal,
            page_count: 10,
            recognised: Vec::new(),
            truncated: false,
            note: None,
        };
        store.documents().replace_chunks(document, version, text).await.unwrap();
        self.stage.context.index.upsert(points).await.unwrap();
        _ = store.documents().mark_searchable(document, version, set).await.unwrap();
        _ = store.documents().mark_indexed(document, version).await.unwrap();
    }

    /// A question about something that one readable document says; no two are the same.
    fn question(&self) -> String {
        let said = self.said.lock().unwrap().pop().unwrap_or_else(|| self.words.sentence(SENTENCE));
        let words: Vec<&str> = said.split(' ').skip(2).take(6).collect();
        format!("What is said about {}?", words.join(" "))
    }

    fn chunk(&self, document: DocumentId, ordinal: usize) -> NewChunk {
        let text = self.words.text(110);
        let hash = *blake3::hash(text.as_bytes()).as_bytes();
        let ordinal = u32::try_from(ordinal).unwrap();
        NewChunk {
            id: voiceassist_rag::chunk::id(document, &hash, ordinal),
            ordinal,
            pages: PageSpan { first: ordinal / 5 + 1, last: ordinal / 5 + 1 },
            span: TextSpan { start: ordinal * 1_000, end: ordinal * 1_000 + 900 },
            heading: String::new(),
            text,
            printed: voiceassist_model::Printed::default(),
            content_hash: ContentHash(hash),
        }
    }

    async fn search(&self, chunks: usize) {
        let mut times = Vec::with_capacity(SEARCHES);
        for number in 0..SEARCHES + 20 {
            let request = SearchRequest::new(self.words.sentence(8));
            let begun = Instant::now();
            let found = self.assistant.search(&self.asking, request).await.unwrap();
            assert!(!found.passages.is_empty());
            if number >= 20 {
                times.push(begun.elapsed());
            }
        }
        times.sort();
        let total: Duration = times.iter().sum();
        let model = if self.stage.context.embedder.is_some() {
            "question embedded"
        } else {
            "words only: no model installed"
        };
        row(
            &format!(
                "search at {chunks} chunks, {SETS} access sets of which 100 readable, check on reading included, {model}"
            ),
            format!(
                "p50 {}, p95 {}, {:.0}/s from one client",
                milliseconds(percentile(&times, 50)),
                milliseconds(percentile(&times, 95)),
                times.len() as f64 / total.as_secs_f64()
            ),
        );
    }
}

fn observed(number: usize) -> ObservedEntry {
    ObservedEntry {
        file_id: i64::try_from(number).unwrap() + 1,
        parent: None,
        path: format!("/document-{number}.pdf"),
        name: format!("document-{number}.pdf"),
        is_folder: false,
        etag: "\"etag\"".to_owned(),
        size: 10_000,
        mime: Some("application/pdf".to_owned()),
        modified_at: None,
        upload_time: Some(1),
        permissions: "RGDNVW".to_owned(),
        mount_type: None,
    }
}

/// Made-up language: the words of the committed documents, common ones common.
pub(crate) struct Words {
    chance: SeededRandomness,
    vocabulary: Vec<&'static str>,
    /// The directions of the subjects that made-up vectors are near.
    subjects: Vec<Vec<f32>>,
}

/// Where the words are taken from.
const WRITTEN: &str = include_str!("../retrieval/corpus.jsonl");

impl Words {
    pub(crate) fn new(seed: u64) -> Self {
        let mut vocabulary: Vec<&str> = WRITTEN
            .split(|character: char| !character.is_alphabetic())
            .filter(|word| word.len() > 1 && !matches!(*word, "id" | "title" | "text"))
            .collect();
        vocabulary.sort_unstable();
        vocabulary.dedup();
        let chance = SeededRandomness::new(seed);
        // Which words are the common ones is drawn, too.
        for at in (1..vocabulary.len()).rev() {
            let other = (number(&chance) * at as f64) as usize;
            vocabulary.swap(at, other);
        }
        let subjects = (0..SUBJECTS).map(|_| direction(&chance)).collect();
        Self { chance, vocabulary, subjects }
    }

    pub(crate) fn sentence(&self, words: usize) -> String {
        // The cube makes low numbers frequent, roughly as in real text.
        let last = self.vocabulary.len() - 1;
        let word = |_| self.vocabulary[((number(&self.chance).powi(3) * last as f64) as usize).min(last)];
        (0..words).map(word).collect::<Vec<_>>().join(" ")
    }

    /// Sentences of eleven words.
    fn text(&self, words: usize) -> String {
        let sentences =
            (0..words.div_ceil(SENTENCE)).map(|at| self.sentence(SENTENCE.min(words - at * SENTENCE)));
        sentences.collect::<Vec<_>>().join(". ") + "."
    }

    pub(crate) fn vector(&self) -> Vec<f32> {
        let subject = &self.subjects[(number(&self.chance) * (SUBJECTS - 1) as f64) as usize];
        let own = direction(&self.chance);
        normalised(subject.iter().zip(own).map(|(subject, own)| subject + own).collect())
    }
}

/// A random direction.
fn direction(chance: &SeededRandomness) -> Vec<f32> {
    normalised((0..DIMENSION).map(|_| number(chance) as f32 - 0.5).collect())
}

fn normalised(raw: Vec<f32>) -> Vec<f32> {
    let norm = raw.iter().map(|value| value * value).sum::<f32>().sqrt();
    raw.into_iter().map(|value| value / norm).collect()
}

/// A number from 0 to 1.
fn number(chance: &SeededRandomness) -> f64 {
    let mut bytes = [0; 4];
    chance.fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}
