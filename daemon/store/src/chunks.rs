//! The sealed text of documents, for whoever writes the index.
//!
//! People get text through [`crate::passages`], which asks whether they may read it; what is handed out here has a type
//! of its own that no answer accepts. Chunks that are replaced or withdrawn leave their ids behind until the index has
//! let go of them, so a crash in between loses none.

pub(crate) mod printed;

use uuid::Uuid;
use voiceassist_model::{ChunkId, DocumentId, PageSpan, TextSpan};

use crate::documents::{NewChunk, Replaced};
use crate::error::{During as _, Result};
use crate::seal::Place;
use crate::{Store, Transaction};

/// Chunks written by one statement at most.
const BATCH: usize = 500;

/// Chunks handed out by one call at most.
pub const MAX_HANDED_OUT: u32 = 1_000;

/// The sealed text of documents.
#[derive(Clone, Copy)]
pub struct Chunks<'a> {
    pub(crate) store: &'a Store,
}

/// A piece of text on its way into the index.
#[derive(Clone, PartialEq, Eq)]
pub struct IndexableChunk {
    /// Its id, which is its point's id.
    pub id: ChunkId,
    /// Its place among the document's chunks.
    pub ordinal: u32,
    /// The headings above it; empty without any.
    pub heading: String,
    /// The text.
    pub text: String,
    /// The pages it covers.
    pub pages: PageSpan,
    /// Where it stands in the document's whole text.
    pub span: TextSpan,
}

impl std::fmt::Debug for IndexableChunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexableChunk")
            .field("id", &self.id)
            .field("ordinal", &self.ordinal)
            .finish_non_exhaustive()
    }
}

/// Chunks as columns, sealed and ready to be written.
#[derive(Default)]
pub(crate) struct SealedChunks {
    ids: Vec<Uuid>,
    ordinals: Vec<i32>,
    page_firsts: Vec<i32>,
    page_lasts: Vec<i32>,
    span_starts: Vec<i32>,
    span_ends: Vec<i32>,
    headings: Vec<Option<Vec<u8>>>,
    bodies: Vec<Vec<u8>>,
    printed: Vec<Option<Vec<u8>>>,
    recognised: Vec<Option<i16>>,
    hashes: Vec<Vec<u8>>,
}

impl Chunks<'_> {
    /// Chunks of a document in order, starting behind an ordinal. Empty once there are no more, or when the version is
    /// no longer the document's.
    pub async fn for_indexing(
        self,
        document: DocumentId,
        version: i32,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<IndexableChunk>> {
        let rows = sqlx::query!(
            r#"
            select chunks.id, ordinal, heading, body, page_first, page_last, span_start, span_end
              from chunks join documents on documents.id = document_id
             where document_id = $1 and version = $2 and ordinal > $3 order by ordinal limit $4
            "#,
            document.as_uuid(),
            version,
            after.map_or(-1, stored),
            i64::from(limit.min(MAX_HANDED_OUT))
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading chunks for the index")?;
        let mut chunks = Vec::with_capacity(rows.len());
        for row in rows {
            let id = ChunkId::from_uuid(row.id);
            chunks.push(IndexableChunk {
                id,
                ordinal: row.ordinal.unsigned_abs(),
                heading: self.open_heading(id, row.heading.as_deref()).await?,
                text: self.store.open_text(body_place(id), &row.body).await?,
                pages: PageSpan { first: row.page_first.unsigned_abs(), last: row.page_last.unsigned_abs() },
                span: TextSpan { start: row.span_start.unsigned_abs(), end: row.span_end.unsigned_abs() },
            });
        }
        Ok(chunks)
    }

    /// Chunks whose points have to leave the index, of a document that may itself be gone. Ask again until it is empty.
    pub async fn gone(self, document: DocumentId) -> Result<Vec<ChunkId>> {
        let ids = sqlx::query_scalar!(
            "select chunk_id from index_removals where document_id = $1 order by chunk_id limit $2",
            document.as_uuid(),
            i64::from(MAX_HANDED_OUT)
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading points to remove")?;
        Ok(ids.into_iter().map(ChunkId::from_uuid).collect())
    }

    /// The index has let go of these.
    pub async fn forget_gone(self, document: DocumentId, chunks: &[ChunkId]) -> Result<u64> {
        let ids: Vec<Uuid> = chunks.iter().map(|chunk| chunk.as_uuid()).collect();
        let done = sqlx::query!(
            "delete from index_removals where document_id = $1 and chunk_id = any($2)",
            document.as_uuid(),
            &ids
        )
        .execute(self.store.pool())
        .await
        .during("forgetting removed points")?;
        Ok(done.rows_affected())
    }

    /// How many chunks there are.
    pub async fn count(self) -> Result<u64> {
        let count = sqlx::query_scalar!(r#"select count(*) as "count!" from chunks"#)
            .fetch_one(self.store.pool())
            .await
            .during("counting chunks")?;
        Ok(count.unsigned_abs())
    }

    pub(crate) async fn forget_all_gone(self, tx: &mut Transaction) -> Result<()> {
        sqlx::query!("delete from index_removals")
            .execute(tx.connection())
            .await
            .during("forgetting the points of a lost index")?;
        Ok(())
    }

    pub(crate) async fn open_heading(self, id: ChunkId, sealed: Option<&[u8]>) -> Result<String> {
        match sealed {
            Some(sealed) => self.store.open_text(heading_place(id), sealed).await,
            None => Ok(String::new()),
        }
    }

    pub(crate) async fn seal_all(self, chunks: &[NewChunk]) -> Result<SealedChunks> {
        let seal = self.store.seal().await?;
        let randomness = self.store.randomness();
        let mut sealed = SealedChunks::default();
        for chunk in chunks {
            let heading = match chunk.heading.as_str() {
                "" => None,
                heading => Some(seal.seal(heading_place(chunk.id), heading.as_bytes(), randomness)?),
            };
            sealed.ids.push(chunk.id.as_uuid());
            sealed.ordinals.push(stored(chunk.ordinal));
            sealed.page_firsts.push(stored(chunk.pages.first));
            sealed.page_lasts.push(stored(chunk.pages.last));
            sealed.span_starts.push(stored(chunk.span.start));
            sealed.span_ends.push(stored(chunk.span.end));
            sealed.headings.push(heading);
            sealed.bodies.push(seal.seal(body_place(chunk.id), chunk.text.as_bytes(), randomness)?);
            sealed.printed.push(printed::stored(chunk));
            sealed.recognised.push(chunk.printed.recognised.map(i16::from));
            sealed.hashes.push(self.store.fingerprint(&chunk.content_hash).await?.0.to_vec());
        }
        Ok(sealed)
    }

    /// Puts these in the place of a document's chunks. The document is locked by the caller.
    pub(crate) async fn replace(
        self,
        tx: &mut Transaction,
        document: DocumentId,
        new: SealedChunks,
    ) -> Result<Replaced> {
        let counts = sqlx::query!(
            r#"
            with withdrawn as (delete from chunks where document_id = $1 returning id),
                 gone as (
                     insert into index_removals (document_id, chunk_id)
                     select $1, id from withdrawn where id <> all($2) on conflict do nothing
                     returning chunk_id),
                 back as (delete from index_removals where document_id = $1 and chunk_id = any($2))
            select (select count(*) from withdrawn where id = any($2)) as "kept!",
                   (select count(*) from gone) as "gone!"
            "#,
            document.as_uuid(),
            &new.ids
        )
        .fetch_one(tx.connection())
        .await
        .during("withdrawing the chunks of the version before")?;
        insert(tx, document, &new).await?;
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        let kept = count(counts.kept);
        let all = u32::try_from(new.ids.len()).unwrap_or(u32::MAX);
        Ok(Replaced { added: all.saturating_sub(kept), kept, gone: count(counts.gone) })
    }
}

async fn insert(tx: &mut Transaction, document: DocumentId, new: &SealedChunks) -> Result<()> {
    let mut from = 0;
    while from < new.ids.len() {
        let batch = from..(from + BATCH).min(new.ids.len());
        sqlx::query!(
            r#"
            insert into chunks (document_id, id, ordinal, page_first, page_last, span_start, span_end, heading, body,
                                content_hash, printed, recognised)
            select $1, input.*
              from unnest($2::uuid[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::bytea[], $9::bytea[],
                          $10::bytea[], $11::bytea[], $12::smallint[]) as input
            "#,
            document.as_uuid(),
            &new.ids[batch.clone()],
            &new.ordinals[batch.clone()],
            &new.page_firsts[batch.clone()],
            &new.page_lasts[batch.clone()],
            &new.span_starts[batch.clone()],
            &new.span_ends[batch.clone()],
            &new.headings[batch.clone()] as &[Option<Vec<u8>>],
            &new.bodies[batch.clone()],
            &new.hashes[batch.clone()],
            &new.printed[batch.clone()] as &[Option<Vec<u8>>],
            &new.recognised[batch.clone()] as &[Option<i16>]
        )
        .execute(tx.connection())
        .await
        .during("writing chunks")?;
        from = batch.end;
    }
    Ok(())
}

/// Limits elsewhere keep these far below; a number beyond would be cut, not wrapped.
fn stored(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub(crate) fn body_place(id: ChunkId) -> Place {
    Place { table: "chunks", row: id.as_uuid(), column: "body" }
}

fn heading_place(id: ChunkId) -> Place {
    Place { table: "chunks", row: id.as_uuid(), column: "heading" }
}
