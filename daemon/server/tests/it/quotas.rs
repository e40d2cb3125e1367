//! Who asks too often is told when to come back, and slows nobody else.

use reqwest::header::{AUTHORIZATION, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde_json::json;
use voiceassist_server::Limits;
use voiceassist_server::rates::Rate;

use crate::stage::Stage;
use crate::vouched::{open, paired_on};

async fn stage() -> Stage {
    let limits = Limits {
        requests_of_a_person: Rate::per_minute(6),
        questions_of_a_person: Rate::per_minute(2),
        failures_of_an_address: Rate::per_minute(3),
        ..Limits::default()
    };
    Stage::with_limits(limits).await
}

fn header(response: &reqwest::Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_person_is_told_what_is_left_and_refused_beyond_it() {
    let stage = stage().await;
    let (alice, bob) = (stage.clinic.person("alice").await, stage.clinic.person("bob").await);
    for left in (0..6).rev() {
        let response = stage.by(&alice, Method::GET, "/api/v1/me").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "ratelimit-policy"), "\"requests\";q=6;w=60");
        let wait = if left == 0 { 10 } else { 0 };
        assert_eq!(header(&response, "ratelimit"), format!("\"requests\";r={left};t={wait}"));
    }
    let refused = stage.by(&alice, Method::GET, "/api/v1/me").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&refused, RETRY_AFTER.as_str()), "10");
    let problem: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(problem["code"], "too_many_requests");
    assert_eq!(
        stage.get(&bob, "/api/v1/me").await.0,
        StatusCode::OK,
        "another person has a quota of their own"
    );
    stage.clinic.pass(chrono::TimeDelta::seconds(10));
    assert_eq!(stage.get(&alice, "/api/v1/me").await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_costs_most_has_a_smaller_quota() {
    let stage = stage().await;
    let alice = stage.clinic.person("alice").await;
    let search = json!({ "query": "apixaban" });
    for _ in 0..2 {
        assert_eq!(stage.post(&alice, "/api/v1/search", search.clone()).await.0, StatusCode::OK);
    }
    let refused = stage.by(&alice, Method::POST, "/api/v1/search").json(&search).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&refused, "ratelimit"), "\"questions\";r=0;t=30");
    assert_eq!(header(&refused, RETRY_AFTER.as_str()), "30");
    assert_eq!(stage.get(&alice, "/api/v1/me").await.0, StatusCode::OK);
}

#[tokio::test]
async fn guessing_from_one_address_is_slow_and_refuses_no_valid_token() {
    let stage = stage().await;
    let alice = stage.clinic.person("alice").await;
    let guess = async |from: &str| {
        let request = stage.anonymous(Method::GET, "/api/v1/me").header("X-Forwarded-For", from);
        request.header(AUTHORIZATION, "Bearer nonsense").send().await.unwrap()
    };
    for _ in 0..3 {
        assert_eq!(guess("198.51.100.7").await.status(), StatusCode::UNAUTHORIZED);
    }
    let refused = guess("198.51.100.7").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&refused, RETRY_AFTER.as_str()), "20");
    assert_eq!(guess("203.0.113.1, 198.51.100.7").await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(guess("203.0.113.1").await.status(), StatusCode::UNAUTHORIZED, "another address");
    for (from, expected) in
        [("2001:db8::1", 401), ("2001:db8::2", 401), ("2001:db8::3", 401), ("2001:db8::4", 429)]
    {
        assert_eq!(guess(from).await.status().as_u16(), expected, "one network: {from}");
    }
    let valid = stage.by(&alice, Method::GET, "/api/v1/me").header("X-Forwarded-For", "198.51.100.7");
    assert_eq!(valid.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn who_has_used_everything_up_is_refused_before_the_database_is_asked() {
    let (stage, app, claims) = paired_on(stage().await).await;
    let (_, session) = open(&stage, &app.sign(&claims)).await;
    let search = async || {
        let request = stage.anonymous(Method::POST, "/api/v1/search").json(&json!({ "query": "apixaban" }));
        request.bearer_auth(session["token"].as_str().unwrap()).send().await.unwrap()
    };
    for _ in 0..2 {
        assert_eq!(search().await.status(), StatusCode::OK);
    }
    stage.clinic.store.close().await;
    let refused = search().await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&refused, "ratelimit"), "\"questions\";r=0;t=30");
    assert_eq!(header(&refused, RETRY_AFTER.as_str()), "30");
    stage.clinic.pass(chrono::TimeDelta::seconds(30));
    assert_eq!(search().await.status(), StatusCode::SERVICE_UNAVAILABLE, "it is gone indeed");
}
