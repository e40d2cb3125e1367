//! Where what a listing shows becomes what is kept.
//!
//! Every way of listing passes each entry through here, once. What is left out here is not kept, and neither is anything
//! below it; if it was kept before it goes, without the guard against sudden emptiness, because it is there and only not
//! wanted. Nothing is decided here about what changed.

use voiceassist_dav::files::{EntryKind, FileEntry};
use voiceassist_store::entries::ObservedEntry;

use super::Look;

/// The entry as the store wants it, or `None` to leave it out. `parent` is `None` for the root alone.
pub(super) fn accept(_look: &Look<'_>, entry: &FileEntry, parent: Option<i64>) -> Option<ObservedEntry> {
    let path = if entry.path.is_root() { "/".to_owned() } else { format!("/{}", entry.path.as_str()) };
    Some(ObservedEntry {
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
    })
}
