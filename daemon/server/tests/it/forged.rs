//! Forged access tokens over HTTP: each is refused with the same answer, and that it came is on record.
//!
//! The table starts from a token that is good, so that each row is refused for what it says and nothing else.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;
use voiceassist_model::SeededRandomness;
use voiceassist_server::Limits;
use voiceassist_server::auth::signing;
use voiceassist_server::auth::tokens::TokenKeys;
use voiceassist_server::rates::Rate;
use voiceassist_store::audit::record::Detail;
use voiceassist_store::audit::{Action, Filter};

use crate::stage::{ISSUER, Stage, answer, code, everyday};

/// Signs anything at all with a key of ours: what only a thief of the key could, and still may not.
struct Forge {
    key: EncodingKey,
    head: Value,
    claims: Value,
}

fn encode(part: &str) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

impl Forge {
    fn of(good: &str) -> Self {
        let pem = TokenKeys::generate_pem(&SeededRandomness::new(5));
        let mut parts = good.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap_or_default());
        let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
        Self { key: EncodingKey::from_ed_pem(pem.as_bytes()).unwrap(), head: next(), claims: next() }
    }

    /// Head and claims as text, so that they can say things twice.
    fn sign(&self, head: &str, claims: &str) -> String {
        let message = format!("{}.{}", encode(head), encode(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, Algorithm::EdDSA).unwrap();
        format!("{message}.{signature}")
    }

    fn head(&self, name: &str, value: Value) -> String {
        let mut head = self.head.clone();
        head[name] = value;
        self.sign(&head.to_string(), &self.claims.to_string())
    }

    fn claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        self.sign(&self.head.to_string(), &claims.to_string())
    }

    fn without(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name).unwrap();
        self.sign(&self.head.to_string(), &claims.to_string())
    }
}

fn hmac(forge: &Forge, secret: &[u8]) -> String {
    let kid = forge.head["kid"].as_str().map(str::to_owned);
    let head = Header { typ: Some("at+jwt".to_owned()), kid, ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&head, &forge.claims, &EncodingKey::from_secret(secret)).unwrap()
}

fn table(forge: &Forge, now: i64) -> Vec<(&'static str, String)> {
    let Forge { head, claims, .. } = forge;
    let (head, text) = (head.to_string(), claims.to_string());
    let public = Jwk::from_encoding_key(&forge.key, Algorithm::EdDSA).unwrap();
    let jwk = serde_json::to_value(&public).unwrap();
    let raw = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
    let other = TokenKeys::generate_pem(&SeededRandomness::new(6));
    let other = Forge {
        key: EncodingKey::from_ed_pem(other.as_bytes()).unwrap(),
        head: forge.head.clone(),
        claims: claims.clone(),
    };
    let other_jwk =
        serde_json::to_value(Jwk::from_encoding_key(&other.key, Algorithm::EdDSA).unwrap()).unwrap();
    let unsigned = |alg: &str| {
        let mut head = forge.head.clone();
        head["alg"] = json!(alg);
        format!("{}.{}.", encode(&head.to_string()), encode(&text))
    };
    let path = "../../../../../../dev/null";
    vec![
        ("alg none", unsigned("none")),
        ("alg nOnE", unsigned("nOnE")),
        ("alg EdDSA without a signature", unsigned("EdDSA")),
        ("HS256 with the public key", hmac(forge, &raw)),
        ("HS256 with the public key as it is published", hmac(forge, jwk.to_string().as_bytes())),
        ("HS256 with nothing", hmac(forge, b"")),
        ("ES256 in the head", forge.head("alg", json!("ES256"))),
        ("no algorithm", forge.head("alg", Value::Null)),
        ("a stranger's key under our name", other.sign(&head, &text)),
        ("a name nobody gave", forge.head("kid", json!("nobody"))),
        ("a name that is a path", forge.head("kid", json!(path))),
        ("a name that is a statement", forge.head("kid", json!("' or 1=1 --"))),
        ("a name that is empty", forge.head("kid", json!(""))),
        ("a name that is a number", forge.head("kid", json!(7))),
        ("a key brought along", other.head("jwk", other_jwk)),
        ("our key brought along", forge.head("jwk", jwk)),
        ("a place to fetch keys", forge.head("jku", json!("https://evil.example/keys"))),
        ("a place to fetch certificates", forge.head("x5u", json!("https://evil.example/chain"))),
        ("a certificate", forge.head("x5c", json!(["AAAA"]))),
        ("an extension that must be understood", forge.head("crit", json!(["exp"]))),
        ("a body that is not encoded", forge.head("b64", json!(false))),
        ("compressed", forge.head("zip", json!("DEF"))),
        ("an ID token", forge.head("typ", json!("JWT"))),
        ("a logout token", forge.head("typ", json!("logout+jwt"))),
        ("no type", forge.head("typ", Value::Null)),
        ("two algorithms", forge.sign(&head.replacen('{', r#"{"alg":"none","#, 1), &text)),
        ("two subjects", forge.sign(&head, &text.replacen('{', r#"{"user_id":"bob","#, 1))),
        ("two ends", forge.sign(&head, &text.replacen('{', &format!(r#"{{"exp":{},"#, now + 900), 1))),
        ("two audiences of which we are one", forge.claim("aud", json!(["voiceassist", "another"]))),
        ("another audience", forge.claim("aud", json!("another"))),
        ("another issuer", forge.claim("iss", json!("https://evil.example"))),
        (
            "our issuer with a slash",
            forge.claim("iss", json!(format!("{}/", claims["iss"].as_str().unwrap()))),
        ),
        ("a claim nobody knows", forge.claim("admin", json!(true))),
        ("a role nobody knows", forge.claim("roles", json!(["user", "root"]))),
        ("an account that is none", forge.claim("sub", json!("alice"))),
        ("not yet", forge.claim("nbf", json!(now + 60))),
        ("made tomorrow", forge.claim("iat", json!(now + 86_400))),
        ("an hour's life", forge.claim("exp", json!(now + 3_600))),
        ("a life without end", forge.claim("exp", json!(i64::MAX))),
        ("an end that is a word", forge.claim("exp", json!("never"))),
        ("an end with a fraction", forge.claim("exp", json!(now as f64 + 60.5))),
        ("no end", forge.without("exp")),
        ("no beginning", forge.without("nbf")),
        ("no issuer", forge.without("iss")),
        ("no audience", forge.without("aud")),
        ("no roles", forge.without("roles")),
        ("no number", forge.without("jti")),
        ("claims that are a list", forge.sign(&head, "[]")),
        ("claims that are no JSON", forge.sign(&head, "admin")),
        ("encrypted", format!("{}.a.b.c.d", encode(r#"{"alg":"dir","enc":"A256GCM"}"#))),
        (
            "a token in a token",
            forge.sign(&head.replacen('{', r#"{"cty":"JWT","#, 1), &forge.sign(&head, &text)),
        ),
        ("two parts", forge.sign(&head, &text).rsplit_once('.').unwrap().0.to_owned()),
        ("four parts", format!("{}.AAAA", forge.sign(&head, &text))),
        ("dots", "..".to_owned()),
        ("large", format!("{}.{}", forge.sign(&head, &text), "A".repeat(12_000))),
        ("another kind of secret", "var_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
    ]
}

#[tokio::test]
async fn no_forged_token_opens_anything_and_that_they_came_is_on_record() {
    let limits = Limits { failures_of_an_address: Rate::per_minute(1_000), ..Limits::default() };
    let stage = Stage::with_limits(limits).await;
    let alice = stage.clinic.person("alice").await;
    let now = stage.clinic.store.clock().now().timestamp();
    let forge = Forge::of(&stage.token(&alice));
    let get = |token: &str| answer(stage.anonymous(Method::GET, "/api/v1/me").bearer_auth(token));
    let same = forge.sign(&forge.head.to_string(), &forge.claims.to_string());
    assert_eq!(get(&same).await.0, StatusCode::OK, "the table starts from a good token");
    let table = table(&forge, now);
    assert!(table.len() >= 50);
    for (what, token) in &table {
        let (status, problem) = get(token).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}");
        assert_eq!(code(status, &problem), "unauthenticated", "{what}");
    }
    // Refusals are recorded once in ten seconds with how many there were, so that strangers cannot fill the log.
    stage.clinic.pass(TimeDelta::seconds(11));
    assert_eq!(get("one more").await.0, StatusCode::UNAUTHORIZED);
    let filter = Filter { action: Some(Action::TokenRefuse), ..Filter::default() };
    let records = stage.clinic.store.audit().find(&filter, None, 10).await.unwrap();
    let counted: u64 = records
        .iter()
        .map(|record| match record.details["count"] {
            Detail::Count(count) => count,
            _ => panic!("a count is a number"),
        })
        .sum();
    assert_eq!(counted, table.len() as u64 + 1, "every refusal is in some record");
}

#[tokio::test]
async fn a_token_is_refused_from_the_second_it_ends() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let token = stage.token(&alice);
    let get = || answer(stage.anonymous(Method::GET, "/api/v1/me").bearer_auth(&token));
    stage.clinic.pass(TimeDelta::seconds(599));
    assert_eq!(get().await.0, StatusCode::OK);
    stage.clinic.pass(TimeDelta::seconds(1));
    let (status, problem) = get().await;
    assert_eq!(code(status, &problem), "token_expired");
}

#[tokio::test]
async fn strangers_with_unknown_keys_have_the_keys_read_once_in_a_while() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let store = &stage.clinic.store;
    let forge = Forge::of(&stage.token(&alice));
    let get = |token: String| answer(stage.anonymous(Method::GET, "/api/v1/me").bearer_auth(token));
    let stranger = forge.head("kid", json!(Uuid::from_u128(7).to_string()));
    assert_eq!(get(stranger).await.0, StatusCode::UNAUTHORIZED, "for this one the keys were read");

    let ring = signing::ring(store, None).await.unwrap();
    let clock = std::sync::Arc::<voiceassist_model::ManualClock>::clone(&stage.clinic.clock);
    let replica = TokenKeys::of(ring, ISSUER, clock);
    let token = replica.issue(&alice, &everyday(), TimeDelta::minutes(10), Uuid::from_u128(8)).unwrap();
    stage.clinic.pass(TimeDelta::seconds(4));
    assert_eq!(get(token.clone()).await.0, StatusCode::UNAUTHORIZED, "too soon to read them again");
    stage.clinic.pass(TimeDelta::seconds(1));
    assert_eq!(get(token).await.0, StatusCode::OK);
}
