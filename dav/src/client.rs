//! The one sender of requests: one client per account.
//!
//! It adds credentials and the account's own cookies, caps what is under way and what is read, times out, traces as
//! `dav.request.send` without any path, and follows at most one redirect, to the same origin. It sends no write
//! without a precondition. It retries nothing but 423, which Nextcloud also says when nobody writes; 429 and 503 are told to the caller, who knows the schedule, and
//! pause all clients of the server ([`crate::politeness`]). After the first 401 it sends nothing more: the server counts
//! wrong passwords per address, and the twelfth one stops every account behind ours. A new login makes a new client.

mod answer;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::header::{AUTHORIZATION, COOKIE, DATE, LOCATION};
use http::{HeaderValue, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument as _;
use url::Url;

pub(crate) use self::answer::Answer;
use crate::cookies::Cookies;
use crate::credentials::Credentials;
use crate::error::DavError;
use crate::operation::{Access, BaseUrl, Operation, Request};
use crate::politeness::Server;
use crate::refusal::{MAX_REFUSAL_BYTES, retry_after};
use crate::transport::{NOT_CONFIGURED, Transport, timed_out, transport_error};

/// How often a locked resource is asked for, the first time included.
pub const LOCK_ATTEMPTS: u32 = 5;

/// How long to wait before a locked resource is asked for again.
#[derive(Clone)]
pub struct LockRetry {
    /// Before the second attempt; doubles each time.
    pub base_delay: Duration,
    /// Never longer than this.
    pub max_delay: Duration,
    /// Spreads the waits of several clients; the program gives it its source of randomness.
    pub jitter: Arc<dyn Fn(Duration) -> Duration + Send + Sync>,
}

impl Default for LockRetry {
    fn default() -> Self {
        Self {
            base_delay: Duration::from_millis(200),
            max_delay: Duration::from_secs(2),
            jitter: Arc::new(|delay| delay),
        }
    }
}

impl fmt::Debug for LockRetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockRetry")
            .field("base_delay", &self.base_delay)
            .field("max_delay", &self.max_delay)
            .finish_non_exhaustive()
    }
}

impl LockRetry {
    fn delay(&self, attempt: u32) -> Duration {
        let doubled = self.base_delay.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
        (self.jitter)(doubled.min(self.max_delay)).min(self.max_delay)
    }
}

/// The limits of one client.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// Until the answer begins, and for a whole answer that is not streamed. The very first request of a new user
    /// makes the server set up a home: 17 s were seen.
    pub request_timeout: Duration,
    /// Between two pieces of a body.
    pub idle_timeout: Duration,
    /// Until a listing of everything below a folder begins: a server may collect it before it sends the first byte.
    pub collect_timeout: Duration,
    /// For a whole listing or download, the time the reader takes included.
    pub stream_timeout: Duration,
    /// Requests of this account under way at once; the transport has its own limit for all of them.
    pub max_concurrent_requests: usize,
    /// How locked resources are asked for again.
    pub lock_retry: LockRetry,
    /// How long to wait for a file whose last write lies within the present second.
    pub settle_pause: Duration,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_mins(1),
            idle_timeout: Duration::from_mins(1),
            collect_timeout: Duration::from_mins(10),
            stream_timeout: Duration::from_hours(1),
            max_concurrent_requests: 4,
            lock_retry: LockRetry::default(),
            settle_pause: Duration::from_secs(1),
        }
    }
}

/// One account's, or nobody's, access to one server. Cheap to clone; clones share cookies and limits.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Transport,
    base: BaseUrl,
    authorization: Option<HeaderValue>,
    cookies: Cookies,
    /// What all clients of this server share.
    server: Arc<Server>,
    /// The server refused the credentials once.
    refused: AtomicBool,
    /// The server's clock as it last said, and when that was.
    clock: Mutex<Option<(DateTime<Utc>, Instant)>>,
    /// The server took the credentials once.
    accepted: AtomicBool,
    permits: Arc<Semaphore>,
    settings: ClientSettings,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.inner.base).finish_non_exhaustive()
    }
}

impl Client {
    /// A client with an empty cookie jar. Sends nothing yet.
    pub fn new(
        transport: &Transport,
        base: BaseUrl,
        credentials: &Credentials,
        settings: ClientSettings,
    ) -> Result<Self, DavError> {
        if settings.max_concurrent_requests == 0 {
            return Err(DavError::Settings { what: "the limit of requests under way is zero" });
        }
        let authorization = match credentials {
            Credentials::Anonymous => None,
            Credentials::AppPassword(app_password) => Some(app_password.basic()?),
        };
        let permits = Arc::new(Semaphore::new(settings.max_concurrent_requests));
        transport.destinations.admit(base.url()).map_err(|_| NOT_CONFIGURED)?;
        let server = transport.servers.of(&base.origin())?;
        let inner = Inner {
            transport: transport.clone(),
            base,
            authorization,
            cookies: Cookies::default(),
            server,
            refused: AtomicBool::new(false),
            clock: Mutex::default(),
            accepted: AtomicBool::new(false),
            permits,
            settings,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The server.
    pub fn base(&self) -> &BaseUrl {
        &self.inner.base
    }

    /// Whether the server refused the app password; nothing is sent any more.
    pub fn is_refused(&self) -> bool {
        self.inner.refused.load(Ordering::Acquire)
    }

    /// What the server's own clock shows now, to the second, from the `Date` of its last answer. Times of uploads are
    /// to be compared with this one, which may be a day away from ours. `None` before the first answer.
    pub fn server_time(&self) -> Option<DateTime<Utc>> {
        let (said, at) = (*self.inner.clock.lock().unwrap_or_else(PoisonError::into_inner))?;
        said.checked_add_signed(TimeDelta::from_std(at.elapsed()).ok()?)
    }

    /// Sends an operation and reads its answer.
    pub async fn send<O: Operation>(&self, operation: &O) -> Result<O::Output, DavError> {
        let request = operation.request()?;
        let deadline = self.inner.settings.request_timeout;
        let answer = self.exchange(O::NAME, &request, deadline, deadline).await?;
        let response = if answer.status().is_success() {
            answer.hold(O::MAX_BODY_BYTES).await?
        } else {
            answer.hold_beginning(MAX_REFUSAL_BYTES).await?
        };
        operation.parse(&response)
    }

    pub(crate) fn settings(&self) -> &ClientSettings {
        &self.inner.settings
    }

    /// Sends a request until it is answered with something else than 423 or a redirect. The answer must begin
    /// within `first_byte` and end within `whole`.
    pub(crate) async fn exchange(
        &self,
        operation: &'static str,
        request: &Request,
        first_byte: Duration,
        whole: Duration,
    ) -> Result<Answer, DavError> {
        let permits = self.permits().await?;
        let mut url = self.inner.base.target(&request.target)?;
        let mut redirected = false;
        let mut attempt = 1;
        loop {
            self.check_may_send(request)?;
            self.keep_pace().await?;
            let response = self.attempt(operation, request, &url, attempt, first_byte).await?;
            let status = response.status();
            if status == StatusCode::LOCKED && attempt < LOCK_ATTEMPTS {
                drop(response);
                sleep(self.inner.settings.lock_retry.delay(attempt)).await;
                attempt += 1;
            } else if status.is_redirection() && status != StatusCode::NOT_MODIFIED && !redirected {
                url = self.redirect_target(&url, &response)?;
                redirected = true;
            } else {
                let idle = self.inner.settings.idle_timeout;
                return Ok(Answer::new(response, permits, idle, Instant::now() + whole));
            }
        }
    }

    fn check_may_send(&self, request: &Request) -> Result<(), DavError> {
        request.check_precondition()?;
        match (request.access, &self.inner.authorization) {
            (Access::Account, None) => Err(DavError::AccountRequired),
            (_, Some(_)) if self.is_refused() => Err(DavError::Unauthorized),
            _ => Ok(()),
        }
    }

    /// Waits for a place in the server's pace. Whoever shows a password also keeps the server's pause, and does not add
    /// to wrong passwords when there were too many; both are looked at after the wait, because they may begin meanwhile.
    async fn keep_pace(&self) -> Result<(), DavError> {
        let server = &self.inner.server;
        let wait = server.reserve(Instant::now());
        if !wait.is_zero() {
            sleep(wait).await;
        }
        if self.inner.authorization.is_none() {
            return Ok(());
        }
        server.admit(Instant::now(), self.inner.accepted.load(Ordering::Acquire))
    }

    /// The account's own turn first, so that one account's queue does not hold places of the others.
    async fn permits(&self) -> Result<[OwnedSemaphorePermit; 2], DavError> {
        let closed = |_| DavError::Settings { what: "the client is closed" };
        let own = Arc::clone(&self.inner.permits).acquire_owned().await.map_err(closed)?;
        let all = Arc::clone(&self.inner.server.permits).acquire_owned().await.map_err(closed)?;
        Ok([own, all])
    }

    async fn attempt(
        &self,
        operation: &'static str,
        request: &Request,
        url: &Url,
        attempt: u32,
        first_byte: Duration,
    ) -> Result<reqwest::Response, DavError> {
        self.inner.transport.may_reach(url)?;
        let mut headers = request.headers_for(&self.inner.base)?;
        if let Some(authorization) = &self.inner.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        if let Some(cookies) = self.inner.cookies.header(url) {
            headers.insert(COOKIE, cookies);
        }
        let span = tracing::info_span!(
            "dav.request.send",
            operation,
            method = request.verb.as_str(),
            attempt,
            status = tracing::field::Empty,
            error = tracing::field::Empty,
            duration_ms = tracing::field::Empty,
        );
        let started = Instant::now();
        let building = self.inner.transport.http.request(request.verb.method(), url.clone()).headers(headers);
        let body = match &request.stream {
            Some(content) => reqwest::Body::wrap_stream(content.open()),
            None => reqwest::Body::from(request.body.clone()),
        };
        let sending = building.body(body).send().instrument(span.clone());
        let sent = match timeout(first_byte, sending).await {
            Ok(sent) => sent.map_err(|error| unreadable(request).unwrap_or_else(|| transport_error(error))),
            Err(_) => Err(timed_out()),
        };
        span.record("duration_ms", u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
        match &sent {
            Ok(response) => {
                span.record("status", response.status().as_u16());
                self.learn(response, url);
            }
            Err(error) => {
                span.record("error", error.code());
            }
        }
        sent
    }

    fn learn(&self, response: &reqwest::Response, url: &Url) {
        self.inner.cookies.keep(response.headers(), url);
        let date = response.headers().get(DATE).and_then(|value| value.to_str().ok());
        if let Some(said) = date.and_then(crate::webdav::http_date) {
            let mut clock = self.inner.clock.lock().unwrap_or_else(PoisonError::into_inner);
            *clock = Some((said, Instant::now()));
        }
        if self.inner.authorization.is_none() {
            return;
        }
        let (server, now) = (&self.inner.server, Instant::now());
        match response.status() {
            StatusCode::UNAUTHORIZED => {
                self.inner.refused.store(true, Ordering::Release);
                server.refuses(now);
            }
            StatusCode::TOO_MANY_REQUESTS => server.asks_for_pause(now, retry_after(response.headers())),
            // Without a time it may be one disabled account, or maintenance, which the caller tells apart.
            StatusCode::SERVICE_UNAVAILABLE => {
                if let Some(named) = retry_after(response.headers()) {
                    server.asks_for_pause(now, Some(named));
                }
            }
            status => {
                server.answers(now);
                if status.is_success() {
                    self.inner.accepted.store(true, Ordering::Release);
                }
            }
        }
    }

    fn redirect_target(&self, from: &Url, response: &reqwest::Response) -> Result<Url, DavError> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let target = location.and_then(|location| from.join(location).ok()).ok_or(DavError::Redirected)?;
        if self.inner.base.same_origin(&target) { Ok(target) } else { Err(DavError::Redirected) }
    }
}

/// A request that broke off because what it should send could not be read here.
fn unreadable(request: &Request) -> Option<DavError> {
    request.stream.as_ref().filter(|content| content.has_failed()).map(|_| DavError::Source)
}
