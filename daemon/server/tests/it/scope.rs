//! Rules about what is read, over HTTP.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use voiceassist_store::Job;
use voiceassist_store::scope::{Effect, Kind, NewRule, Owner};

use crate::stage::{Stage, answer, code};

async fn send(stage: &Stage, token: &str, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
    answer(stage.anonymous(method, path).bearer_auth(token).json(body)).await
}

fn rules(rules: &[(&str, &str, &str)]) -> Value {
    let rules: Vec<Value> = rules
        .iter()
        .map(|(effect, kind, pattern)| json!({ "effect": effect, "kind": kind, "pattern": pattern }))
        .collect();
    json!({ "rules": rules })
}

#[tokio::test]
async fn a_person_sees_everybodys_rules_and_changes_only_their_own() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    let server = Owner::Server(alice.instance);
    let rule = NewRule::parse(Effect::Exclude, Kind::Folder, "/Personnel").unwrap();
    stage.clinic.store.scope().add(server, &rule).await.unwrap();
    stage.clinic.document(10, "/Private/Diary.txt", &["Apixaban."], &[&alice, &bob]).await;

    let token = stage.token(&alice);
    let wanted = rules(&[("exclude", "folder", "Private/"), ("exclude", "size", "> 5 MB")]);
    let (status, kept) = send(&stage, &token, Method::PUT, "/api/v1/scope", &wanted).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(kept["everybody"][0]["pattern"], "/Personnel");
    assert_eq!(kept["everybody"][0]["origin"], "administrator");
    assert_eq!(kept["applying"], true);
    let patterns: Vec<&Value> =
        kept["rules"].as_array().unwrap().iter().map(|rule| &rule["pattern"]).collect();
    assert!(patterns.contains(&&json!("/Private")) && patterns.contains(&&json!(">5000000")));
    let (_, again) = send(&stage, &token, Method::PUT, "/api/v1/scope", &wanted).await;
    assert_eq!(again["rules"], kept["rules"], "sent twice it is the same");

    stage.clinic.store.scope().reapply(alice.account).await.unwrap();
    let (_, page) = stage.get(&alice, "/api/v1/documents").await;
    let told = &page["documents"][0];
    assert_eq!((&told["state"], &told["reason"]["code"]), (&json!("skipped"), &json!("out_of_scope")));
    let by = kept["rules"].as_array().unwrap().iter().find(|rule| rule["kind"] == "folder").unwrap();
    assert_eq!(told["left_out"], json!({ "by": "person", "why": "folder", "rule": by["id"] }));
    let (_, page) = stage.get(&bob, "/api/v1/documents").await;
    assert_eq!(page["documents"][0]["state"], "indexed");
    let (_, theirs) = stage.get(&bob, "/api/v1/scope").await;
    assert_eq!(theirs["rules"], json!([]));
    let id = told["id"].as_str().unwrap();
    let (status, problem) =
        send(&stage, &token, Method::POST, &format!("/api/v1/documents/{id}/retry"), &json!({})).await;
    assert_eq!(code(status, &problem), "retry_cannot_help");
}

#[tokio::test]
async fn a_preview_counts_and_keeps_nothing() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.document(10, "/Old/a.txt", &["Apixaban."], &[&alice]).await;
    stage.clinic.document(11, "/b.txt", &["Warfarin."], &[&alice]).await;
    let token = stage.token(&alice);
    let wanted = rules(&[("exclude", "folder", "/Old"), ("exclude", "tag", "No-AI")]);
    let (status, preview) = send(&stage, &token, Method::POST, "/api/v1/scope/preview", &wanted).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&preview["before"]["files"], &preview["after"]["files"]), (&json!(2), &json!(1)));
    assert_eq!(preview["taken_out"][0]["family"], "text");
    assert_eq!(preview["rules"][0]["alone"]["files"], 1);
    assert_eq!(preview["unknown_tags"], json!(["no-ai"]));
    let (_, scope) = stage.get(&alice, "/api/v1/scope").await;
    assert_eq!((&scope["rules"], &scope["applying"]), (&json!([]), &json!(false)));
    let job = Job::ApplyScope { account: alice.account };
    assert!(!stage.clinic.store.jobs().is_unfinished(&job).await.unwrap());
}

#[tokio::test]
async fn a_rule_that_means_nothing_is_refused_and_nothing_is_lost() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let token = stage.token(&alice);
    let good = rules(&[("exclude", "glob", "*.bak")]);
    let (_, kept) = send(&stage, &token, Method::PUT, "/api/v1/scope", &good).await;
    let many: Vec<(&str, &str, &str)> = (0..201).map(|_| ("exclude", "glob", "*.x")).collect();
    let cases = [
        (rules(&[("exclude", "glob", "*.bak"), ("exclude", "size", "50MB")]), "invalid_rule"),
        (rules(&[("exclude", "glob", "!keep")]), "invalid_rule"),
        (rules(&many), "invalid_rule"),
        (rules(&[("forbid", "glob", "*.bak")]), "wrong_type"),
        (json!({ "rules": [{ "effect": "exclude", "kind": "glob" }] }), "missing_field"),
        (json!({ "rules": [], "everybody": [] }), "unknown_field"),
    ];
    for (body, expected) in cases {
        for (method, path) in [(Method::PUT, "/api/v1/scope"), (Method::POST, "/api/v1/scope/preview")] {
            let (status, problem) = send(&stage, &token, method, path, &body).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
            assert_eq!(code(status, &problem), expected, "{problem}");
        }
    }
    let (_, scope) = stage.get(&alice, "/api/v1/scope").await;
    assert_eq!(scope["rules"], kept["rules"]);
}
