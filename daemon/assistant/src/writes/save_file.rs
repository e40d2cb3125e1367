//! New content of a file.
//!
//! Whether an attempt that was cut off arrived is told by the content itself: the file is read again and its hash
//! compared, because an entity tag does not identify content. Content too large for one request goes in pieces under
//! the write's own id, so that the next attempt continues where the last one stopped. What was replaced stays in
//! Nextcloud's versions; a new file is undone by deleting exactly it.

use async_trait::async_trait;
use voiceassist_dav::files::{Upload, UploadId};
use voiceassist_dav::{DavError, Download, EntryKind, Expected, FileEntry, FilePath};
use voiceassist_store::ContentHash;

use super::digest::HashingSink;
use super::request::{Change, SaveFile};
use super::{Desk, Found, Refusal, Wish, WriteReceipt};

pub(super) struct Save {
    pub(super) save: SaveFile,
    pub(super) content: ContentHash,
}

impl Save {
    /// Whether the file holds exactly the wished content.
    async fn is_stored(&self, desk: &Desk<'_>, entry: &FileEntry) -> Result<bool, DavError> {
        let max_bytes = self.save.content.len();
        if entry.size != max_bytes {
            return Ok(false);
        }
        let download = Download {
            user: desk.user.clone(),
            path: self.save.path.clone(),
            if_none_match: None,
            range: None,
            max_bytes,
        };
        let mut sink = HashingSink::default();
        match desk.client.download(&download, &mut sink).await {
            Ok(_) => {}
            Err(DavError::TooLarge { .. }) => return Ok(false),
            Err(error) => return Err(error),
        }
        let stored = sink.finish().await.map_err(|source| DavError::Destination { source })?;
        Ok(stored == self.content)
    }

    fn receipt(&self, entry: &FileEntry) -> WriteReceipt {
        let created = self.save.expected == Expected::Nothing;
        let undo = created.then(|| Change::Delete {
            path: entry.path.as_str().to_owned(),
            file_id: entry.file_id,
            etag: entry.etag.to_string(),
            only_empty: false,
        });
        WriteReceipt::of(entry, undo)
    }
}

#[async_trait]
impl Wish for Save {
    async fn look(&self, desk: &Desk<'_>, sent: bool) -> Result<Found, DavError> {
        let entry = match desk.client.entry(desk.user, &self.save.path).await {
            Ok(entry) => entry,
            Err(DavError::NotFound) => {
                return Ok(match &self.save.expected {
                    Expected::Nothing => Found::NotYet,
                    Expected::Version(_) => Found::Impossible(Refusal::Missing),
                });
            }
            Err(error) => return Err(error),
        };
        if entry.kind == EntryKind::Folder {
            return Ok(Found::Impossible(Refusal::IsFolder));
        }
        if sent && self.is_stored(desk, &entry).await? {
            return Ok(Found::Happened(self.receipt(&entry)));
        }
        Ok(match &self.save.expected {
            Expected::Nothing => Found::Impossible(Refusal::Exists),
            Expected::Version(etag) if etag.strong_eq(&entry.etag) => Found::NotYet,
            Expected::Version(_) => Found::Impossible(Refusal::Changed),
        })
    }

    async fn send(&self, desk: &Desk<'_>) -> Result<WriteReceipt, DavError> {
        let upload = Upload {
            user: desk.user.clone(),
            path: self.save.path.clone(),
            content: self.save.content.clone(),
            expected: self.save.expected.clone(),
        };
        let whole = self.save.content.len() <= desk.settings.whole_bytes;
        let entry = if whole {
            desk.client.upload(&upload).await
        } else {
            let id = UploadId::new(&desk.write.to_string())
                .ok_or(DavError::Settings { what: "the upload has no usable name" })?;
            desk.client.upload_chunked(&upload, &id, desk.settings.piece_bytes).await
        };
        match entry {
            Ok(entry) => Ok(self.receipt(&entry)),
            // A PUT says 404 for a folder that is missing, where everything else says 409.
            Err(DavError::NotFound) if self.save.expected == Expected::Nothing => {
                Err(DavError::Conflict { status: 409 })
            }
            Err(error) => Err(error),
        }
    }

    fn new_paths(&self) -> Vec<&FilePath> {
        vec![&self.save.path]
    }
}
