//! Tickets: one stream, one page, half a minute.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

use chrono::TimeDelta;
use futures::StreamExt as _;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::stage::{Stage, answer, code};
use crate::vouched::{open, paired};

const PAGE: &str = "https://cloud.clinic.example";

struct Scene {
    stage: Stage,
    session: Value,
}

impl Scene {
    async fn open() -> Self {
        let (stage, app, claims) = paired().await;
        let (_, session) = open(&stage, &app.sign(&claims)).await;
        Self { stage, session }
    }

    async fn fetch(&self, origin: Option<&str>) -> (StatusCode, Value) {
        let request = self.stage.anonymous(Method::POST, "/api/v1/tickets");
        let request = request.bearer_auth(self.session["token"].as_str().unwrap());
        let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
        answer(request.json(&json!({ "purpose": "documents" }))).await
    }

    async fn ticket(&self) -> String {
        let (status, ticket) = self.fetch(Some(PAGE)).await;
        assert_eq!((status, &ticket["expires_in"]), (StatusCode::CREATED, &json!(30)), "{ticket}");
        ticket["ticket"].as_str().unwrap().to_owned()
    }

    async fn stream(&self, ticket: &str, headers: &[(&str, &str)]) -> Response {
        let request = self.stage.anonymous(Method::GET, &format!("/api/v1/stream?ticket={ticket}"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await.unwrap()
    }

    async fn refused(&self, ticket: &str, headers: &[(&str, &str)]) -> String {
        let response = self.stream(ticket, headers).await;
        let status = response.status();
        code(status, &serde_json::from_str(&response.text().await.unwrap()).unwrap())
    }
}

const OWN: [(&str, &str); 1] = [("origin", PAGE)];

#[tokio::test]
async fn a_ticket_opens_one_stream_and_never_another() {
    let scene = Scene::open().await;
    let ticket = scene.ticket().await;
    let stream = scene.stream(&ticket, &OWN).await;
    assert_eq!(stream.status(), StatusCode::OK);
    let first = stream.bytes_stream().next().await.unwrap().unwrap();
    let first = String::from_utf8(first.to_vec()).unwrap();
    assert!(first.starts_with("event: documents\ndata: {"), "{first}");
    assert_eq!(scene.refused(&ticket, &OWN).await, "ticket_refused", "a replay");
    assert!(!scene.stage.clinic.dump("tickets").contains(&ticket));
}

#[tokio::test]
async fn a_ticket_is_for_the_page_that_fetched_it() {
    let scene = Scene::open().await;
    for origin in
        [None, Some("https://evil.example"), Some("null"), Some("https://cloud.clinic.example.evil.example")]
    {
        let (status, problem) = scene.fetch(origin).await;
        assert_eq!(code(status, &problem), "origin_not_allowed", "{origin:?}");
    }
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "cross-site")],
        &[],
    ] {
        let ticket = scene.ticket().await;
        assert_eq!(scene.refused(&ticket, headers).await, "origin_not_allowed", "{headers:?}");
    }
    let ticket = scene.ticket().await;
    let own = scene.stream(&ticket, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(own.status(), StatusCode::OK, "a browser leaves the origin out where it is the same");
}

#[tokio::test]
async fn a_ticket_is_good_for_half_a_minute_and_while_its_session_lives() {
    let scene = Scene::open().await;
    let late = scene.ticket().await;
    scene.stage.clinic.pass(TimeDelta::seconds(30));
    assert_eq!(scene.refused(&late, &OWN).await, "ticket_refused");
    let orphan = scene.ticket().await;
    let request = scene.stage.anonymous(Method::DELETE, "/api/v1/sessions/current");
    let signed_out = request.bearer_auth(scene.session["token"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(signed_out.status(), StatusCode::NO_CONTENT);
    assert_eq!(scene.refused(&orphan, &OWN).await, "session_ended");
    for wrong in ["", "vat_", "nonsense", scene.session["token"].as_str().unwrap()] {
        assert_eq!(scene.refused(wrong, &OWN).await, "ticket_refused", "{wrong:.20}");
    }
}

#[tokio::test]
async fn an_open_stream_ends_with_its_session() {
    let scene = Scene::open().await;
    let stream = scene.stream(&scene.ticket().await, &OWN).await;
    let mut events = stream.bytes_stream();
    assert!(events.next().await.unwrap().is_ok());
    scene.stage.clinic.execute("update sessions set ended_at = created_at, end_reason = 'person'");
    assert!(events.next().await.is_none(), "nothing more comes, and the stream is closed");
}

#[tokio::test]
async fn a_session_that_hoards_tickets_gets_no_more() {
    let scene = Scene::open().await;
    for _ in 0..20 {
        scene.ticket().await;
    }
    let (status, problem) = scene.fetch(Some(PAGE)).await;
    assert_eq!(code(status, &problem), "too_many_tickets");
    scene.stage.clinic.pass(TimeDelta::seconds(31));
    scene.ticket().await;
}
