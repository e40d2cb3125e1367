//! The real router on loopback, over a real database and a real index.
//!
//! Callers are ordinary HTTP clients; nothing is called behind the router's back except to set the stage.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

mod account;
mod admin;
mod calculating;
mod calculators;
mod calendars;
#[path = "../../../assistant/tests/it/clinic.rs"]
mod clinic;
mod conversations;
mod cors;
mod documents;
mod export;
mod forged;
mod health;
mod hooks;
mod logs;
mod mail;
mod oidc;
mod openapi;
mod phi;
mod policy;
mod problems;
mod quotas;
mod revocation;
mod scope;
mod search;
mod sessions;
mod shared_limits;
mod shutdown;
mod sign_in;
mod stage;
mod tickets;
mod tokens;
mod vouched;
