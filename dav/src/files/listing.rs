//! A folder's listing, read as it arrives.
//!
//! The first entry must be the folder itself, with file id and permissions: an answer without them comes from a path
//! with another account's id, where the server shows a bare collection and no error. Every later entry must lie below
//! the folder, directly below it for Depth 1. An entry that cannot be read is told as [`Listed::Skipped`], so that a
//! reconciliation knows the listing proves no absence.

use http::{HeaderMap, StatusCode};

use crate::error::{DavError, Malformation};
use crate::href::{FilePath, InvalidHref, files_target};
use crate::multistatus::{MultistatusParser, ResponseElement};
use crate::operation::{Operation, Request, Response, is_type};
use crate::refusal::refusal;
use crate::user_id::UserId;
use crate::webdav::{Depth, Propfind};

use super::properties::{ENTRY_PROPERTIES, FileEntry, LISTING_PROPERTIES};

/// The longest listing that is read: about five million entries.
pub const MAX_LISTING_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// The longest answer about one entry.
const MAX_ENTRY_BYTES: u64 = 512 * 1024;

/// Which folder to list, and how deep.
#[derive(Debug, Clone)]
pub struct ListFolder {
    /// Whose files.
    pub user: UserId,
    /// The folder.
    pub path: FilePath,
    /// How deep. A server may refuse [`Depth::Infinity`] with 403.
    pub depth: Depth,
}

/// One file or folder, asked for alone.
///
/// Its permissions may differ from those in a listing: compare only what was asked for in the same way.
#[derive(Debug, Clone)]
pub struct ReadEntry {
    /// Whose files.
    pub user: UserId,
    /// The file or folder.
    pub path: FilePath,
}

/// One line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every line is an entry; a box each would cost more than it saves"
)]
pub enum Listed {
    /// A file or folder; the first one is the folder that was asked for.
    Entry(FileEntry),
    /// Something is there that cannot be read. Do not conclude from this listing that anything is gone.
    Skipped(Defect),
}

/// Why an entry was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// Its href cannot be read.
    #[error("the entry's path cannot be read")]
    Href(#[source] InvalidHref),
    /// It lies outside of the folder that was listed.
    #[error("the entry lies outside of the folder")]
    Outside,
    /// File id, entity tag or permissions are missing.
    #[error("the entry has no file id, entity tag or permissions")]
    Incomplete,
    /// Some of its text is not UTF-8.
    #[error("the entry is not UTF-8")]
    NotUtf8,
    /// The server reports an error in its place.
    #[error("the server reports status {status} for the entry")]
    Refused {
        /// The status.
        status: u16,
    },
}

impl ListFolder {
    pub(crate) const NAME: &'static str = "files.list";

    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        let target = files_target(&self.user, &self.path);
        Propfind { target: &target, depth: self.depth, properties: LISTING_PROPERTIES }.request()
    }

    /// A parser for its answer.
    pub fn parser(&self) -> ListingParser {
        let folder = self.clone();
        ListingParser { multistatus: MultistatusParser::new(), folder, folder_seen: false }
    }
}

impl Operation for ReadEntry {
    type Output = FileEntry;
    const NAME: &'static str = "files.read_entry";
    const MAX_BODY_BYTES: u64 = MAX_ENTRY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let target = files_target(&self.user, &self.path);
        Propfind { target: &target, depth: Depth::Zero, properties: ENTRY_PROPERTIES }.request()
    }

    fn parse(&self, response: &Response) -> Result<FileEntry, DavError> {
        let folder = ListFolder { user: self.user.clone(), path: self.path.clone(), depth: Depth::Zero };
        let mut listing = folder.parser();
        if !listing.accepts(response.status, &response.headers) {
            return Err(refusal(response));
        }
        listing.push(&response.body);
        let first = listing.next_listed()?;
        while listing.next_listed()?.is_some() {}
        listing.finish()?;
        match first {
            Some(Listed::Entry(entry)) => Ok(entry),
            _ => Err(DavError::protocol("the answer does not begin with its own entry")),
        }
    }
}

/// The parser of one listing. Push a chunk, take lines until there are none, repeat, finish.
#[derive(Debug)]
pub struct ListingParser {
    multistatus: MultistatusParser,
    folder: ListFolder,
    folder_seen: bool,
}

impl ListingParser {
    /// Whether an answer is a listing at all; if not, it is a refusal.
    pub fn accepts(&self, status: StatusCode, headers: &HeaderMap) -> bool {
        status == StatusCode::MULTI_STATUS
            && ["application/xml", "text/xml"].iter().any(|xml| is_type(headers, xml))
    }

    /// Takes the next bytes of the body.
    pub fn push(&mut self, chunk: &[u8]) {
        self.multistatus.push(chunk);
    }

    /// The next line, or `None` until more bytes come.
    pub fn next_listed(&mut self) -> Result<Option<Listed>, DavError> {
        let response = loop {
            match self.multistatus.next_response()? {
                None => return Ok(None),
                // Told again, the folder is no entry of itself.
                Some(response) if self.folder_seen && self.is_folder(&response) => {}
                Some(response) => break response,
            }
        };
        let read = self.read(&response);
        if self.folder_seen {
            return Ok(Some(read.map_or_else(Listed::Skipped, Listed::Entry)));
        }
        self.folder_seen = true;
        match read {
            Ok(entry) if entry.path == self.folder.path => Ok(Some(Listed::Entry(entry))),
            Err(Defect::Incomplete) => Err(DavError::NotOwnFiles),
            Err(Defect::Href(href)) => Err(DavError::Malformed { source: Malformation::Href(href) }),
            Ok(_) | Err(_) => Err(DavError::protocol("the listing does not begin with its folder")),
        }
    }

    /// Bytes of the body held back at present, whatever its length.
    pub fn held_bytes(&self) -> usize {
        self.multistatus.held_bytes()
    }

    /// Confirms that the listing was whole.
    pub fn finish(&self) -> Result<(), DavError> {
        self.multistatus.finish()?;
        if self.folder_seen { Ok(()) } else { Err(DavError::protocol("the listing is empty")) }
    }

    fn is_folder(&self, response: &ResponseElement) -> bool {
        let path = response.href.as_ref().ok().and_then(|href| href.below_files_root(&self.folder.user));
        path.is_some_and(|path| path == self.folder.path)
    }

    fn read(&self, response: &ResponseElement) -> Result<FileEntry, Defect> {
        let href = response.href.as_ref().map_err(|href| Defect::Href(*href))?;
        let path = href.below_files_root(&self.folder.user).ok_or(Defect::Outside)?;
        if self.folder_seen && !self.covers(&path) {
            return Err(Defect::Outside);
        }
        if response.damaged {
            return Err(Defect::NotUtf8);
        }
        if let Some(status) = response.status.filter(|status| !(200..300).contains(status)) {
            return Err(Defect::Refused { status });
        }
        FileEntry::read(path, response).ok_or(Defect::Incomplete)
    }

    /// Whether an entry below the folder may be part of this listing.
    fn covers(&self, path: &FilePath) -> bool {
        match self.folder.depth {
            Depth::Zero => false,
            Depth::One => path.parent().is_some_and(|parent| parent == self.folder.path),
            Depth::Infinity => path.starts_with(&self.folder.path) && *path != self.folder.path,
        }
    }
}
