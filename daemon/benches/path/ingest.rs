//! How fast documents become findable.

use std::time::{Duration, Instant};

use voiceassist_fakes::corpus::Corpus;
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript};
use voiceassist_model::DocumentState;
use voiceassist_store::documents::DocumentFilter;
use voiceassist_workers::{Runner, RunnerSettings};

use crate::row;
use crate::stage::Stage;

/// Documents of the corpus.
const DOCUMENTS: usize = 300;

pub(crate) async fn measure() {
    let cloud = Nextcloud::start(NextcloudScript::default()).await.unwrap();
    for file in Corpus::bulk(11, DOCUMENTS, 30).files {
        cloud.put("alice", &file.path, file.bytes).unwrap();
    }
    let stage = Stage::build().await;
    let password = cloud.app_password("alice").unwrap();
    let begun = Instant::now();
    stage.account(&cloud.base_url(), "alice", password).await;
    let runner = Runner::start(&stage.context, &RunnerSettings { replica: "bench".to_owned(), workers: 2 });
    let searchable = until(&stage, begun, &[DocumentState::Searchable, DocumentState::Indexed]).await;
    row(
        &format!(
            "{DOCUMENTS} mixed documents (PDF, DOCX, HTML, Markdown, text) listed, fetched, read and findable by words"
        ),
        rate(searchable, DOCUMENTS, "documents"),
    );
    let texts = texts(&stage).await;
    let chunks = texts.iter().map(Vec::len).sum();
    classified(&texts);
    if stage.context.embedder.is_some() {
        let indexed = until(&stage, begun, &[DocumentState::Indexed]).await;
        row("the same until every chunk has its vector", rate(indexed, DOCUMENTS, "documents"));
        row(
            "vectors in that time (from the first to the last)",
            rate(indexed.saturating_sub(searchable), chunks, "chunks"),
        );
        runner.stop(Duration::from_secs(10)).await;
        bare(&stage, texts.into_iter().flatten().collect()).await;
    } else {
        row("vectors", "not measured: no model installed");
        runner.stop(Duration::from_secs(10)).await;
    }
}

/// What each document says, chunk by chunk, as it is embedded.
async fn texts(stage: &Stage) -> Vec<Vec<String>> {
    let assistant = super::questions::assistant(stage);
    let store = &stage.context.store;
    let mut texts = Vec::new();
    for account in store.accounts().list(&voiceassist_store::Page::first(1)).await.unwrap().items {
        let mut page = voiceassist_store::Page::first(200);
        loop {
            let principal = voiceassist_model::Principal {
                account: account.id,
                instance: account.instance,
                user_id: account.user_id.clone(),
            };
            let listed = assistant.documents(&principal, DocumentFilter::default(), &page).await.unwrap();
            for document in listed.items {
                let version = store.documents().find(document.id).await.unwrap().unwrap().version;
                let chunks = store.chunks().for_indexing(document.id, version, None, 200).await.unwrap();
                texts.push(
                    chunks
                        .into_iter()
                        .map(|chunk| voiceassist_rag::chunk::embedding_text(&chunk.heading, &chunk.text))
                        .collect(),
                );
            }
            match listed.next {
                Some(next) => page = voiceassist_store::Page { after: Some(next), limit: 200 },
                None => break,
            }
        }
    }
    texts
}

/// What finding out how sensitive a document is adds to reading it, one core.
fn classified(texts: &[Vec<String>]) {
    let bytes: usize = texts.iter().flatten().map(String::len).sum();
    let begun = Instant::now();
    for document in texts {
        std::hint::black_box(voiceassist_phi::classify_pages(document.iter().map(String::as_str)));
    }
    let took = begun.elapsed().as_secs_f64();
    row(
        "of that, finding out how sensitive each is, on one core",
        format!(
            "{:.2} ms a document of {:.1} kB, {:.1} MB/s",
            took * 1e3 / texts.len() as f64,
            bytes as f64 / 1e3 / texts.len() as f64,
            bytes as f64 / 1e6 / took
        ),
    );
}

/// The embedder alone on the same chunks: no database, no index, nothing else.
async fn bare(stage: &Stage, texts: Vec<String>) {
    let chunks = texts.len();
    let begun = Instant::now();
    stage.context.embedder.clone().unwrap().embed(texts).await.unwrap();
    row("the model's sessions alone on the same chunks", rate(begun.elapsed(), chunks, "chunks"));
}

fn rate(took: Duration, count: usize, what: &str) -> String {
    format!("{count} {what} in {:.1} s, {:.1}/s", took.as_secs_f64(), count as f64 / took.as_secs_f64())
}

async fn until(stage: &Stage, begun: Instant, states: &[DocumentState]) -> Duration {
    loop {
        let counts = stage.context.store.documents().counts(None).await.unwrap();
        let there: u64 = states.iter().map(|state| counts.get(*state)).sum();
        if there >= DOCUMENTS as u64 {
            return begun.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
