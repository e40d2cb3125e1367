//! Where a collection or an object is on a server.
//!
//! Two spellings of one path are equal: they are compared decoded and in NFC, and sent as the server spelled them, since
//! some store names in another form than they compare. Behind a rewriting proxy whatever stands before `remote.php` is
//! dropped, and the path is taken relative to the address we were given. A path names people: it is never printed.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::href::{Href, InvalidHref, encode_segment};

/// The part of a path that does not depend on how a Nextcloud is reached.
const INSIDE: &str = "remote.php/dav/";

/// Where something is.
#[derive(Clone)]
pub struct Location {
    /// Percent-encoded; relative to the base URL, or absolute on a server that is no Nextcloud.
    target: String,
    /// Decoded, without slashes at its ends.
    decoded: String,
}

impl PartialEq for Location {
    fn eq(&self, other: &Self) -> bool {
        self.decoded == other.decoded
    }
}

impl Eq for Location {}

impl Hash for Location {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.decoded.hash(state);
    }
}

impl PartialOrd for Location {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Location {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.decoded.cmp(&other.decoded)
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({} bytes)", self.target.len())
    }
}

impl Location {
    /// What a server wrote, a path or a whole URL.
    pub fn parse(href: &str) -> Result<Self, InvalidHref> {
        Href::parse(href).map(|href| Self::of(&href))
    }

    pub(crate) fn of(href: &Href) -> Self {
        let inside = |path: &str| {
            path.find(INSIDE).filter(|at| *at == 0 || path.as_bytes().get(at - 1) == Some(&b'/'))
        };
        let target = inside(href.encoded()).and_then(|at| href.encoded().get(at..)).unwrap_or(href.encoded());
        let decoded =
            inside(href.decoded()).and_then(|at| href.decoded().get(at..)).unwrap_or(href.decoded());
        Self { target: target.to_owned(), decoded: decoded.to_owned() }
    }

    /// A collection of this name on a Nextcloud, below `remote.php/dav/`.
    pub fn nextcloud(segments: &[&str]) -> Self {
        let encoded: Vec<String> =
            segments.iter().map(|segment| encode_segment(segment).to_string()).collect();
        Self {
            target: format!("{INSIDE}{}/", encoded.join("/")),
            decoded: format!("{INSIDE}{}", segments.join("/")),
        }
    }

    /// An object in this collection.
    pub fn object(&self, name: &str) -> Result<Self, InvalidHref> {
        crate::href::check_segment(name).map_err(InvalidHref::Segment)?;
        let slash = if self.target.ends_with('/') { "" } else { "/" };
        Self::parse(&format!("{}{slash}{}", self.target, encode_segment(name)))
    }

    /// The request target; [`Location::parse`] reads it back.
    pub fn as_str(&self) -> &str {
        &self.target
    }

    /// The decoded path: what two spellings have in common.
    pub fn key(&self) -> &str {
        &self.decoded
    }

    /// The last segment, decoded.
    pub fn name(&self) -> &str {
        self.decoded.rsplit('/').next().unwrap_or_default()
    }

    /// Whether this lies directly in `collection`.
    pub fn lies_in(&self, collection: &Self) -> bool {
        let rest = self.decoded.strip_prefix(&collection.decoded).and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|name| !name.is_empty() && !name.contains('/'))
    }
}
