//! The daemon's own API, as the command line uses it.
//!
//! `search` and `ask` go through the running daemon like every other caller, with a token of their own, so that the
//! command line can see no more than the person it asks for. Nothing here opens the index or the database.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use eventsource_stream::Eventsource as _;
use futures::{Stream, StreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};
use voiceassist_dav::egress::{Destinations, HttpSettings, Reach};
use voiceassist_model::{Outcome, PageSpan};

/// A caller with a token.
pub struct ApiClient {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// What a search returns, as far as the command line shows it.
#[derive(Debug, Deserialize)]
pub struct Found {
    /// The passages, best first.
    pub passages: Vec<FoundPassage>,
    /// Where a filter left nothing, how many there are without it.
    pub without_filter: Option<usize>,
}

/// One passage.
#[derive(Debug, Deserialize)]
pub struct FoundPassage {
    /// What it is called.
    pub title: String,
    /// The file's path in the person's own tree; empty of what is not a file.
    pub path: String,
    /// The pages it covers.
    pub pages: PageSpan,
    /// The text.
    pub text: String,
    /// How well it fits, 0 to 1.
    pub score: f32,
}

/// One part of a streamed answer, as far as the command line shows it.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AnswerEvent {
    /// Passages are being looked through.
    Sources {},
    /// A calculation; its sentences say the same.
    Calculation {},
    /// Something is asked back; its sentence says the same.
    Clarification {},
    /// A sentence and what supports it.
    Sentence {
        /// The sentence.
        text: String,
        /// Its sources.
        citations: Vec<Cited>,
        /// The person's own items that it was read from.
        #[serde(default)]
        items: Vec<CitedItem>,
    },
    /// The end.
    Done {
        /// How it ended.
        outcome: Outcome,
    },
}

/// An event, a task, a contact or a message of the person's own.
#[derive(Debug, Deserialize)]
pub struct CitedItem {
    /// Opens it in Nextcloud.
    pub link: Option<String>,
}

/// A numbered source.
#[derive(Debug, Deserialize)]
pub struct Cited {
    /// The `n` of `[n]`.
    pub number: u32,
    /// The file's path in the person's own tree.
    pub path: String,
    /// The page.
    pub page: u32,
}

impl ApiClient {
    /// A caller of the daemon that listens at `address`.
    pub fn new(address: SocketAddr, token: String) -> anyhow::Result<Self> {
        let own = url::Url::parse(&format!("http://{address}"))?;
        let http = Destinations::only([(&own, Reach::House)])?.client(&HttpSettings::default())?;
        Ok(Self { http, base: format!("http://{address}/api/v1"), token })
    }

    /// Finds passages; the answer as it came, for those who read JSON, and as far as it is shown.
    pub async fn search(&self, query: &str, filter: &Value, limit: usize) -> anyhow::Result<(Value, Found)> {
        let body = json!({ "query": query, "limit": limit, "filter": filter });
        let response = self.post("/search", &body).await?;
        let answer: Value = response.json().await?;
        let found = Found::deserialize(&answer).context("understanding the answer")?;
        Ok((answer, found))
    }

    /// Starts a conversation and returns its id.
    pub async fn start_conversation(&self) -> anyhow::Result<String> {
        let conversation: Value = self.post("/conversations", &json!({})).await?.json().await?;
        conversation["id"].as_str().map(str::to_owned).context("the daemon named no conversation")
    }

    /// Asks and streams the answer; each part as it came, and as far as it is shown.
    pub async fn ask(
        &self,
        conversation: &str,
        question: &str,
        filter: &Value,
        zone: Option<&str>,
    ) -> anyhow::Result<impl Stream<Item = anyhow::Result<(Value, AnswerEvent)>> + use<>> {
        let response = self
            .post(
                &format!("/conversations/{conversation}/ask"),
                &json!({ "question": question, "filter": filter, "zone": zone }),
            )
            .await?;
        Ok(response.bytes_stream().eventsource().map(|event| {
            let event = event.context("reading the answer")?;
            let part: Value = serde_json::from_str(&event.data).context("reading the answer")?;
            if event.event == "error" {
                bail!("{}", part["problem"]["detail"].as_str().unwrap_or("the answer broke off"));
            }
            let shown = AnswerEvent::deserialize(&part).context("understanding the answer")?;
            Ok((part, shown))
        }))
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<reqwest::Response> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(body);
        let response =
            request.send().await.context("the daemon does not answer; start it with `voiceassist serve`")?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let problem: Value = response.json().await.unwrap_or_default();
        bail!("{}", problem["detail"].as_str().unwrap_or(status.as_str()));
    }
}
