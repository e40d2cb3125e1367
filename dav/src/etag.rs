//! Entity tags, opaque (RFC 9110 section 8.8.3).
//!
//! Nextcloud writes 32 hex digits for files and 13 for folders, and mixes its own for mount points; nothing is read
//! into them. A tag does not identify content: on local storage two bodies of one length written within one second
//! share it, and a copy keeps its source's. Hence there is no hash on this type and no shortcut that skips a file on
//! a tag alone; the caller compares it together with the file id and the upload time.

use std::fmt;

/// The longest tag that is kept.
pub const MAX_ETAG_BYTES: usize = 1024;

/// One entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag {
    weak: bool,
    opaque: String,
}

/// The text is not an entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is not an entity tag")]
pub struct InvalidETag;

impl ETag {
    /// Reads `"abc"`, `W/"abc"`, or `abc` from the servers that forget the quotes.
    pub fn parse(text: &str) -> Result<Self, InvalidETag> {
        let text = text.trim();
        let (weak, quoted) = text.strip_prefix("W/").map_or((false, text), |rest| (true, rest));
        let opaque = match quoted.strip_prefix('"') {
            Some(open) => open.strip_suffix('"').ok_or(InvalidETag)?,
            None if weak => return Err(InvalidETag),
            None => quoted,
        };
        let legal = |byte: u8| byte == 0x21 || (0x23..=0x7e).contains(&byte);
        if opaque.is_empty() || opaque.len() > MAX_ETAG_BYTES || !opaque.bytes().all(legal) {
            return Err(InvalidETag);
        }
        Ok(Self { weak, opaque: opaque.to_owned() })
    }

    /// Whether the server marked it weak.
    pub fn is_weak(&self) -> bool {
        self.weak
    }

    /// Equal and both strong: good enough for `If-Match`.
    pub fn strong_eq(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Equal, weak or not: good enough for `If-None-Match`.
    pub fn weak_eq(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.weak { "W/" } else { "" }, self.opaque)
    }
}
