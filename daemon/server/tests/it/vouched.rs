//! Sessions that the paired Nextcloud app vouches for, and every way to pretend.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use voiceassist_model::SeededRandomness;
use voiceassist_server::auth::tokens::TokenKeys;
use voiceassist_store::paired_apps::key_id;

use crate::stage::{Stage, answer, code};

/// An app with a key of its own.
pub(crate) struct App {
    signing: EncodingKey,
    pub(crate) public: [u8; 32],
}

impl App {
    pub(crate) fn new(seed: u64) -> Self {
        let pem = TokenKeys::generate_pem(&SeededRandomness::new(seed));
        let signing = EncodingKey::from_ed_pem(pem.as_bytes()).unwrap();
        let AlgorithmParameters::OctetKeyPair(pair) =
            Jwk::from_encoding_key(&signing, Algorithm::EdDSA).unwrap().algorithm
        else {
            panic!("an Ed25519 key is an octet key pair")
        };
        Self { signing, public: URL_SAFE_NO_PAD.decode(pair.x).unwrap().try_into().unwrap() }
    }

    fn header(&self) -> Header {
        Header {
            typ: Some("voiceassist-vouch+jwt".to_owned()),
            kid: Some(key_id(&self.public)),
            ..Header::new(Algorithm::EdDSA)
        }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        jsonwebtoken::encode(&self.header(), claims, &self.signing).unwrap()
    }
}

/// A stage with Alice connected and the app of her Nextcloud paired; what the app would say of her now.
pub(crate) async fn paired() -> (Stage, App, Value) {
    paired_on(Stage::open().await).await
}

/// The same on a stage of one's own.
pub(crate) async fn paired_on(stage: Stage) -> (Stage, App, Value) {
    let alice = stage.clinic.person("alice").await;
    let app = App::new(7);
    let store = &stage.clinic.store;
    store.paired_apps().add(alice.instance, &app.public).await.unwrap().unwrap();
    let server = store.instances().find(alice.instance).await.unwrap().unwrap();
    let now = store.clock().now().timestamp();
    let claims = json!({
        "iss": server.base_url, "aud": "voiceassist", "sub": "alice", "name": "Alice", "groups": ["clinicians"],
        "iat": now, "exp": now + 60, "jti": "0123456789abcdef0123456789abcdef"
    });
    (stage, app, claims)
}

pub(crate) async fn open(stage: &Stage, vouch: &str) -> (StatusCode, Value) {
    let request = stage.anonymous(Method::POST, "/api/v1/sessions/vouched").json(&json!({ "vouch": vouch }));
    answer(request).await
}

#[tokio::test]
async fn a_person_the_app_vouches_for_gets_a_token_that_works() {
    let (stage, app, claims) = paired().await;
    let (status, session) = open(&stage, &app.sign(&claims)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(session["expires_in"], 600);
    let me = stage.anonymous(Method::GET, "/api/v1/me").bearer_auth(session["token"].as_str().unwrap());
    let (status, me) = answer(me).await;
    assert_eq!((status, &me["user_id"]), (StatusCode::OK, &json!("alice")));
}

#[tokio::test]
async fn a_vouch_is_good_once() {
    let (stage, app, claims) = paired().await;
    let vouch = app.sign(&claims);
    assert_eq!(open(&stage, &vouch).await.0, StatusCode::OK);
    let (status, problem) = open(&stage, &vouch).await;
    assert_eq!(code(status, &problem), "invalid_vouch");
}

#[tokio::test]
async fn what_is_not_exactly_right_is_not_believed() {
    let (stage, app, claims) = paired().await;
    let now = claims["iat"].as_i64().unwrap();
    for (claim, value) in [
        ("iss", json!("https://other.example.test/")),
        ("aud", json!("somebody-else")),
        ("aud", json!(null)),
        ("sub", json!("")),
        ("sub", json!("a".repeat(65))),
        ("sub", json!(null)),
        ("jti", json!("short")),
        ("jti", json!("0123456789abcdef/../../../../../")),
        ("iat", json!(now + 31)),
        ("iat", json!(now - 61)),
        ("exp", json!(now)),
        ("exp", json!(now + 121)),
        ("exp", json!(i64::MAX)),
        ("exp", json!("soon")),
    ] {
        let mut wrong = claims.clone();
        wrong[claim] = value.clone();
        if claim == "iat" && value == json!(now - 61) {
            wrong["exp"] = json!(now - 1);
        }
        let (status, problem) = open(&stage, &app.sign(&wrong)).await;
        assert_eq!(code(status, &problem), "invalid_vouch", "{claim} = {value}");
    }
    assert_eq!(
        open(&stage, &app.sign(&claims)).await.0,
        StatusCode::OK,
        "the right one still is, so none was spent"
    );
}

#[tokio::test]
async fn only_the_paired_key_with_the_fixed_algorithm_signs() {
    let (stage, app, claims) = paired().await;
    let stranger = App::new(8);
    let as_app = |header: Header, key: &EncodingKey| jsonwebtoken::encode(&header, &claims, key).unwrap();
    let (_, body_and_signature) =
        app.sign(&claims).split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let none = URL_SAFE_NO_PAD.encode(
        json!({ "alg": "none", "typ": "voiceassist-vouch+jwt", "kid": key_id(&app.public) }).to_string(),
    );
    let symmetric = Header { typ: app.header().typ, kid: app.header().kid, ..Header::new(Algorithm::HS256) };
    for (what, vouch) in [
        ("a key nobody paired", stranger.sign(&claims)),
        ("a stranger under the app's name", as_app(app.header(), &stranger.signing)),
        ("no algorithm", format!("{none}.{}.", body_and_signature.split('.').next().unwrap())),
        ("the public key as a password", as_app(symmetric, &EncodingKey::from_secret(&app.public))),
        ("another type", as_app(Header { typ: Some("at+jwt".to_owned()), ..app.header() }, &app.signing)),
        ("no key name", as_app(Header { kid: None, ..app.header() }, &app.signing)),
        ("a damaged signature", app.sign(&claims).replace('.', ".A")),
        ("no token at all", "hello".to_owned()),
        ("nothing", String::new()),
        ("too much", "a".repeat(70_000)),
    ] {
        let (status, problem) = open(&stage, &vouch).await;
        assert!(status.is_client_error(), "{what}");
        assert!(["invalid_vouch", "body_too_large"].contains(&code(status, &problem).as_str()), "{what}");
    }
}

#[tokio::test]
async fn whoever_has_no_account_yet_may_connect_one_and_reads_nothing() {
    let (stage, app, mut claims) = paired().await;
    claims["sub"] = json!("somebody");
    let (status, session) = open(&stage, &app.sign(&claims)).await;
    assert_eq!((status, &session["connected"]), (StatusCode::OK, &json!(false)));
    let ask = |method: Method, path: &str| {
        stage.anonymous(method, path).bearer_auth(session["token"].as_str().unwrap())
    };
    let (status, account) = answer(ask(Method::GET, "/api/v1/account")).await;
    assert_eq!(code(status, &account), "account_not_connected");
    let (status, _) = answer(ask(Method::GET, "/api/v1/calculators")).await;
    assert_eq!(status, StatusCode::OK);
    for path in ["/api/v1/documents", "/api/v1/conversations", "/api/v1/scope", "/api/v1/me"] {
        let (status, problem) = answer(ask(Method::GET, path)).await;
        assert_eq!(code(status, &problem), "account_disconnected", "{path}");
    }
}

#[tokio::test]
async fn the_app_sees_how_things_are_and_a_vouch_for_a_person_does_not_open_that() {
    let (stage, app, mut claims) = paired().await;
    let ask = async |vouch: &str| {
        let request =
            stage.anonymous(Method::POST, "/api/v1/pairing/overview").json(&json!({ "vouch": vouch }));
        answer(request).await
    };
    let (status, problem) = ask(&app.sign(&claims)).await;
    assert_eq!(code(status, &problem), "invalid_vouch", "made for a person");
    claims["aud"] = json!("voiceassist-app");
    let signed = app.sign(&claims);
    let (status, problem) = open(&stage, &signed).await;
    assert_eq!(code(status, &problem), "invalid_vouch", "made for the app");
    let (status, seen) = ask(&signed).await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    assert_eq!(seen["people"][0]["user_id"], "alice");
    assert_eq!(seen["people"][0]["advice"]["code"], "none");
    assert_eq!(
        (&seen["nextcloud_reachable"], &seen["components"][0]["name"]),
        (&json!(true), &json!("index"))
    );
    let (status, problem) = ask(&signed).await;
    assert_eq!(code(status, &problem), "invalid_vouch", "good once");
}

#[tokio::test]
async fn a_hook_key_is_made_for_the_app_alone_and_the_older_one_ends() {
    let (stage, app, mut claims) = paired().await;
    claims["aud"] = json!("voiceassist-app");
    let mut issued = Vec::new();
    for jti in ["1123456789abcdef0123456789abcdef", "2123456789abcdef0123456789abcdef"] {
        claims["jti"] = json!(jti);
        let request = stage.anonymous(Method::POST, "/api/v1/pairing/hook-key");
        let (status, key) = answer(request.json(&json!({ "vouch": app.sign(&claims) }))).await;
        assert_eq!((status, key["key"].as_str().unwrap().len()), (StatusCode::OK, 43));
        issued.push(key["id"].as_str().unwrap().to_owned());
    }
    let instance = stage.clinic.instance;
    let keys = stage.clinic.store.hook_keys().list(instance).await.unwrap();
    let ends = |id: &str| keys.iter().find(|key| key.id.to_string() == id).unwrap().expires_at;
    assert!(ends(&issued[0]).is_some() && ends(&issued[1]).is_none());
}

#[tokio::test]
async fn an_app_that_was_removed_is_not_believed_any_more() {
    let (stage, app, claims) = paired().await;
    assert!(stage.clinic.store.paired_apps().remove(&key_id(&app.public)).await.unwrap());
    let (status, problem) = open(&stage, &app.sign(&claims)).await;
    assert_eq!(code(status, &problem), "invalid_vouch");
}
