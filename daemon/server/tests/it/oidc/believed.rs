//! What of a provider is believed: its own tokens under its own keys, and nothing that only looks like them.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;
use voiceassist_fakes::provider::CLIENT_ID;
use voiceassist_model::Clock as _;

use super::{LOGOUT, Scene};
use crate::clinic::start_of_time;
use crate::stage::code;

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
