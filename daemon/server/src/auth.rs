//! How a person proves who they are.
//!
//! One way exists: a bearer token that this daemon signed a few minutes ago. Signing in itself (pairing with the
//! Nextcloud app, a sign-in page) ends in such a token, so the rest of the server knows nothing else. Nothing here
//! decides what a person may do; see [`crate::extract`].

pub mod tokens;
pub mod vouch;
