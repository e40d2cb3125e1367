//! What each stage of a question costs, at the size the section was filled to.
//!
//! The same questions go through every stage: the model that makes a question's vector, the index with its three legs, the
//! whole retrieval (once as it stands and once worded so that a second search follows), the search with its check on
//! reading, and a conversation to its first word and its end. Stages include those before them except where the row says
//! otherwise. Nothing is asked twice, so no cache of answers could help.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use voiceassist_assistant::SearchRequest;
use voiceassist_model::{AnswerPart, ChunkId};
use voiceassist_rag::answer::{AnswerSettings, Draft};
use voiceassist_rag::index::HybridQuery;
use voiceassist_rag::index::sparse::SparseEncoder;
use voiceassist_rag::retrieve::Retriever;
use voiceassist_store::audit::{Action, Entry};

use super::Clinic;
use crate::{milliseconds, percentile, row};

/// Questions of each stage.
const QUESTIONS: usize = 200;
/// Asked before anything is measured.
const WARMING: usize = 10;
/// Conversations, which cost more than a search.
const CONVERSATIONS: usize = 60;
/// Answers that are taken apart into what composing them costs.
const ANSWERS: usize = 40;
/// Passages that a search reads.
const FOUND: usize = 20;
/// Passages that it shows.
const SHOWN: usize = 10;
/// Hits of each leg, as the retrieval asks.
const HITS: usize = 100;

pub(super) async fn measure(clinic: &Clinic, chunks: usize) {
    embedding(clinic).await;
    legs(clinic, chunks).await;
    for (what, wording) in [("one search", ""), ("with the second search", "How is it treated: ")] {
        retrieval(clinic, chunks, what, wording).await;
    }
    reading(clinic, chunks).await;
    composing(clinic).await;
    conversation(clinic, chunks).await;
}

/// What a search does beside its retrieval: who may read what, the texts of what was found, and the record of what is shown.
async fn reading(clinic: &Clinic, chunks: usize) {
    let context = &clinic.stage.context;
    let account = clinic.asking.account;
    let terms = SparseEncoder::new(clinic.stage.terms.clone());
    let retriever = Retriever::new(None, context.index.clone(), terms);
    let [mut sets, mut texts, mut records] = [const { Times::new() }; 3];
    for _ in 0..QUESTIONS + WARMING {
        let begun = Instant::now();
        let access = context.store.access().sets_of(account).await.unwrap();
        sets.add(begun);
        let found = retriever.retrieve(&clinic.words.sentence(8), &access, FOUND).await.unwrap();
        let ids: Vec<ChunkId> = found.hits.iter().map(|hit| hit.chunk).collect();
        let begun = Instant::now();
        assert_eq!(context.store.passages().readable(account, &ids).await.unwrap().len(), ids.len());
        texts.add(begun);
        let documents = found.hits.iter().map(|hit| hit.document).take(SHOWN);
        let shown = ids.iter().copied().take(SHOWN);
        let begun = Instant::now();
        let entries = Entry::showing(account, Action::SearchShow, documents, shown);
        context.store.audit().append_all(entries).await.unwrap();
        records.add(begun);
    }
    sets.print("reading the asker's access sets");
    texts.print(&format!("reading {FOUND} passages at {chunks} chunks, access asked again, texts unsealed"));
    records.print(&format!("recording that {SHOWN} passages are shown"));
}

async fn embedding(clinic: &Clinic) {
    let Some(embedder) = &clinic.stage.context.embedder else {
        row("a question's vector", "no model installed");
        return;
    };
    let mut times = Times::new();
    for _ in 0..QUESTIONS + WARMING {
        let question = clinic.words.sentence(8);
        let begun = Instant::now();
        _ = embedder.embed_question(question).await.unwrap();
        times.add(begun);
    }
    times.print("a question's vector");
}

async fn legs(clinic: &Clinic, chunks: usize) {
    let context = &clinic.stage.context;
    let access = context.store.access().sets_of(clinic.asking.account).await.unwrap();
    let mut times = Times::new();
    for _ in 0..QUESTIONS + WARMING {
        let query = HybridQuery {
            dense: Some(clinic.words.vector()),
            sparse: context.terms.question(&clinic.words.sentence(8)),
            access: access.clone(),
            leads: true,
            limit_per_leg: HITS,
            ..HybridQuery::default()
        };
        let begun = Instant::now();
        _ = context.index.search(query).await.unwrap();
        times.add(begun);
    }
    times.print(&format!("the index alone at {chunks} chunks, three legs of {HITS} hits"));
}

async fn retrieval(clinic: &Clinic, chunks: usize, what: &str, wording: &str) {
    let context = &clinic.stage.context;
    let access = context.store.access().sets_of(clinic.asking.account).await.unwrap();
    let terms = SparseEncoder::new(clinic.stage.terms.clone());
    let retriever = Retriever::new(context.embedder.clone(), context.index.clone(), terms);
    let mut times = Times::new();
    for _ in 0..QUESTIONS + WARMING {
        let question = format!("{wording}{}", clinic.words.sentence(8));
        let begun = Instant::now();
        _ = retriever.retrieve(&question, &access, 20).await.unwrap();
        times.add(begun);
    }
    times.print(&format!("retrieval at {chunks} chunks, {what}, question embedded"));
}

/// What it costs to make an answer of what a search found.
async fn composing(clinic: &Clinic) {
    let embedder = clinic.stage.context.embedder.as_deref();
    let settings = AnswerSettings::default();
    let [mut drafts, mut vectors, mut choices, mut remarks] = [const { Times::new() }; 4];
    let mut sentences = 0;
    for _ in 0..ANSWERS + WARMING {
        let question = clinic.question();
        let request = SearchRequest { limit: settings.passages, ..SearchRequest::new(question.clone()) };
        let found = clinic.assistant.search(&clinic.asking, request).await.unwrap();
        let begun = Instant::now();
        let mut draft = Draft::new(&question, &found.passages, &settings);
        drafts.add(begun);
        let texts: Vec<String> = draft.sentences().into_iter().map(str::to_owned).collect();
        sentences += texts.len();
        let begun = Instant::now();
        let likeness = match embedder {
            Some(embedder) => {
                let made = embedder.embed_awaited(texts).await.unwrap();
                vectors.add(begun);
                Some(vec![0.5; made.len()])
            }
            None => None,
        };
        let begun = Instant::now();
        drop(draft.finish(likeness.as_deref()));
        choices.add(begun);
        let begun = Instant::now();
        drop(draft.remarks(&[]));
        remarks.add(begun);
    }
    drafts.print("composing: the sentences of 24 passages, weighed by their words");
    vectors.print(&format!("composing: vectors of {} sentences", sentences / (ANSWERS + WARMING)));
    choices.print("composing: choosing");
    remarks.print("composing: where the documents differ");
}

async fn conversation(clinic: &Clinic, chunks: usize) {
    let store = &clinic.stage.context.store;
    let (mut first, mut whole, mut answered) = (Times::new(), Times::new(), 0);
    for number in 0..CONVERSATIONS + WARMING {
        let conversation = store.conversations().create(clinic.asking.account, "").await.unwrap();
        let question = clinic.question();
        let begun = Instant::now();
        let mut parts = clinic.assistant.ask(&clinic.asking, conversation, question).await.unwrap();
        let mut seen = false;
        while let Some(part) = parts.next().await {
            if let AnswerPart::Sentence { citations, .. } = part.unwrap().into_inner()
                && !seen
            {
                seen = true;
                first.add(begun);
                answered += usize::from(number >= WARMING && !citations.is_empty());
            }
        }
        whole.add(begun);
    }
    first
        .print(&format!("a conversation at {chunks} chunks without a model that writes: the first sentence"));
    whole.print(&format!("… to its end, {answered} of {CONVERSATIONS} with an answer"));
}

/// How long each took, the first ones left out.
struct Times {
    seen: usize,
    taken: Vec<Duration>,
}

impl Times {
    const fn new() -> Self {
        Self { seen: 0, taken: Vec::new() }
    }

    fn add(&mut self, begun: Instant) {
        self.seen += 1;
        if self.seen > WARMING {
            self.taken.push(begun.elapsed());
        }
    }

    fn print(mut self, what: &str) {
        self.taken.sort();
        if self.taken.is_empty() {
            row(what, "nothing measured");
            return;
        }
        let at = |percent| milliseconds(percentile(&self.taken, percent));
        row(what, format!("p50 {}, p95 {}", at(50), at(95)));
    }
}
