//! Into the trash, from where it comes back.
//!
//! The top of a received share is refused: deleting it leaves the share, which is not what anybody means by deleting a
//! file. A folder's version is compared here, because the server compares it never; where only an empty folder may
//! go, everything below it is listed first.

use std::pin::pin;

use async_trait::async_trait;
use futures::StreamExt as _;
use voiceassist_dav::files::{DeleteEntry, FindByIds, FindInTrash};
use voiceassist_dav::{DavError, Depth, ETag, EntryKind, FileEntry, FilePath, ListFolder, Listed, Standing};

use super::request::Change;
use super::{Desk, Found, Refusal, Wish, WriteReceipt, standing};

pub(super) struct DeleteFile {
    pub(super) path: FilePath,
    pub(super) file_id: i64,
    pub(super) etag: ETag,
    pub(super) only_empty: bool,
}

impl DeleteFile {
    fn receipt(&self, in_trash: bool) -> WriteReceipt {
        let path = self.path.as_str().to_owned();
        let undo = in_trash.then(|| Change::Restore { path: path.clone(), file_id: self.file_id });
        WriteReceipt { file_id: self.file_id, etag: None, path, size: 0, changed: true, undo }
    }

    async fn is_in_trash(&self, desk: &Desk<'_>) -> Result<bool, DavError> {
        let find = FindInTrash { user: desk.user.clone(), file_id: self.file_id };
        Ok(desk.client.send(&find).await?.is_some())
    }

    async fn is_elsewhere(&self, desk: &Desk<'_>) -> Result<bool, DavError> {
        let find = FindByIds { user: desk.user.clone(), ids: vec![self.file_id] };
        Ok(!desk.client.send(&find).await?.is_empty())
    }

    /// Whether no file is anywhere below; what cannot be read counts as one.
    async fn is_empty(&self, desk: &Desk<'_>) -> Result<bool, DavError> {
        let (user, path) = (desk.user.clone(), self.path.clone());
        let mut listing = pin!(desk.client.list(ListFolder { user, path, depth: Depth::Infinity }));
        while let Some(listed) = listing.next().await {
            if !matches!(listed?, Listed::Entry(FileEntry { kind: EntryKind::Folder, .. })) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Why what is there must stay.
    async fn objection(&self, desk: &Desk<'_>, here: &FileEntry) -> Result<Option<Refusal>, DavError> {
        if here.is_mount_root {
            return Ok(Some(Refusal::ShareTop));
        }
        if self.only_empty && here.kind == EntryKind::Folder {
            let empty = self.is_empty(desk).await?;
            return Ok((!empty).then_some(Refusal::NotEmpty));
        }
        Ok((!here.etag.strong_eq(&self.etag)).then_some(Refusal::Changed))
    }
}

#[async_trait]
impl Wish for DeleteFile {
    async fn look(&self, desk: &Desk<'_>, sent: bool) -> Result<Found, DavError> {
        let here = match desk.client.entry(desk.user, &self.path).await {
            Ok(entry) => Some(entry).filter(|entry| entry.file_id == self.file_id),
            Err(DavError::NotFound) => None,
            Err(error) => return Err(error),
        };
        let Some(here) = here else {
            // It may have been moved instead: then the person still has it somewhere.
            if !sent || self.is_elsewhere(desk).await? {
                return Ok(Found::Impossible(Refusal::Missing));
            }
            return Ok(Found::Happened(self.receipt(self.is_in_trash(desk).await?)));
        };
        Ok(self.objection(desk, &here).await?.map_or(Found::NotYet, Found::Impossible))
    }

    async fn send(&self, desk: &Desk<'_>) -> Result<WriteReceipt, DavError> {
        let here = desk.client.entry(desk.user, &self.path).await?;
        let folder = here.kind == EntryKind::Folder;
        let standing = if folder && self.only_empty && here.file_id == self.file_id {
            Standing::Folder
        } else {
            standing(&here, self.file_id, &self.etag)?
        };
        let (user, path) = (desk.user.clone(), self.path.clone());
        desk.client.delete_entry(&DeleteEntry { user, path, standing }).await?;
        Ok(self.receipt(self.is_in_trash(desk).await?))
    }

    fn new_paths(&self) -> Vec<&FilePath> {
        Vec::new()
    }
}
