//! The head of a signed token (RFC 7515), read strictly before anything of the token is believed.
//!
//! A head can name keys to fetch (`jku`, `x5u`), bring a key along (`jwk`, `x5c`), or ask for rules we do not have
//! (`crit`, `b64`, `zip`). None of that is ever followed: [`Head`] keeps the algorithm, the type and the name of a key,
//! and remembers whether there was more. What names a key twice, or is no object, is no head.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The longest head that is read, in bytes of its encoding.
const MAX_HEAD_BYTES: usize = 2_048;

/// What a token says of itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Head {
    pub(crate) alg: String,
    pub(crate) typ: Option<String>,
    pub(crate) kid: Option<String>,
    #[serde(flatten)]
    #[expect(clippy::zero_sized_map_values, reason = "of what else it says only the names count")]
    more: BTreeMap<String, IgnoredAny>,
}

impl Head {
    /// Whether there is nothing but algorithm, type and the name of a key.
    pub(crate) fn is_plain(&self) -> bool {
        self.more.is_empty()
    }

    /// Whether it asks for rules that must be understood, brings a key along or says where to find one.
    pub(crate) fn asks_for_more(&self) -> bool {
        const REFUSED: [&str; 8] = ["b64", "crit", "enc", "jku", "jwk", "x5c", "x5u", "zip"];
        REFUSED.iter().any(|name| self.more.contains_key(*name))
    }
}

/// The head of a token of three parts.
pub(crate) fn head(token: &str) -> Option<Head> {
    let (head, rest) = token.split_once('.')?;
    if head.len() > MAX_HEAD_BYTES || rest.matches('.').count() != 1 {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).ok()?).ok()
}
