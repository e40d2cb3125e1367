//! How much of anything one request may use.
//!
//! Every limit of the HTTP side has its name here. Limits of a question (its length, how many turns run at once) are
//! the assistant's. A request beyond a limit is answered with a problem that names the limit, never cut silently.

use std::time::Duration;

use crate::rates::Rate;

/// The largest request body, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// How long a request may take until its response begins. A stream may go on for longer.
pub const REQUEST_TIME: Duration = Duration::from_secs(20);

/// How many requests are worked on at once; beyond, callers are told to come back.
pub const MAX_REQUESTS: usize = 512;

/// How many connections are open at once; beyond, new ones wait in the listener's queue.
pub const MAX_CONNECTIONS: usize = 2_048;

/// How many requests one HTTP/2 connection may have open.
pub const MAX_STREAMS_PER_CONNECTION: u32 = 64;

/// How long a client may take to send a request's head, and how long a connection may idle.
pub const HEAD_TIME: Duration = Duration::from_secs(30);

/// How often an idle stream says that it is alive, so that proxies keep it.
pub const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The longest title of a conversation, in code points.
pub const MAX_TITLE_CHARS: usize = 200;

/// The longest words to look for in a calendar, in code points.
pub const MAX_CALENDAR_QUERY_CHARS: usize = 200;

/// The most rows on one page.
pub const MAX_PAGE: u32 = 100;

/// The rows on a page unless asked otherwise.
pub const DEFAULT_PAGE: u32 = 50;

/// The largest delivery of a hook, in bytes. An event of files has a few hundred.
pub const HOOK_BODY_BYTES: usize = 256 * 1024;

/// How deeply a delivery may be nested.
pub const HOOK_JSON_DEPTH: usize = 16;

/// Deliveries of one key: a bulk upload sends hundreds of hints in a minute and must not lose its last ones.
pub const HOOKS: Rate = Rate { burst: 2_000, per_minute: 6_000 };

/// Deliveries that prove nothing, over all callers, until they are told to stop: guessing is slow, and a flood of
/// forgeries costs little. A proved delivery never draws from it.
pub const HOOK_FAILURES: Rate = Rate { burst: 50, per_minute: 300 };

/// Requests of one person.
pub const REQUESTS_OF_A_PERSON: Rate = Rate::per_minute(1_200);

/// Requests of one person that search, answer or look through a text, which is what costs the machine most.
pub const QUESTIONS_OF_A_PERSON: Rate = Rate::per_minute(60);

/// How much of what costs most is done for one person at the same time; the assistant counts turns of conversations.
pub const AT_ONCE_OF_A_PERSON: u32 = 4;

/// Requests from one address that prove nobody.
pub const FAILURES_OF_AN_ADDRESS: Rate = Rate::per_minute(60);

/// The limits that a deployment may want to change; the constants are the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// See [`MAX_BODY_BYTES`].
    pub body_bytes: usize,
    /// See [`REQUEST_TIME`].
    pub request_time: Duration,
    /// See [`MAX_REQUESTS`].
    pub requests: usize,
    /// See [`KEEP_ALIVE`].
    pub keep_alive: Duration,
    /// See [`REQUESTS_OF_A_PERSON`].
    pub requests_of_a_person: Rate,
    /// See [`QUESTIONS_OF_A_PERSON`].
    pub questions_of_a_person: Rate,
    /// See [`FAILURES_OF_AN_ADDRESS`].
    pub failures_of_an_address: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: MAX_BODY_BYTES,
            request_time: REQUEST_TIME,
            requests: MAX_REQUESTS,
            keep_alive: KEEP_ALIVE,
            requests_of_a_person: REQUESTS_OF_A_PERSON,
            questions_of_a_person: QUESTIONS_OF_A_PERSON,
            failures_of_an_address: FAILURES_OF_AN_ADDRESS,
        }
    }
}
