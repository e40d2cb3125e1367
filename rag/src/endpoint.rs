//! One JSON document out, one back: what the clients of models that do not write have in common.
//!
//! A request that finds the endpoint busy (429, 5xx) or out of reach is sent again after a wait with some chance in it, a
//! few times; what it answers has a limit of size and of time. No redirect is followed: the client that is handed in opens
//! connections to the configured host and to no other. What an endpoint writes into a refusal is not read, because it may
//! repeat what it was sent, and no address is named in an error, because a key may stand in it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{sleep, timeout};
use url::Url;
use voiceassist_model::Randomness;

/// How an endpoint is used.
#[derive(Clone, Debug)]
pub struct EndpointSettings {
    /// The whole address that is posted to.
    pub url: Url,
    /// Sent as a bearer token.
    pub api_key: Option<SecretString>,
    /// Until an answer has come whole.
    pub timeout: Duration,
    /// How often a request is sent at most.
    pub attempts: u32,
    /// Before the second attempt, doubled each time; an endpoint's own `Retry-After` counts when it is longer.
    pub backoff: Duration,
    /// Longer than this is not waited, whatever the endpoint asks for.
    pub longest_wait: Duration,
    /// Bytes of an answer.
    pub max_answer_bytes: usize,
}

/// An endpoint that takes one JSON document and answers with one.
pub struct Endpoint {
    http: reqwest::Client,
    settings: EndpointSettings,
    randomness: Arc<dyn Randomness>,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// It cannot be reached, or the connection broke.
    #[error("reaching the model's endpoint")]
    Connection(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nothing whole came in time.
    #[error("the model's endpoint did not answer in time")]
    TimedOut,
    /// It refused.
    #[error("the model's endpoint answered with status {status}")]
    Status {
        /// The status.
        status: u16,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// What came is not what this protocol says.
    #[error("the model's endpoint does not speak the expected protocol")]
    Protocol,
    /// More came than is read.
    #[error("the model's endpoint answered with more than {limit} bytes")]
    TooMuch {
        /// The limit, in bytes.
        limit: usize,
    },
}

impl EndpointSettings {
    /// Usual limits for an address.
    pub const fn new(url: Url) -> Self {
        Self {
            url,
            api_key: None,
            timeout: Duration::from_mins(1),
            attempts: 4,
            backoff: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
            max_answer_bytes: 16 * 1024 * 1024,
        }
    }
}

impl Endpoint {
    /// An endpoint reached through `http`, which must be a client that reaches the configured host only.
    pub fn new(http: reqwest::Client, settings: EndpointSettings, randomness: Arc<dyn Randomness>) -> Self {
        Self { http, settings, randomness }
    }

    /// Posts a document and reads the one that comes back.
    pub async fn post<T: DeserializeOwned>(
        &self,
        body: &(impl Serialize + Sync),
    ) -> Result<T, EndpointError> {
        let body = Bytes::from(serde_json::to_vec(body).map_err(|_| EndpointError::Protocol)?);
        let mut wait = self.settings.backoff;
        let mut attempt = 1;
        loop {
            let answered = timeout(self.settings.timeout, self.send(body.clone())).await;
            let error = match answered.unwrap_or(Err(EndpointError::TimedOut)) {
                Ok(answer) => return serde_json::from_slice(&answer).map_err(|_| EndpointError::Protocol),
                Err(error) => error,
            };
            let pause = error.retry_after().unwrap_or_default().max(self.spread(wait));
            let is_last = attempt >= self.settings.attempts.max(1);
            if is_last || !error.may_pass() || pause > self.settings.longest_wait {
                return Err(error);
            }
            tracing::info!(attempt, error = %error, "a model's endpoint is asked again");
            sleep(pause).await;
            wait = wait.saturating_mul(2);
            attempt += 1;
        }
    }

    async fn send(&self, body: Bytes) -> Result<Vec<u8>, EndpointError> {
        let request = self.http.post(self.settings.url.clone()).header(CONTENT_TYPE, "application/json");
        let request = match &self.settings.api_key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        };
        let response = request.body(body).send().await.map_err(connection)?;
        let status = response.status();
        if !status.is_success() {
            return Err(EndpointError::Status {
                status: status.as_u16(),
                retry_after: retry_after(&response),
            });
        }
        let mut answer = Vec::new();
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.next().await {
            answer.extend_from_slice(&piece.map_err(connection)?);
            if answer.len() > self.settings.max_answer_bytes {
                return Err(EndpointError::TooMuch { limit: self.settings.max_answer_bytes });
            }
        }
        Ok(answer)
    }

    fn spread(&self, wait: Duration) -> Duration {
        spread(wait, &*self.randomness)
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").finish_non_exhaustive()
    }
}

impl EndpointError {
    /// How long the endpoint asks to be left alone.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether it may go better a moment later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Status { status, .. } => is_busy(*status),
            Self::Connection(_) | Self::TimedOut => true,
            Self::Protocol | Self::TooMuch { .. } => false,
        }
    }
}

/// The address of a path below a base, whether or not the base ends with a slash.
pub fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// Half of a wait, and up to as much again by chance, so that many who were turned away do not come back at once.
pub(crate) fn spread(wait: Duration, randomness: &dyn Randomness) -> Duration {
    let mut byte = [0; 1];
    randomness.fill(&mut byte);
    wait / 2 + wait.mul_f32(f32::from(byte[0]) / 510.0)
}

/// Whether a status says that it may go better a moment later.
pub(crate) fn is_busy(status: u16) -> bool {
    StatusCode::from_u16(status)
        .is_ok_and(|status| status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error())
}

/// Seconds that the endpoint asks to wait; dates are not understood and count as nothing.
pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// The address is taken out of the error: a configuration may hold a key in it.
fn connection(error: reqwest::Error) -> EndpointError {
    if error.is_timeout() {
        EndpointError::TimedOut
    } else {
        EndpointError::Connection(Box::new(error.without_url()))
    }
}
