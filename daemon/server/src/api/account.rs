//! The caller's own connection to Nextcloud: begin it, see how it fares, end it.
//!
//! These endpoints also serve a person whose account is revoked or does not exist yet, because that is who needs them
//! most. They show nothing but the state of the caller's own connection.

pub(crate) mod begin;
pub(crate) mod end;
pub(crate) mod follow;
pub(crate) mod show;
