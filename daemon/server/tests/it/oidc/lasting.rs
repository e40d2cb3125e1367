//! What a sign-in leaves behind: whose identity it is, what its person may do, and how the provider ends it.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use voiceassist_fakes::provider::CLIENT_ID;
use voiceassist_server::SessionSettings;
use voiceassist_server::auth::step_up::StepUp;

use super::{LOGOUT, Scene, alice};
use crate::clinic::start_of_time;
use crate::stage::{answer, code};

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
