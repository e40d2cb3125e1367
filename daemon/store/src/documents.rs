//! One row per file of a server, however many people may read it, and per event, task, contact and message of a person
//! ([`crate::items`]); and how far each has come.
//!
//! A document moves from pending to indexed in steps, and every step names the version it worked on: when a newer sign
//! of content has raised the version meanwhile, the step changes nothing and says so. What the present chunks were made
//! from is remembered by content hash, so a file that was moved, touched or put back unchanged is settled at once. Text
//! of the previous version stays findable until the new one replaces it, or a final verdict withdraws it.
//!
//! Who may read a document is not decided here but by the entries that name it; see [`crate::access`].

mod fitting;
mod listing;
mod places;
mod recognised;
mod reindex;
pub(crate) mod scoping;
mod sighting;
mod steps;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{
    AccessSetId, AccountId, DocumentId, DocumentState, InstanceId, Reason, Sensitivity, Source,
};

use crate::Store;
use crate::error::{During as _, Result, StoreError};

pub use fitting::{Fit, Fitting, MAX_COMPARED};
pub use listing::{DocumentFilter, DocumentSummary, LeftOut, StateCounts};
pub(crate) use sighting::{Finder, Sighting};
pub use steps::{Fetched, MAX_CHUNKS, Marked, NewChunk, NewText, Replaced};

/// Documents.
#[derive(Clone, Copy)]
pub struct Documents<'a> {
    pub(crate) store: &'a Store,
}

/// The BLAKE3 hash of some content.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// Hashes bytes that are at hand. Streams are hashed by whoever reads them.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        bytes.try_into().map(Self).map_err(|_| StoreError::Corrupt { what: "content hash" })
    }
}

impl std::fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContentHash({})", blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// A document, without its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The server it is on.
    pub instance: InstanceId,
    /// What it is.
    pub source: Source,
    /// Whose it is, of what is not a file.
    pub owner: Option<AccountId>,
    /// Nextcloud's id of the file; 0 of what is not a file.
    pub file_id: i64,
    /// The file's name as last seen; empty of what is not a file, whose name is sealed.
    pub name: String,
    /// The server's idea of its kind.
    pub mime: Option<String>,
    /// In bytes, as last seen.
    pub size: i64,
    /// As last seen.
    pub etag: String,
    /// As last seen, in seconds since 1970.
    pub upload_time: Option<i64>,
    /// Grows with each sign of new content.
    pub version: i32,
    /// How far this version has come.
    pub state: DocumentState,
    /// Why it is not further, or not whole.
    pub reason: Option<Reason>,
    /// How often this version was begun.
    pub attempts: i32,
    /// What the present chunks were made from: [`Store::fingerprint`] of the hash of the bytes.
    pub content_hash: Option<ContentHash>,
    /// The class of its text; the highest until somebody has looked.
    pub sensitivity: Sensitivity,
    /// How many pages it has.
    pub page_count: Option<i32>,
    /// Whether only its first part was taken.
    pub truncated: bool,
    /// How many chunks its text is cut into.
    pub chunk_count: i32,
    /// Who may read it.
    pub access_set: Option<AccessSetId>,
    /// Who may read it according to the index; `None` while the index holds nothing of it.
    pub index_access_set: Option<AccessSetId>,
    /// When it was last fully indexed.
    pub indexed_at: Option<DateTime<Utc>>,
    /// When it was first seen.
    pub created_at: DateTime<Utc>,
    /// When its state or version last changed.
    pub updated_at: DateTime<Utc>,
}

/// A way to a document's bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// As whom to ask.
    pub account: AccountId,
    /// Where it is in that person's tree.
    pub path: String,
}

struct Row {
    id: Uuid,
    instance_id: Uuid,
    source: String,
    account_id: Option<Uuid>,
    file_id: i64,
    name: String,
    mime: Option<String>,
    size: i64,
    etag: String,
    upload_time: Option<i64>,
    version: i32,
    state: String,
    reason: Option<String>,
    attempts: i32,
    content_hash: Option<Vec<u8>>,
    sensitivity: String,
    page_count: Option<i32>,
    truncated: bool,
    chunk_count: i32,
    access_set_id: Option<i64>,
    index_access_set_id: Option<i64>,
    indexed_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Document {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: DocumentId::from_uuid(row.id),
            instance: InstanceId::from_uuid(row.instance_id),
            source: read_source(&row.source)?,
            owner: row.account_id.map(AccountId::from_uuid),
            file_id: row.file_id,
            name: row.name,
            mime: row.mime,
            size: row.size,
            etag: row.etag,
            upload_time: row.upload_time,
            version: row.version,
            state: read_state(&row.state)?,
            reason: read_reason(row.reason.as_deref()),
            attempts: row.attempts,
            content_hash: row.content_hash.as_deref().map(ContentHash::read).transpose()?,
            sensitivity: Sensitivity::from_name(&row.sensitivity),
            page_count: row.page_count,
            truncated: row.truncated,
            chunk_count: row.chunk_count,
            access_set: row.access_set_id.map(AccessSetId::new),
            index_access_set: row.index_access_set_id.map(AccessSetId::new),
            indexed_at: row.indexed_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

pub(crate) fn read_source(name: &str) -> Result<Source> {
    Source::from_name(name).ok_or(StoreError::Corrupt { what: "source of a document" })
}

fn read_state(name: &str) -> Result<DocumentState> {
    DocumentState::from_name(name).ok_or(StoreError::Corrupt { what: "document state" })
}

/// A code of a newer release reads as our own fault, which is what asks for the fewest wrong conclusions.
fn read_reason(code: Option<&str>) -> Option<Reason> {
    code.map(|code| Reason::from_code(code).unwrap_or(Reason::Internal))
}

impl Documents<'_> {
    /// The document with this id.
    pub async fn find(self, id: DocumentId) -> Result<Option<Document>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, instance_id, source, account_id, coalesce(file_id, 0) as "file_id!", name, mime, size, etag, upload_time, version, state, reason, attempts,
                   content_hash, sensitivity, page_count, truncated, chunk_count, access_set_id, index_access_set_id,
                   indexed_at, created_at, updated_at
              from documents where id = $1
            "#,
            id.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a document")?;
        row.map(Document::try_from).transpose()
    }

    /// The document of a file of a server.
    pub async fn find_by_file(self, instance: InstanceId, file_id: i64) -> Result<Option<Document>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, instance_id, source, account_id, coalesce(file_id, 0) as "file_id!", name, mime, size, etag, upload_time, version, state, reason, attempts,
                   content_hash, sensitivity, page_count, truncated, chunk_count, access_set_id, index_access_set_id,
                   indexed_at, created_at, updated_at
              from documents where instance_id = $1 and file_id = $2
            "#,
            instance.as_uuid(),
            file_id
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a file's document")?;
        row.map(Document::try_from).transpose()
    }

    /// As whom and where a document's bytes can be fetched, best first: people whose connection works go before those
    /// whose server asked for a pause. Revoked and disabled accounts are no way.
    pub async fn routes(self, id: DocumentId, limit: u32) -> Result<Vec<Route>> {
        let rows = sqlx::query!(
            r#"
            select account_id, path from entries join accounts on accounts.id = account_id
             where document_id = $1 and secret is not null and account_works(state) and scope_out is null
             order by state <> 'connected', (suspended_until is not null and suspended_until > $2),
                      last_synced_at desc nulls last, account_id
             limit $3
            "#,
            id.as_uuid(),
            self.store.now(),
            i64::from(limit.min(crate::MAX_PAGE))
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for a way to a document")?;
        let route = |account: Uuid, path: String| Route { account: AccountId::from_uuid(account), path };
        Ok(rows.into_iter().map(|row| route(row.account_id, row.path)).collect())
    }
}
