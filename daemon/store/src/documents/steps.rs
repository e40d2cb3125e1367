//! The steps of a document from pending to indexed, each guarded by the version it worked on.
//!
//! Every step can be done twice. A step whose version is no longer the document's changes nothing and answers
//! `Superseded`: the newer version has a job of its own.

use voiceassist_model::{
    AccessSetId, ChunkId, DocumentId, DocumentState, PageSpan, Printed, Reason, Sensitivity, TextSpan,
};

use super::{ContentHash, Document, Documents, Row, read_state, recognised};
use crate::access;
use crate::error::{During as _, Result, StoreError};
use crate::jobs::{Enqueue, Job, Lane};

/// More chunks than this are refused; cut the document shorter and say that it is truncated.
pub const MAX_CHUNKS: usize = 50_000;

/// What became of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "a superseded version's work must be dropped"]
pub enum Marked {
    /// It counts.
    Done,
    /// A newer version has come, or the document is gone.
    Superseded,
}

impl Marked {
    fn from_rows(rows: u64) -> Self {
        if rows == 0 { Self::Superseded } else { Self::Done }
    }
}

/// What became of fetched bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "unchanged bytes need no reading, and a superseded version's must be dropped"]
pub enum Fetched {
    /// They have to be read.
    New,
    /// They are what was read before; the document stands where it stood then, and goes on from there.
    Unchanged(DocumentState),
    /// A newer version has come, or the document is gone.
    Superseded,
}

/// A document's text, cut and classified.
#[derive(Clone, Debug)]
pub struct NewText {
    /// The pieces, in order; ids and ordinals are unique.
    pub chunks: Vec<NewChunk>,
    /// The class of the whole.
    pub sensitivity: Sensitivity,
    /// How many pages the document has.
    pub page_count: u32,
    /// The pages whose text was recognised in pictures, and how sure the recogniser was of each, in per cent. The first
    /// thousand are kept.
    pub recognised: Vec<(u32, u8)>,
    /// Whether only its first part was taken.
    pub truncated: bool,
    /// What its owner is told about it although it was read.
    pub note: Option<Reason>,
}

/// A piece of a document's text.
#[derive(Clone, PartialEq, Eq)]
pub struct NewChunk {
    /// Derived from the document and the content.
    pub id: ChunkId,
    /// Its place among the chunks, from 0.
    pub ordinal: u32,
    /// The pages it covers.
    pub pages: PageSpan,
    /// Where it stands in the document's whole text.
    pub span: TextSpan,
    /// The headings above it; empty without any.
    pub heading: String,
    /// The text.
    pub text: String,
    /// Where its lines are printed, and how surely they were read.
    pub printed: Printed,
    /// The hash of the text.
    pub content_hash: ContentHash,
}

voiceassist_model::debug_without_text!(NewChunk { id, ordinal, pages, span, printed; heading, text });

/// How the chunks changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replaced {
    /// New ones.
    pub added: u32,
    /// Those that were there before.
    pub kept: u32,
    /// Those whose points have to leave the index; [`crate::chunks::Chunks::gone`] names them.
    pub gone: u32,
}

impl Documents<'_> {
    /// Begins, or resumes, work on a document: counts the try and tells where it stands.
    pub async fn begin(self, id: DocumentId) -> Result<Option<Document>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            update documents set attempts = attempts + 1 where id = $1
            returning id, instance_id, source, account_id, coalesce(file_id, 0) as "file_id!", name, mime, size, etag, upload_time, version, state, reason, attempts,
                      content_hash, sensitivity, page_count, truncated, chunk_count, access_set_id,
                      index_access_set_id, indexed_at, created_at, updated_at
            "#,
            id.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("beginning a document")?;
        row.map(Document::try_from).transpose()
    }

    /// The bytes are here and have this hash. If the present chunks, or the present verdict, were made from the same
    /// bytes, the document stands again where it stood with them.
    pub async fn mark_fetched(self, id: DocumentId, version: i32, hash: &ContentHash) -> Result<Fetched> {
        let hash = self.store.fingerprint(hash).await?;
        let row = sqlx::query!(
            r#"
            update documents
               set fetched_hash = $3, updated_at = $4,
                   (state, reason) = (
                       select case when same then settled_state else 'fetched' end,
                              case when same then settled_reason end
                         from (select settled_state is not null and coalesce(content_hash = $3, false)) as bytes (same))
             where id = $1 and version = $2
            returning state, (settled_state is not null and coalesce(content_hash = $3, false)) as "unchanged!"
            "#,
            id.as_uuid(),
            version,
            hash.0.as_slice(),
            self.store.now()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("marking a document as fetched")?;
        Ok(match row {
            None => Fetched::Superseded,
            Some(row) if row.unchanged => Fetched::Unchanged(read_state(&row.state)?),
            Some(_) => Fetched::New,
        })
    }

    /// Puts a document's text in the place of what was there, all or nothing; the document is chunked then. `None` if
    /// the version is superseded.
    pub async fn replace_chunks(
        self,
        id: DocumentId,
        version: i32,
        text: NewText,
    ) -> Result<Option<Replaced>> {
        if text.chunks.len() > MAX_CHUNKS {
            return Err(StoreError::TooMany { what: "chunks of a document", limit: MAX_CHUNKS });
        }
        let recognised = recognised::stored(&text.recognised);
        let sealed = self.store.chunks().seal_all(&text.chunks).await?;
        let mut tx = self.store.begin().await?;
        let locked = sqlx::query!(
            "select id from documents where id = $1 and version = $2 for update",
            id.as_uuid(),
            version
        )
        .fetch_optional(tx.connection())
        .await
        .during("locking a document")?;
        if locked.is_none() {
            return Ok(None);
        }
        let replaced = self.store.chunks().replace(&mut tx, id, sealed).await?;
        sqlx::query!(
            r#"
            update documents
               set state = 'chunked', reason = $3, content_hash = fetched_hash, settled_state = 'chunked',
                   settled_reason = $3, sensitivity = $4, page_count = $5, truncated = $6, chunk_count = $7,
                   updated_at = $8, recognised = $9, places_asked = true
             where id = $1 and version = $2
            "#,
            id.as_uuid(),
            version,
            text.note.map(Reason::code),
            text.sensitivity.as_str(),
            i32::try_from(text.page_count).unwrap_or(i32::MAX),
            text.truncated,
            i32::try_from(text.chunks.len()).unwrap_or(i32::MAX),
            self.store.now(),
            recognised.as_deref()
        )
        .execute(tx.connection())
        .await
        .during("marking a document as chunked")?;
        tx.commit().await?;
        Ok(Some(replaced))
    }

    /// The index finds the document by words, and its points carry the access set `written`. If the readers have
    /// changed since, the index is corrected by a job of its own.
    pub async fn mark_searchable(self, id: DocumentId, version: i32, written: AccessSetId) -> Result<Marked> {
        let mut tx = self.store.begin().await?;
        // What the index holds is noted even for a superseded version, because it is true.
        let row = sqlx::query!(
            r#"
            update documents
               set index_access_set_id = $3,
                   state = case when version = $2 and state = 'chunked' then 'searchable' else state end,
                   settled_state = case when version = $2 and settled_state = 'chunked' then 'searchable'
                                        else settled_state end,
                   updated_at = case when version = $2 and state = 'chunked' then $4 else updated_at end
             where id = $1
            returning version = $2 and state in ('searchable', 'indexed') as "counts!",
                      coalesce(access_set_id <> $3, true) as "access_moved!"
            "#,
            id.as_uuid(),
            version,
            written.get(),
            self.store.now()
        )
        .fetch_optional(tx.connection())
        .await
        .during("marking a document as searchable")?;
        let Some(row) = row else { return Ok(Marked::Superseded) };
        if row.access_moved {
            self.store.jobs().enqueue(&mut tx, Job::SetAccess { document: id }).await?;
        }
        tx.commit().await?;
        Ok(if row.counts { Marked::Done } else { Marked::Superseded })
    }

    /// The index finds the document by meaning as well: nothing is left to do.
    pub async fn mark_indexed(self, id: DocumentId, version: i32) -> Result<Marked> {
        let done = sqlx::query!(
            r#"
            update documents set state = 'indexed', settled_state = 'indexed', attempts = 0, indexed_at = $3,
                                 updated_at = $3
             where id = $1 and version = $2 and state in ('searchable', 'indexed')
            "#,
            id.as_uuid(),
            version,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("marking a document as indexed")?;
        Ok(Marked::from_rows(done.rows_affected()))
    }

    /// The document is left out on purpose. What was findable of it no longer is.
    pub async fn mark_skipped(self, id: DocumentId, version: i32, reason: Reason) -> Result<Marked> {
        self.give_verdict(id, version, DocumentState::Skipped, reason).await
    }

    /// The document could not be read. If the same bytes could succeed another time, the text of the version before
    /// stays findable; otherwise it no longer is.
    pub async fn mark_failed(self, id: DocumentId, version: i32, reason: Reason) -> Result<Marked> {
        if !reason.retry_can_help() {
            return self.give_verdict(id, version, DocumentState::Failed, reason).await;
        }
        let done = sqlx::query!(
            "update documents set state = 'failed', reason = $3, updated_at = $4 where id = $1 and version = $2",
            id.as_uuid(),
            version,
            reason.code(),
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("marking a document as failed")?;
        Ok(Marked::from_rows(done.rows_affected()))
    }

    async fn give_verdict(
        self,
        id: DocumentId,
        version: i32,
        state: DocumentState,
        reason: Reason,
    ) -> Result<Marked> {
        let mut tx = self.store.begin().await?;
        let done = sqlx::query!(
            r#"
            update documents
               set state = $3, reason = $4, content_hash = fetched_hash, settled_reason = $4,
                   settled_state = case when fetched_hash is null then null else $3 end,
                   chunk_count = 0, page_count = null, recognised = null, truncated = false, sensitivity = 'health', indexed_at = null,
                   index_access_set_id = null, updated_at = $5
             where id = $1 and version = $2
            "#,
            id.as_uuid(),
            version,
            state.as_str(),
            reason.code(),
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("giving a verdict on a document")?;
        if done.rows_affected() == 0 {
            return Ok(Marked::Superseded);
        }
        access::withdraw_text(self.store, &mut tx, &[id.as_uuid()], None).await?;
        tx.commit().await?;
        Ok(Marked::Done)
    }

    /// Reads a document again from the start, whatever was found about it before. False when there is none, or
    /// when rules leave it out.
    pub async fn retry(self, id: DocumentId) -> Result<bool> {
        let mut tx = self.store.begin().await?;
        let done = sqlx::query!(
            r#"
            update documents
               set version = version + 1, state = 'pending', reason = null, attempts = 0, fetched_hash = null,
                   content_hash = null, settled_state = null, settled_reason = null, updated_at = $2
             where id = $1 and access_set_id is not null
            "#,
            id.as_uuid(),
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("retrying a document")?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let job = Enqueue::new(Job::IngestDocument { document: id }).in_lane(Lane::Interactive);
        self.store.jobs().enqueue(&mut tx, job).await?;
        tx.commit().await?;
        Ok(true)
    }
}
