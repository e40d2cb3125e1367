//! How a person proves who they are.
//!
//! One way exists: a bearer token that this daemon signed a few minutes ago, for a session that is not over. Signing in
//! itself (the paired Nextcloud app, a provider) ends in such a session, so the rest of the server knows nothing else.
//! What a person is in the clinic is kept with the session ([`roles`]); what that allows is for the [`policy`] to say, at
//! every request. The keys of tokens are in the database ([`signing`]).

pub(crate) mod jose;
pub mod oidc;
pub(crate) mod place;
pub mod policy;
pub mod roles;
pub mod signing;
pub mod step_up;
pub mod tokens;
pub mod vouch;
