//! Each person's tree as it was last observed, which is what says who may read.
//!
//! Entries are keyed by account and file id, never by path: a move changes columns and nothing else. Files point at the
//! document they are; folders keep the etag up to which everything below them is applied. `apply` takes in what a
//! listing shows, `vanish` takes out what it no longer shows, and both bring the documents' readers in line within the
//! same transaction. Paths start at "/" for the root and have no slash at the end.
//!
//! Statements name the account by `(select $1::uuid as account_id offset 0) as me`, joined, where they look rows up by
//! another key. That keeps the planner from asking its statistics about this one account: of a new one they know
//! nothing, and a guess of "no rows" would have the whole tree read for every batch.
//!
//! Refused: believing that something is gone. That decision, with its guards, is the caller's.

mod apply;
mod settle;
mod vanish;
mod write;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, DocumentId};

use crate::Store;
use crate::error::{During as _, Result, StoreError};

pub use apply::{Applied, Change, ObservedEntry};
pub use vanish::{Unseen, Vanished};

/// More children than this in one folder are refused instead of being held in memory.
pub const MAX_CHILDREN: usize = 200_000;

/// Each person's tree.
#[derive(Clone, Copy)]
pub struct Entries<'a> {
    pub(crate) store: &'a Store,
}

/// A file or folder in one person's tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Nextcloud's id, stable over moves.
    pub file_id: i64,
    /// The folder it is in; `None` for the root.
    pub parent: Option<i64>,
    /// Where it is in this person's tree.
    pub path: String,
    /// The last part of the path.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// A file's etag; a folder's only once everything below is applied.
    pub etag: Option<String>,
    /// In bytes, also for folders.
    pub size: i64,
    /// The server's idea of its kind.
    pub mime: Option<String>,
    /// When it was changed; clients can set it to anything.
    pub modified_at: Option<DateTime<Utc>>,
    /// When the server received it, in seconds since 1970.
    pub upload_time: Option<i64>,
    /// Nextcloud's permission letters.
    pub permissions: String,
    /// What kind of mount it is on.
    pub mount_type: Option<String>,
    /// The document it is.
    pub document: Option<DocumentId>,
    /// The run that last saw it.
    pub last_seen_run: Uuid,
}

/// How large a tree is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EntryCounts {
    /// Files.
    pub files: u64,
    /// Folders, the root included.
    pub folders: u64,
}

struct Row {
    file_id: i64,
    parent_id: Option<i64>,
    path: String,
    name: String,
    is_folder: bool,
    etag: Option<String>,
    size: i64,
    mime: Option<String>,
    modified_at: Option<DateTime<Utc>>,
    upload_time: Option<i64>,
    permissions: String,
    mount_type: Option<String>,
    document_id: Option<Uuid>,
    last_seen_run: Uuid,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            file_id: row.file_id,
            parent: row.parent_id,
            path: row.path,
            name: row.name,
            is_folder: row.is_folder,
            etag: row.etag,
            size: row.size,
            mime: row.mime,
            modified_at: row.modified_at,
            upload_time: row.upload_time,
            permissions: row.permissions,
            mount_type: row.mount_type,
            document: row.document_id.map(DocumentId::from_uuid),
            last_seen_run: row.last_seen_run,
        }
    }
}

impl Entries<'_> {
    /// The root of a tree; `None` before the first sync.
    pub async fn root(self, account: AccountId) -> Result<Option<Entry>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select file_id, parent_id, path, name, is_folder, etag, size, mime, modified_at, upload_time, permissions,
                   mount_type, document_id, last_seen_run
              from entries where account_id = $1 and parent_id is null and path = '/'
             order by last_seen_run desc limit 1
            "#,
            account.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a tree's root")?;
        Ok(row.map(Entry::from))
    }

    /// The entry with this file id.
    pub async fn find(self, account: AccountId, file_id: i64) -> Result<Option<Entry>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select file_id, parent_id, path, name, is_folder, etag, size, mime, modified_at, upload_time, permissions,
                   mount_type, document_id, last_seen_run
              from entries where account_id = $1 and file_id = $2
            "#,
            account.as_uuid(),
            file_id
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding an entry")?;
        Ok(row.map(Entry::from))
    }

    /// The entry at this path. While a tree is being applied two may claim it; the one seen last is meant.
    pub async fn find_by_path(self, account: AccountId, path: &str) -> Result<Option<Entry>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select file_id, parent_id, path, name, is_folder, etag, size, mime, modified_at, upload_time, permissions,
                   mount_type, document_id, last_seen_run
              from (select $1::uuid as account_id offset 0) as me join entries using (account_id) where path = $2
             order by last_seen_run desc limit 1
            "#,
            account.as_uuid(),
            path
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding an entry by path")?;
        Ok(row.map(Entry::from))
    }

    /// What is directly inside a folder, by file id.
    pub async fn children(self, account: AccountId, parent: i64) -> Result<Vec<Entry>> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select file_id, parent_id, path, name, is_folder, etag, size, mime, modified_at, upload_time, permissions,
                   mount_type, document_id, last_seen_run
              from entries where account_id = $1 and parent_id = $2 order by file_id limit $3
            "#,
            account.as_uuid(),
            parent,
            i64::try_from(MAX_CHILDREN + 1).unwrap_or(i64::MAX)
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing a folder's entries")?;
        if rows.len() > MAX_CHILDREN {
            return Err(StoreError::TooMany { what: "entries of a folder", limit: MAX_CHILDREN });
        }
        Ok(rows.into_iter().map(Entry::from).collect())
    }

    /// How large a tree is.
    pub async fn count(self, account: AccountId) -> Result<EntryCounts> {
        let row = sqlx::query!(
            r#"
            select count(*) filter (where not is_folder) as "files!", count(*) filter (where is_folder) as "folders!"
              from entries where account_id = $1
            "#,
            account.as_uuid()
        )
        .fetch_one(self.store.pool())
        .await
        .during("counting entries")?;
        Ok(EntryCounts { files: row.files.unsigned_abs(), folders: row.folders.unsigned_abs() })
    }
}
