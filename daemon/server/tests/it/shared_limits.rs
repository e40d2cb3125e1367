//! Replicas that share a Redis admit together what one limit says, and without it each what the limit says.
//!
//! Limits come back so slowly here that a test sees nothing of it.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use reqwest::header::{AUTHORIZATION, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde_json::json;
use voiceassist_fakes::redis::{Impostor, PrivateRedis};
use voiceassist_model::Principal;
use voiceassist_server::Limits;
use voiceassist_server::rates::Rate;
use voiceassist_store::shared_rates::SharedRates;

use crate::stage::{Replica, Stage, answer};

/// A machine that is busy is no failure.
const LONG: Duration = Duration::from_secs(20);

async fn replicas(url: &str, patience: Duration) -> [Stage; 2] {
    let slow = |burst| Rate { burst, per_minute: 1 };
    let limits = Limits {
        requests_of_a_person: slow(6),
        questions_of_a_person: slow(2),
        failures_of_an_address: slow(3),
        ..Limits::default()
    };
    let shared = || SharedRates::new(&url.into(), [7; 32].into(), patience).unwrap();
    let replica = || Replica { limits, shared_rates: Some(Arc::new(shared())), ..Replica::default() };
    let stages = Stage::replicas([replica(), replica()]).await;
    for stage in &stages {
        let (_, report) = answer(stage.anonymous(Method::GET, "/health/ready")).await;
        assert_eq!(report["components"][3]["name"], "limits");
    }
    stages
}

async fn condition(stage: &Stage) -> String {
    let (status, report) = answer(stage.anonymous(Method::GET, "/health/ready")).await;
    assert_eq!(status, StatusCode::OK, "it serves all the same");
    assert_eq!(report["status"], report["components"][3]["condition"]);
    report["status"].as_str().unwrap().to_owned()
}

/// Asks this replica, and says what is left, or nothing where it was refused.
async fn ask(stage: &Stage, who: &Principal) -> Option<u32> {
    let response = stage.by(who, Method::GET, "/api/v1/me").send().await.unwrap();
    let header = |name| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("ratelimit-policy"), "\"requests\";q=6;w=60");
    let stands = header("ratelimit");
    let (left, wait) = stands.strip_prefix("\"requests\";r=").unwrap().split_once(";t=").unwrap();
    let (left, wait): (u32, u32) = (left.parse().unwrap(), wait.parse().unwrap());
    assert_eq!(left == 0, (1..=60).contains(&wait), "who has nothing left is told how long: {stands}");
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        assert_eq!((left, header(RETRY_AFTER.as_str())), (0, wait.to_string()));
        return None;
    }
    assert_eq!(response.status(), StatusCode::OK);
    Some(left)
}

#[tokio::test]
async fn what_two_replicas_admit_together_is_one_limit() {
    let Some(redis) = PrivateRedis::start().unwrap() else {
        return eprintln!("left out: redis-server is not installed");
    };
    let [one, other] = &replicas(&redis.url(), LONG).await;
    assert_eq!((condition(one).await, condition(other).await), ("ready".to_owned(), "ready".to_owned()));
    let (alice, bob) = (one.clinic.person("alice").await, one.clinic.person("bob").await);
    let mut seen = Vec::new();
    for place in 0..8 {
        seen.push(ask([one, other][place % 2], &alice).await);
    }
    assert_eq!(seen, [Some(5), Some(4), Some(3), Some(2), Some(1), Some(0), None, None]);
    let search = json!({ "query": "apixaban" });
    let search = async |stage: &Stage| stage.post(&bob, "/api/v1/search", search.clone()).await.0.as_u16();
    assert_eq!(
        [search(one).await, search(other).await, search(one).await, search(other).await],
        [200, 200, 429, 429]
    );
    let guess = async |stage: &Stage| {
        let request = stage.anonymous(Method::GET, "/api/v1/me").header("X-Forwarded-For", "198.51.100.7");
        request.header(AUTHORIZATION, "Bearer nonsense").send().await.unwrap().status().as_u16()
    };
    let guessed =
        [guess(one).await, guess(other).await, guess(one).await, guess(other).await, guess(one).await];
    assert_eq!(guessed, [401, 401, 401, 429, 429]);
    for key in redis.keys().unwrap() {
        assert!(["alice", "bob", "198.51.100.7"].iter().all(|word| !key.contains(word)), "{key}");
    }
}

#[tokio::test]
async fn without_its_redis_each_replica_goes_on_from_where_it_was_and_then_together_again() {
    let Some(mut redis) = PrivateRedis::start().unwrap() else {
        return eprintln!("left out: redis-server is not installed");
    };
    let [one, other] = &replicas(&redis.url(), LONG).await;
    let (alice, bob) = (one.clinic.person("alice").await, one.clinic.person("bob").await);
    for (stage, left) in [(one, 5), (one, 4), (other, 3), (other, 2)] {
        assert_eq!(ask(stage, &alice).await, Some(left));
    }
    redis.kill();
    for left in [Some(3), Some(2), Some(1), Some(0), None] {
        assert_eq!(ask(one, &alice).await, left, "what it last heard was four");
    }
    for left in [Some(1), Some(0), None] {
        assert_eq!(ask(other, &alice).await, left, "and the other two");
    }
    assert_eq!(
        (condition(one).await, condition(other).await),
        ("degraded".to_owned(), "degraded".to_owned())
    );
    redis.start_again().unwrap();
    assert_eq!(condition(one).await, "degraded", "it is not asked at once");
    one.clinic.pass(TimeDelta::seconds(2));
    let mut seen = Vec::new();
    for place in 0..7 {
        seen.push(ask([one, other][place % 2], &bob).await);
    }
    assert_eq!(seen, [Some(5), Some(4), Some(3), Some(2), Some(1), Some(0), None]);
    assert_eq!((condition(one).await, condition(other).await), ("ready".to_owned(), "ready".to_owned()));
}

#[tokio::test]
async fn what_is_no_redis_lifts_no_limit() {
    let impostor = Impostor::saying("*2\r\n:1\r\n:999999999999\r\n").await.unwrap();
    let [one, _] = &replicas(&impostor.url(), Duration::from_millis(200)).await;
    let alice = one.clinic.person("alice").await;
    for left in [Some(5), Some(4), Some(3), Some(2), Some(1), Some(0), None, None] {
        assert_eq!(ask(one, &alice).await, left);
        one.clinic.pass(TimeDelta::milliseconds(700));
    }
    assert_eq!(condition(one).await, "degraded");
}
