//! Signing in at a provider, against one on loopback: the way there and back, and every way to pretend.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

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
use voiceassist_server::auth::step_up::StepUp;
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
async fn an_id_token_that_is_not_exactly_right_is_not_believed() {
    let scene = Scene::open().await;
    let now = start_of_time().timestamp();
    let issuer = scene.provider.issuer();
    for (what, name, value) in [
        ("another issuer", "iss", json!("https://evil.example")),
        ("the issuer with a slash", "iss", json!(format!("{issuer}/"))),
        ("another client", "aud", json!("another")),
        ("several, made for another", "aud", json!([CLIENT_ID, "another"])),
        ("made for another", "azp", json!("another")),
        ("nobody's", "aud", json!([])),
        ("another nonce", "nonce", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("no nonce", "nonce", Value::Null),
        ("over", "exp", json!(now - 61)),
        ("without an end", "exp", Value::Null),
        ("an end that is a word", "exp", json!("tomorrow")),
        ("not yet", "nbf", json!(now + 120)),
        ("from the future", "iat", json!(now + 120)),
        ("old", "iat", json!(now - 3_600)),
        ("nobody", "sub", json!("")),
        ("no name", "preferred_username", Value::Null),
        ("a name that is too long", "preferred_username", json!("a".repeat(65))),
        ("a name that is a list", "preferred_username", json!(["alice"])),
    ] {
        scene.provider.bend(move |claims| {
            claims.insert(name.to_owned(), value.clone());
        });
        let (status, problem) = scene.sign_in().await;
        assert_eq!(code(status, &problem), "sign_in_refused", "{what}");
        scene.pass(TimeDelta::seconds(11));
        scene.provider.set_now(now);
        scene.stage.clinic.clock.advance(TimeDelta::seconds(-11));
    }
    scene.provider.bend(|_| {});
    assert_eq!(scene.sign_in().await.0, StatusCode::OK, "none of that was the stage's fault");
}

#[tokio::test]
async fn a_forged_id_token_is_not_believed() {
    let scene = Scene::open().await;
    let now = start_of_time().timestamp();
    let issuer = scene.provider.issuer();
    let provider = &scene.provider;
    for what in [
        "none", "hs256", "stranger", "unknown kid", "jku", "jwk", "crit", "zip", "access token",
        "logout token", "garbage", "huge", "five parts", "es256",
    ] {
        let (_, begun) = scene.begin(false).await;
        let url = Url::parse(begun["authorization_url"].as_str().unwrap()).unwrap();
        let nonce = url.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
        let claims = json!({
            "iss": issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, "sub": "7f3a-alice",
            "preferred_username": "alice"
        });
        let headed = |head: Value| provider.sign(head, &claims);
        let own = headed(json!({ "alg": "none" }));
        let token = match what {
            "none" => format!("{}.", own.rsplit_once('.').unwrap().0),
            "hs256" => {
                let key =
                    jsonwebtoken::EncodingKey::from_secret(provider.public_key().to_string().as_bytes());
                let kid = Some("first".to_owned());
                let head =
                    jsonwebtoken::Header { kid, ..jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256) };
                jsonwebtoken::encode(&head, &claims, &key).unwrap()
            }
            "stranger" => provider.sign_as_stranger(&claims),
            "unknown kid" => headed(json!({ "kid": "nobody" })),
            "jku" => headed(json!({ "jku": "https://evil.example/keys" })),
            "jwk" => headed(json!({ "jwk": provider.public_key() })),
            "crit" => headed(json!({ "crit": ["exp"] })),
            "zip" => headed(json!({ "zip": "DEF" })),
            "access token" => headed(json!({ "typ": "at+jwt" })),
            "logout token" => headed(json!({ "typ": "logout+jwt" })),
            "es256" => headed(json!({ "alg": "ES256" })),
            "huge" => format!("{}{}", headed(json!({})), "A".repeat(70_000)),
            "five parts" => format!("{}.a.b", headed(json!({}))),
            _ => "garbage".to_owned(),
        };
        provider.give_instead(token);
        let with = scene.come_back(&begun).await;
        let (status, problem) = scene.complete(&with).await;
        assert_eq!(code(status, &problem), "sign_in_refused", "{what}");
    }
    assert_eq!(scene.sign_in().await.0, StatusCode::OK);
    let reasons = scene.reasons().await;
    for reason in ["algorithm", "signature", "unknown_key", "form"] {
        assert!(reasons.iter().any(|known| known == reason), "{reason} of {reasons:?}");
    }
}

#[tokio::test]
async fn the_provider_changes_its_keys_under_running_sign_ins_and_nobody_notices() {
    let scene = Scene::open().await;
    assert_eq!(scene.sign_in().await.0, StatusCode::OK);
    assert_eq!(
        (scene.provider.count("/keys"), scene.provider.count("/.well-known/openid-configuration")),
        (1, 1)
    );
    let (_, begun) = scene.begin(false).await;
    scene.pass(TimeDelta::seconds(31));
    scene.provider.rotate(false);
    let with = scene.come_back(&begun).await;
    assert_eq!(scene.complete(&with).await.0, StatusCode::OK, "an unknown key has the keys read again");
    assert_eq!(scene.provider.count("/keys"), 2);
    for _ in 0..5 {
        let forged = scene.provider.sign(json!({ "kid": "nobody" }), &json!({}));
        scene.provider.give_instead(forged);
        assert_eq!(scene.sign_in().await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(scene.provider.count("/keys"), 2, "forged names make us no nuisance");
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_to_be_away_and_its_keys_hold_for_an_hour() {
    let scene = Scene::open().await;
    scene.provider.down(true);
    let (status, problem) = scene.begin(false).await;
    assert_eq!(
        (status, code(status, &problem).as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "provider_unavailable")
    );
    scene.provider.down(false);
    let (status, session) = scene.sign_in().await;
    assert_eq!(status, StatusCode::OK, "it works as soon as the provider is back");
    let (_, begun) = scene.begin(false).await;
    let with = scene.come_back(&begun).await;
    scene.provider.down(true);
    let (status, problem) = scene.complete(&with).await;
    assert_eq!(code(status, &problem), "provider_unavailable");
    assert_eq!(
        scene.get(&session, "/api/v1/calculators").await.0,
        StatusCode::OK,
        "who is signed in stays so"
    );

    let logout = |number: u32| {
        let now = scene.stage.clinic.clock.now().timestamp();
        let claims = json!({
            "iss": scene.provider.issuer(), "aud": CLIENT_ID, "iat": now, "jti": format!("n{number}"),
            "events": { LOGOUT: {} }, "sub": "somebody else"
        });
        scene.provider.sign(json!({ "typ": "logout+jwt" }), &claims)
    };
    scene.stage.clinic.pass(TimeDelta::minutes(59));
    assert_eq!(scene.log_out(&logout(1)).await, StatusCode::OK, "what is known is used");
    scene.stage.clinic.pass(TimeDelta::minutes(2));
    assert_eq!(scene.log_out(&logout(2)).await, StatusCode::SERVICE_UNAVAILABLE, "for an hour");
}

#[tokio::test]
async fn only_the_configured_issuer_is_believed_and_only_servers_that_may_be_reached_are_asked() {
    for said in [
        json!({ "issuer": "https://evil.example" }),
        json!({ "token_endpoint": "https://evil.example/token" }),
        json!({ "jwks_uri": "http://127.0.0.1:9/keys" }),
    ] {
        let scene = Scene::open().await;
        scene.provider.says_of_itself(said.clone());
        let (status, problem) = scene.begin(false).await;
        assert_eq!(code(status, &problem), "provider_unavailable", "{said}");
    }
}

#[tokio::test]
async fn an_identity_stays_the_person_it_was_and_nobody_takes_over_anothers() {
    let scene = Scene::open().await;
    let (_, first) = scene.sign_in().await;
    scene.provider.person(json!({ "sub": "7f3a-alice", "preferred_username": "bob" }));
    let (status, renamed) = scene.sign_in().await;
    assert_eq!(status, StatusCode::OK);
    let who = |session: &Value| {
        scene.stage.tokens.verify(session["token"].as_str().unwrap()).unwrap().principal.user_id
    };
    assert_eq!(
        (who(&first), who(&renamed)),
        ("alice".to_owned(), "alice".to_owned()),
        "whatever they are called"
    );
    scene.provider.person(json!({ "sub": "9c1d-mallory", "preferred_username": "alice" }));
    let (status, problem) = scene.sign_in().await;
    assert_eq!(code(status, &problem), "sign_in_refused");
    assert!(scene.reasons().await.iter().any(|reason| reason == "user_taken"));
}

#[tokio::test]
async fn the_provider_ends_sessions_and_only_with_a_token_that_says_so() {
    let scene = Scene::open().await;
    let now = start_of_time().timestamp();
    let (_, session) = scene.sign_in().await;
    let good = json!({
        "iss": scene.provider.issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": "n1",
        "events": { LOGOUT: {} }, "sub": "7f3a-alice", "sid": "session-1"
    });
    let signed = |claims: &Value| scene.provider.sign(json!({ "typ": "logout+jwt" }), claims);
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("iat", json!(now - 3_600)),
        ("iat", json!(now + 120)),
        ("exp", json!(now - 61)),
        ("jti", Value::Null),
        ("events", Value::Null),
        ("events", json!({ "http://schemas.openid.net/event/another": {} })),
        ("events", json!({ LOGOUT: "yes" })),
        ("nonce", json!("n")),
    ] {
        let mut bent = good.clone();
        bent[name] = value.clone();
        assert_eq!(scene.log_out(&signed(&bent)).await, StatusCode::BAD_REQUEST, "{name}={value}");
    }
    let mut nobody = good.clone();
    nobody.as_object_mut().unwrap().retain(|name, _| name != "sub" && name != "sid");
    for token in [signed(&nobody), scene.provider.sign_as_stranger(&good), "garbage".to_owned()] {
        assert_eq!(scene.log_out(&token).await, StatusCode::BAD_REQUEST);
    }
    let mut other = good.clone();
    (other["sid"], other["jti"]) = (json!("session-2"), json!("n2"));
    assert_eq!(scene.log_out(&signed(&other)).await, StatusCode::OK, "another session of hers");
    assert_eq!(scene.get(&session, "/api/v1/calculators").await.0, StatusCode::OK);

    assert_eq!(scene.log_out(&signed(&good)).await, StatusCode::OK);
    let (status, problem) = scene.get(&session, "/api/v1/calculators").await;
    assert_eq!(code(status, &problem), "session_ended");
    let (_, again) = scene.sign_in().await;
    assert_eq!(scene.log_out(&signed(&good)).await, StatusCode::BAD_REQUEST, "a logout counts once");
    assert_eq!(scene.get(&again, "/api/v1/calculators").await.0, StatusCode::OK);
}

#[tokio::test]
async fn groups_of_the_provider_make_roles_and_leaving_one_counts_in_every_session() {
    let scene = Scene::open().await;
    let mut admin = alice();
    admin["groups"] = json!(["wards", "admin"]);
    scene.provider.person(admin);
    let (_, first) = scene.sign_in().await;
    assert!(format!("{:?}", stored_roles(&scene)).contains("admin"));
    scene.provider.person(alice());
    let (_, second) = scene.sign_in().await;
    assert_ne!(first["session_id"], second["session_id"]);
    assert!(!stored_roles(&scene).contains("admin"), "{}", stored_roles(&scene));
}

fn stored_roles(scene: &Scene) -> String {
    scene.stage.clinic.database.psql("select string_agg(roles::text, ' ') from sessions")
}

#[tokio::test]
async fn how_somebody_signed_in_is_kept_and_a_fresh_strong_sign_in_is_told_from_an_old_one() {
    let step_up = StepUp { max_age: TimeDelta::minutes(5), amr: vec!["otp".to_owned()], acr: Vec::new() };
    let scene = Scene::with(SessionSettings { step_up: Some(step_up), ..SessionSettings::default() }).await;
    let mut admin = alice();
    admin["groups"] = json!(["admin"]);
    scene.provider.person(admin.clone());
    let export = |session: Value| {
        let token = session["token"].as_str().unwrap().to_owned();
        answer(
            scene
                .stage
                .anonymous(Method::POST, "/api/v1/admin/failures/retry")
                .bearer_auth(token)
                .json(&json!({})),
        )
    };
    let (_, weak) = scene.sign_in().await;
    let (status, problem) = export(weak.clone()).await;
    assert_eq!(code(status, &problem), "step_up_required");
    assert_eq!((&problem["max_age"], &problem["amr"]), (&json!(300), &json!(["otp"])));
    assert_eq!(
        scene.get(&weak, "/api/v1/calculators").await.0,
        StatusCode::OK,
        "the rest does not ask for it"
    );

    let (_, begun) = scene.begin(true).await;
    let with = scene.come_back(&begun).await;
    let (_, fresh) = scene.complete(&with).await;
    let (status, problem) = export(fresh).await;
    assert_eq!(code(status, &problem), "step_up_required", "fresh, but not strong");

    admin["amr"] = json!(["pwd", "otp"]);
    scene.provider.person(admin);
    let (_, begun) = scene.begin(true).await;
    let with = scene.come_back(&begun).await;
    let (_, strong) = scene.complete(&with).await;
    assert_eq!(export(strong.clone()).await.0, StatusCode::ACCEPTED);
    scene.pass(TimeDelta::minutes(6));
    let (status, problem) = export(strong).await;
    assert_eq!(code(status, &problem), "step_up_required", "no longer fresh");
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
