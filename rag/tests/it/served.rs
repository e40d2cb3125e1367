//! Models that embed and rank behind an endpoint, against one on loopback that keeps every byte it receives.

#![expect(clippy::unwrap_used, reason = "what cannot be set up stops the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use uuid::Uuid;
use voiceassist_fakes::chat::{Asked, ChatServer, Reply};
use voiceassist_model::{AccountId, SeededRandomness};
use voiceassist_phi::clearance::{Decision, NotRecorded};
use voiceassist_phi::{
    Ask, Cleared, Destination, Detector, Gate, GateKeys, Mode, Protection, Purpose, RecordsDecisions,
};
use voiceassist_rag::embed::remote::{Remote, RemoteSettings};
use voiceassist_rag::embed::{EmbedError, Embedder as _, MAX_TEXTS};
use voiceassist_rag::endpoint::{Endpoint, EndpointError, EndpointSettings, below};
use voiceassist_rag::rerank::http::HttpReranker;
use voiceassist_rag::rerank::{RerankError, Reranker as _};

/// Counts what was decided, or refuses to keep it.
#[derive(Default)]
struct Counts(AtomicUsize, bool);

#[async_trait]
impl RecordsDecisions for Counts {
    async fn record(&self, _: &Decision) -> Result<(), NotRecorded> {
        self.0.fetch_add(1, Ordering::SeqCst);
        if self.1 { Err(NotRecorded("full".into())) } else { Ok(()) }
    }
}

fn house(name: &str) -> Destination {
    Destination::new(name, Protection::Local, Mode::Allow).unwrap()
}

fn gate(decisions: &Arc<Counts>) -> Gate {
    let decisions: Arc<dyn RecordsDecisions> = Arc::<Counts>::clone(decisions);
    Gate::new(Detector::new(), decisions, GateKeys::new([1; 32], [2; 32]))
}

fn endpoint(server: &ChatServer, path: &str) -> Endpoint {
    _ = rustls::crypto::ring::default_provider().install_default();
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let settings = EndpointSettings {
        api_key: Some("a-key".to_owned().into()),
        backoff: Duration::from_millis(1),
        max_answer_bytes: 64 * 1024,
        ..EndpointSettings::new(below(&server.base_url().parse().unwrap(), path))
    };
    Endpoint::new(http, settings, Arc::new(SeededRandomness::new(1)))
}

fn settings(batch: usize) -> RemoteSettings {
    RemoteSettings {
        model: "pubmedbert".to_owned(),
        dimension: 3,
        max_tokens: 8,
        batch,
        question_prefix: "query: ".to_owned(),
        document_prefix: String::new(),
        destination: house("embedding"),
    }
}

fn embedder(server: &ChatServer, batch: usize, decisions: &Arc<Counts>) -> Remote {
    Remote::new(endpoint(server, "embeddings"), gate(decisions), settings(batch))
}

/// A vector per text, whose first number is the text's length; handed back in the wrong order, as the protocol allows.
fn lengths(asked: &Asked) -> Reply {
    let texts = asked.body["input"].as_array().cloned().unwrap_or_default();
    let vector = |(index, text): (usize, &Value)| {
        let length = text.as_str().unwrap_or_default().len();
        json!({"object": "embedding", "index": index, "embedding": [length, 4, 0]})
    };
    let data: Vec<Value> = texts.iter().enumerate().map(vector).rev().collect();
    Reply::Json(json!({"object": "list", "model": "pubmedbert", "data": data}))
}

#[tokio::test]
async fn texts_go_in_batches_and_come_back_as_unit_vectors_in_their_order() {
    let server = ChatServer::start(lengths).await.unwrap();
    let decisions = Arc::new(Counts::default());
    let embedder = embedder(&server, 4, &decisions);
    let texts: Vec<String> = (0..10).map(|length| "x".repeat(length)).collect();
    let vectors = embedder.embed(texts).await.unwrap();
    assert_eq!(vectors.len(), 10);
    for (length, vector) in vectors.iter().enumerate() {
        let whole = ((length * length + 16) as f32).sqrt();
        assert!((vector[0] - length as f32 / whole).abs() < 1e-6, "{length}: {vector:?}");
        assert!((vector.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-5);
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 3, "ten texts are three batches of four at most");
    assert!(asked.iter().all(|asked| asked.path == "/v1/embeddings"));
    assert_eq!(asked[0].authorization.as_deref(), Some("Bearer a-key"));
    assert_eq!(decisions.0.load(Ordering::SeqCst), 3, "each batch is a decision");
    assert_eq!((embedder.id(), embedder.dimension()), ("pubmedbert/remote-3", 3));
}

#[tokio::test]
async fn a_question_has_its_prefix_and_a_long_text_ends_with_a_whole_word() {
    let server = ChatServer::start(lengths).await.unwrap();
    let embedder = embedder(&server, 4, &Arc::default());
    embedder.embed_question("apixaban after ablation in the elderly".to_owned()).await.unwrap();
    embedder.embed(vec!["apixaban after ablation in the elderly".to_owned()]).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].body["input"][0], "query: apixaban after");
    assert_eq!(asked[1].body["input"][0], "apixaban after ablation");
}

#[tokio::test]
async fn vectors_that_do_not_fit_are_refused() {
    type Expected = fn(&EmbedError) -> bool;
    let cases: [(Value, Expected); 5] = [
        (json!([{"index": 0, "embedding": [1, 2]}]), |error| {
            matches!(error, EmbedError::Dimension { found: 2, wanted: 3 })
        }),
        (json!([]), |error| matches!(error, EmbedError::NoVectors)),
        (json!([{"index": 7, "embedding": [1, 2, 3]}]), |error| matches!(error, EmbedError::NoVectors)),
        (json!([{"index": 0, "embedding": [0, 0, 0]}]), |error| matches!(error, EmbedError::NoVectors)),
        (json!("none"), |error| matches!(error, EmbedError::Endpoint(EndpointError::Protocol))),
    ];
    for (data, is_expected) in cases {
        let answer = json!({"data": data});
        let server = ChatServer::start(move |_| Reply::Json(answer.clone())).await.unwrap();
        let error = embedder(&server, 4, &Arc::default()).embed(vec!["a".to_owned()]).await.unwrap_err();
        assert!(is_expected(&error), "{error:?}");
    }
    let server = ChatServer::start(|_| Reply::Json(json!({"data": "x".repeat(100_000)}))).await.unwrap();
    let error = embedder(&server, 4, &Arc::default()).embed(vec!["a".to_owned()]).await.unwrap_err();
    assert!(matches!(error, EmbedError::Endpoint(EndpointError::TooMuch { .. })), "{error:?}");
    let many = vec![String::new(); MAX_TEXTS + 1];
    let error = embedder(&server, 4, &Arc::default()).embed(many).await.unwrap_err();
    assert!(matches!(error, EmbedError::TooMany { .. }));
}

#[tokio::test]
async fn a_busy_endpoint_is_asked_again_and_one_that_refuses_is_not() {
    for (status, expected) in [(503, 2), (429, 2), (400, 1), (401, 1)] {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let server = ChatServer::start(move |asked: &Asked| {
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                Reply::Status(status, None)
            } else {
                lengths(asked)
            }
        });
        let server = server.await.unwrap();
        let outcome = embedder(&server, 4, &Arc::default()).embed(vec!["a".to_owned()]).await;
        assert_eq!((outcome.is_ok(), count.load(Ordering::SeqCst)), (expected == 2, expected), "{status}");
    }
}

#[tokio::test]
async fn what_the_gate_does_not_let_out_does_not_leave() {
    let server = ChatServer::start(lengths).await.unwrap();
    let full = Arc::new(Counts(AtomicUsize::new(0), true));
    let error = embedder(&server, 4, &full).embed(vec!["a".to_owned()]).await.unwrap_err();
    assert!(matches!(error, EmbedError::Refused(_)));
    // A cloud to which nothing about anybody may go: texts of documents are of no known class, so none goes.
    let cloud = Destination::new("embedding", Protection::Cloud, Mode::Forbid).unwrap();
    let settings = RemoteSettings { destination: cloud, ..settings(4) };
    let remote = Remote::new(endpoint(&server, "embeddings"), gate(&Arc::default()), settings);
    let error = remote.embed(vec!["Apixaban.".to_owned()]).await.unwrap_err();
    assert!(matches!(error, EmbedError::Refused(_)));
    assert_eq!(server.received_bytes(), 0);
}

async fn cleared(destination: &Destination, texts: &[&str]) -> Cleared<Vec<String>> {
    let ask = Ask {
        destination,
        purpose: Purpose::Rank,
        class: None,
        account: AccountId::from_uuid(Uuid::from_u128(1)),
        conversation: None,
    };
    let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
    gate(&Arc::default()).clear(texts, &ask).await.unwrap()
}

#[tokio::test]
async fn passages_are_scored_in_their_order_whatever_the_order_of_the_answer() {
    let server = ChatServer::start(|_| {
        Reply::Json(json!({"results": [
            {"index": 1, "relevance_score": 8.5}, {"index": 0, "relevance_score": -3.25},
        ]}))
    });
    let server = server.await.unwrap();
    let reranker = HttpReranker::new(endpoint(&server, "rerank"), "bge-reranker", house("rerank"));
    let texts = cleared(&house("rerank"), &["When?", "Parking.", "Six hours."]).await;
    assert_eq!(reranker.score(&texts).await.unwrap(), [-3.25, 8.5]);
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/v1/rerank");
    assert_eq!((&asked.body["query"], &asked.body["top_n"]), (&json!("When?"), &json!(2)));
    assert_eq!(asked.body["documents"], json!(["Parking.", "Six hours."]));

    let elsewhere = cleared(&house("elsewhere"), &["When?", "Parking."]).await;
    let error = reranker.score(&elsewhere).await.unwrap_err();
    assert!(matches!(error, RerankError::OtherDestination));
    let three = cleared(&house("rerank"), &["When?", "a", "b", "c"]).await;
    assert!(matches!(reranker.score(&three).await.unwrap_err(), RerankError::NoScores), "one has no score");
    assert_eq!(server.asked().len(), 2);
}
