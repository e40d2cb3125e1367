//! Keeps what a loopback server was asked, so that a test can claim "one request" and mean it.
//! Holds method, path, the headers a sync is judged by and the size of the answer; never bodies and never
//! credentials. The log is a ring: the oldest entries go when [`Recorder::CAPACITY`] is reached.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// One request as the server saw it and what it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Request method, for instance `PROPFIND`.
    pub method: String,
    /// Percent-decoded path.
    pub path: String,
    /// Raw query string.
    pub query: Option<String>,
    /// `Depth` header.
    pub depth: Option<String>,
    /// `If-Match` header.
    pub if_match: Option<String>,
    /// `If-None-Match` header.
    pub if_none_match: Option<String>,
    /// `Range` header.
    pub range: Option<String>,
    /// `User-Agent` header.
    pub user_agent: Option<String>,
    /// User id behind the credentials, once they were accepted.
    pub user: Option<String>,
    /// Whether the client sent a session cookie that the server knows.
    pub session: bool,
    /// Status of the answer; 0 while there is none.
    pub status: u16,
    /// Bytes of body sent so far.
    pub body_bytes: u64,
}

/// What becomes of a request after it was recorded.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    status: AtomicU16,
    body_bytes: AtomicU64,
    user: OnceLock<String>,
}

type Entry = (Recorded, Arc<Outcome>);

/// The request log of one server, in the order of arrival.
#[derive(Debug, Default)]
pub struct Recorder {
    entries: Mutex<VecDeque<Entry>>,
}

impl Recorder {
    /// Entries kept.
    pub const CAPACITY: usize = 200_000;

    /// Everything recorded, oldest first.
    pub fn all(&self) -> Vec<Recorded> {
        self.entries().iter().map(counted).collect()
    }

    /// Everything recorded, and the log is empty afterwards.
    pub fn take(&self) -> Vec<Recorded> {
        self.entries().drain(..).map(|entry| counted(&entry)).collect()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.entries().clear();
    }

    /// Number of requests.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Number of requests with this method.
    pub fn count(&self, method: &str) -> usize {
        self.entries().iter().filter(|(recorded, _)| recorded.method == method).count()
    }

    /// Sum of the bodies sent for requests with this method.
    pub fn body_bytes(&self, method: &str) -> u64 {
        let entries = self.entries();
        let of_method = entries.iter().filter(|(recorded, _)| recorded.method == method);
        of_method.map(|(_, outcome)| outcome.body_bytes.load(Ordering::Relaxed)).sum()
    }

    pub(crate) fn push(&self, recorded: Recorded) -> Arc<Outcome> {
        let outcome = Arc::new(Outcome::default());
        let mut entries = self.entries();
        if entries.len() == Self::CAPACITY {
            entries.pop_front();
        }
        entries.push_back((recorded, Arc::clone(&outcome)));
        outcome
    }

    fn entries(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Outcome ===

impl Outcome {
    pub(crate) fn answered(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.body_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn signed_in(&self, user: &str) {
        // A second sign-in within one request would be a bug of the server; the first one stands.
        let _ = self.user.set(user.to_owned());
    }
}

fn counted((recorded, outcome): &Entry) -> Recorded {
    Recorded {
        status: outcome.status.load(Ordering::Relaxed),
        body_bytes: outcome.body_bytes.load(Ordering::Relaxed),
        user: outcome.user.get().cloned(),
        ..recorded.clone()
    }
}
