//! What came of a write, and how to take it back.

use serde::{Deserialize, Serialize};
use voiceassist_dav::FileEntry;

use super::request::Change;

/// What came of a write. It is kept sealed and given again for the same key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WriteReceipt {
    /// Nextcloud's id of the file or folder.
    pub file_id: i64,
    /// Its version now, quoted as in headers; none for what is gone.
    pub etag: Option<String>,
    /// Where it is now, or where it was.
    pub path: String,
    /// Bytes, of a file.
    pub size: u64,
    /// Whether anything changed; false when all was as wished already.
    pub changed: bool,
    /// What takes it back, if anything does.
    pub undo: Option<Change>,
}

impl WriteReceipt {
    /// About an entry as the server shows it.
    pub(super) fn of(entry: &FileEntry, undo: Option<Change>) -> Self {
        Self {
            file_id: entry.file_id,
            etag: Some(entry.etag.to_string()),
            path: entry.path.as_str().to_owned(),
            size: entry.size,
            changed: true,
            undo,
        }
    }

    /// Nothing had to be done, so there is nothing to take back.
    pub(super) fn unchanged(self) -> Self {
        Self { changed: false, undo: None, ..self }
    }
}
