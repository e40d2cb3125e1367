//! Searching and answering against a real database and a real index.
//!
//! What matters here is who gets to see what: the index is asked with the reader's access sets, the store is asked
//! again, and Nextcloud is asked when the mirror is old. Each of the three is tested with the others out of the way.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

mod access;
mod calculating;
mod clinic;
mod conversing;
mod fallback;
mod finding;
mod freshness;
mod known;
mod mailbox;
mod narrowed;
mod ranking;
mod turns;
mod writes;
mod written;
