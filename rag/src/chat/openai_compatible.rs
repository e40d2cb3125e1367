//! Any endpoint that speaks the OpenAI chat-completions or completions protocol: a cloud's, or one in the house (Ollama,
//! vLLM, llama.cpp).
//!
//! A request is tried again, after a wait with some chance in it, while no word of its answer has arrived and the endpoint
//! says that it is busy (429, 5xx) or cannot be reached; once a word came, nothing is sent twice. An endpoint that refuses a
//! request with extras (a schema, counts of tokens) is asked again without, and from then on always. Every wait has an end, every body has a limit, and no
//! redirect is followed: the client that is handed in opens connections to the configured host and to no other. What an
//! endpoint writes into a refusal is not read, because it may repeat what it was sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_stream::try_stream;
use async_trait::async_trait;
use bytes::Bytes;
use eventsource_stream::Eventsource as _;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt as _};
use reqwest::Response;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;
use voiceassist_model::Randomness;
use voiceassist_phi::{Cleared, Destination, Prompt};

use super::facts::{Capabilities, Dialect, Facts, Price};
use super::structured::Reading;
use super::wire::{self, DONE, Extras};
use super::{ChatError, ChatModel, ChatPiece, ChatStream};
use crate::endpoint::{below, is_busy, retry_after, spread};

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
    /// Which of the two formats it speaks.
    pub dialect: Dialect,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Tokens it takes in and gives out together; nothing when that is not known.
    pub context_tokens: Option<u32>,
    /// What it costs.
    pub price: Price,
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
            dialect: Dialect::default(),
            capabilities: Capabilities::default(),
            context_tokens: None,
            price: Price::default(),
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
    facts: Facts,
    randomness: Option<Arc<dyn Randomness>>,
    /// Set once it refused a request with extras and took the same one without.
    is_plain: AtomicBool,
}

/// An answer that has begun: what came of it, up to its first word, and the rest.
struct Begun {
    first: Vec<ChatPiece>,
    rest: BoxStream<'static, Result<ChatPiece, ChatError>>,
}

impl OpenAiCompatible {
    /// A model reached through `http`, which must be a client that reaches the configured host only.
    pub fn new(http: reqwest::Client, settings: OpenAiCompatibleSettings) -> Self {
        let verb = match settings.dialect {
            Dialect::Chat => "chat/completions",
            Dialect::Completions => "completions",
        };
        let endpoint = below(&settings.base_url, verb);
        let facts = Facts {
            name: settings.destination.name().to_owned(),
            model: settings.model.clone(),
            protection: settings.destination.protection().as_str(),
            mode: settings.destination.mode().as_str(),
            dialect: settings.dialect,
            context_tokens: settings.context_tokens,
            max_output_tokens: settings.max_tokens,
            price: settings.price,
            capabilities: settings.capabilities,
        };
        Self { http, endpoint, settings, facts, randomness: None, is_plain: AtomicBool::new(false) }
    }

    /// The same with waits that differ by chance, so that many who were turned away do not come back at once.
    #[must_use]
    pub fn with_randomness(mut self, randomness: Arc<dyn Randomness>) -> Self {
        self.randomness = Some(randomness);
        self
    }

    /// Sends until an answer's first word has come.
    async fn begin(&self, prompt: &Prompt, deadline: Instant) -> Result<Begun, ChatError> {
        let mut wait = self.settings.backoff;
        let mut attempt = 1;
        let mut extras = self.extras(prompt);
        loop {
            let error = match self.try_once(prompt, extras, deadline).await {
                Ok(begun) => {
                    if extras == Extras::NONE && self.extras(prompt) != Extras::NONE {
                        self.is_plain.store(true, Ordering::Relaxed);
                        tracing::info!("the model's endpoint knows no extras; it is asked without them");
                    }
                    return Ok(begun);
                }
                Err(error) => error,
            };
            if extras != Extras::NONE && is_refusal_of_extras(&error) {
                extras = Extras::NONE;
                continue;
            }
            if attempt >= self.settings.attempts.max(1) || !may_pass(&error) {
                return Err(error);
            }
            let pause = error.retry_after().unwrap_or_default().max(self.spread(wait));
            if pause > self.settings.longest_wait || Instant::now() + pause > deadline {
                return Err(error);
            }
            tracing::info!(attempt, error = error.code(), "the model's endpoint is asked again");
            sleep(pause).await;
            wait = wait.saturating_mul(2);
            attempt += 1;
        }
    }

    async fn try_once(&self, prompt: &Prompt, extras: Extras, deadline: Instant) -> Result<Begun, ChatError> {
        let request = wire::Request::new(&self.facts, prompt, extras);
        let body = serde_json::to_vec(&request).map_err(|_| ChatError::Protocol)?;
        let first_byte = deadline.min(Instant::now() + self.settings.first_byte);
        let sent = timeout_at(first_byte, self.send(Bytes::from(body))).await;
        let response = sent.map_err(|_| ChatError::TimedOut)??;
        let status = response.status();
        if !status.is_success() {
            return Err(ChatError::Status { status: status.as_u16(), retry_after: retry_after(&response) });
        }
        let mut rest = self.pieces(response, extras, first_byte, deadline);
        let mut first = Vec::new();
        while let Some(piece) = rest.next().await {
            let piece = piece?;
            let is_begun = !matches!(piece, ChatPiece::Report(_));
            first.push(piece);
            if is_begun {
                break;
            }
        }
        Ok(Begun { first, rest })
    }

    fn pieces(
        &self,
        response: Response,
        extras: Extras,
        first_byte: Instant,
        deadline: Instant,
    ) -> BoxStream<'static, Result<ChatPiece, ChatError>> {
        let is_stream = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream"));
        let bytes = limited(response, first_byte, self.settings.idle, deadline);
        let pieces = if is_stream { events(bytes).boxed() } else { whole(bytes).boxed() };
        if extras.structured { sentences(pieces).boxed() } else { pieces }
    }

    /// What is asked for besides the answer. A schema is for answers from sources, and for models that converse.
    fn extras(&self, prompt: &Prompt) -> Extras {
        if self.is_plain.load(Ordering::Relaxed) {
            return Extras::NONE;
        }
        let Capabilities { streaming, structured_output, .. } = self.settings.capabilities;
        let converses = self.settings.dialect == Dialect::Chat;
        Extras { structured: structured_output && converses && !prompt.sources.is_empty(), usage: streaming }
    }

    /// Half of a wait, and up to as much again by chance.
    fn spread(&self, wait: Duration) -> Duration {
        self.randomness.as_ref().map_or(wait, |randomness| spread(wait, &**randomness))
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

    fn facts(&self) -> &Facts {
        &self.facts
    }

    async fn write(&self, prompt: &Cleared<Prompt>) -> Result<ChatStream, ChatError> {
        if prompt.destination() != &self.settings.destination {
            return Err(ChatError::OtherDestination);
        }
        let prompt = prompt.content();
        if prompt.chars() > MAX_PROMPT_CHARS {
            return Err(ChatError::TooLong { limit: MAX_PROMPT_CHARS });
        }
        let deadline = Instant::now() + self.settings.total;
        let Begun { first, rest } = self.begin(prompt, deadline).await?;
        Ok(ChatStream::new(stream::iter(first.into_iter().map(Ok)).chain(rest)))
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
    first_byte: Instant,
    idle: Duration,
    deadline: Instant,
) -> impl Stream<Item = Result<Bytes, ChatError>> + Send {
    try_stream! {
        let mut body = response.bytes_stream();
        let mut read = 0;
        loop {
            let until = if read == 0 { first_byte } else { deadline.min(Instant::now() + idle) };
            let next = timeout_at(until, body.next()).await.map_err(|_| ChatError::TimedOut)?;
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

/// Sentences that keep to a schema, as lines of text with their marks.
fn sentences(
    pieces: impl Stream<Item = Result<ChatPiece, ChatError>> + Send,
) -> impl Stream<Item = Result<ChatPiece, ChatError>> + Send {
    try_stream! {
        let mut pieces = Box::pin(pieces);
        let mut reading = Reading::default();
        while let Some(piece) = pieces.next().await {
            match piece? {
                ChatPiece::Text(letters) => {
                    let text = reading.push(&letters);
                    if !text.is_empty() {
                        yield ChatPiece::Text(text);
                    }
                }
                ChatPiece::End { whole } => {
                    let text = reading.finish();
                    if !text.is_empty() {
                        yield ChatPiece::Text(text);
                    }
                    yield ChatPiece::End { whole };
                }
                report @ ChatPiece::Report(_) => yield report,
            }
        }
    }
}

/// Whether it may go better a moment later.
fn may_pass(error: &ChatError) -> bool {
    match error {
        ChatError::Status { status, .. } => is_busy(*status),
        ChatError::Connection(_) | ChatError::TimedOut => true,
        _ => false,
    }
}

/// Whether an endpoint may mean the extras when it refuses.
const fn is_refusal_of_extras(error: &ChatError) -> bool {
    matches!(error, ChatError::Status { status: 400 | 415 | 422 | 501, .. })
}

/// The address is taken out of the error: a configuration may hold a key in it.
fn connection(error: reqwest::Error) -> ChatError {
    if error.is_timeout() {
        ChatError::TimedOut
    } else {
        ChatError::Connection(Box::new(error.without_url()))
    }
}
