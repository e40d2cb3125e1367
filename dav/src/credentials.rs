//! What a request may authenticate with: an app password, or nothing.
//!
//! An account's login password has no place in these types. Verifying it costs the server a second of Argon2id per
//! request, it cannot be revoked alone, and it opens more than files. An [`AppPassword`] comes from the Login Flow
//! or back from the sealed store, nowhere else. Neither `Debug` nor an error prints the secret.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::error::DavError;

/// A revocable password that the server made for this program and one account.
#[derive(Clone)]
pub struct AppPassword {
    login_name: String,
    secret: SecretString,
}

impl AppPassword {
    /// What the Login Flow granted.
    pub(crate) fn granted(login_name: String, secret: SecretString) -> Self {
        Self { login_name, secret }
    }

    /// What the Login Flow granted earlier, back from the sealed store.
    pub fn restored(login_name: String, secret: SecretString) -> Self {
        Self { login_name, secret }
    }

    /// The name to authenticate with; neither the user id nor something to show.
    pub fn login_name(&self) -> &str {
        &self.login_name
    }

    /// The secret, for the store that seals it.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// The value of `Authorization` (RFC 7617), marked sensitive.
    pub(crate) fn basic(&self) -> Result<HeaderValue, DavError> {
        if self.login_name.contains(':') {
            return Err(DavError::Settings {
                what: "a login name holds a colon, which Basic credentials cannot carry",
            });
        }
        let pair = Zeroizing::new(format!("{}:{}", self.login_name, self.secret.expose_secret()));
        let encoded = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        let mut value = HeaderValue::from_str(&encoded)
            .map_err(|_| DavError::Settings { what: "credentials do not fit into a header" })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for AppPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppPassword").finish_non_exhaustive()
    }
}

/// Who a client speaks as.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Nobody: server status, public capabilities, the Login Flow.
    Anonymous,
    /// One account.
    AppPassword(AppPassword),
}
