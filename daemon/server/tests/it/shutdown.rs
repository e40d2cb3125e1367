//! How the server ends.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use reqwest::Method;
use serde_json::json;
use voiceassist_assistant::{RefuseStale, Settings};
use voiceassist_server::{Limits, ServeSettings};
use voiceassist_store::Page;

use crate::clinic::{Clinic, Stuck};
use crate::stage::Stage;

#[tokio::test]
async fn an_idle_server_stops_at_once() {
    let stage = Stage::open().await;
    let live = stage.anonymous(Method::GET, "/health/live").send().await.unwrap();
    assert!(live.status().is_success());
    stage.stop.cancel();
    // The client still holds its idle connection open.
    tokio::time::timeout(Duration::from_secs(5), stage.server).await.unwrap().unwrap().unwrap();
    let refused = tokio::net::TcpStream::connect(stage.address).await;
    assert!(refused.is_err(), "no new connection is taken");
}

#[tokio::test]
async fn what_streams_beyond_the_grace_period_is_cut_and_kept_as_stopped() {
    let clinic = Clinic::open().await;
    let settings = Settings { meaning_time: Duration::from_hours(1), ..Settings::default() };
    let assistant = clinic.assistant_with(Arc::new(RefuseStale), Some(Arc::new(Stuck)), settings);
    let limits = Limits { keep_alive: Duration::from_millis(20), ..Limits::default() };
    let grace = ServeSettings { grace: Duration::from_millis(200) };
    let stage = Stage::over(clinic, assistant, limits, grace).await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.document(10, "/Ablation.txt", &["Apixaban after the ablation."], &[&alice]).await;
    let id = stage.conversation(&alice).await;
    let request = stage.by(&alice, Method::POST, &format!("/api/v1/conversations/{id}/ask"));
    let response = request.json(&json!({ "question": "Apixaban ablation?" })).send().await.unwrap();
    let mut body = response.bytes_stream();
    assert!(body.next().await.unwrap().is_ok(), "the stream runs");

    stage.stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), stage.server).await.unwrap().unwrap().unwrap();
    let rest: Vec<_> = body.collect().await;
    assert!(rest.last().is_none_or(Result::is_err), "the stream was cut, not ended");
    stage.assistant.finish().await;
    let kept =
        stage.assistant.messages(&alice, id.parse().unwrap(), &Page::first(10)).await.unwrap().unwrap();
    assert_eq!(kept.items[1].details.as_ref().unwrap()["stopped"], true);
}
