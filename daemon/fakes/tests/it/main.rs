//! The loopback servers and the synthetic material, checked before anyone relies on them.

#![expect(clippy::unwrap_used, reason = "a test whose world cannot be set up stops there")]

mod client;
mod corpus;
mod nextcloud;
mod postgres;
mod proxy;
