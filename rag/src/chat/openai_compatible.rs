//! Any endpoint that speaks the OpenAI chat-completions protocol: a cloud's, or one in the house (Ollama, vLLM,
//! llama.cpp).
//!
//! A request is tried again while nothing of its answer has arrived and the endpoint says that it is busy (429, 5xx) or
//! cannot be reached; once a word came, nothing is sent twice. Every wait has an end, every body has a limit, and no
//! redirect is followed: the client that is handed in opens connections to the configured host and to no other. What an
//! endpoint writes into a refusal is not read, because it may repeat what it was sent.

use std::time::Duration;

use async_stream::try_stream;
use async_trait::async_trait;
use bytes::Bytes;
use eventsource_stream::Eventsource as _;
use futures::{Stream, StreamExt as _};
use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{sleep, timeout};
use url::Url;
use voiceassist_phi::{Cleared, Destination, Prompt};

use super::wire::{self, DONE};
use super::{ChatError, ChatModel, ChatPiece, ChatStream};

/// Bytes of an answer on the wire. Each token comes with some hundred bytes around it.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Code points of a prompt.
pub const MAX_PROMPT_CHARS: usize = 200_000;
/// Events without a word in them, one after the other, before the endpoint is taken for broken.
const MAX_SILENT_EVENTS: usize = 10_000;

/// How an endpoint is used.
#[derive(Clone, Debug)]
pub struct OpenAiCompatibleSettings {
    /// The address below which `chat/completions` is, for instance `https://models.example/v1`.
    pub base_url: Url,
    /// The model's name there.
    pub model: String,
    /// Sent as a bearer token.
    pub api_key: Option<SecretString>,
    /// Where it is, and what may be sent there.
    pub destination: Destination,
    /// Until the first byte of an answer.
    pub first_byte: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
    /// For one answer, retries included.
    pub total: Duration,
    /// How often a request is sent at most.
    pub attempts: u32,
    /// Before the second attempt, doubled each time; an endpoint's own `Retry-After` counts when it is longer.
    pub backoff: Duration,
    /// Longer than this is not waited, whatever the endpoint asks for.
    pub longest_wait: Duration,
    /// Tokens of an answer.
    pub max_tokens: u32,
}

impl OpenAiCompatibleSettings {
    /// Usual limits for a model at an address.
    pub fn new(base_url: Url, model: impl Into<String>, destination: Destination) -> Self {
        Self {
            base_url,
            model: model.into(),
            api_key: None,
            destination,
            first_byte: Duration::from_secs(30),
            idle: Duration::from_secs(20),
            total: Duration::from_mins(2),
            attempts: 3,
            backoff: Duration::from_millis(500),
            longest_wait: Duration::from_secs(10),
            max_tokens: 1_024,
        }
    }
}

/// A model behind an OpenAI-compatible endpoint.
pub struct OpenAiCompatible {
    http: reqwest::Client,
    endpoint: Url,
    settings: OpenAiCompatibleSettings,
}

impl OpenAiCompatible {
    /// A model reached through `http`, which must be a client that reaches the configured host only.
    pub fn new(http: reqwest::Client, settings: OpenAiCompatibleSettings) -> Self {
        let mut endpoint = settings.base_url.clone();
        let path = format!("{}/chat/completions", endpoint.path().trim_end_matches('/'));
        endpoint.set_path(&path);
        Self { http, endpoint, settings }
    }

    /// Sends until an answer begins.
    async fn begin(&self, body: &Bytes) -> Result<Response, ChatError> {
        let mut wait = self.settings.backoff;
        let mut attempt = 1;
        loop {
            let (error, asked) = match timeout(self.settings.first_byte, self.send(body.clone())).await {
                Ok(Ok(response)) if response.status().is_success() => return Ok(response),
                Ok(Ok(response)) => {
                    let status = response.status();
                    let error = ChatError::Status { status: status.as_u16() };
                    if !is_busy(status) {
                        return Err(error);
                    }
                    (error, retry_after(&response))
                }
                Ok(Err(error)) => (error, None),
                Err(_) => (ChatError::TimedOut, None),
            };
            if attempt >= self.settings.attempts.max(1) {
                return Err(error);
            }
            let pause = asked.unwrap_or_default().max(wait);
            if pause > self.settings.longest_wait {
                return Err(error);
            }
            tracing::info!(attempt, error = error.code(), "the model's endpoint is asked again");
            sleep(pause).await;
            wait = wait.saturating_mul(2);
            attempt += 1;
        }
    }

    async fn send(&self, body: Bytes) -> Result<Response, ChatError> {
        let mut request = self
            .http
            .post(self.endpoint.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream")
            .body(body);
        if let Some(key) = &self.settings.api_key {
            request = request.bearer_auth(key.expose_secret());
        }
        request.send().await.map_err(connection)
    }
}

#[async_trait]
impl ChatModel for OpenAiCompatible {
    fn model(&self) -> &str {
        &self.settings.model
    }

    fn destination(&self) -> &Destination {
        &self.settings.destination
    }

    async fn write(&self, prompt: &Cleared<Prompt>) -> Result<ChatStream, ChatError> {
        if prompt.destination() != &self.settings.destination {
            return Err(ChatError::OtherDestination);
        }
        let prompt = prompt.content();
        if prompt.chars() > MAX_PROMPT_CHARS {
            return Err(ChatError::TooLong { limit: MAX_PROMPT_CHARS });
        }
        let request = wire::Request::new(&self.settings.model, prompt, self.settings.max_tokens);
        let body = serde_json::to_vec(&request).map_err(|_| ChatError::Protocol)?;
        let deadline = tokio::time::Instant::now() + self.settings.total;
        let begun = tokio::time::timeout_at(deadline, self.begin(&Bytes::from(body))).await;
        let response = begun.map_err(|_| ChatError::TimedOut)??;
        let is_stream = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream"));
        let bytes = limited(response, self.settings.idle, deadline);
        Ok(if is_stream { ChatStream::new(events(bytes)) } else { ChatStream::new(whole(bytes)) })
    }
}

impl std::fmt::Debug for OpenAiCompatible {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAiCompatible").field("model", &self.settings.model).finish_non_exhaustive()
    }
}

/// The body under its limits of size and time.
fn limited(
    response: Response,
    idle: Duration,
    deadline: tokio::time::Instant,
) -> impl Stream<Item = Result<Bytes, ChatError>> + Send {
    try_stream! {
        let mut body = response.bytes_stream();
        let mut read = 0;
        loop {
            let until = deadline.min(tokio::time::Instant::now() + idle);
            let next = tokio::time::timeout_at(until, body.next()).await.map_err(|_| ChatError::TimedOut)?;
            let Some(bytes) = next else { break };
            let bytes = bytes.map_err(connection)?;
            read += bytes.len();
            if read > MAX_ANSWER_BYTES {
                Err(ChatError::TooMuch { limit: MAX_ANSWER_BYTES })?;
            }
            yield bytes;
        }
    }
}

/// Server-sent events, each some letters.
fn events(
    bytes: impl Stream<Item = Result<Bytes, ChatError>> + Send,
) -> impl Stream<Item = Result<ChatPiece, ChatError>> + Send {
    try_stream! {
        let mut events = Box::pin(bytes.eventsource());
        let mut silent = 0;
        let mut ended = false;
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| match error {
                eventsource_stream::EventStreamError::Transport(error) => error,
                _ => ChatError::Protocol,
            })?;
            if event.data.trim() == DONE {
                if !ended {
                    yield ChatPiece::End { whole: true };
                }
                return;
            }
            let pieces = wire::pieces(event.data.as_bytes())?;
            silent = if pieces.is_empty() { silent + 1 } else { 0 };
            if silent > MAX_SILENT_EVENTS {
                Err(ChatError::Protocol)?;
            }
            for piece in pieces {
                ended |= matches!(piece, ChatPiece::End { .. });
                yield piece;
            }
        }
        // The connection ended before the answer did.
        if !ended {
            yield ChatPiece::End { whole: false };
        }
    }
}

/// One JSON document: a server that does not stream.
fn whole(
    bytes: impl Stream<Item = Result<Bytes, ChatError>> + Send,
) -> impl Stream<Item = Result<ChatPiece, ChatError>> + Send {
    try_stream! {
        let mut bytes = Box::pin(bytes);
        let mut body = Vec::new();
        while let Some(some) = bytes.next().await {
            body.extend_from_slice(&some?);
        }
        for piece in wire::pieces(&body)? {
            yield piece;
        }
    }
}

fn is_busy(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

/// Seconds that the endpoint asks to wait; dates are not understood and count as nothing.
fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// The address is taken out of the error: a configuration may hold a key in it.
fn connection(error: reqwest::Error) -> ChatError {
    if error.is_timeout() {
        ChatError::TimedOut
    } else {
        ChatError::Connection(Box::new(error.without_url()))
    }
}
