//! How often the known questions of the synthetic clinic find their document and get their answer.
//!
//! The clinic's documents are listed, fetched, read and indexed as in production; then every known question is asked as
//! the person who may read its document. Scans are left out, because nothing reads them yet.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use voiceassist_assistant::{Assistant, SearchRequest, SyncIsEnough};
use voiceassist_fakes::corpus::{Corpus, Owner};
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript};
use voiceassist_model::{AnswerPart, Principal};
use voiceassist_rag::index::sparse::SparseEncoder;
use voiceassist_rag::retrieve::Retriever;
use voiceassist_workers::{Runner, RunnerSettings};

use crate::row;
use crate::stage::Stage;

pub(crate) async fn measure() {
    let cloud = Nextcloud::start(NextcloudScript::default()).await.unwrap();
    let corpus = Corpus::clinic(5);
    for file in &corpus.files {
        let owner = if file.owner == Owner::Bob { "bob" } else { "alice" };
        cloud.put(owner, &file.path, file.bytes.clone()).unwrap();
    }
    let stage = Stage::build().await;
    let alice = person(&stage, &cloud, "alice").await;
    let bob = person(&stage, &cloud, "bob").await;
    settle(&stage).await;
    let assistant = assistant(&stage);
    let (mut asked, mut first, mut among_five, mut answered) = (0, 0, 0, 0);
    for file in corpus.files.iter().filter(|file| !file.scanned) {
        let principal = if file.owner == Owner::Bob { &bob } else { &alice };
        for fact in &file.facts {
            asked += 1;
            let found =
                assistant.search(principal, SearchRequest::new(&fact.question)).await.unwrap().passages;
            let path = format!("/{}", fact.path);
            first += usize::from(found.first().is_some_and(|passage| passage.path == path));
            among_five += usize::from(found.iter().take(5).any(|passage| passage.path == path));
            let contained =
                answer(&stage, &assistant, principal, &fact.question).await.contains(&fact.answer_contains);
            answered += usize::from(contained);
        }
    }
    let model = if stage.context.embedder.is_some() { "words and meaning" } else { "words only" };
    row(&format!("{asked} known questions, {model}: the document is the first found"), share(first, asked));
    row("… is among the first five passages", share(among_five, asked));
    row("… the answer's sentences hold the fact", share(answered, asked));
}

async fn person(stage: &Stage, cloud: &Nextcloud, user: &str) -> Principal {
    let password = cloud.app_password(user).unwrap();
    let account = stage.account(&cloud.base_url(), user, password).await;
    let instance = stage.context.store.accounts().find(account).await.unwrap().unwrap().instance;
    Principal { account, instance, user_id: user.to_owned() }
}

async fn settle(stage: &Stage) {
    let runner = Runner::start(&stage.context, &RunnerSettings { replica: "eval".to_owned(), workers: 2 });
    while stage.context.store.jobs().stats().await.unwrap().unfinished() > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    runner.stop(Duration::from_secs(10)).await;
}

pub(crate) fn assistant(stage: &Stage) -> Assistant {
    let context = &stage.context;
    let terms = SparseEncoder::new(stage.terms.clone());
    let parts = voiceassist_assistant::Parts {
        store: context.store.clone(),
        retriever: Arc::new(Retriever::new(context.embedder.clone(), Arc::clone(&context.index), terms)),
        embedder: context.embedder.clone(),
        freshness: Arc::new(SyncIsEnough),
        clock: Arc::clone(&context.clock),
    };
    Assistant::new(parts, voiceassist_assistant::Settings::default())
}

/// Everything the answer says, blanks collapsed.
async fn answer(stage: &Stage, assistant: &Assistant, principal: &Principal, question: &str) -> String {
    let conversation = stage.context.store.conversations().create(principal.account, "").await.unwrap();
    let mut parts = assistant.ask(principal, conversation, question.to_owned()).await.unwrap();
    let mut said = String::new();
    while let Some(part) = parts.next().await {
        if let AnswerPart::Sentence { text, .. } = part.unwrap().into_inner() {
            said.push_str(&text);
            said.push(' ');
        }
    }
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn share(count: usize, of: usize) -> String {
    format!("{count} of {of}, {:.1} %", count as f64 * 100.0 / of as f64)
}
