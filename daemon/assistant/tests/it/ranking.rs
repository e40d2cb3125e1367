//! A model orders what was found: what it gets to see, and what happens without its word.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use voiceassist_assistant::rerank::http::HttpReranker;
use voiceassist_assistant::{Assistant, KeptDecisions, Ranking, RefuseStale, SearchRequest, Settings};
use voiceassist_fakes::chat::{Asked, ChatServer, Reply};
use voiceassist_model::{OsRandomness, Sensitivity};
use voiceassist_phi::{Destination, Detector, Gate, GateKeys, Mode, Protection};
use voiceassist_rag::endpoint::{Endpoint, EndpointSettings, below};
use voiceassist_store::Page;

use crate::clinic::Clinic;

const QUESTION: &str = "apixaban after the ablation";

fn ranked(clinic: &Clinic, server: &ChatServer, destination: Destination) -> Assistant {
    _ = rustls::crypto::ring::default_provider().install_default();
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let url = below(&server.base_url().parse().unwrap(), "rerank");
    let settings = EndpointSettings { attempts: 1, ..EndpointSettings::new(url) };
    let endpoint = Endpoint::new(http, settings, Arc::new(OsRandomness));
    let decisions = Arc::new(KeptDecisions::new(clinic.store.clone()));
    let ranking = Ranking {
        reranker: Arc::new(HttpReranker::new(endpoint, "reranker", destination)),
        gate: Gate::new(Detector::new(), decisions, GateKeys::new([1; 32], [2; 32])),
        passages: 2,
        time: Duration::from_secs(30),
    };
    let parts = clinic.parts(Arc::new(RefuseStale), None);
    Assistant::with_models(parts, None, Some(ranking), Settings::default())
}

/// The last of the documents it gets fits best.
fn backwards(asked: &Asked) -> Reply {
    let count = asked.body["documents"].as_array().map_or(0, Vec::len);
    let scored = |index| json!({"index": index, "relevance_score": index});
    Reply::Json(json!({"results": (0..count).map(scored).collect::<Vec<_>>()}))
}

#[tokio::test]
async fn the_best_are_ordered_anew_and_nothing_is_lost_or_added() {
    let clinic = Clinic::open().await;
    let (alice, mallory) = (clinic.person("alice").await, clinic.person("mallory").await);
    for (number, text) in [
        "Apixaban after the ablation: restarted after six hours.",
        "Apixaban is paused before the ablation.",
        "The ablation takes two hours.",
    ]
    .into_iter()
    .enumerate()
    {
        let file = i64::try_from(number).unwrap() + 10;
        clinic.document(file, &format!("/Clinic/{file}.txt"), &[text], &[&alice]).await;
    }
    clinic.document(90, "/Private/x.txt", &["Apixaban after the ablation of a king."], &[&mallory]).await;
    let texts = |results: voiceassist_assistant::SearchResults| {
        results.passages.iter().map(|passage| passage.text.clone()).collect::<Vec<_>>()
    };
    let before = texts(clinic.assistant().search(&alice, SearchRequest::new(QUESTION)).await.unwrap());
    let server = ChatServer::start(backwards).await.unwrap();
    let house = Destination::new("rerank", Protection::Local, Mode::Allow).unwrap();
    let results = ranked(&clinic, &server, house).search(&alice, SearchRequest::new(QUESTION)).await.unwrap();
    assert!(results.steps.iter().any(|step| step == "ordered 2 passages by reranker"), "{:?}", results.steps);
    let scores: Vec<f32> = results.passages.iter().map(|passage| passage.score).collect();
    assert!(scores.is_sorted_by(|left, right| left >= right), "scores stay with their places: {scores:?}");
    let after = texts(results);
    assert_eq!([&after[1], &after[0], &after[2]], [&before[0], &before[1], &before[2]]);
    let sent = String::from_utf8_lossy(&server.received()).into_owned();
    assert!(!sent.contains("king"), "what the asker may not read is not sent");
    let kept = clinic.store.egress_decisions().list(&Page::first(5)).await.unwrap().items;
    assert_eq!((kept.len(), kept[0].purpose.as_str(), kept[0].passed), (1, "rank", true));
}

#[tokio::test]
async fn without_its_word_the_order_stays_and_what_may_not_leave_does_not() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let texts = [
        "Apixaban after the ablation.",
        "Apixaban is paused before the ablation, as is aspirin.",
        "The ablation takes two hours and a half on this ward.",
    ];
    for (number, text) in texts.into_iter().enumerate() {
        let file = i64::try_from(number).unwrap() + 10;
        let path = format!("/Charts/{file}.txt");
        clinic.document_of(file, &path, &[text], Sensitivity::Health, &[&alice]).await;
    }
    let order = |results: &voiceassist_assistant::SearchResults| {
        results.passages.iter().map(|passage| passage.chunk).collect::<Vec<_>>()
    };
    let before = clinic.assistant().search(&alice, SearchRequest::new(QUESTION)).await.unwrap();
    let down = ChatServer::start(|_| Reply::Status(500, None)).await.unwrap();
    let house = Destination::new("rerank", Protection::Local, Mode::Allow).unwrap();
    let results = ranked(&clinic, &down, house).search(&alice, SearchRequest::new(QUESTION)).await.unwrap();
    assert_eq!(order(&results), order(&before));
    assert!(results.steps.iter().any(|step| step == "the order stayed: the model failed"));
    let far = ChatServer::start(backwards).await.unwrap();
    let cloud = Destination::new("rerank", Protection::Cloud, Mode::Forbid).unwrap();
    let results = ranked(&clinic, &far, cloud).search(&alice, SearchRequest::new(QUESTION)).await.unwrap();
    assert_eq!((order(&results), far.received_bytes()), (order(&before), 0));
    assert!(results.steps.iter().any(|step| step == "the order stayed: it may not be asked"));
}
