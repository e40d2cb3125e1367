//! How a person proves who they are.
//!
//! One way exists: a bearer token that this daemon signed a few minutes ago. Signing in itself (pairing with the
//! Nextcloud app, a sign-in page) ends in such a token, so the rest of the server knows nothing else. What a person is
//! in the clinic travels in the token ([`roles`]); what that allows is for the [`policy`] to say, at every request.

pub mod policy;
pub mod roles;
pub mod tokens;
pub mod vouch;
