//! The list of documents over HTTP.

use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;
use voiceassist_model::Reason;

use crate::stage::{Stage, code};

fn titles(page: &Value) -> Vec<String> {
    let documents = page["documents"].as_array().unwrap().iter();
    documents.map(|document| document["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_list_is_the_readers_own_and_says_how_far_each_document_is() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    stage.clinic.document(10, "/Clinic/Ablation.txt", &["Apixaban."], &[&alice, &bob]).await;
    stage.clinic.failed(11, "/Scan.pdf", Reason::NoText, &[&alice]).await;
    stage.clinic.file(12, "/New.txt", &[&alice]).await;
    stage.clinic.document(13, "/Bob's.txt", &["Warfarin."], &[&bob]).await;

    let (status, page) = stage.get(&alice, "/api/v1/documents").await;
    assert_eq!(status, StatusCode::OK);
    let mut all = titles(&page);
    all.sort_unstable();
    assert_eq!(all, ["Ablation.txt", "New.txt", "Scan.pdf"]);
    assert_eq!(
        page["counts"],
        json!({ "pending": 1, "fetched": 0, "chunked": 0, "searchable": 0, "indexed": 1, "skipped": 0,
                "failed": 1, "total": 3 })
    );

    let (_, page) = stage.get(&alice, "/api/v1/documents?state=failed").await;
    assert_eq!(titles(&page), ["Scan.pdf"]);
    assert_eq!(page["counts"]["total"], 3, "the counts are of all");
    let scan = &page["documents"][0];
    assert_eq!(scan["state"], "failed");
    assert_eq!(
        scan["reason"],
        json!({ "code": "no_text", "explanation": Reason::NoText.explanation(), "retry_can_help": false })
    );
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    for n in 0..7 {
        stage.clinic.file(100 + n, &format!("/File {n}.txt"), &[&alice]).await;
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/documents?limit=3".to_owned();
    loop {
        let (status, page) = stage.get(&alice, &path).await;
        assert_eq!(status, StatusCode::OK);
        let titles = titles(&page);
        assert!(titles.len() <= 3);
        seen.extend(titles);
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/documents?limit=3&after={next}"),
            None => break,
        }
    }
    seen.sort_unstable();
    let expected: Vec<String> = (0..7).map(|n| format!("File {n}.txt")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn wrong_parameters_are_refused() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    for query in ["limit=0", "limit=101", "limit=x", "state=lost", "after=nonsense", "colour=red"] {
        let (status, problem) = stage.get(&alice, &format!("/api/v1/documents?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(code(status, &problem), "invalid_parameter", "{query}");
    }
    let (status, problem) = stage.get(&alice, "/api/v1/documents/not-a-uuid").await;
    assert_eq!(code(status, &problem), "invalid_parameter");
}

#[tokio::test]
async fn another_persons_document_does_not_exist() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    let private = stage.clinic.failed(11, "/Notes.txt", Reason::Unreachable, &[&bob]).await;
    let absent = Uuid::from_u128(404);
    let mut answers = Vec::new();
    for id in [private.as_uuid(), absent] {
        let (status, problem) = stage.get(&alice, &format!("/api/v1/documents/{id}")).await;
        assert_eq!(code(status, &problem), "document_not_found");
        answers.push((status, problem["detail"].clone()));
        let (status, problem) = stage.post(&alice, &format!("/api/v1/documents/{id}/retry"), json!({})).await;
        assert_eq!(code(status, &problem), "document_not_found");
    }
    assert_eq!(answers[0], answers[1], "theirs and none look the same");
    let (status, document) = stage.get(&bob, &format!("/api/v1/documents/{private}")).await;
    assert_eq!((status, &document["title"]), (StatusCode::OK, &"Notes.txt".into()));
}

#[tokio::test]
async fn only_a_problem_that_another_try_could_solve_is_tried_again() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let unreachable = stage.clinic.failed(11, "/Far.txt", Reason::Unreachable, &[&alice]).await;
    let scan = stage.clinic.failed(12, "/Scan.pdf", Reason::NoText, &[&alice]).await;
    let fine = stage.clinic.document(13, "/Fine.txt", &["Apixaban."], &[&alice]).await;
    stage.clinic.drain_jobs().await;

    let (status, document) =
        stage.post(&alice, &format!("/api/v1/documents/{unreachable}/retry"), json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!((&document["state"], &document["reason"]), (&"pending".into(), &Value::Null));
    let jobs = stage.clinic.drain_jobs().await;
    assert_eq!(jobs, [voiceassist_store::Job::IngestDocument { document: unreachable }]);

    for id in [scan, fine] {
        let (status, problem) = stage.post(&alice, &format!("/api/v1/documents/{id}/retry"), json!({})).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert_eq!(code(status, &problem), "retry_cannot_help");
    }
    assert!(stage.clinic.drain_jobs().await.is_empty());
}
