//! A copy of one's own data, and the end of all one's conversations.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use voiceassist_model::Principal;

use crate::stage::Stage;

const TEXT: &str = "Apixaban is restarted six hours after the ablation.";
const QUESTION: &str = "When is apixaban restarted after the ablation?";

async fn export(stage: &Stage, person: &Principal) -> Vec<Value> {
    let answer = stage.by(person, Method::POST, "/api/v1/me/export").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let text = answer.text().await.unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_kind<'l>(lines: &'l [Value], kind: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

#[tokio::test]
async fn people_take_a_copy_of_what_is_theirs_and_of_nothing_else() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    stage.clinic.document(10, "/ward.txt", &[TEXT], &[&alice]).await;
    let rules = json!({ "rules": [{ "effect": "exclude", "kind": "folder", "pattern": "/Private" }] });
    let put = stage.by(&alice, Method::PUT, "/api/v1/scope").json(&rules).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::OK);
    let mut asked = Vec::new();
    for number in 0..60 {
        let id = stage.conversation(if number % 20 == 19 { &bob } else { &alice }).await;
        asked.push(id);
    }
    let question = json!({ "question": QUESTION });
    let path = format!("/api/v1/conversations/{}/ask", asked[0]);
    stage.by(&alice, Method::POST, &path).json(&question).send().await.unwrap().text().await.unwrap();

    let lines = export(&stage, &alice).await;
    assert_eq!(lines[0]["user_id"], "alice");
    assert_eq!(of_kind(&lines, "scope")[0]["pattern"], "/Private");
    assert_eq!(of_kind(&lines, "conversation").len(), 57, "more than one page of them");
    let messages = of_kind(&lines, "message");
    assert_eq!(messages.len(), 2);
    assert!(messages.iter().all(|message| message["conversation_id"] == asked[0].as_str()));
    assert!(messages.iter().any(|message| message["text"].as_str().unwrap().contains("six hours")));
    let end = lines.last().unwrap();
    assert_eq!((&end["kind"], end["lines"].as_u64()), (&json!("end"), Some(lines.len() as u64 - 1)));
    assert_eq!(of_kind(&export(&stage, &bob).await, "conversation").len(), 3);
}

#[tokio::test]
async fn a_copy_leaves_out_what_its_owner_may_no_longer_read() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.document(10, "/ward.txt", &[TEXT], &[&alice]).await;
    let id = stage.conversation(&alice).await;
    let question = json!({ "question": QUESTION });
    let path = format!("/api/v1/conversations/{id}/ask");
    let told = stage.by(&alice, Method::POST, &path).json(&question).send().await.unwrap();
    assert!(told.text().await.unwrap().contains("six hours"));
    stage.clinic.unshare(10, &alice).await;
    let lines = export(&stage, &alice).await;
    let answer =
        of_kind(&lines, "message").into_iter().find(|message| message["role"] == "assistant").unwrap();
    assert!(!answer.to_string().contains("six hours"));
    assert!(answer["withheld"].as_u64().unwrap() > 0, "{answer}");
}

#[tokio::test]
async fn all_conversations_of_a_person_go_at_once_and_nobody_elses() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    for _ in 0..3 {
        stage.conversation(&alice).await;
    }
    let kept = stage.conversation(&bob).await;
    let answer = stage.by(&alice, Method::DELETE, "/api/v1/conversations").send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), r#"{"deleted":3}"#);
    let (_, mine) = stage.get(&alice, "/api/v1/conversations").await;
    assert_eq!(mine["conversations"].as_array().map(Vec::len), Some(0), "{mine}");
    assert_eq!(stage.get(&bob, &format!("/api/v1/conversations/{kept}")).await.0, StatusCode::OK);
}
