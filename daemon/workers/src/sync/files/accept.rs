//! Where what a listing shows becomes what is kept.
//!
//! Every way of listing passes each entry through here, once. Everything a person is shown is kept, for the mirror says
//! who may read; which files are read is decided by rules of the store. Nothing is decided here about what changed.

use voiceassist_dav::files::{EntryKind, FileEntry};
use voiceassist_store::entries::ObservedEntry;

/// The entry as the store wants it. `parent` is `None` for the root alone.
pub(super) fn accept(entry: &FileEntry, parent: Option<i64>) -> ObservedEntry {
    let path = if entry.path.is_root() { "/".to_owned() } else { format!("/{}", entry.path.as_str()) };
    ObservedEntry {
        file_id: entry.file_id,
        parent,
        name: entry.path.name().unwrap_or_default().to_owned(),
        path,
        is_folder: entry.kind == EntryKind::Folder,
        etag: entry.etag.to_string(),
        size: i64::try_from(entry.size).unwrap_or(i64::MAX),
        mime: entry.mime.clone(),
        modified_at: entry.modified,
        // A file shared by itself shows its receiver the epoch: nothing is known then.
        upload_time: entry.upload_time.map(|time| time.timestamp()).filter(|seconds| *seconds > 0),
        permissions: entry.permissions.to_string(),
        mount_type: entry.mount_type.clone(),
    }
}
