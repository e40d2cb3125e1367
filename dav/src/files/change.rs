//! Folders made, entries moved and deleted, and the look that goes before and after.
//!
//! The operations are values; the methods of [`Client`] send them and then read the entry again. A file's entity tag
//! is compared by the server; a folder's never is, so whoever moves or deletes a folder compares what
//! [`Client::look`] shows with what was meant, and the server is only asked that something is there.

use chrono::{DateTime, Utc};
use http::header::DATE;

use super::listing::ReadEntry;
use super::properties::FileEntry;
use crate::client::Client;
use crate::error::DavError;
use crate::href::{FilePath, files_target};
use crate::operation::{Operation, Request, Response};
use crate::precondition::Standing;
use crate::refusal::MAX_REFUSAL_BYTES;
use crate::user_id::UserId;
use crate::webdav::{Delete, Mkcol, Move, http_date};

/// Makes one folder; its parent must be there and its name free.
#[derive(Debug, Clone)]
pub struct CreateFolder {
    /// Whose files.
    pub user: UserId,
    /// The folder.
    pub path: FilePath,
}

/// Moves or renames a file or folder to a free place.
#[derive(Debug, Clone)]
pub struct MoveEntry {
    /// Whose files.
    pub user: UserId,
    /// Where it is.
    pub from: FilePath,
    /// Where it goes.
    pub to: FilePath,
    /// What is to be moved.
    pub standing: Standing,
}

/// Moves a file or folder to the trash.
#[derive(Debug, Clone)]
pub struct DeleteEntry {
    /// Whose files.
    pub user: UserId,
    /// Where it is.
    pub path: FilePath,
    /// What is to be deleted.
    pub standing: Standing,
}

/// One entry, and what time it is on the server.
#[derive(Debug, Clone)]
pub struct LookAt(pub ReadEntry);

/// What a look showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The entry.
    pub entry: FileEntry,
    /// The server's own time when it answered, to the second.
    pub server_time: Option<DateTime<Utc>>,
}

impl Operation for CreateFolder {
    type Output = ();
    const NAME: &'static str = "files.create_folder";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        Mkcol { target: &files_target(&self.user, &self.path), destination: None }.request()
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        Mkcol::parse(response)
    }
}

impl Operation for MoveEntry {
    type Output = ();
    const NAME: &'static str = "files.move";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let target = files_target(&self.user, &self.from);
        let destination = files_target(&self.user, &self.to);
        Move { target: &target, destination: &destination, standing: &self.standing }.request()
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        Move::parse(response)
    }
}

impl Operation for DeleteEntry {
    type Output = ();
    const NAME: &'static str = "files.delete";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        Delete { target: &files_target(&self.user, &self.path), standing: &self.standing }.request()
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        Delete::parse(response)
    }
}

impl Operation for LookAt {
    type Output = Seen;
    const NAME: &'static str = ReadEntry::NAME;
    const MAX_BODY_BYTES: u64 = ReadEntry::MAX_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        self.0.request()
    }

    fn parse(&self, response: &Response) -> Result<Seen, DavError> {
        let entry = self.0.parse(response)?;
        Ok(Seen { entry, server_time: response.header(DATE.as_str()).and_then(http_date) })
    }
}

impl Client {
    /// One entry, and what time it is on the server.
    pub async fn look(&self, user: &UserId, path: &FilePath) -> Result<Seen, DavError> {
        self.send(&LookAt(ReadEntry { user: user.clone(), path: path.clone() })).await
    }

    /// Makes a folder.
    pub async fn create_folder(&self, folder: &CreateFolder) -> Result<FileEntry, DavError> {
        self.send(folder).await?;
        self.entry(&folder.user, &folder.path).await
    }

    /// Moves a file or folder.
    pub async fn move_entry(&self, change: &MoveEntry) -> Result<FileEntry, DavError> {
        self.send(change).await?;
        self.entry(&change.user, &change.to).await
    }

    /// Moves a file or folder to the trash.
    pub async fn delete_entry(&self, change: &DeleteEntry) -> Result<(), DavError> {
        self.send(change).await
    }
}
