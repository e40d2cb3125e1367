//! Which pages may read answers: those of a paired Nextcloud and of the daemon itself, and no others.

use chrono::TimeDelta;
use reqwest::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, HeaderMap,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use voiceassist_store::paired_apps::key_id;

use crate::stage::{Stage, answer, code};
use crate::vouched::{App, open, paired};

const PAGE: &str = "https://cloud.clinic.example";
const DAEMONS_OWN: &str = "https://assistant.clinic.example";
const STRANGERS: [&str; 11] = [
    "https://evil.example",
    "null",
    "*",
    "https://cloud.clinic.example.evil.example",
    "https://evil.example/https://cloud.clinic.example",
    "http://cloud.clinic.example",
    "https://cloud.clinic.example:8443",
    "https://cloud.clinic.example/",
    "https://sub.cloud.clinic.example",
    "cloud.clinic.example",
    "",
];

async fn preflight(stage: &Stage, origin: &str) -> Response {
    let request = stage.anonymous(Method::OPTIONS, "/api/v1/search").header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    request.header("access-control-request-headers", "authorization,content-type").send().await.unwrap()
}

async fn seen_by(stage: &Stage, origin: &str, path: &str) -> Response {
    stage.anonymous(Method::GET, path).header("origin", origin).send().await.unwrap()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

async fn problem(response: Response) -> String {
    let status = response.status();
    code(status, &serde_json::from_str::<Value>(&response.text().await.unwrap()).unwrap())
}

#[tokio::test]
async fn a_page_of_the_paired_nextcloud_may_ask_and_read() {
    let (stage, app, claims) = paired().await;
    let asked = preflight(&stage, PAGE).await;
    assert_eq!(asked.status(), StatusCode::NO_CONTENT);
    let headers = asked.headers();
    assert_eq!(text(headers, "access-control-allow-origin"), PAGE);
    assert_eq!(text(headers, "access-control-allow-methods"), "GET, POST, PUT, PATCH, DELETE");
    for name in ["authorization", "content-type"] {
        assert!(text(headers, "access-control-allow-headers").contains(name), "{name}");
    }
    assert!(headers.get(ACCESS_CONTROL_ALLOW_CREDENTIALS).is_none(), "nothing that a browser adds by itself");
    assert_eq!(asked.bytes().await.unwrap().len(), 0);

    let (_, session) = open(&stage, &app.sign(&claims)).await;
    let request = stage.anonymous(Method::GET, "/api/v1/me").header("origin", PAGE);
    let me = request.bearer_auth(session["token"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(me.status(), StatusCode::OK);
    assert_eq!(text(me.headers(), "access-control-allow-origin"), PAGE);
    assert_eq!(text(me.headers(), "vary"), "origin");
    assert!(me.headers().get(ACCESS_CONTROL_ALLOW_CREDENTIALS).is_none());
    let exposed = text(me.headers(), ACCESS_CONTROL_EXPOSE_HEADERS.as_str());
    for name in ["retry-after", "ratelimit", "ratelimit-policy", "x-request-id"] {
        assert!(exposed.split(", ").any(|header| header == name), "{name}: {exposed}");
    }
}

#[tokio::test]
async fn a_page_may_read_why_it_was_refused_and_by_which_request() {
    let (stage, ..) = paired().await;
    for (path, refused) in [
        ("/api/v1/me", StatusCode::UNAUTHORIZED),
        ("/api/v1/nowhere", StatusCode::NOT_FOUND),
        ("/api/v1/search", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let response = seen_by(&stage, PAGE, path).await;
        assert_eq!(response.status(), refused, "{path}");
        assert_eq!(text(response.headers(), "access-control-allow-origin"), PAGE, "{path}");
        assert!(!text(response.headers(), "x-request-id").is_empty(), "{path}");
        problem(response).await;
    }
}

#[tokio::test]
async fn any_other_page_is_refused_and_its_name_is_never_repeated() {
    let (stage, app, claims) = paired().await;
    let (_, session) = open(&stage, &app.sign(&claims)).await;
    for stranger in STRANGERS {
        let asked = preflight(&stage, stranger).await;
        assert_eq!(asked.status(), StatusCode::FORBIDDEN, "{stranger:?}");
        assert!(asked.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).is_none(), "{stranger:?}");
        assert_eq!(text(asked.headers(), "vary"), "origin");
        assert_eq!(problem(asked).await, "origin_not_allowed", "{stranger:?}");

        let request = stage.anonymous(Method::GET, "/api/v1/me").header("origin", stranger);
        let me = request.bearer_auth(session["token"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(me.status(), StatusCode::FORBIDDEN, "{stranger:?}");
        assert!(
            me.headers().keys().all(|name| !name.as_str().starts_with("access-control-")),
            "{stranger:?}"
        );
        assert_eq!(problem(me).await, "origin_not_allowed");
    }
}

#[tokio::test]
async fn nothing_happens_for_a_page_that_is_refused() {
    let (stage, app, claims) = paired().await;
    let (_, session) = open(&stage, &app.sign(&claims)).await;
    let end =
        stage.anonymous(Method::DELETE, "/api/v1/sessions/current").header("origin", "https://evil.example");
    let (status, refusal) = answer(end.bearer_auth(session["token"].as_str().unwrap())).await;
    assert_eq!(code(status, &refusal), "origin_not_allowed");
    let me = stage.anonymous(Method::GET, "/api/v1/me").bearer_auth(session["token"].as_str().unwrap());
    assert_eq!(answer(me).await.0, StatusCode::OK, "the session goes on");
}

#[tokio::test]
async fn two_origins_in_one_request_are_nobodys() {
    let (stage, ..) = paired().await;
    let request = stage.anonymous(Method::GET, "/health/live").header("origin", PAGE);
    let response = request.header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(problem(response).await, "origin_not_allowed");
}

#[tokio::test]
async fn who_is_no_page_names_no_origin_and_is_served() {
    let (stage, ..) = paired().await;
    let response = stage.anonymous(Method::GET, "/health/live").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).is_none());
    assert_eq!(text(response.headers(), "vary"), "origin");
}

#[tokio::test]
async fn the_daemons_own_page_is_known_by_its_name_and_by_what_the_browser_says() {
    let stage = Stage::open().await;
    let own = seen_by(&stage, DAEMONS_OWN, "/health/live").await;
    assert_eq!(text(own.headers(), "access-control-allow-origin"), DAEMONS_OWN);
    // By another of its names: the browser compares, and needs no leave to read.
    let request = stage.anonymous(Method::GET, "/health/live").header("origin", "http://localhost:8000");
    let same = request.header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert_eq!(same.status(), StatusCode::OK);
    assert!(same.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).is_none());
    let request = stage.anonymous(Method::GET, "/health/live").header("origin", "http://localhost:8000");
    let other = request.header("sec-fetch-site", "same-site").send().await.unwrap();
    assert_eq!(problem(other).await, "origin_not_allowed");
}

#[tokio::test]
async fn a_page_is_let_in_with_its_pairing_and_out_with_the_end_of_it() {
    let stage = Stage::open().await;
    assert_eq!(preflight(&stage, PAGE).await.status(), StatusCode::FORBIDDEN, "configured is not paired");
    let (alice, app) = (stage.clinic.person("alice").await, App::new(7));
    let apps = stage.clinic.store.paired_apps();
    apps.add(alice.instance, &app.public).await.unwrap().unwrap();
    stage.clinic.pass(TimeDelta::seconds(5));
    assert_eq!(preflight(&stage, PAGE).await.status(), StatusCode::NO_CONTENT, "known after seconds");
    assert!(apps.remove(&key_id(&app.public)).await.unwrap());
    stage.clinic.pass(TimeDelta::seconds(30));
    assert_eq!(
        preflight(&stage, PAGE).await.status(),
        StatusCode::FORBIDDEN,
        "and not for long after the end"
    );
}

#[tokio::test]
async fn tickets_of_streams_are_for_the_pages_that_may_read() {
    let (stage, app, claims) = paired().await;
    let (_, session) = open(&stage, &app.sign(&claims)).await;
    for (origin, expected) in [(PAGE, None), (DAEMONS_OWN, None)]
        .into_iter()
        .chain(STRANGERS.map(|stranger| (stranger, Some("origin_not_allowed"))))
    {
        let request = stage.anonymous(Method::POST, "/api/v1/tickets").header("origin", origin);
        let request = request.bearer_auth(session["token"].as_str().unwrap());
        let (status, ticket) = answer(request.json(&json!({ "purpose": "documents" }))).await;
        let refused = (status != StatusCode::CREATED).then(|| code(status, &ticket));
        assert_eq!(refused.as_deref(), expected, "{origin:?}");
    }
}
