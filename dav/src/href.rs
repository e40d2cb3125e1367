//! Paths, typed: what a server writes in `d:href`, and what we call a file.
//!
//! Nextcloud percent-encodes with lower-case hex and leaves `:` bare, other servers differ, so comparing encoded
//! strings re-downloads everything. Both types here are decoded and in Unicode NFC, the form Nextcloud stores.
//! Refused: escapes that are not two hex digits, bytes that are not UTF-8, an encoded `/` or NUL, and `.` or `..` as
//! a segment, each of which could name something else after another round of decoding. A refusal concerns one
//! entry; the listing goes on. File names can hold a patient's name, hence `Debug` prints only their length.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode_str, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization as _;

use crate::user_id::UserId;

/// The longest encoded href that is read: three bytes for each byte of the longest path.
pub const MAX_HREF_BYTES: usize = 3 * MAX_PATH_BYTES + 1024;
/// The longest decoded path; Nextcloud's file cache stores 4,000 characters.
pub const MAX_PATH_BYTES: usize = 16_000;

/// Everything but RFC 3986 "unreserved" is escaped, `:` included: a first segment with a bare colon reads as a scheme.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Why a path segment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SegmentDefect {
    /// Nothing between two slashes.
    #[error("the segment is empty")]
    Empty,
    /// `.` or `..`.
    #[error("the segment is a dot segment")]
    Dot,
    /// A slash inside a segment.
    #[error("the segment holds a slash")]
    Slash,
    /// A NUL byte, which no file system and no database text stores.
    #[error("the segment holds a NUL byte")]
    Nul,
}

/// Why an href is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHref {
    /// The escapes do not decode to UTF-8.
    #[error("the href is not UTF-8")]
    NotUtf8,
    /// A `%` without two hex digits, or a bare `?` or `#`.
    #[error("the href is not percent-encoded")]
    BadEscape,
    /// A segment that cannot be the name of a file.
    #[error("the href has an impossible segment")]
    Segment(#[source] SegmentDefect),
    /// Longer than [`MAX_HREF_BYTES`].
    #[error("the href is too long")]
    TooLong,
}

/// The path of a file or folder relative to its user's files root: decoded, NFC, no slash at either end, `""` for
/// the root itself.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FilePath(String);

impl FilePath {
    /// The files root.
    pub fn root() -> Self {
        Self(String::new())
    }

    /// Reads a decoded path; one slash at either end is ignored.
    pub fn parse(decoded: &str) -> Result<Self, InvalidHref> {
        let inner = decoded.strip_prefix('/').unwrap_or(decoded);
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        if inner.len() > MAX_PATH_BYTES {
            return Err(InvalidHref::TooLong);
        }
        if inner.is_empty() {
            return Ok(Self::root());
        }
        inner.split('/').try_for_each(check_segment).map_err(InvalidHref::Segment)?;
        Ok(Self(composed(inner)))
    }

    /// The path of a child; `name` is one decoded segment.
    pub fn join(&self, name: &str) -> Result<Self, InvalidHref> {
        check_segment(name).map_err(InvalidHref::Segment)?;
        let name = composed(name);
        let joined = if self.is_root() { name } else { format!("{}/{name}", self.0) };
        if joined.len() > MAX_PATH_BYTES { Err(InvalidHref::TooLong) } else { Ok(Self(joined)) }
    }

    /// The decoded path. It may identify a patient: keep it out of logs.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the files root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The names from the root down.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }

    /// The last segment; `None` for the root.
    pub fn name(&self) -> Option<&str> {
        self.segments().last()
    }

    /// The folder this lies in; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(self.0.rsplit_once('/').map_or_else(Self::root, |(parent, _)| Self(parent.to_owned())))
    }

    /// Whether this is `folder` or lies below it.
    pub fn starts_with(&self, folder: &Self) -> bool {
        folder.is_root()
            || self.0.strip_prefix(&folder.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilePath({} bytes)", self.0.len())
    }
}

/// The path a server wrote, decoded and normalised.
#[derive(Clone)]
pub struct Href {
    path: String,
    collection: bool,
    /// As it came, without scheme and host.
    encoded: String,
}

/// Two spellings of one path are the same.
impl PartialEq for Href {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.collection == other.collection
    }
}

impl Eq for Href {}

impl Href {
    /// Reads the text of a `d:href`, a path or a whole URL.
    pub fn parse(encoded: &str) -> Result<Self, InvalidHref> {
        if encoded.len() > MAX_HREF_BYTES {
            return Err(InvalidHref::TooLong);
        }
        let path = path_of(encoded);
        let inner = path.strip_prefix('/').unwrap_or(path);
        let collection = inner.is_empty() || inner.ends_with('/');
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let mut decoded = String::with_capacity(inner.len());
        for segment in inner.split('/').filter(|_| !inner.is_empty()) {
            let segment = decode_segment(segment)?;
            if !decoded.is_empty() {
                decoded.push('/');
            }
            decoded.push_str(&segment);
        }
        Ok(Self { path: decoded, collection, encoded: path.to_owned() })
    }

    /// Whether the server ended it with a slash, as it does for collections.
    pub fn is_collection(&self) -> bool {
        self.collection
    }

    /// The path, decoded, without a slash at either end.
    pub(crate) fn decoded(&self) -> &str {
        &self.path
    }

    /// The path as the server spelled it.
    pub(crate) fn encoded(&self) -> &str {
        &self.encoded
    }

    /// The last segment, decoded.
    pub fn name(&self) -> Option<&str> {
        self.path.rsplit('/').next().filter(|name| !name.is_empty())
    }

    /// The path below the files root of `user`, or `None` when it lies elsewhere. Whatever stands before
    /// `remote.php` is ignored: behind a rewriting proxy it is not the prefix we configured.
    pub fn below_files_root(&self, user: &UserId) -> Option<FilePath> {
        let root = format!("remote.php/dav/files/{}", composed(user.as_str()));
        let mut from = 0;
        while let Some(found) = self.path.get(from..)?.find(&root) {
            let start = from + found;
            let rest = self.path.get(start + root.len()..)?;
            let at_segment = start == 0 || self.path.as_bytes().get(start - 1) == Some(&b'/');
            if at_segment && (rest.is_empty() || rest.starts_with('/')) {
                return Some(FilePath(rest.trim_start_matches('/').to_owned()));
            }
            from = start + 1;
        }
        None
    }
}

impl fmt::Debug for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Href({} bytes, collection: {})", self.path.len(), self.collection)
    }
}

/// The request target of a file or folder, relative to the base URL.
pub fn files_target(user: &UserId, path: &FilePath) -> String {
    let mut target = format!("remote.php/dav/files/{}", encode_segment(user.as_str()));
    for segment in path.segments() {
        target.push('/');
        target.extend(encode_segment(segment));
    }
    if path.is_root() {
        target.push('/');
    }
    target
}

/// One decoded segment, percent-encoded.
pub fn encode_segment(segment: &str) -> PercentEncode<'_> {
    utf8_percent_encode(segment, SEGMENT)
}

/// Whether the text can be the name of a file or account in a path.
pub(crate) fn check_segment(segment: &str) -> Result<(), SegmentDefect> {
    match segment {
        "" => Err(SegmentDefect::Empty),
        "." | ".." => Err(SegmentDefect::Dot),
        text if text.contains('/') => Err(SegmentDefect::Slash),
        text if text.contains('\0') => Err(SegmentDefect::Nul),
        _ => Ok(()),
    }
}

/// The text in NFC. Most names are ASCII, which is.
fn composed(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}

fn path_of(encoded: &str) -> &str {
    let Some(rest) = encoded.strip_prefix("http://").or_else(|| encoded.strip_prefix("https://")) else {
        return encoded;
    };
    rest.find('/').map_or("", |slash| rest.get(slash..).unwrap_or(""))
}

fn decode_segment(segment: &str) -> Result<String, InvalidHref> {
    let bytes = segment.as_bytes();
    let escapes_are_whole = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%').all(|(at, _)| {
        bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if !escapes_are_whole || segment.contains(['?', '#']) {
        return Err(InvalidHref::BadEscape);
    }
    let decoded = percent_decode_str(segment).decode_utf8().map_err(|_| InvalidHref::NotUtf8)?;
    check_segment(&decoded).map_err(InvalidHref::Segment)?;
    Ok(composed(&decoded))
}
