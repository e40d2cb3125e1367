//! The tests of this crate, one binary: byte fixtures of a real server's oddities, and real sockets.
//!
//! A fixture in `tests/fixtures/nextcloud-32/` is named after the one oddity it pins. No test waits for wall time
//! beyond a few milliseconds of lock retries, and none needs the network.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails with the sentence given")]

mod client;
mod collections;
mod download;
mod egress;
mod etag;
mod find;
mod fixture;
mod href;
mod icalendar;
mod listing;
mod login_flow;
mod mail;
mod multistatus;
mod nextcloud;
mod ocs;
mod permissions;
mod push_protocol;
mod recurrence;
mod refusal;
mod scripted;
mod secrecy;
mod tagged;
mod trace;
mod vcard;
mod webhooks;
mod writing;
mod xml;
