//! After a right is taken away, nothing of the document comes out of any route.
//!
//! The routes are those of the OpenAPI document, so a new one fails here until somebody has said how it is asked and
//! whether it shows documents. What is said is checked: a route that shows documents must show this one while it may be
//! read, and afterwards none may, whatever it is for. Rights end in two ways: the database says so, or nothing but
//! Nextcloud could say otherwise and does not.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use voiceassist_model::{Principal, Reason};
use voiceassist_store::audit::{Actor, Filter, Subject};

use crate::stage::{Stage, code};

/// Words that are in the documents and nowhere else: in a name, in a path, in a text.
const CANARIES: [&str; 4] = ["Zebrafinch", "Quokka", "xylophonically", "Numbat"];
const TEXT: &str = "Apixaban is restarted xylophonically six hours after the ablation.";
const QUESTION: &str = "When is apixaban restarted after the ablation?";

/// What `{id}` stands for.
#[derive(Clone, Copy)]
enum About {
    Nothing,
    Document,
    /// One that another try could help.
    Failed,
    Conversation,
    /// A piece of the document.
    Passage,
    Calculator,
}

/// How a route is asked, and whether it shows documents.
struct Route {
    method: &'static str,
    path: &'static str,
    about: About,
    body: Option<Value>,
    shows_documents: bool,
}

const fn plain(method: &'static str, path: &'static str) -> Route {
    Route { method, path, about: About::Nothing, body: None, shows_documents: false }
}

/// A mailbox that nobody may reach.
fn mailbox() -> Value {
    json!({ "host": "mail.elsewhere.example", "login_name": "alice", "secret": "Brolga" })
}

/// Every route there is; what ends something comes last.
#[expect(clippy::too_many_lines, reason = "one table, a row for each route")]
fn routes() -> Vec<Route> {
    let conversation = "/api/v1/conversations/{id}";
    vec![
        plain("GET", "/health/live"),
        plain("GET", "/health/ready"),
        plain("GET", "/metrics"),
        plain("GET", "/api/v1/openapi.json"),
        plain("GET", "/api/v1/me"),
        plain("GET", "/api/v1/audit"),
        plain("GET", "/api/v1/admin/overview"),
        plain("GET", "/api/v1/admin/people"),
        plain("GET", "/api/v1/admin/phi-policy"),
        plain("GET", "/api/v1/admin/providers"),
        plain("GET", "/api/v1/admin/roles"),
        plain("GET", "/api/v1/admin/limits"),
        Route { body: Some(json!({ "changes": [] })), ..plain("PATCH", "/api/v1/admin/limits") },
        Route { body: Some(json!({})), ..plain("POST", "/api/v1/admin/failures/retry") },
        Route { body: Some(json!({ "kind": "chat" })), ..plain("POST", "/api/v1/admin/providers/test") },
        Route { body: Some(json!({ "user_id": "bob" })), ..plain("POST", "/api/v1/admin/sessions/end") },
        Route { body: Some(json!({ "purpose": "documents" })), ..plain("POST", "/api/v1/tickets") },
        plain("GET", "/api/v1/stream"),
        Route { shows_documents: true, ..plain("POST", "/api/v1/me/export") },
        plain("GET", "/api/v1/account"),
        plain("POST", "/api/v1/account/connect"),
        Route { about: About::Document, ..plain("GET", "/api/v1/account/connect/{id}") },
        plain("GET", "/.well-known/jwks.json"),
        plain("POST", "/api/v1/sessions/vouched"),
        Route { body: Some(json!({ "refresh_token": "var_" })), ..plain("POST", "/api/v1/sessions/refresh") },
        Route { body: Some(json!({})), ..plain("POST", "/api/v1/sessions/oidc/begin") },
        plain("POST", "/api/v1/sessions/oidc/complete"),
        plain("POST", "/api/v1/sessions/oidc/logout"),
        plain("GET", "/api/v1/sessions"),
        plain("POST", "/api/v1/sessions/end-others"),
        Route { about: About::Document, ..plain("DELETE", "/api/v1/sessions/{id}") },
        plain("DELETE", "/api/v1/sessions/current"),
        plain("POST", "/api/v1/pairing/overview"),
        plain("POST", "/api/v1/pairing/hook-key"),
        plain("GET", "/api/v1/scope"),
        Route { body: Some(json!({ "rules": [] })), ..plain("PUT", "/api/v1/scope") },
        Route { body: Some(json!({ "rules": [] })), ..plain("POST", "/api/v1/scope/preview") },
        plain("POST", "/api/v1/hooks/nextcloud"),
        plain("GET", "/api/v1/calculators"),
        Route { about: About::Calculator, ..plain("GET", "/api/v1/calculators/{id}") },
        Route {
            about: About::Calculator,
            body: Some(json!({})),
            ..plain("POST", "/api/v1/calculators/{id}")
        },
        Route {
            body: Some(json!({ "query": QUESTION })),
            shows_documents: true,
            ..plain("POST", "/api/v1/search")
        },
        Route { shows_documents: true, ..plain("GET", "/api/v1/documents") },
        Route { about: About::Document, shows_documents: true, ..plain("GET", "/api/v1/documents/{id}") },
        Route { body: Some(json!({ "text": "Mrs. Larkin" })), ..plain("POST", "/api/v1/phi/detect") },
        Route { body: Some(json!({ "text": "Mrs. Larkin" })), ..plain("POST", "/api/v1/phi/redact") },
        plain("GET", "/api/v1/calendars"),
        plain("GET", "/api/v1/contacts"),
        plain("GET", "/api/v1/events"),
        plain("GET", "/api/v1/events/next"),
        plain("GET", "/api/v1/freebusy"),
        plain("GET", "/api/v1/tasks"),
        plain("GET", "/api/v1/mail/accounts"),
        plain("GET", "/api/v1/mail/messages"),
        Route { about: About::Document, ..plain("GET", "/api/v1/mail/messages/{id}") },
        Route { about: About::Document, ..plain("GET", "/api/v1/mail/threads/{id}") },
        Route { body: Some(mailbox()), ..plain("POST", "/api/v1/mail/accounts") },
        Route { body: Some(mailbox()), ..plain("POST", "/api/v1/mail/accounts/test") },
        Route {
            about: About::Document,
            body: Some(json!({})),
            ..plain("PATCH", "/api/v1/mail/accounts/{id}")
        },
        Route { about: About::Document, ..plain("DELETE", "/api/v1/mail/accounts/{id}") },
        plain("GET", "/api/v1/conversations"),
        plain("GET", "/api/v1/conversations/search"),
        Route { about: About::Passage, shows_documents: true, ..plain("GET", "/api/v1/passages/{id}") },
        Route {
            about: About::Conversation,
            body: Some(json!({ "rating": "helpful" })),
            ..plain("PUT", "/api/v1/messages/{id}/rating")
        },
        Route { body: Some(json!({ "title": "Blood thinners" })), ..plain("POST", "/api/v1/conversations") },
        Route {
            about: About::Conversation,
            body: Some(json!({ "question": QUESTION })),
            shows_documents: true,
            ..plain("POST", "/api/v1/conversations/{id}/ask")
        },
        Route { about: About::Conversation, shows_documents: true, ..plain("GET", conversation) },
        Route {
            about: About::Conversation,
            body: Some(json!({ "title": "Anticoagulants" })),
            ..plain("PATCH", conversation)
        },
        Route {
            about: About::Failed,
            shows_documents: true,
            ..plain("POST", "/api/v1/documents/{id}/retry")
        },
        Route { about: About::Conversation, ..plain("DELETE", conversation) },
        plain("DELETE", "/api/v1/conversations"),
        plain("DELETE", "/api/v1/account"),
    ]
}

#[test]
fn every_route_is_classified() {
    let document = serde_json::to_value(voiceassist_server::openapi::document()).unwrap();
    let mut served = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            served.insert((method.to_uppercase(), path.clone()));
        }
    }
    let classified: BTreeSet<_> =
        routes().iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
    assert_eq!(
        classified, served,
        "say in this file how each route is asked and whether it shows documents; left is what is said"
    );
}

struct Scene {
    stage: Stage,
    alice: Principal,
    document: String,
    failed: String,
    conversation: String,
    passage: String,
}

impl Scene {
    /// A document, one that failed, and a conversation in which the first was quoted.
    async fn open() -> Self {
        let stage = Stage::open().await;
        let alice = stage.clinic.person("alice").await;
        let clinic = &stage.clinic;
        let document = clinic.document(10, "/Quokka ward/Zebrafinch.txt", &[TEXT], &[&alice]).await;
        let failed = clinic.failed(11, "/Quokka ward/Numbat.txt", Reason::Unreachable, &[&alice]).await;
        let conversation = stage.conversation(&alice).await;
        let (_, found) = stage.post(&alice, "/api/v1/search", json!({ "query": QUESTION })).await;
        let passage = found["passages"][0]["chunk_id"].as_str().unwrap().to_owned();
        let (document, failed) = (document.to_string(), failed.to_string());
        let scene = Self { stage, alice, document, failed, conversation, passage };
        let path = format!("/api/v1/conversations/{}/ask", scene.conversation);
        let told = scene.ask("POST", &path, Some(&json!({ "question": QUESTION }))).await;
        assert!(told.contains("xylophonically"), "the conversation quotes the document: {told}");
        scene
    }

    /// Everything that comes back: status, headers and body, a stream to its end.
    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> String {
        let mut request = self.stage.by(&self.alice, method.parse::<Method>().unwrap(), path);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let head = format!("{} {:?}", response.status(), response.headers());
        format!("{head}\n{}", response.text().await.unwrap())
    }

    async fn answer(&self, route: &Route) -> String {
        let id = match route.about {
            About::Nothing => "",
            About::Document => &self.document,
            About::Failed => &self.failed,
            About::Conversation => &self.conversation,
            About::Passage => &self.passage,
            About::Calculator => "wells_dvt",
        };
        self.ask(route.method, &route.path.replace("{id}", id), route.body.as_ref()).await
    }
}

fn canaries(told: &str) -> Vec<&'static str> {
    CANARIES.into_iter().filter(|canary| told.contains(canary)).collect()
}

#[tokio::test]
async fn routes_that_show_documents_are_those_that_say_so() {
    let scene = Scene::open().await;
    for route in routes() {
        let told = scene.answer(&route).await;
        let shows = !canaries(&told).is_empty();
        assert_eq!(shows, route.shows_documents, "{} {}: {told}", route.method, route.path);
    }
}

#[tokio::test]
async fn once_the_database_says_no_nothing_of_a_document_comes_out_of_any_route() {
    let scene = Scene::open().await;
    for file in [10, 11] {
        scene.stage.clinic.unshare(file, &scene.alice).await;
    }
    scene.shows_nothing().await;
}

#[tokio::test]
async fn once_the_mirror_is_old_and_nextcloud_does_not_say_yes_nothing_comes_out_of_any_route() {
    let scene = Scene::open().await;
    scene.stage.clinic.pass(TimeDelta::seconds(31));
    scene.shows_nothing().await;
}

#[tokio::test]
async fn while_a_change_is_only_rumoured_nothing_comes_out_of_any_route() {
    let scene = Scene::open().await;
    scene.stage.clinic.store.cursors().doubt(scene.alice.account).await.unwrap();
    scene.shows_nothing().await;
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_shown_by_any_route() {
    let scene = Scene::open().await;
    scene.stage.clinic.database.psql("alter table audit_records rename to elsewhere");
    scene.shows_nothing().await;
    let (status, problem) =
        scene.stage.post(&scene.alice, "/api/v1/search", json!({ "query": QUESTION })).await;
    assert_eq!((status.as_u16(), code(status, &problem).as_str()), (503, "not_recorded"));
    scene.stage.clinic.database.psql("alter table elsewhere rename to audit_records");
    let told = scene.ask("POST", "/api/v1/search", Some(&json!({ "query": QUESTION }))).await;
    assert!(told.contains("xylophonically"), "it goes on by itself: {told}");
}

#[tokio::test]
async fn every_route_that_shows_a_document_says_so_in_the_audit_log_with_its_reader() {
    let scene = Scene::open().await;
    let store = &scene.stage.clinic.store;
    for route in routes().iter().filter(|route| route.shows_documents) {
        let before = store.audit().end().await.unwrap().map_or(0, |end| end.sequence);
        scene.answer(route).await;
        let about = if matches!(route.about, About::Failed) { &scene.failed } else { &scene.document };
        let filter = Filter {
            actor: Some(Actor::Person(scene.alice.account)),
            subject: Some(Subject::Document(about.parse().unwrap())),
            ..Filter::default()
        };
        let records = store.audit().find(&filter, None, 1).await.unwrap();
        let newest = records.first().map_or(0, |record| record.sequence);
        assert!(newest > before, "{} {}", route.method, route.path);
    }
    assert!(store.audit().verify(&[]).await.unwrap().is_ok());
}

impl Scene {
    async fn shows_nothing(&self) {
        for route in routes() {
            let told = self.answer(&route).await;
            assert_eq!(canaries(&told), Vec::<&str>::new(), "{} {}: {told}", route.method, route.path);
        }
    }
}
