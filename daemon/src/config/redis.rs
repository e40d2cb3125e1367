//! Where several daemons count requests together.
//!
//! One daemon needs none. Nothing that must survive is kept there, and no name; yet whoever could write there could lift every
//! limit, and the address usually holds a password. So it travels encrypted or stays on this machine, the server's certificate is
//! always checked, and the address is never printed.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::check::{Complaint, fatal, is_loopback, unsafe_};

const SETTING: &str = "redis.url";

/// Redis, or what speaks like it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// Address of a Redis server (`rediss://`, or `redis://` and `unix://` on this machine); it may hold a password and is never
    /// printed. Empty: every daemon counts by itself.
    url: Option<SecretString>,
}

impl Redis {
    /// The address, if there is one.
    pub fn address(&self) -> Option<&SecretString> {
        self.url.as_ref().filter(|url| !url.expose_secret().is_empty())
    }

    pub(super) fn complaints(&self, found: &mut Vec<Complaint>) {
        let Some(text) = self.address() else { return };
        let url = Url::parse(text.expose_secret()).ok();
        match url.as_ref().map(|url| (url, url.scheme())) {
            // The client library would take it as leave to believe any certificate.
            Some((url, _)) if url.fragment().is_some() => {
                found.push(fatal(
                    SETTING,
                    "holds a `#`; a password is spelled with %23, and certificates are always checked",
                ));
            }
            Some((url, "rediss" | "valkeys")) if url.has_host() => {}
            Some((url, "redis" | "valkey")) if url.has_host() => {
                if !is_loopback(url) {
                    found.push(unsafe_(
                        SETTING,
                        "is not encrypted and reaches another machine, where anybody between could lift all limits; use rediss://",
                    ));
                }
            }
            Some((url, "unix" | "redis+unix" | "valkey+unix")) if url.path().len() > 1 => {}
            _ => found.push(fatal(SETTING, "is not a rediss://, redis:// or unix:// address")),
        }
    }
}
