//! Conversations and streamed answers over HTTP.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use voiceassist_assistant::{RefuseStale, Settings};
use voiceassist_model::Principal;
use voiceassist_server::{Limits, ServeSettings};

use crate::clinic::{Clinic, Stuck};
use crate::stage::{Stage, answer, code};

const ABLATION: &str = "Apixaban is restarted six hours after the ablation if there is no bleeding.";
const PRIVATE: &str = "Apixaban was paused in room twelve because of a haematoma after the ablation.";

/// Name and data of each event of a finished stream.
fn events(body: &str) -> Vec<(String, Value)> {
    let blocks = body.split("\n\n").filter(|block| !block.is_empty() && !block.starts_with(':'));
    blocks
        .map(|block| {
            let field = |name: &str| {
                block
                    .lines()
                    .find_map(|line| line.strip_prefix(name))
                    .map(|value| value.trim_start_matches([':', ' ']))
            };
            let data = serde_json::from_str(field("data").unwrap()).unwrap();
            (field("event").unwrap().to_owned(), data)
        })
        .collect()
}

pub(crate) async fn ask(
    stage: &Stage,
    who: &Principal,
    conversation: &str,
    question: &str,
) -> Vec<(String, Value)> {
    let request = stage.by(who, Method::POST, &format!("/api/v1/conversations/{conversation}/ask"));
    let response = request.json(&json!({ "question": question })).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    events(&response.text().await.unwrap())
}

/// A server whose turns run until somebody stops them.
async fn slow_stage(limits: Limits) -> Stage {
    let clinic = Clinic::open().await;
    let settings = Settings { meaning_time: Duration::from_hours(1), ..Settings::default() };
    let assistant = clinic.assistant_with(Arc::new(RefuseStale), Some(Arc::new(Stuck)), settings);
    Stage::over(clinic, assistant, limits, ServeSettings::default()).await
}

#[tokio::test]
async fn a_conversation_is_begun_listed_renamed_and_deleted() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let (status, untitled) = stage.post(&alice, "/api/v1/conversations", json!({})).await;
    assert_eq!((status, &untitled["title"]), (StatusCode::CREATED, &"".into()));
    stage.clinic.pass(chrono::TimeDelta::seconds(1));
    let id = stage.conversation(&alice).await;
    let path = format!("/api/v1/conversations/{id}");

    let (_, list) = stage.get(&alice, "/api/v1/conversations").await;
    let listed: Vec<_> = list["conversations"].as_array().unwrap().iter().map(|c| c["id"].clone()).collect();
    assert_eq!(listed, [Value::from(id.clone()), untitled["id"].clone()], "the latest first");

    let rename = |title: Value| {
        let request = stage.by(&alice, Method::PATCH, &path).json(&json!({ "title": title }));
        answer(request)
    };
    let (status, renamed) = rename("  Blood thinners ".into()).await;
    assert_eq!((status, &renamed["title"]), (StatusCode::OK, &"Blood thinners".into()));
    let (status, problem) = rename("a".repeat(201).into()).await;
    assert_eq!(code(status, &problem), "title_too_long");

    let (status, body) = answer(stage.by(&alice, Method::DELETE, &path)).await;
    assert_eq!((status, body), (StatusCode::NO_CONTENT, Value::Null));
    let (status, problem) = stage.get(&alice, &path).await;
    assert_eq!(code(status, &problem), "conversation_not_found");
}

#[tokio::test]
async fn an_answer_comes_as_events_in_order_and_is_found_again() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let document = stage.clinic.document(10, "/Clinic/Ablation.txt", &[ABLATION], &[&alice]).await;
    let id = stage.conversation(&alice).await;
    let events = ask(&stage, &alice, &id, "When is apixaban restarted after the ablation?").await;

    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.first(), Some(&"sources"));
    assert_eq!(names.last(), Some(&"done"));
    assert!(names.len() > 2 && names[1..names.len() - 1].iter().all(|name| *name == "sentence"), "{names:?}");
    assert!(events.iter().all(|(name, data)| data["type"] == name.as_str()));
    let citation = &events[1].1["citations"][0];
    assert_eq!(citation["document_id"], document.to_string());
    assert_eq!((&citation["page"], &citation["title"]), (&1.into(), &"Ablation.txt".into()));
    assert_eq!(events.last().unwrap().1["outcome"], "answered");

    let (_, kept) = stage.get(&alice, &format!("/api/v1/conversations/{id}")).await;
    let messages = kept["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!((&messages[0]["role"], &messages[0]["turn"]), (&"user".into(), &Value::Null));
    assert_eq!(messages[1]["role"], "assistant");
    assert_eq!(messages[1]["turn"]["outcome"], "answered");
    assert_eq!(messages[1]["turn"]["stopped"], false);
    assert_eq!(messages[1]["citations"][0]["document_id"], document.to_string());
    assert_eq!(kept["conversation"]["message_count"], 2);
}

#[tokio::test]
async fn a_question_comes_with_the_iana_name_of_a_zone_or_with_none() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let id = stage.conversation(&alice).await;
    let path = format!("/api/v1/conversations/{id}/ask");
    let asked = |zone: &str| json!({ "question": "What do I have tomorrow?", "zone": zone });
    for zone in ["", "Mars/Olympus", "Romance Standard Time", "UTC+2", " Europe/Berlin", &"a".repeat(5_000)] {
        let (status, problem) = stage.post(&alice, &path, asked(zone)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{zone}");
        assert_eq!(code(status, &problem), "invalid_parameter", "{zone}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("`zone`") && !detail.contains("Mars"), "{detail}");
    }
    assert!(stage.get(&alice, &format!("/api/v1/conversations/{id}")).await.1["messages"][0].is_null());
    for zone in ["America/New_York", "europe/berlin", "UTC"] {
        let request = stage.by(&alice, Method::POST, &path).json(&asked(zone));
        assert_eq!(request.send().await.unwrap().status(), StatusCode::OK, "{zone}");
    }
}

#[tokio::test]
async fn nobody_asks_in_or_about_what_is_somebody_elses() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    stage.clinic.document(11, "/Notes/Room 12.txt", &[PRIVATE], &[&bob]).await;
    let bobs = stage.conversation(&bob).await;
    let path = format!("/api/v1/conversations/{bobs}");
    let question = json!({ "question": "Why was apixaban paused in room twelve?" });

    let (status, problem) = stage.post(&alice, &format!("{path}/ask"), question).await;
    assert_eq!(code(status, &problem), "conversation_not_found");
    for request in [
        stage.by(&alice, Method::GET, &path),
        stage.by(&alice, Method::DELETE, &path),
        stage.by(&alice, Method::PATCH, &path).json(&json!({ "title": "mine" })),
    ] {
        let (status, problem) = answer(request).await;
        assert_eq!(code(status, &problem), "conversation_not_found");
    }
    let (_, list) = stage.get(&alice, "/api/v1/conversations").await;
    assert_eq!(list["conversations"], json!([]));

    let own = stage.conversation(&alice).await;
    let events = ask(&stage, &alice, &own, "Why was apixaban paused in room twelve?").await;
    assert_eq!(events.last().unwrap().1["outcome"], "not_found");
    let told = format!("{events:?}");
    assert!(!told.contains("haematoma") && !told.contains("Room 12"), "{told}");

    let events = ask(&stage, &bob, &bobs, "Why was apixaban paused in room twelve?").await;
    assert_eq!(events.last().unwrap().1["outcome"], "answered", "bob himself is answered");
}

#[tokio::test]
async fn a_question_that_cannot_be_asked_is_refused_before_the_stream() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let id = stage.conversation(&alice).await;
    let path = format!("/api/v1/conversations/{id}/ask");
    for (body, expected) in [
        (json!({ "question": " " }), "query_empty"),
        (json!({ "question": "ä".repeat(2_001) }), "query_too_long"),
        (json!({ "query": "Apixaban?" }), "unknown_field"),
    ] {
        let (status, problem) = stage.post(&alice, &path, body).await;
        assert_eq!(code(status, &problem), expected);
    }
    let (_, kept) = stage.get(&alice, &format!("/api/v1/conversations/{id}")).await;
    assert_eq!(kept["messages"], json!([]));
}

#[tokio::test]
async fn a_client_that_goes_away_stops_its_turn() {
    let limits = Limits { keep_alive: Duration::from_millis(50), ..Limits::default() };
    let stage = slow_stage(limits).await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.document(10, "/Clinic/Ablation.txt", &[ABLATION], &[&alice]).await;
    let id = stage.conversation(&alice).await;
    let request = stage.by(&alice, Method::POST, &format!("/api/v1/conversations/{id}/ask"));
    let response = request.json(&json!({ "question": "Apixaban after the ablation?" })).send().await.unwrap();
    let mut body = response.bytes_stream();
    let first = body.next().await.unwrap().unwrap();
    assert!(first.starts_with(b": keep-alive"), "an idle stream says that it is alive: {first:?}");
    drop(body);

    stage.assistant.finish().await;
    let (_, kept) = stage.get(&alice, &format!("/api/v1/conversations/{id}")).await;
    assert_eq!(kept["messages"][1]["turn"]["stopped"], true);
}

#[tokio::test]
async fn a_failure_within_the_stream_is_its_last_event() {
    let clinic = Clinic::open().await;
    let settings = Settings {
        answer_time: Duration::from_millis(200),
        meaning_time: Duration::from_hours(1),
        ..Settings::default()
    };
    let assistant = clinic.assistant_with(Arc::new(RefuseStale), Some(Arc::new(Stuck)), settings);
    let stage = Stage::over(clinic, assistant, Limits::default(), ServeSettings::default()).await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.document(10, "/Clinic/Ablation.txt", &[ABLATION], &[&alice]).await;
    let id = stage.conversation(&alice).await;
    let events = ask(&stage, &alice, &id, "Apixaban after the ablation?").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].0, "error");
    assert_eq!(events[0].1["problem"]["code"], "timed_out");
    assert!(events[0].1["problem"]["request_id"].is_string());
}

#[tokio::test]
async fn one_person_runs_a_few_turns_at_once_and_no_more() {
    let stage = slow_stage(Limits::default()).await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.document(10, "/Clinic/Ablation.txt", &[ABLATION], &[&alice]).await;
    let id = stage.conversation(&alice).await;
    let path = format!("/api/v1/conversations/{id}/ask");
    let mut running = Vec::new();
    for _ in 0..Settings::default().turns_per_account {
        let request =
            stage.by(&alice, Method::POST, &path).json(&json!({ "question": "Apixaban ablation?" }));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        running.push(response);
    }
    let (status, problem) = stage.post(&alice, &path, json!({ "question": "Apixaban ablation?" })).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(code(status, &problem), "too_many_turns");
}

#[tokio::test]
async fn a_conversation_is_pinned_found_by_title_and_rated() {
    let stage = Stage::open().await;
    let (alice, bob) = (stage.clinic.person("alice").await, stage.clinic.person("bob").await);
    stage.clinic.document(10, "/AF.txt", &[ABLATION], &[&alice]).await;
    let id = stage.conversation(&alice).await;
    let path = format!("/api/v1/conversations/{id}");
    let change = async |who, body: Value| answer(stage.by(who, Method::PATCH, &path).json(&body)).await;
    let (status, changed) = change(&alice, json!({ "pinned": true })).await;
    assert_eq!((status, &changed["pinned"]), (StatusCode::OK, &json!(true)));
    assert_eq!(changed["title"], "Anticoagulation", "what is absent stays");
    let (status, problem) = change(&bob, json!({ "pinned": true })).await;
    assert_eq!(code(status, &problem), "conversation_not_found");
    let count =
        async |who, path: &str| stage.get(who, path).await.1["conversations"].as_array().unwrap().len();
    assert_eq!(count(&alice, "/api/v1/conversations?pinned=true").await, 1);
    assert_eq!(count(&alice, "/api/v1/conversations?pinned=false").await, 0);
    assert_eq!(count(&alice, "/api/v1/conversations/search?query=anti%20coag").await, 1);
    assert_eq!(count(&bob, "/api/v1/conversations/search?query=anti").await, 0);
    let (status, problem) =
        stage.get(&alice, &format!("/api/v1/conversations/search?query={}", "a".repeat(201))).await;
    assert_eq!(code(status, &problem), "invalid_parameter");

    ask(&stage, &alice, &id, "When is apixaban restarted after the ablation?").await;
    let (_, shown) = stage.get(&alice, &path).await;
    let answered = &shown["messages"][1];
    assert_eq!(answered["sentences"][0]["citations"][0]["number"], 1, "each sentence has its own grounds");
    let rate = async |who, of: &Value, body: Value| {
        let path = format!("/api/v1/messages/{}/rating", of["id"].as_str().unwrap());
        stage.by(who, Method::PUT, &path).json(&body).send().await.unwrap().status()
    };
    assert_eq!(rate(&alice, answered, json!({ "rating": "not_helpful" })).await, StatusCode::NO_CONTENT);
    assert_eq!(stage.get(&alice, &path).await.1["messages"][1]["rating"], "not_helpful");
    assert_eq!(rate(&bob, answered, json!({ "rating": "helpful" })).await, StatusCode::NOT_FOUND);
    assert_eq!(rate(&alice, &shown["messages"][0], json!({})).await, StatusCode::NOT_FOUND, "a question");
}

#[tokio::test]
async fn a_question_asked_anew_takes_the_place_of_the_old_one_and_its_answer() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.document(10, "/AF.txt", &[ABLATION], &[&alice]).await;
    let id = stage.conversation(&alice).await;
    let path = format!("/api/v1/conversations/{id}");
    ask(&stage, &alice, &id, "Unicorn dosage?").await;
    let first = stage.get(&alice, &path).await.1["messages"][0]["id"].clone();
    let again = async |replaces: &Value| {
        let body =
            json!({ "question": "When is apixaban restarted after the ablation?", "replaces": replaces });
        stage.by(&alice, Method::POST, &format!("{path}/ask")).json(&body).send().await.unwrap()
    };
    let response = again(&first).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.text().await.unwrap().contains("event: done"));
    let (_, shown) = stage.get(&alice, &path).await;
    let texts: Vec<_> = shown["messages"].as_array().unwrap().iter().map(|m| m["text"].clone()).collect();
    assert_eq!(texts, ["When is apixaban restarted after the ablation?", ABLATION]);
    assert_eq!(again(&first).await.status(), StatusCode::NOT_FOUND, "it is gone, and nothing was added");
    assert_eq!(stage.get(&alice, &path).await.1["conversation"]["message_count"], 2);
}

#[tokio::test]
async fn a_cited_passage_is_shown_where_it_stands_to_those_who_may_read_it() {
    let stage = Stage::open().await;
    let (alice, bob) = (stage.clinic.person("alice").await, stage.clinic.person("bob").await);
    stage.clinic.document(10, "/AF.txt", &["Before.", ABLATION, "After."], &[&alice]).await;
    let query = json!({ "query": "When is apixaban restarted after the ablation?" });
    let (_, found) = stage.post(&alice, "/api/v1/search", query).await;
    let path = format!("/api/v1/passages/{}", found["passages"][0]["chunk_id"].as_str().unwrap());
    let (status, shown) = stage.get(&alice, &path).await;
    assert_eq!(status, StatusCode::OK);
    let texts: Vec<_> = shown["passages"].as_array().unwrap().iter().map(|p| p["text"].clone()).collect();
    assert_eq!(texts, ["Before.", ABLATION, "After."]);
    let (status, problem) = stage.get(&bob, &path).await;
    assert_eq!(code(status, &problem), "passage_not_found");
}
