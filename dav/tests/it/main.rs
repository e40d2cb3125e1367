//! The tests of this crate, one binary: byte fixtures of a real server's oddities, and real sockets.
//!
//! A fixture in `tests/fixtures/nextcloud-32/` is named after the one oddity it pins. No test waits for wall time
//! beyond a few milliseconds of lock retries, and none needs the network.

mod client;
mod download;
mod etag;
mod fixture;
mod href;
mod listing;
mod login_flow;
mod multistatus;
mod ocs;
mod permissions;
mod refusal;
mod scripted;
mod secrecy;
mod xml;
