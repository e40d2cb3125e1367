//! Out of the trash again, as the same file.
//!
//! The server decides where it goes (to its old place, beside it, or to the top when the old folder is gone), so it is
//! looked for by its id afterwards.

use async_trait::async_trait;
use voiceassist_dav::files::{FindByIds, FindInTrash, RestoreEntry};
use voiceassist_dav::{DavError, FileEntry, FilePath};

use super::request::Change;
use super::{Desk, Found, Refusal, Wish, WriteReceipt};

pub(super) struct RestoreFile {
    pub(super) file_id: i64,
}

impl RestoreFile {
    /// Where it is now, if the person has it anywhere.
    async fn found(&self, desk: &Desk<'_>) -> Result<Option<FileEntry>, DavError> {
        let find = FindByIds { user: desk.user.clone(), ids: vec![self.file_id] };
        let Some(found) = desk.client.send(&find).await?.into_iter().next() else { return Ok(None) };
        match desk.client.entry(desk.user, &found.path).await {
            Ok(entry) => Ok(Some(entry).filter(|entry| entry.file_id == self.file_id)),
            Err(DavError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn receipt(&self, entry: &FileEntry) -> WriteReceipt {
        let undo = Change::Delete {
            path: entry.path.as_str().to_owned(),
            file_id: self.file_id,
            etag: entry.etag.to_string(),
            only_empty: false,
        };
        WriteReceipt::of(entry, Some(undo))
    }
}

#[async_trait]
impl Wish for RestoreFile {
    async fn look(&self, desk: &Desk<'_>, sent: bool) -> Result<Found, DavError> {
        if let Some(entry) = self.found(desk).await? {
            let receipt = self.receipt(&entry);
            return Ok(Found::Happened(if sent { receipt } else { receipt.unchanged() }));
        }
        let find = FindInTrash { user: desk.user.clone(), file_id: self.file_id };
        let item = desk.client.send(&find).await?;
        Ok(item.map_or(Found::Impossible(Refusal::Missing), |_| Found::NotYet))
    }

    async fn send(&self, desk: &Desk<'_>) -> Result<WriteReceipt, DavError> {
        let user = desk.user.clone();
        let find = FindInTrash { user: user.clone(), file_id: self.file_id };
        let item = desk.client.send(&find).await?.ok_or(DavError::NotFound)?;
        desk.client.send(&RestoreEntry { user, item }).await?;
        let entry = self.found(desk).await?.ok_or(DavError::NotFound)?;
        Ok(self.receipt(&entry))
    }

    fn new_paths(&self) -> Vec<&FilePath> {
        Vec::new()
    }
}
