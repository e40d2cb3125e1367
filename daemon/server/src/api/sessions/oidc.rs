//! Signing in at the configured provider: the page begins, the browser goes there and comes back, the page completes.
//!
//! What the page is given when it begins stays in that browser, and completing asks for it, so that nobody can complete
//! in another's browser. No cookie is involved. The provider itself calls one address, to say that somebody signed out.

pub(crate) mod begin;
pub(crate) mod complete;
pub(crate) mod logout;

use crate::auth::oidc::ProviderError;
use crate::problem::{Code, Failure};

/// What a caller learns: whether another try helps, or a new beginning. The reason is for the audit log.
fn failure(error: ProviderError, refused: Code) -> Failure {
    match error {
        ProviderError::Refused(_) => Failure::new(refused),
        error @ ProviderError::Unavailable { .. } => Failure::new(Code::ProviderUnavailable).because(error),
    }
}
