//! A new folder, with those above it where that is wished.
//!
//! Two people may want the same folder; whether an earlier attempt made it or somebody else did cannot be told and
//! does not matter, because undoing deletes it only while no file is in it.

use async_trait::async_trait;
use voiceassist_dav::files::CreateFolder as MakeFolder;
use voiceassist_dav::{DavError, EntryKind, FileEntry, FilePath};

use super::request::Change;
use super::{Desk, Found, Refusal, Wish, WriteReceipt};

pub(super) struct CreateFolder {
    pub(super) path: FilePath,
    pub(super) parents: bool,
}

#[async_trait]
impl Wish for CreateFolder {
    async fn look(&self, desk: &Desk<'_>, sent: bool) -> Result<Found, DavError> {
        match desk.client.entry(desk.user, &self.path).await {
            Ok(entry) if entry.kind == EntryKind::File => Ok(Found::Impossible(Refusal::Exists)),
            Ok(entry) if sent => Ok(Found::Happened(receipt(&entry, &entry))),
            Ok(entry) if self.parents => Ok(Found::Happened(WriteReceipt::of(&entry, None).unchanged())),
            Ok(_) => Ok(Found::Impossible(Refusal::Exists)),
            Err(DavError::NotFound) => Ok(Found::NotYet),
            Err(error) => Err(error),
        }
    }

    async fn send(&self, desk: &Desk<'_>) -> Result<WriteReceipt, DavError> {
        let make = |path: &FilePath| MakeFolder { user: desk.user.clone(), path: path.clone() };
        let mut missing = Vec::new();
        let mut above = self.path.parent().filter(|_| self.parents);
        while let Some(folder) = above.filter(|folder| !folder.is_root()) {
            match desk.client.entry(desk.user, &folder).await {
                Ok(_) => break,
                Err(DavError::NotFound) => {
                    above = folder.parent();
                    missing.push(folder);
                }
                Err(error) => return Err(error),
            }
        }
        let mut top = None;
        for folder in missing.iter().rev() {
            match desk.client.create_folder(&make(folder)).await {
                Ok(entry) => top = top.or(Some(entry)),
                // Somebody was faster; it is there, which is all that is wanted of it.
                Err(DavError::PreconditionFailed) => {}
                Err(error) => return Err(error),
            }
        }
        let entry = desk.client.create_folder(&make(&self.path)).await?;
        Ok(receipt(&entry, top.as_ref().unwrap_or(&entry)))
    }

    fn new_paths(&self) -> Vec<&FilePath> {
        vec![&self.path]
    }
}

/// Undoing takes the topmost folder that was made. Its version has moved since, if folders were made in it, so only
/// its emptiness is asked for.
fn receipt(entry: &FileEntry, top: &FileEntry) -> WriteReceipt {
    let undo = Change::Delete {
        path: top.path.as_str().to_owned(),
        file_id: top.file_id,
        etag: top.etag.to_string(),
        only_empty: true,
    };
    WriteReceipt::of(entry, Some(undo))
}
