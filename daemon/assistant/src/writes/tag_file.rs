//! Putting a tag on a file, and taking it away.
//!
//! A tag is found by its name, whatever the case, and made where that is allowed. Having it already, or not having it
//! already, is success without a change, and then there is nothing to undo.

use async_trait::async_trait;
use voiceassist_dav::files::{AssignTag, CreateTag, ListTags, SystemTag, TagId, TagsOf, UnassignTag};
use voiceassist_dav::{DavError, FilePath};

use super::request::Change;
use super::{Desk, Found, Refusal, Wish, WriteReceipt};

pub(super) struct TagFile {
    pub(super) path: FilePath,
    pub(super) file_id: i64,
    pub(super) tag: String,
    pub(super) on: bool,
}

impl TagFile {
    fn named(&self, tags: &[SystemTag]) -> Option<TagId> {
        let wanted = self.tag.trim().to_lowercase();
        tags.iter().find(|tag| tag.name.to_lowercase() == wanted).map(|tag| tag.id)
    }

    fn receipt(&self) -> WriteReceipt {
        let (path, file_id, tag) = (self.path.as_str().to_owned(), self.file_id, self.tag.clone());
        let undo = if self.on {
            Change::Untag { path: path.clone(), file_id, tag }
        } else {
            Change::Tag { path: path.clone(), file_id, tag }
        };
        WriteReceipt { file_id, etag: None, path, size: 0, changed: true, undo: Some(undo) }
    }

    /// The tag, made if need be.
    async fn tag(&self, desk: &Desk<'_>) -> Result<TagId, DavError> {
        if let Some(id) = self.named(&desk.client.send(&ListTags).await?) {
            return Ok(id);
        }
        match desk.client.send(&CreateTag { name: self.tag.clone() }).await {
            // Somebody was faster.
            Err(DavError::Conflict { .. }) => {
                self.named(&desk.client.send(&ListTags).await?).ok_or(DavError::NotFound)
            }
            made => made,
        }
    }
}

#[async_trait]
impl Wish for TagFile {
    async fn look(&self, desk: &Desk<'_>, sent: bool) -> Result<Found, DavError> {
        let tags = match desk.client.send(&TagsOf { file_id: self.file_id }).await {
            Ok(tags) => tags,
            Err(DavError::NotFound) => return Ok(Found::Impossible(Refusal::Missing)),
            Err(error) => return Err(error),
        };
        if self.named(&tags).is_some() != self.on {
            return Ok(Found::NotYet);
        }
        let receipt = self.receipt();
        Ok(Found::Happened(if sent { receipt } else { receipt.unchanged() }))
    }

    async fn send(&self, desk: &Desk<'_>) -> Result<WriteReceipt, DavError> {
        let (file_id, tag) = (self.file_id, self.tag(desk).await?);
        if self.on {
            desk.client.send(&AssignTag { file_id, tag }).await?;
        } else {
            desk.client.send(&UnassignTag { file_id, tag }).await?;
        }
        Ok(self.receipt())
    }

    fn new_paths(&self) -> Vec<&FilePath> {
        Vec::new()
    }
}
