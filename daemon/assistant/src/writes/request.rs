//! What can be wished for.
//!
//! A [`Change`] is plain data, so that it can be kept, shown for confirmation and used to undo another one; saving
//! brings content along. Whatever is to be moved, deleted or tagged is named by Nextcloud's file id and by the version
//! that was seen, never by its path alone: a path may mean another file by now.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use voiceassist_dav::{Content, ETag, Expected, FilePath};
use voiceassist_store::ContentHash;

use super::create_folder::CreateFolder;
use super::delete_file::DeleteFile;
use super::digest::content_hash;
use super::move_file::MoveFile;
use super::restore_file::RestoreFile;
use super::tag_file::TagFile;
use super::{Wish, WriteError, save_file};

/// A wish without content. Paths are relative to the person's files; versions are entity tags quoted as in headers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Make a folder.
    CreateFolder {
        /// Where.
        path: String,
        /// Whether folders above it are made too, and one that is there already will do.
        parents: bool,
    },
    /// Move or rename a file or folder to a free place.
    Move {
        /// Where it was seen.
        from: String,
        /// Where it goes.
        to: String,
        /// Which file.
        file_id: i64,
        /// Which version.
        etag: String,
    },
    /// Move a file or folder to the trash.
    Delete {
        /// Where it was seen.
        path: String,
        /// Which file.
        file_id: i64,
        /// Which version.
        etag: String,
        /// Of a folder: only if no file is in it.
        only_empty: bool,
    },
    /// Take a file or folder out of the trash.
    Restore {
        /// Where it was.
        path: String,
        /// Which file.
        file_id: i64,
    },
    /// Put a tag on a file or folder.
    Tag {
        /// Where it is, for people.
        path: String,
        /// Which file.
        file_id: i64,
        /// The tag's name; it is made if that is allowed.
        tag: String,
    },
    /// Take a tag from a file or folder.
    Untag {
        /// Where it is, for people.
        path: String,
        /// Which file.
        file_id: i64,
        /// The tag's name.
        tag: String,
    },
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// A file's new content.
#[derive(Clone)]
pub struct SaveFile {
    /// Where.
    pub path: FilePath,
    /// The bytes.
    pub content: Arc<dyn Content>,
    /// What is there now.
    pub expected: Expected,
}

/// A wish.
#[derive(Clone)]
pub enum WriteRequest {
    /// Without content.
    Change(Change),
    /// With content.
    Save(SaveFile),
}

impl From<Change> for WriteRequest {
    fn from(change: Change) -> Self {
        Self::Change(change)
    }
}

/// A wish, ready to be kept and carried out.
pub(super) struct Prepared {
    pub(super) kind: &'static str,
    pub(super) digest: ContentHash,
    pub(super) record: Vec<u8>,
    pub(super) wish: Box<dyn Wish>,
}

/// How saving is recorded.
#[derive(Serialize)]
struct SaveRecord<'a> {
    path: &'a str,
    replaces: Option<String>,
    bytes: u64,
    content: [u8; 32],
}

impl Change {
    /// The stable name of the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CreateFolder { .. } => "create_folder",
            Self::Move { .. } => "move",
            Self::Delete { .. } => "delete",
            Self::Restore { .. } => "restore",
            Self::Tag { .. } => "tag",
            Self::Untag { .. } => "untag",
        }
    }

    fn wish(&self) -> Result<Box<dyn Wish>, WriteError> {
        Ok(match self {
            Self::CreateFolder { path, parents } => {
                Box::new(CreateFolder { path: place(path)?, parents: *parents })
            }
            Self::Move { from, to, file_id, etag } => {
                let (from, to, etag) = (place(from)?, place(to)?, version(etag)?);
                Box::new(MoveFile { from, to, file_id: *file_id, etag })
            }
            Self::Delete { path, file_id, etag, only_empty } => {
                let (path, etag) = (place(path)?, version(etag)?);
                Box::new(DeleteFile { path, file_id: *file_id, etag, only_empty: *only_empty })
            }
            Self::Restore { path, file_id } => {
                place(path)?;
                Box::new(RestoreFile { file_id: *file_id })
            }
            Self::Tag { path, file_id, tag } => {
                Box::new(TagFile { path: place(path)?, file_id: *file_id, tag: tag.clone(), on: true })
            }
            Self::Untag { path, file_id, tag } => {
                Box::new(TagFile { path: place(path)?, file_id: *file_id, tag: tag.clone(), on: false })
            }
        })
    }
}

impl WriteRequest {
    pub(super) async fn prepare(&self) -> Result<Prepared, WriteError> {
        let (kind, record, wish): (_, _, Box<dyn Wish>) = match self {
            Self::Change(change) => (change.kind(), record(change)?, change.wish()?),
            Self::Save(save) => {
                let content = content_hash(save.content.as_ref()).await.map_err(WriteError::Source)?;
                let replaces = match &save.expected {
                    Expected::Nothing => None,
                    Expected::Version(etag) => Some(etag.to_string()),
                };
                let bytes = save.content.len();
                let record =
                    record(&SaveRecord { path: save.path.as_str(), replaces, bytes, content: content.0 })?;
                ("save", record, Box::new(save_file::Save { save: save.clone(), content }))
            }
        };
        Ok(Prepared { kind, digest: ContentHash::of(&record), record, wish })
    }
}

fn record(value: &impl Serialize) -> Result<Vec<u8>, WriteError> {
    serde_json::to_vec(value).map_err(|_| WriteError::Malformed("record"))
}

fn place(path: &str) -> Result<FilePath, WriteError> {
    let path = FilePath::parse(path).map_err(|_| WriteError::Malformed("path"))?;
    if path.is_root() { Err(WriteError::Malformed("path")) } else { Ok(path) }
}

fn version(etag: &str) -> Result<ETag, WriteError> {
    ETag::parse(etag).map_err(|_| WriteError::Malformed("entity tag"))
}
