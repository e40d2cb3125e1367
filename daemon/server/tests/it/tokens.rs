//! Tokens: ours are accepted, forged ones are not.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use uuid::Uuid;
use voiceassist_model::{AccountId, Clock as _, InstanceId, ManualClock, Principal, SeededRandomness};
use voiceassist_server::auth::tokens::{Bearer, IssueError, MAX_LIFETIME, TokenError, TokenKeys};

use crate::clinic::start_of_time;
use crate::stage::{ISSUER, everyday, keys};

fn alice() -> Principal {
    Principal {
        account: AccountId::from_uuid(Uuid::from_u128(1)),
        instance: InstanceId::from_uuid(Uuid::from_u128(2)),
        user_id: "alice".to_owned(),
    }
}

fn bearer() -> Bearer {
    Bearer { principal: alice(), roles: everyday(), session: None }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(start_of_time()))
}

/// The claims and the header of a good token, to be bent.
fn parts_of(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (next(), next())
}

fn with(mut value: Value, key: &str, new: impl Into<Value>) -> Value {
    value[key] = new.into();
    value
}

fn without(mut value: Value, key: &str) -> Value {
    value.as_object_mut().unwrap().remove(key).unwrap();
    value
}

#[test]
fn a_token_speaks_for_whom_it_was_issued_until_it_expires() {
    let clock = clock();
    let keys = keys(&clock);
    let token = keys.issue(&alice(), &everyday(), MAX_LIFETIME, Uuid::from_u128(9)).unwrap();
    assert_eq!(keys.verify(&token), Ok(bearer()));
    clock.advance(MAX_LIFETIME - TimeDelta::seconds(1));
    assert_eq!(keys.verify(&token), Ok(bearer()));
    clock.advance(TimeDelta::seconds(1));
    assert_eq!(keys.verify(&token), Err(TokenError::Expired));
}

#[test]
fn a_token_lives_fifteen_minutes_at_most() {
    let keys = keys(&clock());
    for lifetime in [TimeDelta::zero(), TimeDelta::seconds(-1), MAX_LIFETIME + TimeDelta::seconds(1)] {
        assert!(matches!(
            keys.issue(&alice(), &everyday(), lifetime, Uuid::nil()),
            Err(IssueError::Lifetime)
        ));
    }
}

#[test]
fn the_key_is_read_from_standard_pem_and_nothing_else() {
    let clock: Arc<ManualClock> = clock();
    let pem = TokenKeys::generate_pem(&SeededRandomness::new(1));
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n") && pem.ends_with("-----END PRIVATE KEY-----\n"));
    assert!(!format!("{:?}", keys(&clock)).contains("PRIVATE"));
    for wrong in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "not a key"] {
        let read = TokenKeys::from_pkcs8_pem(wrong.as_bytes(), ISSUER, Arc::<ManualClock>::clone(&clock));
        assert!(read.is_err(), "{wrong:?}");
    }
}

#[test]
fn forged_tokens_are_refused() {
    let clock = clock();
    let keys = keys(&clock);
    let good = keys.issue(&alice(), &everyday(), TimeDelta::minutes(10), Uuid::from_u128(9)).unwrap();
    let (header, claims) = parts_of(&good);
    let now = clock.now().timestamp();
    let pem = TokenKeys::generate_pem(&SeededRandomness::new(5));
    let ours = EncodingKey::from_ed_pem(pem.as_bytes()).unwrap();
    let other_pem = TokenKeys::generate_pem(&SeededRandomness::new(6));
    let other = EncodingKey::from_ed_pem(other_pem.as_bytes()).unwrap();
    let public = Jwk::from_encoding_key(&ours, Algorithm::EdDSA).unwrap();
    let public = serde_json::to_value(&public).unwrap()["x"].as_str().unwrap().to_owned();
    let public = URL_SAFE_NO_PAD.decode(public).unwrap();

    let key_id = header["kid"].as_str().unwrap().to_owned();
    let head = |algorithm| Header {
        typ: Some("at+jwt".to_owned()),
        kid: Some(key_id.clone()),
        ..Header::new(algorithm)
    };
    let sign = |claims: &Value| jsonwebtoken::encode(&head(Algorithm::EdDSA), claims, &ours).unwrap();
    assert_eq!(keys.verify(&sign(&claims)), Ok(bearer()), "the table below starts from a good token");
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned =
        |algorithm: &str| format!("{}.{}.", encode(&with(header.clone(), "alg", algorithm)), encode(&claims));
    let signature = good.rsplit('.').next().unwrap();
    let another_kid = Header { kid: Some("unknown".to_owned()), ..head(Algorithm::EdDSA) };
    let no_kid = Header { kid: None, ..head(Algorithm::EdDSA) };
    let id_token = Header { typ: Some("JWT".to_owned()), ..head(Algorithm::EdDSA) };
    let critical = Header { crit: Some(vec!["exp".to_owned()]), ..head(Algorithm::EdDSA) };
    let eddsa = |header: &Header| jsonwebtoken::encode(header, &claims, &ours).unwrap();
    let hs256 = |secret: &[u8]| {
        jsonwebtoken::encode(&head(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret)).unwrap()
    };

    let invalid = [
        ("alg none", unsigned("none")),
        ("alg NONE", unsigned("NONE")),
        ("alg EdDSA without a signature", unsigned("EdDSA")),
        ("HS256 with the raw public key", hs256(&public)),
        ("HS256 with the private key's file", hs256(pem.as_bytes())),
        ("HS256 with nothing", hs256(b"")),
        ("another key", jsonwebtoken::encode(&head(Algorithm::EdDSA), &claims, &other).unwrap()),
        ("unknown kid", eddsa(&another_kid)),
        ("no kid", eddsa(&no_kid)),
        ("another kind of token", eddsa(&id_token)),
        ("critical extension", eddsa(&critical)),
        ("another issuer", sign(&with(claims.clone(), "iss", "https://elsewhere.example"))),
        ("another audience", sign(&with(claims.clone(), "aud", "another-service"))),
        ("several audiences", sign(&with(claims.clone(), "aud", json!(["voiceassist", "another-service"])))),
        ("no sub", sign(&without(claims.clone(), "sub"))),
        ("empty sub", sign(&with(claims.clone(), "sub", ""))),
        ("no exp", sign(&without(claims.clone(), "exp"))),
        ("no nbf", sign(&without(claims.clone(), "nbf"))),
        ("no iat", sign(&without(claims.clone(), "iat"))),
        ("no iss", sign(&without(claims.clone(), "iss"))),
        ("no aud", sign(&without(claims.clone(), "aud"))),
        ("no instance", sign(&without(claims.clone(), "instance"))),
        ("from the future", sign(&with(claims.clone(), "nbf", now + 60))),
        ("issued in the future", sign(&with(with(claims.clone(), "iat", now + 60), "exp", now + 120))),
        ("lives too long", sign(&with(claims.clone(), "exp", now + 3_600))),
        ("exp that overflows", sign(&with(claims.clone(), "exp", i64::MAX))),
        ("exp as text", sign(&with(claims.clone(), "exp", "tomorrow"))),
        ("unknown claim", sign(&with(claims.clone(), "admin", true))),
        ("other claims under our signature", {
            format!("{}.{}.{signature}", encode(&header), encode(&with(claims.clone(), "user_id", "bob")))
        }),
        ("cut", good[..good.len() - 8].to_owned()),
        ("two parts", good.rsplit_once('.').unwrap().0.to_owned()),
        ("four parts", format!("{good}.{signature}")),
        ("garbage", "garbage".to_owned()),
        ("dots", "..".to_owned()),
        ("nothing", String::new()),
        ("endless", format!("{good}{}", "A".repeat(100_000))),
    ];
    for (what, token) in &invalid {
        let expected = if *what == "unknown kid" { TokenError::UnknownKey } else { TokenError::Invalid };
        assert_eq!(keys.verify(token), Err(expected), "{what}");
    }
    let times = with(with(claims.clone(), "iat", now - 600), "nbf", now - 600);
    let expired = sign(&with(times, "exp", now - 1));
    assert_eq!(keys.verify(&expired), Err(TokenError::Expired));
}
