//! What a server says it can do.
//!
//! Names compare without case. What is announced before encryption is believed for one thing only, that STARTTLS is
//! there, and forgotten after the handshake (RFC 3501 section 6.2.1).

use std::collections::BTreeSet;

/// More names than that are not kept.
const MAX_NAMES: usize = 256;

/// The capabilities of one connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    names: BTreeSet<String>,
}

impl Capabilities {
    /// Reads the names of a CAPABILITY response.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { names: names.into_iter().take(MAX_NAMES).map(str::to_ascii_uppercase).collect() }
    }

    /// Whether a capability is announced.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(&name.to_ascii_uppercase())
    }

    /// Whether nothing is known yet.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Changes have mod-sequences (RFC 7162). QRESYNC includes it.
    pub fn condstore(&self) -> bool {
        self.has("CONDSTORE") || self.has("QRESYNC")
    }

    /// What vanished is told with what changed (RFC 7162).
    pub fn qresync(&self) -> bool {
        self.has("QRESYNC") && self.has("ENABLE")
    }

    /// Literals need not be waited for (RFC 7888).
    pub(crate) fn literal_plus(&self) -> bool {
        self.has("LITERAL+")
    }
}
