//! Moving and renaming, never over something else.
//!
//! The file id tells where the file is, so an attempt that was cut off is settled by looking at both ends. A folder's
//! version is compared here, because the server compares it never.

use async_trait::async_trait;
use voiceassist_dav::files::MoveEntry;
use voiceassist_dav::{DavError, ETag, FileEntry, FilePath};

use super::request::Change;
use super::{Desk, Found, Refusal, Wish, WriteReceipt, standing};

pub(super) struct MoveFile {
    pub(super) from: FilePath,
    pub(super) to: FilePath,
    pub(super) file_id: i64,
    pub(super) etag: ETag,
}

impl MoveFile {
    fn receipt(&self, entry: &FileEntry) -> WriteReceipt {
        let undo = Change::Move {
            from: self.to.as_str().to_owned(),
            to: self.from.as_str().to_owned(),
            file_id: self.file_id,
            etag: entry.etag.to_string(),
        };
        WriteReceipt::of(entry, Some(undo))
    }
}

#[async_trait]
impl Wish for MoveFile {
    async fn look(&self, desk: &Desk<'_>, sent: bool) -> Result<Found, DavError> {
        match desk.client.entry(desk.user, &self.to).await {
            Ok(there) if there.file_id != self.file_id => return Ok(Found::Impossible(Refusal::Exists)),
            Ok(there) if sent => return Ok(Found::Happened(self.receipt(&there))),
            Ok(there) => return Ok(Found::Happened(WriteReceipt::of(&there, None).unchanged())),
            Err(DavError::NotFound) => {}
            Err(error) => return Err(error),
        }
        match desk.client.entry(desk.user, &self.from).await {
            Ok(here) if here.file_id != self.file_id => Ok(Found::Impossible(Refusal::Missing)),
            Ok(here) if !here.etag.strong_eq(&self.etag) => Ok(Found::Impossible(Refusal::Changed)),
            Ok(_) => Ok(Found::NotYet),
            Err(DavError::NotFound) => Ok(Found::Impossible(Refusal::Missing)),
            Err(error) => Err(error),
        }
    }

    async fn send(&self, desk: &Desk<'_>) -> Result<WriteReceipt, DavError> {
        let here = desk.client.entry(desk.user, &self.from).await?;
        let standing = standing(&here, self.file_id, &self.etag)?;
        let (user, from, to) = (desk.user.clone(), self.from.clone(), self.to.clone());
        let entry = desk.client.move_entry(&MoveEntry { user, from, to, standing }).await?;
        Ok(self.receipt(&entry))
    }

    fn new_paths(&self) -> Vec<&FilePath> {
        vec![&self.to]
    }
}
