//! An answer whose body is still on the wire, and the limits it is read under.
//!
//! Holds its place among the requests under way until it is dropped. A body longer than its limit, slower than its
//! time-outs or shorter than announced is an error, so that nobody takes a part for the whole.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use crate::error::DavError;
use crate::operation::Response;
use crate::transport::timed_out;

/// A body slower than this, once the idle time is over, is given up: it keeps a place that others wait for.
const SLOWEST_BYTES_PER_SECOND: u64 = 1024;

pub(crate) struct Answer {
    response: reqwest::Response,
    expected: Option<u64>,
    received: u64,
    idle: Duration,
    begun: Instant,
    deadline: Instant,
    _permits: [OwnedSemaphorePermit; 2],
}

impl Answer {
    pub(super) fn new(
        response: reqwest::Response,
        permits: [OwnedSemaphorePermit; 2],
        idle: Duration,
        deadline: Instant,
    ) -> Self {
        let expected = response.content_length();
        Self { response, expected, received: 0, idle, begun: Instant::now(), deadline, _permits: permits }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Bytes read so far.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// The next piece of the body; `None` once it is whole.
    pub(crate) async fn chunk(&mut self, limit: u64) -> Result<Option<Bytes>, DavError> {
        if self.expected.is_some_and(|expected| expected > limit) {
            return Err(DavError::TooLarge { limit });
        }
        let until = self.deadline.min(Instant::now() + self.idle);
        let chunk = match timeout_at(until, self.response.chunk()).await {
            Err(_) => return Err(timed_out()),
            Ok(Err(error)) if error.is_timeout() => return Err(timed_out()),
            Ok(Err(_)) => return Err(self.truncated()),
            Ok(Ok(chunk)) => chunk,
        };
        let Some(chunk) = chunk else {
            let short = self.expected.is_some_and(|expected| expected != self.received);
            return if short { Err(self.truncated()) } else { Ok(None) };
        };
        self.received = self.received.saturating_add(chunk.len() as u64);
        let elapsed = self.begun.elapsed();
        if elapsed > self.idle && self.received < elapsed.as_secs().saturating_mul(SLOWEST_BYTES_PER_SECOND) {
            return Err(timed_out());
        }
        if self.received > limit { Err(DavError::TooLarge { limit }) } else { Ok(Some(chunk)) }
    }

    /// The whole answer.
    pub(crate) async fn hold(mut self, limit: u64) -> Result<Response, DavError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk(limit).await? {
            body.extend_from_slice(&chunk);
        }
        Ok(self.into_response(body))
    }

    /// The answer with as much of its body as the limit allows and the server sends: enough to see what a refusal
    /// means, whose status alone already says that there is no result.
    pub(crate) async fn hold_beginning(mut self, limit: u64) -> Result<Response, DavError> {
        let mut body = BytesMut::new();
        self.expected = None;
        while let Ok(Some(chunk)) = self.chunk(u64::MAX).await {
            body.extend_from_slice(&chunk);
            if self.received >= limit {
                break;
            }
        }
        body.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(self.into_response(body))
    }

    fn into_response(mut self, body: BytesMut) -> Response {
        let headers = std::mem::take(self.response.headers_mut());
        Response { status: self.response.status(), headers, body: body.freeze() }
    }

    fn truncated(&self) -> DavError {
        DavError::Truncated { received: self.received, expected: self.expected }
    }
}
