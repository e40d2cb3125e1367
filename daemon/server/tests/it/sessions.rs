//! Sessions from their beginning to their end: renewed, seen, ended, and what ends with them.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use voiceassist_server::auth::signing;
use voiceassist_store::accounts::AccountState;
use voiceassist_store::audit::{Action, Filter};

use crate::stage::{Stage, answer, code};
use crate::vouched::{App, open, paired};

/// A vouch like the first, for another browser and with a number of its own.
fn vouch(app: &App, claims: &Value, number: u32, browser: Option<&str>) -> String {
    let mut claims = claims.clone();
    claims["jti"] = json!(format!("{number:032x}"));
    if let Some(browser) = browser {
        claims["session"] = json!(browser);
    }
    app.sign(&claims)
}

/// A session that can be renewed.
async fn renewable(stage: &Stage, vouch: &str) -> Value {
    let body = json!({ "vouch": vouch, "refresh": true });
    let request = stage.anonymous(Method::POST, "/api/v1/sessions/vouched").json(&body);
    let (status, session) = answer(request).await;
    assert_eq!(status, StatusCode::OK, "{session}");
    session
}

async fn refresh(stage: &Stage, token: &Value) -> (StatusCode, Value) {
    let request = stage.anonymous(Method::POST, "/api/v1/sessions/refresh");
    answer(request.json(&json!({ "refresh_token": token }))).await
}

async fn ask(stage: &Stage, session: &Value, method: Method, path: &str) -> (StatusCode, Value) {
    answer(stage.anonymous(method, path).bearer_auth(session["token"].as_str().unwrap())).await
}

async fn me(stage: &Stage, session: &Value) -> StatusCode {
    ask(stage, session, Method::GET, "/api/v1/me").await.0
}

const LAPTOP: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
const PHONE: &str = "00112233445566778899aabbccddeeff";

#[tokio::test]
async fn a_session_is_renewed_with_another_token_each_time() {
    let (stage, app, claims) = paired().await;
    let first = renewable(&stage, &vouch(&app, &claims, 1, None)).await;
    let (status, second) = refresh(&stage, &first["refresh_token"]).await;
    assert_eq!((status, &second["session_id"]), (StatusCode::OK, &first["session_id"]));
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(second["refresh_expires_in"], 30 * 60);
    let (status, third) = refresh(&stage, &second["refresh_token"]).await;
    assert_eq!(status, StatusCode::OK);
    for session in [&first, &second, &third] {
        assert_eq!(me(&stage, session).await, StatusCode::OK);
    }
    let kept = stage.clinic.dump("refresh_tokens");
    for session in [&first, &second, &third] {
        assert!(!kept.contains(session["refresh_token"].as_str().unwrap()), "only hashes are kept");
    }
}

#[tokio::test]
async fn what_renews_a_session_twice_ends_it_and_is_on_record() {
    let (stage, app, claims) = paired().await;
    let first = renewable(&stage, &vouch(&app, &claims, 1, None)).await;
    let (_, second) = refresh(&stage, &first["refresh_token"]).await;
    let (status, problem) = refresh(&stage, &first["refresh_token"]).await;
    assert_eq!(code(status, &problem), "session_ended");
    let (status, problem) = refresh(&stage, &second["refresh_token"]).await;
    assert_eq!(code(status, &problem), "session_ended", "nobody knows whose hands are the wrong ones");
    for session in [&first, &second] {
        let (status, problem) = ask(&stage, session, Method::GET, "/api/v1/me").await;
        assert_eq!(code(status, &problem), "session_ended");
    }
    let filter = Filter { action: Some(Action::SessionEnd), ..Filter::default() };
    let records = stage.clinic.store.audit().find(&filter, None, 10).await.unwrap();
    assert_eq!(records.len(), 1);
    assert!(format!("{:?}", records[0].details).contains("reuse"), "{:?}", records[0].details);
}

#[tokio::test]
async fn of_two_who_renew_at_once_with_the_same_token_one_is_the_second() {
    let (stage, app, claims) = paired().await;
    let first = renewable(&stage, &vouch(&app, &claims, 1, None)).await;
    let (one, other) =
        tokio::join!(refresh(&stage, &first["refresh_token"]), refresh(&stage, &first["refresh_token"]));
    let renewed = [one.0, other.0].iter().filter(|status| **status == StatusCode::OK).count();
    assert!(renewed <= 1, "{} {}", one.0, other.0);
    assert_eq!(me(&stage, &first).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_renews_nothing_is_refused_like_what_is_over() {
    let (stage, app, claims) = paired().await;
    let session = renewable(&stage, &vouch(&app, &claims, 1, None)).await;
    let good = session["refresh_token"].as_str().unwrap();
    let mut turned = good.to_owned();
    let last = turned.pop().unwrap();
    turned.push(if last == 'A' { 'Q' } else { 'A' });
    for wrong in ["", "var_", "hello", &turned, session["token"].as_str().unwrap(), &"a".repeat(40_000)] {
        let (status, problem) = refresh(&stage, &json!(wrong)).await;
        assert_eq!(code(status, &problem), "session_ended", "{wrong:.60}");
    }
    let (status, problem) = answer(stage.anonymous(Method::GET, "/api/v1/me").bearer_auth(good)).await;
    assert_eq!(code(status, &problem), "unauthenticated", "it is no access token");
    assert_eq!(refresh(&stage, &json!(good)).await.0, StatusCode::OK, "none of that spent it");
}

#[tokio::test]
async fn a_session_is_over_when_it_is_not_used_and_when_it_is_too_old() {
    let (stage, app, mut claims) = paired().await;
    let idle = renewable(&stage, &vouch(&app, &claims, 1, Some(LAPTOP))).await;
    stage.clinic.pass(TimeDelta::minutes(31));
    assert_eq!(refresh(&stage, &idle["refresh_token"]).await.0, StatusCode::UNAUTHORIZED);
    let now = stage.clinic.store.clock().now().timestamp();
    (claims["iat"], claims["exp"]) = (json!(now), json!(now + 60));
    let mut used = renewable(&stage, &vouch(&app, &claims, 2, Some(LAPTOP))).await;
    assert_ne!(used["session_id"], idle["session_id"], "what was over is not gone on with");
    for _ in 0..28 {
        stage.clinic.pass(TimeDelta::minutes(25));
        let (status, next) = refresh(&stage, &used["refresh_token"]).await;
        assert_eq!(status, StatusCode::OK);
        used = next;
    }
    stage.clinic.pass(TimeDelta::minutes(21));
    let (status, problem) = refresh(&stage, &used["refresh_token"]).await;
    assert_eq!(code(status, &problem), "session_ended", "twelve hours are over, however it was used");
}

#[tokio::test]
async fn people_see_their_sessions_and_nobody_elses_and_end_them_at_once() {
    let (stage, app, claims) = paired().await;
    let mut laptop = claims.clone();
    laptop["agent"] = json!("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    laptop["address"] = json!("10.1.2.3");
    let (_, laptop) = open(&stage, &vouch(&app, &laptop, 1, Some(LAPTOP))).await;
    let (_, phone) = open(&stage, &vouch(&app, &claims, 2, Some(PHONE))).await;
    let mut bob = claims.clone();
    bob["sub"] = json!("bob");
    let (_, bob) = open(&stage, &vouch(&app, &bob, 3, Some("0123456789abcdef"))).await;

    let (_, listed) = ask(&stage, &laptop, Method::GET, "/api/v1/sessions").await;
    let listed = listed["sessions"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 2, "{listed:?}");
    let own = listed.iter().find(|one| one["current"] == true).unwrap();
    assert_eq!((&own["agent"], &own["address"]), (&json!("Firefox on Linux"), &json!("local_network")));
    assert_eq!(own["id"], laptop["session_id"]);
    assert!(!stage.clinic.dump("sessions").contains("10.1.2.3"), "no address is kept");

    let path = |session: &Value| format!("/api/v1/sessions/{}", session["session_id"].as_str().unwrap());
    let (status, problem) = ask(&stage, &bob, Method::DELETE, &path(&laptop)).await;
    assert_eq!(code(status, &problem), "session_not_found", "not Bob's to end");
    assert_eq!(ask(&stage, &laptop, Method::DELETE, &path(&phone)).await.0, StatusCode::NO_CONTENT);
    let (status, problem) = ask(&stage, &phone, Method::GET, "/api/v1/calculators").await;
    assert_eq!(code(status, &problem), "session_ended", "its token is of no use from that moment");
    assert_eq!(me(&stage, &laptop).await, StatusCode::OK);
    let (status, problem) = ask(&stage, &laptop, Method::DELETE, &path(&phone)).await;
    assert_eq!(code(status, &problem), "session_not_found", "once");
}

#[tokio::test]
async fn a_browser_whose_session_was_ended_gets_no_other_until_it_signs_in_anew() {
    let (stage, app, claims) = paired().await;
    let (_, laptop) = open(&stage, &vouch(&app, &claims, 1, Some(LAPTOP))).await;
    let (_, phone) = open(&stage, &vouch(&app, &claims, 2, Some(PHONE))).await;
    let (status, ended) = ask(&stage, &laptop, Method::POST, "/api/v1/sessions/end-others").await;
    assert_eq!((status, &ended["ended"]), (StatusCode::OK, &json!(1)));
    assert_eq!(me(&stage, &phone).await, StatusCode::UNAUTHORIZED);
    let (status, problem) = open(&stage, &vouch(&app, &claims, 3, Some(PHONE))).await;
    assert_eq!(code(status, &problem), "session_ended", "the same browser session cannot come back");
    let (status, _) = open(&stage, &vouch(&app, &claims, 4, Some("ffeeddccbbaa99887766554433221100"))).await;
    assert_eq!(status, StatusCode::OK, "a new sign-in can");
    let (_, again) = open(&stage, &vouch(&app, &claims, 5, Some(LAPTOP))).await;
    assert_eq!(again["session_id"], laptop["session_id"], "the one that was kept goes on");
}

#[tokio::test]
async fn signing_out_ends_the_session_that_asks() {
    let (stage, app, claims) = paired().await;
    let session = renewable(&stage, &vouch(&app, &claims, 1, None)).await;
    let path = "/api/v1/sessions/current";
    assert_eq!(ask(&stage, &session, Method::DELETE, path).await.0, StatusCode::NO_CONTENT);
    let (status, problem) = ask(&stage, &session, Method::DELETE, path).await;
    assert_eq!(code(status, &problem), "session_ended");
    assert_eq!(refresh(&stage, &session["refresh_token"]).await.0, StatusCode::UNAUTHORIZED);
    let alice = stage.clinic.person("alice").await;
    let (status, problem) = answer(stage.by(&alice, Method::DELETE, path)).await;
    assert_eq!(code(status, &problem), "session_not_found", "a token of the command line has none");
}

#[tokio::test]
async fn whoever_leaves_a_group_loses_its_role_in_every_session_at_once() {
    let (stage, app, mut claims) = paired().await;
    // The stage's administrators are nobody's group, so the roles are put where a sign-in would put them.
    let (_, session) = open(&stage, &vouch(&app, &claims, 1, Some(LAPTOP))).await;
    stage.clinic.execute("update sessions set roles = '{user,admin}'");
    let search = || {
        let request = stage.anonymous(Method::POST, "/api/v1/search");
        let request = request.bearer_auth(session["token"].as_str().unwrap());
        answer(request.json(&json!({ "query": "heparin" })))
    };
    assert_eq!(search().await.0, StatusCode::OK, "an administrator may");
    stage.clinic.execute("update sessions set roles = '{user}'");
    let (status, problem) = search().await;
    assert_eq!(
        code(status, &problem),
        "not_allowed",
        "the token still says more; what counts is what is so now"
    );
    claims["groups"] = json!(["doctors"]);
    let (status, _) = open(&stage, &vouch(&app, &claims, 2, Some(PHONE))).await;
    assert_eq!(
        (status, search().await.0),
        (StatusCode::OK, StatusCode::OK),
        "what is said last holds for all"
    );
}

#[tokio::test]
async fn a_person_whom_nextcloud_disables_has_no_session() {
    for state in [AccountState::Disabled, AccountState::Gone] {
        let (stage, app, claims) = paired().await;
        let session = renewable(&stage, &vouch(&app, &claims, 1, None)).await;
        let account = stage.clinic.person("alice").await.account;
        let accounts = stage.clinic.store.accounts();
        accounts.set_state(account, state, None, None).await.unwrap();
        let (status, problem) = ask(&stage, &session, Method::GET, "/api/v1/calculators").await;
        assert_eq!(code(status, &problem), "session_ended", "{state:?}");
        accounts.set_state(account, AccountState::Connected, None, None).await.unwrap();
        assert_eq!(refresh(&stage, &session["refresh_token"]).await.0, StatusCode::UNAUTHORIZED);
        let (status, _) = open(&stage, &vouch(&app, &claims, 2, None)).await;
        assert_eq!(status, StatusCode::OK, "who is back signs in again");
    }
}

#[tokio::test]
async fn sessions_end_with_the_pairing_of_the_app_that_opened_them() {
    let (stage, app, claims) = paired().await;
    let (_, session) = open(&stage, &app.sign(&claims)).await;
    let key_id = voiceassist_store::paired_apps::key_id(&app.public);
    assert!(stage.clinic.store.paired_apps().remove(&key_id).await.unwrap());
    assert_eq!(me(&stage, &session).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn while_the_database_cannot_say_that_a_session_lives_nothing_is_answered() {
    let (stage, app, claims) = paired().await;
    let (_, session) = open(&stage, &app.sign(&claims)).await;
    stage.clinic.execute("alter table sessions rename to elsewhere");
    let (status, _) = ask(&stage, &session, Method::GET, "/api/v1/calculators").await;
    assert!(status.is_server_error(), "{status}");
    stage.clinic.execute("alter table elsewhere rename to sessions");
    assert_eq!(me(&stage, &session).await, StatusCode::OK);
}

#[tokio::test]
async fn nobody_is_given_a_session_that_somebody_else_chose() {
    let (stage, app, claims) = paired().await;
    let (_, mallory) = open(&stage, &vouch(&app, &claims, 1, Some(LAPTOP))).await;
    let body = json!({ "vouch": vouch(&app, &claims, 2, None), "session_id": mallory["session_id"] });
    let request = stage.anonymous(Method::POST, "/api/v1/sessions/vouched").json(&body);
    let (status, problem) = answer(request).await;
    assert_eq!(code(status, &problem), "unknown_field");
    let mut bob = claims.clone();
    bob["sub"] = json!("bob");
    let (_, bob) = open(&stage, &vouch(&app, &bob, 3, Some(LAPTOP))).await;
    assert_ne!(
        bob["session_id"], mallory["session_id"],
        "the same browser under another name is another session"
    );
    let token = bob["token"].as_str().unwrap();
    assert!(stage.tokens.verify(token).unwrap().principal.user_id == "bob");
}

#[tokio::test]
async fn no_cookie_is_set_or_read_and_no_other_origin_is_let_in() {
    let (stage, app, claims) = paired().await;
    let request = stage.anonymous(Method::POST, "/api/v1/sessions/vouched");
    let opened = request.json(&json!({ "vouch": app.sign(&claims) })).send().await.unwrap();
    assert!(opened.headers().get("set-cookie").is_none(), "nothing that a browser sends by itself");
    let session: Value = serde_json::from_str(&opened.text().await.unwrap()).unwrap();
    let token = session["token"].as_str().unwrap();
    let cookie = stage.anonymous(Method::GET, "/api/v1/me").header("cookie", format!("token={token}"));
    assert_eq!(cookie.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    for origin in ["https://evil.example", "null"] {
        let preflight = stage
            .anonymous(Method::OPTIONS, "/api/v1/me")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization");
        let answer = preflight.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{origin}");
        assert!(
            answer.headers().keys().all(|name| !name.as_str().starts_with("access-control-")),
            "{origin}"
        );
    }
    // A form of another page can be sent without asking the browser; a body of that kind is not read.
    let form = stage
        .anonymous(Method::POST, "/api/v1/sessions/refresh")
        .header("content-type", "text/plain")
        .body(json!({ "refresh_token": "x" }).to_string());
    assert_eq!(form.send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn keys_are_rotated_under_running_sessions_and_a_retired_one_ends() {
    let (stage, app, claims) = paired().await;
    let store = &stage.clinic.store;
    let ring = signing::ring(store, None).await.unwrap();
    stage.tokens.replace(ring);
    let (_, session) = open(&stage, &app.sign(&claims)).await;
    let published = || async { answer(stage.anonymous(Method::GET, "/.well-known/jwks.json")).await.1 };
    assert_eq!(published().await["keys"].as_array().unwrap().len(), 1);

    // Another replica rotates; this one has not heard of it and is shown a token of the new key.
    let other = voiceassist_server::auth::tokens::TokenKeys::of(
        signing::ring(store, None).await.unwrap(),
        crate::stage::ISSUER,
        std::sync::Arc::<voiceassist_model::ManualClock>::clone(&stage.clinic.clock),
    );
    signing::rotate(store, false).await.unwrap();
    assert!(signing::reload(store, &other).await.unwrap());
    let bearer = stage.tokens.verify(session["token"].as_str().unwrap()).unwrap();
    let new = other.issue_for(&bearer, TimeDelta::minutes(10), uuid::Uuid::from_u128(3)).unwrap();
    let (status, _) = answer(stage.anonymous(Method::GET, "/api/v1/me").bearer_auth(&new)).await;
    assert_eq!(status, StatusCode::OK, "it looks at the keys again");
    assert_eq!(me(&stage, &session).await, StatusCode::OK, "the one before is still believed");
    let keys = published().await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    assert!(keys["keys"].as_array().unwrap().iter().all(|key| key["kty"] == "OKP" && key.get("d").is_none()));

    signing::rotate(store, true).await.unwrap();
    assert!(signing::reload(store, &stage.tokens).await.unwrap());
    for token in [new.as_str(), session["token"].as_str().unwrap()] {
        let (status, problem) = answer(stage.anonymous(Method::GET, "/api/v1/me").bearer_auth(token)).await;
        assert_eq!(
            code(status, &problem),
            "unauthenticated",
            "one that has become known is believed no longer"
        );
    }
    signing::rotate(store, false).await.unwrap();
    assert!(signing::reload(store, &stage.tokens).await.unwrap());
    assert_eq!(published().await["keys"].as_array().unwrap().len(), 2);
    stage.clinic.pass(TimeDelta::minutes(17));
    assert_eq!(published().await["keys"].as_array().unwrap().len(), 1, "a retired key goes by itself");
}
