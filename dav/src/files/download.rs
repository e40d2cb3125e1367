//! The content of one file, as a value to ask for and a value to receive.
//!
//! A size limit is part of every request; there is no unlimited download. The tag that comes with the content is the
//! one to store, not the one of the listing: the file may have changed between the two.

use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};

use crate::error::DavError;
use crate::etag::ETag;
use crate::href::{FilePath, files_target};
use crate::operation::Request;
use crate::user_id::UserId;
use crate::webdav::{ByteRange, FileHead, Get, GetAnswer};

/// Which content to fetch.
#[derive(Debug, Clone)]
pub struct Download {
    /// Whose files.
    pub user: UserId,
    /// The file.
    pub path: FilePath,
    /// Fetch nothing if the file still has this tag. The same tag does not prove the same content.
    pub if_none_match: Option<ETag>,
    /// Only a part.
    pub range: Option<ByteRange>,
    /// The largest body that is accepted.
    pub max_bytes: u64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Downloaded {
    /// The file still has the given tag; nothing was written.
    NotModified,
    /// The content was written.
    Written(Written),
}

/// Content that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Bytes written.
    pub bytes: u64,
    /// The tag of exactly this content.
    pub etag: ETag,
    /// The media type the server believes in, without parameters.
    pub mime: Option<String>,
    /// When the file was last modified, by the clock of whoever wrote it.
    pub modified: Option<DateTime<Utc>>,
    /// The length of the whole file, where only a part was asked for and the server says it.
    pub total_bytes: Option<u64>,
}

impl Written {
    pub(crate) fn new(head: FileHead, bytes: u64) -> Self {
        let FileHead { etag, mime, modified, total_bytes } = head;
        Self { bytes, etag, mime, modified, total_bytes }
    }
}

impl Download {
    pub(crate) const NAME: &'static str = "files.download";

    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        self.get(&files_target(&self.user, &self.path)).request()
    }

    pub(crate) fn answer(&self, status: StatusCode, headers: &HeaderMap) -> Result<GetAnswer, DavError> {
        self.get("").answer(status, headers)
    }

    fn get<'a>(&'a self, target: &'a str) -> Get<'a> {
        Get { target, if_none_match: self.if_none_match.as_ref(), range: self.range }
    }
}
