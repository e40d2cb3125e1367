//! Good manners towards one server, shared by everybody who speaks to it from here.
//!
//! A server counts what comes from our address, whoever asked: how many requests at once, how many in a second, and how
//! many wrong passwords. So all clients of a server share one limit of requests under way, one pace, one pause and one
//! budget of refused passwords. A 429, or a 503 that names a time, pauses everybody once; requests that come meanwhile
//! are answered here and never sent. After a few refused passwords within the server's window, only clients that have
//! been accepted before go on, because one wrong password too many would stop them as well.
//!
//! Nothing here knows what a request is about. Waiting happens in the caller's own task; there is no queue to overflow.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::error::DavError;

/// Requests that may start within a second; a request costs the server some 50 ms of a processor, so this is what a
/// large server bears and what a small one never sees, because requests under way are limited as well.
pub const DEFAULT_REQUESTS_PER_SECOND: u32 = 100;
/// Requests that may start at once after a rest.
pub const DEFAULT_BURST: u32 = 200;
/// The first pause after a 429 that names no time. Nextcloud's own throttle never does.
const FIRST_PAUSE: Duration = Duration::from_mins(1);
/// Pauses double while the server goes on saying 429, up to its own window of wrong passwords.
const LONGEST_PAUSE: Duration = Duration::from_mins(30);
/// Refused passwords borne within [`REFUSAL_WINDOW`]. Nextcloud throttles after ten in half an hour; the rest is for
/// requests that were under way at the same moment.
const MAX_REFUSALS: usize = 6;
/// How long a refused password counts.
const REFUSAL_WINDOW: Duration = Duration::from_mins(30);
/// Servers known at once at most; more are refused rather than forgotten.
const MAX_SERVERS: usize = 1_000;

/// How politely to speak to each server.
#[derive(Clone)]
pub struct Politeness {
    /// Requests under way at once.
    pub concurrency: usize,
    /// Requests that may start within a second.
    pub requests_per_second: u32,
    /// Requests that may start at once after a rest.
    pub burst: u32,
    /// Spreads the end of pauses, so that replicas do not come back in the same instant: given the longest extra wait,
    /// answers one up to that. The program gives it its source of randomness.
    pub jitter: Arc<dyn Fn(Duration) -> Duration + Send + Sync>,
}

impl Default for Politeness {
    fn default() -> Self {
        Self {
            concurrency: crate::transport::DEFAULT_MAX_CONCURRENT_REQUESTS,
            requests_per_second: DEFAULT_REQUESTS_PER_SECOND,
            burst: DEFAULT_BURST,
            jitter: Arc::new(|_| Duration::ZERO),
        }
    }
}

impl fmt::Debug for Politeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Politeness")
            .field("concurrency", &self.concurrency)
            .field("requests_per_second", &self.requests_per_second)
            .field("burst", &self.burst)
            .finish_non_exhaustive()
    }
}

impl Politeness {
    pub(crate) fn check(&self) -> Result<(), DavError> {
        if self.concurrency == 0 {
            return Err(DavError::Settings { what: "the limit of requests under way is zero" });
        }
        if self.requests_per_second == 0 || self.burst == 0 {
            return Err(DavError::Settings { what: "the limit of requests in a second is zero" });
        }
        Ok(())
    }
}

/// The manners towards every server, by origin.
#[derive(Debug)]
pub(crate) struct Servers {
    politeness: Politeness,
    known: Mutex<HashMap<String, Arc<Server>>>,
}

impl Servers {
    pub(crate) fn new(politeness: Politeness) -> Self {
        Self { politeness, known: Mutex::default() }
    }

    /// The manners towards this origin.
    pub(crate) fn of(&self, origin: &str) -> Result<Arc<Server>, DavError> {
        let mut known = held(&self.known);
        if let Some(server) = known.get(origin) {
            return Ok(Arc::clone(server));
        }
        if known.len() >= MAX_SERVERS {
            return Err(DavError::Settings { what: "too many different servers" });
        }
        let server = Arc::new(Server::new(self.politeness.clone()));
        known.insert(origin.to_owned(), Arc::clone(&server));
        Ok(server)
    }
}

/// What everybody who speaks to one server shares.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) permits: Arc<Semaphore>,
    politeness: Politeness,
    /// When the next request would start if there were no burst.
    due: Mutex<Option<Instant>>,
    pause: Mutex<Pause>,
    refusals: Mutex<VecDeque<Instant>>,
}

#[derive(Debug, Default)]
struct Pause {
    until: Option<Instant>,
    /// Pauses in a row without an ordinary answer in between.
    repeats: u32,
}

impl Server {
    fn new(politeness: Politeness) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(politeness.concurrency)),
            politeness,
            due: Mutex::default(),
            pause: Mutex::default(),
            refusals: Mutex::default(),
        }
    }

    /// Whether a request may be sent at all now. `accepted` says that the server has taken this client's password before.
    pub(crate) fn admit(&self, now: Instant, accepted: bool) -> Result<(), DavError> {
        if let Some(until) = held(&self.pause).until
            && until > now
        {
            return Err(DavError::Throttled { retry_after: Some(until - now) });
        }
        if accepted {
            return Ok(());
        }
        let mut refusals = held(&self.refusals);
        while refusals.front().is_some_and(|at| *at + REFUSAL_WINDOW <= now) {
            refusals.pop_front();
        }
        match refusals.front() {
            Some(oldest) if refusals.len() >= MAX_REFUSALS => {
                Err(DavError::Throttled { retry_after: Some(*oldest + REFUSAL_WINDOW - now) })
            }
            _ => Ok(()),
        }
    }

    /// Takes a place in the pace, and says how long to wait for it.
    pub(crate) fn reserve(&self, now: Instant) -> Duration {
        let interval = Duration::from_secs(1) / self.politeness.requests_per_second;
        let tolerance = interval * (self.politeness.burst - 1);
        let mut due = held(&self.due);
        let start = due.map_or(now, |due| due.max(now));
        *due = Some(start + interval);
        (start - now).saturating_sub(tolerance)
    }

    /// The server asks everybody to stay away. Answers to requests that were under way when the pause began count once.
    pub(crate) fn asks_for_pause(&self, now: Instant, named: Option<Duration>) {
        let mut pause = held(&self.pause);
        if pause.until.is_some_and(|until| until > now) {
            return;
        }
        let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(pause.repeats)).min(LONGEST_PAUSE);
        let length = named.unwrap_or(doubled);
        pause.until = Some(now + length + (self.politeness.jitter)(length / 10));
        pause.repeats = pause.repeats.saturating_add(1);
        drop(pause);
        tracing::warn!(
            seconds = length.as_secs(),
            "the server asks for a pause; nobody asks it anything meanwhile"
        );
    }

    /// An ordinary answer: the server has had its pause.
    pub(crate) fn answers(&self, now: Instant) {
        let mut pause = held(&self.pause);
        if pause.until.is_none_or(|until| until <= now) {
            *pause = Pause::default();
        }
    }

    /// A password was refused. Each is remembered for as long as the server remembers it.
    pub(crate) fn refuses(&self, now: Instant) {
        let mut refusals = held(&self.refusals);
        if refusals.len() == MAX_REFUSALS {
            refusals.pop_front();
        }
        refusals.push_back(now);
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{FIRST_PAUSE, LONGEST_PAUSE, MAX_REFUSALS, Politeness, REFUSAL_WINDOW, Server, Servers};
    use crate::error::DavError;

    fn server(requests_per_second: u32, burst: u32) -> Server {
        Server::new(Politeness { requests_per_second, burst, ..Politeness::default() })
    }

    fn wait_asked(server: &Server, now: Instant, accepted: bool) -> Option<Duration> {
        match server.admit(now, accepted) {
            Ok(()) => None,
            Err(DavError::Throttled { retry_after }) => retry_after,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_burst_starts_at_once_and_then_the_pace_holds() {
        let (server, now) = (server(10, 3), Instant::now());
        let waits: Vec<u128> = (0..6).map(|_| server.reserve(now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 100, 200, 300]);
        let later = now + Duration::from_secs(5);
        assert_eq!(server.reserve(later), Duration::ZERO, "a rest gives the burst back");
    }

    #[test]
    fn a_pause_holds_for_everybody_and_counts_once() {
        let (server, now) = (server(10, 10), Instant::now());
        server.asks_for_pause(now, None);
        server.asks_for_pause(now, None);
        assert_eq!(wait_asked(&server, now, true), Some(FIRST_PAUSE));
        assert_eq!(wait_asked(&server, now + FIRST_PAUSE, true), None);
    }

    #[test]
    fn pauses_grow_while_the_server_goes_on_and_start_small_again_after_an_answer() {
        let (server, mut now) = (server(10, 10), Instant::now());
        let mut pauses = Vec::new();
        for _ in 0..8 {
            server.asks_for_pause(now, None);
            let pause = wait_asked(&server, now, true).unwrap();
            pauses.push(pause);
            now += pause;
        }
        assert_eq!(&pauses[..3], [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]);
        assert_eq!(pauses.last(), Some(&LONGEST_PAUSE));
        server.answers(now);
        server.asks_for_pause(now, None);
        assert_eq!(wait_asked(&server, now, true), Some(FIRST_PAUSE));
    }

    #[test]
    fn a_time_that_the_server_names_is_honoured_and_spread() {
        let jitter = Arc::new(|longest: Duration| longest);
        let server = Server::new(Politeness { jitter, ..Politeness::default() });
        let now = Instant::now();
        server.asks_for_pause(now, Some(Duration::from_secs(100)));
        assert_eq!(wait_asked(&server, now, true), Some(Duration::from_secs(110)));
    }

    #[test]
    fn after_a_few_refused_passwords_only_accepted_clients_go_on() {
        let (server, now) = (server(10, 10), Instant::now());
        for number in 0..MAX_REFUSALS {
            assert_eq!(wait_asked(&server, now, false), None, "{number}");
            server.refuses(now);
        }
        assert_eq!(wait_asked(&server, now, false), Some(REFUSAL_WINDOW));
        assert_eq!(wait_asked(&server, now, true), None);
        assert_eq!(wait_asked(&server, now + REFUSAL_WINDOW, false), None);
    }

    #[test]
    fn servers_have_manners_of_their_own() {
        let servers = Servers::new(Politeness::default());
        let (one, other) =
            (servers.of("https://a.example").unwrap(), servers.of("https://b.example").unwrap());
        one.asks_for_pause(Instant::now(), None);
        assert_eq!(wait_asked(&other, Instant::now(), true), None);
        assert!(Arc::ptr_eq(&one, &servers.of("https://a.example").unwrap()));
    }
}
