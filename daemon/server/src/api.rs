//! The public API, one endpoint per file.
//!
//! Handlers hold no rules: they parse, call the store or the assistant, and map. The shapes of the wire are types of
//! their own, so that a change of the inside is not by accident a change of the API; the conversions are exhaustive.

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod answer;
pub(crate) mod audit;
pub(crate) mod calculation;
pub(crate) mod calculators;
pub(crate) mod calendars;
pub(crate) mod contacts;
pub(crate) mod conversations;
pub(crate) mod documents;
pub(crate) mod filter;
pub(crate) mod keys;
pub(crate) mod mail;
pub(crate) mod me;
pub(crate) mod pairing;
pub(crate) mod passage;
pub(crate) mod passages;
pub(crate) mod phi;
pub(crate) mod scope;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod stream;
pub(crate) mod tickets;
