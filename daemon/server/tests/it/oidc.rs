//! Signing in at a provider, against one on loopback: the way there and back, and every way to pretend.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

mod believed;
mod lasting;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;
use voiceassist_dav::egress::{Destinations, HttpSettings, Reach};
use voiceassist_fakes::provider::{self as fake, CLIENT_ID, CLIENT_SECRET};
use voiceassist_model::{Clock as _, ManualClock};
use voiceassist_server::SessionSettings;
use voiceassist_server::auth::oidc::{Provider, ProviderSettings};
use voiceassist_server::auth::roles::RoleGroups;
use voiceassist_store::audit::record::Detail;
use voiceassist_store::audit::{Action, Filter};

use crate::clinic::{Clinic, start_of_time};
use crate::stage::{SignIn, Stage, answer, code};

const PAGE: &str = "https://assistant.clinic.example/signed-in";
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

struct Scene {
    stage: Stage,
    provider: fake::Provider,
}

/// Our side of the provider, as the program would make it.
fn ours(clinic: &Clinic, issuer: &str, secret: &str) -> Provider {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let destinations = Destinations::only([(&Url::parse(issuer).unwrap(), Reach::House)]).unwrap();
    let http = destinations.client(&HttpSettings::default()).unwrap();
    let settings = ProviderSettings {
        issuer: issuer.to_owned(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(secret.into()),
        redirect_uri: Url::parse(PAGE).unwrap(),
        user_claim: "preferred_username".to_owned(),
        groups_claim: "groups".to_owned(),
        scopes: vec!["openid".to_owned(), "profile".to_owned()],
        step_up_acr: vec!["strong".to_owned()],
        instance: clinic.instance,
    };
    Provider::new(settings, http, destinations, Arc::<ManualClock>::clone(&clinic.clock))
}

impl Scene {
    async fn open() -> Self {
        Self::with(SessionSettings::default()).await
    }

    async fn with(sessions: SessionSettings) -> Self {
        let provider = fake::Provider::start(start_of_time().timestamp()).await.unwrap();
        let issuer = provider.issuer();
        let stage = Stage::with_sign_in(|clinic| SignIn {
            sessions,
            provider: Some(Arc::new(ours(clinic, &issuer, CLIENT_SECRET))),
            role_groups: RoleGroups { admin: ["admin".to_owned()].into(), ..RoleGroups::default() },
        })
        .await;
        provider.person(alice());
        Self { stage, provider }
    }

    fn pass(&self, time: TimeDelta) {
        self.stage.clinic.pass(time);
        self.provider.set_now(self.stage.clinic.clock.now().timestamp());
    }

    async fn begin(&self, step_up: bool) -> (StatusCode, Value) {
        let request = self.stage.anonymous(Method::POST, "/api/v1/sessions/oidc/begin");
        answer(request.json(&json!({ "step_up": step_up }))).await
    }

    /// What the browser does: there and back, with what it kept.
    async fn come_back(&self, begun: &Value) -> HashMap<String, String> {
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let there = begun["authorization_url"].as_str().unwrap();
        let sent = browser.get(there).send().await.unwrap();
        let back = Url::parse(sent.headers()["location"].to_str().unwrap()).unwrap();
        assert!(back.as_str().starts_with(PAGE));
        let mut with: HashMap<String, String> = back.query_pairs().into_owned().collect();
        with.insert("sign_in".to_owned(), begun["sign_in"].as_str().unwrap().to_owned());
        with
    }

    async fn complete(&self, with: &HashMap<String, String>) -> (StatusCode, Value) {
        let request = self.stage.anonymous(Method::POST, "/api/v1/sessions/oidc/complete");
        answer(request.header("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0").json(with)).await
    }

    async fn sign_in(&self) -> (StatusCode, Value) {
        let (status, begun) = self.begin(false).await;
        assert_eq!(status, StatusCode::OK, "{begun}");
        let with = self.come_back(&begun).await;
        self.complete(&with).await
    }

    async fn get(&self, session: &Value, path: &str) -> (StatusCode, Value) {
        let token = session["token"].as_str().unwrap();
        answer(self.stage.anonymous(Method::GET, path).bearer_auth(token)).await
    }

    async fn log_out(&self, token: &str) -> StatusCode {
        let request = self.stage.anonymous(Method::POST, "/api/v1/sessions/oidc/logout");
        request.form(&[("logout_token", token)]).send().await.unwrap().status()
    }

    /// Why sign-ins were refused, as the audit log has it.
    async fn reasons(&self) -> Vec<String> {
        let filter = Filter { action: Some(Action::SessionOpen), ..Filter::default() };
        let records = self.stage.clinic.store.audit().find(&filter, None, 100).await.unwrap();
        let reasons = records.iter().filter_map(|record| match record.details.get("reason") {
            Some(Detail::Code(reason)) => Some(reason.clone()),
            _ => None,
        });
        reasons.collect()
    }
}

fn alice() -> Value {
    json!({ "sub": "7f3a-alice", "preferred_username": "alice", "groups": ["wards"], "amr": ["pwd"] })
}

#[tokio::test]
async fn who_signs_in_at_the_provider_gets_a_session_that_works_and_can_be_renewed() {
    let scene = Scene::open().await;
    scene.stage.clinic.person("alice").await;
    let (status, session) = scene.sign_in().await;
    assert_eq!((status, &session["connected"]), (StatusCode::OK, &json!(true)), "{session}");
    assert_eq!(scene.get(&session, "/api/v1/me").await.1["user_id"], "alice");
    let (_, listed) = scene.get(&session, "/api/v1/sessions").await;
    let own = &listed["sessions"][0];
    assert_eq!(
        (&own["kind"], &own["agent"], &own["address"]),
        (&json!("sign_in"), &json!("Firefox on Linux"), &json!("this_machine"))
    );
    let request = scene.stage.anonymous(Method::POST, "/api/v1/sessions/refresh");
    let (status, _) = answer(request.json(&json!({ "refresh_token": session["refresh_token"] }))).await;
    assert_eq!(status, StatusCode::OK);
    for (table, secret) in [("sign_ins", "verifier"), ("sessions", "of no use to anybody")] {
        assert!(!scene.stage.clinic.dump(table).contains(secret), "{table}");
    }
}

#[tokio::test]
async fn the_way_there_asks_for_what_protects_the_way_back() {
    let scene = Scene::open().await;
    let (_, begun) = scene.begin(false).await;
    let url = Url::parse(begun["authorization_url"].as_str().unwrap()).unwrap();
    let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!((query["response_type"].as_str(), query["code_challenge_method"].as_str()), ("code", "S256"));
    for random in ["state", "nonce", "code_challenge"] {
        assert_eq!(query[random].len(), 43, "{random}");
    }
    assert!(!query.contains_key("prompt"));
    assert!(!url.as_str().contains(begun["sign_in"].as_str().unwrap()), "what the browser keeps stays there");
    let (_, other) = scene.begin(true).await;
    let url = Url::parse(other["authorization_url"].as_str().unwrap()).unwrap();
    let fresh: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!((fresh["prompt"].as_str(), fresh["max_age"].as_str()), ("login", "0"));
    assert_eq!(fresh["acr_values"], "strong");
    assert_ne!((&query["state"], &query["nonce"]), (&fresh["state"], &fresh["nonce"]));
}

#[tokio::test]
async fn nobody_completes_what_was_begun_elsewhere_nor_twice_nor_late() {
    let scene = Scene::open().await;
    let (_, mallory) = scene.begin(false).await;
    let (_, begun) = scene.begin(false).await;
    let with = scene.come_back(&begun).await;
    let bent = |name: &str, value: &str| {
        let mut bent = with.clone();
        bent.insert(name.to_owned(), value.to_owned());
        bent
    };
    // A sign-in of Mallory's, completed in the browser of somebody else, and the other way round.
    let crossed = bent("sign_in", mallory["sign_in"].as_str().unwrap());
    let (status, problem) = scene.complete(&crossed).await;
    assert_eq!(code(status, &problem), "sign_in_refused");
    let (status, problem) = scene.complete(&with).await;
    assert_eq!(code(status, &problem), "sign_in_refused", "somebody tried, so it is gone");

    for (name, value) in [
        ("state", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("state", ""),
        ("code", "code-999"),
        ("code", ""),
        ("iss", "https://evil.example"),
        ("iss", &format!("{}/", scene.provider.issuer())),
    ] {
        let (_, begun) = scene.begin(false).await;
        let mut with = scene.come_back(&begun).await;
        with.insert(name.to_owned(), value.to_owned());
        let (status, problem) = scene.complete(&with).await;
        assert_eq!(code(status, &problem), "sign_in_refused", "{name}={value}");
    }
    let (_, begun) = scene.begin(false).await;
    let mut with = scene.come_back(&begun).await;
    with.remove("iss");
    let (status, problem) = scene.complete(&with).await;
    assert_eq!(code(status, &problem), "sign_in_refused", "this provider always says who answers");

    let (_, begun) = scene.begin(false).await;
    let with = scene.come_back(&begun).await;
    assert_eq!(scene.complete(&with).await.0, StatusCode::OK);
    let (status, problem) = scene.complete(&with).await;
    assert_eq!(code(status, &problem), "sign_in_refused", "once");

    let (_, begun) = scene.begin(false).await;
    let with = scene.come_back(&begun).await;
    scene.pass(TimeDelta::minutes(10));
    let (status, problem) = scene.complete(&with).await;
    assert_eq!(code(status, &problem), "sign_in_refused", "too late");
}

#[tokio::test]
async fn without_a_provider_there_is_nothing_to_sign_in_at_and_a_wrong_secret_is_not_the_persons_fault() {
    let stage = Stage::open().await;
    for path in ["begin", "complete", "logout"] {
        let request = stage.anonymous(Method::POST, &format!("/api/v1/sessions/oidc/{path}"));
        let body = json!({ "sign_in": "a", "state": "b", "code": "c" });
        let (status, problem) = match path {
            "begin" => answer(request.json(&json!({}))).await,
            "complete" => answer(request.json(&body)).await,
            _ => answer(request.form(&[("logout_token", "a")])).await,
        };
        assert_eq!(code(status, &problem), "sign_in_not_configured", "{path}");
    }
    let provider = fake::Provider::start(start_of_time().timestamp()).await.unwrap();
    provider.person(alice());
    let issuer = provider.issuer();
    let stage = Stage::with_sign_in(|clinic| SignIn {
        provider: Some(Arc::new(ours(clinic, &issuer, "another secret"))),
        ..SignIn::default()
    })
    .await;
    let scene = Scene { stage, provider };
    let (status, problem) = scene.sign_in().await;
    assert_eq!(code(status, &problem), "provider_unavailable");
}
