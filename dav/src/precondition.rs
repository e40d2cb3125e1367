//! What must hold on the server for a write to change anything there (RFC 9110 section 13, RFC 4918 section 10).
//!
//! Every write operation of this crate has one of these values as a field, so that none can be built without saying
//! what it expects to find; [`crate::Client`] sends no write that lost it. Measured on Nextcloud 32: a folder's
//! entity tag is never compared, so any `If-Match` but `*` fails on folders, and the caller compares what it saw
//! itself; on the MOVE that ends an upload in pieces `If-Match` is about the pieces, and only `If` with the address
//! of the destination is about the file that is replaced. A weak tag proves nothing and is refused.

use crate::error::DavError;
use crate::etag::ETag;

/// What new content expects at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Nothing: the write creates.
    Nothing,
    /// This version, which is replaced. See [`crate::files::Upload`] for what a tag does not see.
    Version(ETag),
}

/// What is to be moved or deleted, as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A file of this version.
    File(ETag),
    /// A folder, of which the server can only be asked to be there.
    Folder,
}

impl Standing {
    pub(crate) fn precondition(&self) -> Precondition<'_> {
        match self {
            Self::File(etag) => Precondition::Version(etag),
            Self::Folder => Precondition::Present,
        }
    }
}

/// One precondition, as a request carries it.
#[derive(Debug, Clone, Copy)]
pub enum Precondition<'a> {
    /// Nothing is there: `If-None-Match: *`.
    Absent,
    /// Something is there: `If-Match: *`.
    Present,
    /// This version is there: `If-Match`.
    Version(&'a ETag),
    /// Nothing is at the destination of a MOVE: `Overwrite: F`. The default would replace silently.
    FreeDestination,
    /// This version is at the destination of a MOVE: `If: <destination> (["tag"])`.
    DestinationVersion(&'a ETag),
}

/// The tag, if it is good enough for a write.
pub(crate) fn strong(etag: &ETag) -> Result<&ETag, DavError> {
    if etag.is_weak() {
        return Err(DavError::Settings { what: "a weak entity tag cannot guard a write" });
    }
    Ok(etag)
}
