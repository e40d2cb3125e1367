//! Hints over HTTP: what is believed, what is refused, and what either leaves behind.

use std::fmt::Write as _;

use chrono::TimeDelta;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use voiceassist_model::{Clock as _, HookKeyId};
use voiceassist_store::Job;

use crate::stage::{Stage, answer, code};

const PATH: &str = "/api/v1/hooks/nextcloud";
/// A name planted where paths are.
const CANARY: &str = "Mustermann";

fn written(file: i64, actor: &str) -> Value {
    json!({
        "event": {
            "class": "OCP\\Files\\Events\\Node\\NodeWrittenEvent",
            "node": { "id": file, "path": format!("/{actor}/files/{CANARY}.txt") },
        },
        "user": { "uid": actor, "displayName": CANARY }, "time": 1_795_392_745,
    })
}

struct App {
    id: HookKeyId,
    key: Vec<u8>,
}

impl App {
    async fn of(stage: &Stage) -> Self {
        use base64::Engine as _;
        let (id, key) = stage.clinic.store.hook_keys().issue_app(stage.clinic.instance).await.unwrap();
        let key = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(key.expose_secret()).unwrap();
        Self { id, key }
    }

    fn sign(&self, timestamp: i64, nonce: &str, body: &str) -> String {
        let mut digest = String::new();
        for byte in Sha256::digest(body) {
            write!(digest, "{byte:02x}").unwrap();
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).unwrap();
        mac.update(format!("voiceassist-hook-v1\n{timestamp}\n{nonce}\n{digest}").as_bytes());
        let mut signature = "v1=".to_owned();
        for byte in mac.finalize().into_bytes() {
            write!(signature, "{byte:02x}").unwrap();
        }
        signature
    }

    /// A delivery signed `ago` seconds before now.
    fn delivery(&self, stage: &Stage, ago: i64, nonce: &str, body: &str) -> RequestBuilder {
        let timestamp = stage.clinic.clock.now().timestamp() - ago;
        let signature = self.sign(timestamp, nonce, body);
        self.with(stage, timestamp, nonce, &signature, body)
    }

    fn with(
        &self,
        stage: &Stage,
        timestamp: i64,
        nonce: &str,
        signature: &str,
        body: &str,
    ) -> RequestBuilder {
        stage
            .anonymous(Method::POST, PATH)
            .header("x-voiceassist-key", self.id.to_string())
            .header("x-voiceassist-timestamp", timestamp.to_string())
            .header("x-voiceassist-nonce", nonce)
            .header("x-voiceassist-signature", signature)
            .body(body.to_owned())
    }
}

async fn token(stage: &Stage) -> String {
    let (_, token) = stage.clinic.store.hook_keys().issue_listener(stage.clinic.instance).await.unwrap();
    token.expose_secret().to_owned()
}

async fn status(request: RequestBuilder) -> u16 {
    answer(request).await.0.as_u16()
}

async fn queued(stage: &Stage) -> Vec<Job> {
    stage.clinic.pass(TimeDelta::seconds(60));
    let jobs = stage.clinic.drain_jobs().await;
    jobs.into_iter().filter(|job| matches!(job, Job::SyncFiles { .. })).collect()
}

#[tokio::test]
async fn a_listeners_event_has_its_actor_looked_at() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.drain_jobs().await;
    let token = token(&stage).await;
    let delivery = stage.anonymous(Method::POST, PATH).bearer_auth(&token);
    let (status, body) = answer(delivery.body(written(11_063, "alice").to_string())).await;
    assert_eq!((status, body), (StatusCode::ACCEPTED, Value::Null));
    assert_eq!(queued(&stage).await, [Job::SyncFiles { account: alice.account }]);
}

#[tokio::test]
async fn an_unshare_from_the_app_makes_the_readers_mirror_unbelieved_at_once() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    stage.clinic.document(10, "/Ward.txt", &["Apixaban was paused."], &[&alice, &bob]).await;
    stage.clinic.confirm(bob.account, "root").await;
    let cursors = stage.clinic.store.cursors();
    assert!(cursors.files(bob.account).await.unwrap().confirmed_at.is_some());
    let app = App::of(&stage).await;
    let body = json!({ "events": [
        { "type": "share.deleted", "file_id": 10, "users": ["bob"], "actor": "alice", "colour": "red" },
        { "type": "tea.served" },
    ]})
    .to_string();
    assert_eq!(status(app.delivery(&stage, 0, "0123456789abcdef", &body)).await, 202);
    assert!(cursors.files(bob.account).await.unwrap().confirmed_at.is_none());
    assert!(queued(&stage).await.contains(&Job::SyncFiles { account: bob.account }));
}

#[tokio::test]
async fn events_nobody_follows_are_taken_quietly() {
    let stage = Stage::open().await;
    stage.clinic.person("alice").await;
    stage.clinic.drain_jobs().await;
    let token = token(&stage).await;
    for class in ["OCA\\Tea\\TeaServed", "OCP\\Tea\\CupEmptyEvent", ""] {
        let body = json!({ "event": { "class": class }, "user": { "uid": "alice" } });
        let delivery = stage.anonymous(Method::POST, PATH).bearer_auth(&token).body(body.to_string());
        assert_eq!(status(delivery).await, 202, "{class}");
    }
    assert!(queued(&stage).await.is_empty());
}

#[tokio::test]
async fn a_change_in_a_calendar_has_its_people_look_at_their_calendars_and_at_nothing_else() {
    let stage = Stage::open().await;
    let (alice, bob) = (stage.clinic.person("alice").await, stage.clinic.person("bob").await);
    stage.clinic.person("carol").await;
    stage.clinic.drain_jobs().await;
    let token = token(&stage).await;
    let event = json!({
        "class": "OCP\\Calendar\\Events\\CalendarObjectUpdatedEvent", "calendarId": 3,
        "calendarData": { "id": 3, "uri": "personal", "principaluri": "principals/users/bob" },
        "shares": [{ "href": "principal:principals/groups/clinicians" }, "odd", { "href": 7 }],
        "objectData": { "calendardata": "BEGIN:VCALENDAR", "uri": "x.ics" },
    });
    let body = json!({ "event": event, "user": { "uid": "alice" } }).to_string();
    let delivery = || stage.anonymous(Method::POST, PATH).bearer_auth(&token).body(body.clone());
    for _ in 0..3 {
        assert_eq!(status(delivery()).await, 202);
    }
    let app = App::of(&stage).await;
    let body = json!({ "events": [{ "type": "contacts.changed", "actor": "alice" }] }).to_string();
    assert_eq!(status(app.delivery(&stage, 0, "0123456789abcdef", &body)).await, 202);
    stage.clinic.pass(TimeDelta::seconds(60));
    let mut jobs = stage.clinic.drain_jobs().await;
    jobs.sort_by_key(|job| format!("{job:?}"));
    let mut expected = vec![
        Job::SyncCalendars { account: alice.account },
        Job::SyncCalendars { account: bob.account },
        Job::SyncContacts { account: alice.account },
    ];
    expected.sort_by_key(|job| format!("{job:?}"));
    assert_eq!(jobs, expected, "each once, however many hints there are");
}

#[tokio::test]
async fn what_is_not_proved_is_refused_in_the_same_words_and_changes_nothing() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.drain_jobs().await;
    let token = token(&stage).await;
    let app = App::of(&stage).await;
    let other = App::of(&stage).await;
    let body = json!({ "events": [{ "type": "file.changed", "file_id": 1, "actor": "alice" }] }).to_string();
    let now = stage.clinic.clock.now().timestamp();
    let nonce = "0123456789abcdef";
    let good = app.sign(now, nonce, &body);
    let open = || stage.anonymous(Method::POST, PATH).body(written(1, "alice").to_string());
    let forged = [
        ("nothing", open()),
        ("a person's token", open().bearer_auth(stage.token(&alice))),
        ("half a token", open().bearer_auth(&token[..token.len() - 1])),
        ("a longer token", open().bearer_auth(format!("{token}A"))),
        ("two tokens", open().bearer_auth(&token).bearer_auth(&token)),
        ("another scheme", open().basic_auth("vah", Some(&token))),
        ("the token in the address", stage.anonymous(Method::POST, &format!("{PATH}?token={token}"))),
        ("another body", app.with(&stage, now, nonce, &good, &body.replace('1', "2"))),
        ("another nonce", app.with(&stage, now, "fedcba9876543210", &good, &body)),
        ("another time", app.with(&stage, now + 1, nonce, &good, &body)),
        ("another key's id", other.with(&stage, now, nonce, &good, &body)),
        ("no scheme", app.with(&stage, now, nonce, &good[3..], &body)),
        ("a short nonce", app.delivery(&stage, 0, "short", &body)),
        ("too old", app.delivery(&stage, 301, nonce, &body)),
        ("from the future", app.delivery(&stage, -301, nonce, &body)),
    ];
    let mut said = Vec::new();
    for (what, request) in forged {
        let (status, mut problem) = answer(request).await;
        assert_eq!(code(status, &problem), "hook_refused", "{what}");
        problem["request_id"] = Value::Null;
        said.push(problem);
    }
    assert!(said.windows(2).all(|pair| pair[0] == pair[1]), "nothing tells what was wrong");
    assert!(queued(&stage).await.is_empty());
}

#[tokio::test]
async fn a_signed_delivery_is_taken_once_within_its_window() {
    let stage = Stage::open().await;
    stage.clinic.person("alice").await;
    let app = App::of(&stage).await;
    let body = json!({ "events": [{ "type": "file.changed", "file_id": 1, "actor": "alice" }] }).to_string();
    let timestamp = stage.clinic.clock.now().timestamp();
    let nonce = "0123456789abcdef";
    let signature = app.sign(timestamp, nonce, &body);
    let send = || app.with(&stage, timestamp, nonce, &signature, &body);
    assert_eq!(status(send()).await, 202);
    assert_eq!(status(send()).await, 401, "replayed");
    stage.clinic.pass(TimeDelta::seconds(299));
    stage.clinic.store.hook_keys().sweep().await.unwrap();
    assert_eq!(status(send()).await, 401, "replayed late, after nonces were tidied");
    stage.clinic.pass(TimeDelta::seconds(400));
    stage.clinic.store.hook_keys().sweep().await.unwrap();
    assert_eq!(status(send()).await, 401, "replayed when nobody remembers the nonce");
}

#[tokio::test]
async fn large_deep_and_broken_bodies_are_refused_without_quoting_them() {
    let stage = Stage::open().await;
    let token = token(&stage).await;
    let send = |body: String| answer(stage.anonymous(Method::POST, PATH).bearer_auth(&token).body(body));
    for (what, body, expected) in [
        ("large", format!("\"{}\"", "a".repeat(300_000)), "body_too_large"),
        ("deep", "[".repeat(1_000), "malformed_json"),
        ("broken", format!("{{\"event\":{{\"class\":\"{CANARY}"), "malformed_json"),
        ("of another type", format!("{{\"event\":\"{CANARY}\"}}"), "malformed_json"),
    ] {
        let (status, problem) = send(body).await;
        assert_eq!(code(status, &problem), expected, "{what}");
        assert!(!problem.to_string().contains(CANARY), "{what}");
    }
    let app = App::of(&stage).await;
    let many = json!({ "events": vec![json!({ "type": "file.changed" }); 101] }).to_string();
    let (status, problem) = answer(app.delivery(&stage, 0, "0123456789abcdef", &many)).await;
    assert_eq!(code(status, &problem), "body_too_large");
}

#[tokio::test]
async fn a_flood_of_forgeries_is_told_to_stop_and_the_genuine_still_get_through() {
    let stage = Stage::open().await;
    stage.clinic.person("alice").await;
    let token = token(&stage).await;
    let mut last = 0;
    for _ in 0..60 {
        last = status(stage.anonymous(Method::POST, PATH).body("{}")).await;
    }
    assert_eq!(last, 429);
    let genuine = stage.anonymous(Method::POST, PATH).bearer_auth(&token);
    assert_eq!(status(genuine.body(written(1, "alice").to_string())).await, 202);
}
