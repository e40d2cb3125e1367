//! What is asked about an entry, and the entry made of the answer.
//!
//! An entry's identity is its file id, which survives renames and moves; path and entity tag do not. The entity tag
//! of a file can stay while its content changes, so `upload_time` is asked for as well and belongs to what a sync
//! remembers. Checksums are what a client once claimed, never verified. An answer without file id, entity tag and
//! permissions makes no entry.

use chrono::{DateTime, Utc};

use crate::etag::ETag;
use crate::href::FilePath;
use crate::multistatus::ResponseElement;
use crate::permissions::Permissions;
use crate::webdav::PropertyName;
use crate::xml::Namespace::{Dav, Nextcloud, OwnCloud};

/// Asked for about one entry.
pub(super) const ENTRY_PROPERTIES: &[PropertyName] = &[
    (Dav, "resourcetype"),
    (Dav, "getetag"),
    (Dav, "getlastmodified"),
    (Dav, "getcontenttype"),
    (Dav, "getcontentlength"),
    (OwnCloud, "fileid"),
    (OwnCloud, "permissions"),
    (OwnCloud, "size"),
    (OwnCloud, "owner-id"),
    (OwnCloud, "checksums"),
    (Nextcloud, "upload_time"),
    (Nextcloud, "mount-type"),
    (Nextcloud, "is-mount-root"),
    (OwnCloud, "data-fingerprint"),
];

/// Asked for in listings: the same but for the fingerprint, which stands last and is equal on every entry.
pub(super) const LISTING_PROPERTIES: &[PropertyName] = match ENTRY_PROPERTIES.split_last() {
    Some((_fingerprint, rest)) => rest,
    None => &[],
};

/// Folder or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A collection.
    Folder,
    /// Anything else.
    File,
}

/// One file or folder as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Where it is, relative to the user's files root.
    pub path: FilePath,
    /// What it is.
    pub kind: EntryKind,
    /// Its identity on this server, the same for every user who sees it.
    pub file_id: i64,
    /// Its entity tag; a folder's moves with everything below it.
    pub etag: ETag,
    /// What this user may do.
    pub permissions: Permissions,
    /// Bytes; a folder's is the sum of what it holds, and 0 when the server has not counted yet.
    pub size: u64,
    /// A file's media type by its name, without parameters.
    pub mime: Option<String>,
    /// When the content was last modified; clients choose it.
    pub modified: Option<DateTime<Utc>>,
    /// When the content last reached the server, to the second; unknown for files that never were uploaded.
    pub upload_time: Option<DateTime<Utc>>,
    /// Whose file it is; another user than the one asked for a received share.
    pub owner_id: Option<String>,
    /// `shared`, `external`, `group` …; `None` for the user's own storage.
    pub mount_type: Option<String>,
    /// Whether it is the top of a mount, as a received share is.
    pub is_mount_root: bool,
    /// Checksums as stored, for instance `SHA1:… MD5:…`.
    pub checksums: Option<String>,
    /// Changes when the server was restored from a backup. Only asked for by [`super::ReadEntry`].
    pub data_fingerprint: Option<String>,
}

impl FileEntry {
    /// The entry an answer describes, if it says enough.
    pub(super) fn read(path: FilePath, response: &ResponseElement) -> Option<Self> {
        let types = response.property(Dav, "resourcetype")?;
        let is_folder = types.has(Dav, "collection");
        let kind = if is_folder { EntryKind::Folder } else { EntryKind::File };
        let number = |namespace, local| response.text(namespace, local)?.parse::<i64>().ok();
        let owned = |namespace, local| response.text(namespace, local).map(str::to_owned);
        let length = if is_folder { None } else { number(Dav, "getcontentlength") };
        let size = length.or_else(|| number(OwnCloud, "size")).unwrap_or(0);
        Some(Self {
            path,
            kind,
            file_id: number(OwnCloud, "fileid").filter(|id| *id > 0)?,
            etag: ETag::parse(response.text(Dav, "getetag")?).ok()?,
            permissions: Permissions::parse(&response.property(OwnCloud, "permissions")?.text),
            size: u64::try_from(size).unwrap_or(0),
            mime: response.text(Dav, "getcontenttype").and_then(media_type),
            modified: response.text(Dav, "getlastmodified").and_then(crate::webdav::http_date),
            upload_time: number(Nextcloud, "upload_time")
                .filter(|seconds| *seconds > 0)
                .and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
            owner_id: owned(OwnCloud, "owner-id"),
            mount_type: owned(Nextcloud, "mount-type"),
            is_mount_root: response
                .text(Nextcloud, "is-mount-root")
                .is_some_and(|text| matches!(text, "true" | "1")),
            checksums: owned(OwnCloud, "checksums"),
            data_fingerprint: owned(OwnCloud, "data-fingerprint"),
        })
    }
}

fn media_type(text: &str) -> Option<String> {
    let essence = text.split(';').next()?.trim();
    if essence.is_empty() { None } else { Some(essence.to_ascii_lowercase()) }
}
