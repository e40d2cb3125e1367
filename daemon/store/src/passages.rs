//! The only way from a chunk's id to text a person sees.
//!
//! What the index finds are ids; before any of them becomes a passage, the database is asked again whether this person
//! may read the document now: their account works, the document's access set has them as a member, and their own tree
//! holds the file, or their own mirror the event, task, contact or message. The view `readable_documents` says so for
//! this module and for lists alike, through the function that is planned once. What they may not read is simply absent
//! from the answer, exactly like what does not exist. Name and path are those of the reader's own tree, never somebody
//! else's.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, ChunkId, DocumentId, PageSpan, Passage, Sensitivity, TextSpan};

use crate::Store;
use crate::chunks::{body_place, printed};
use crate::error::{During as _, Result, StoreError};
use crate::items::{Face, basis};
use crate::verified::{Claim, Ground, Held, Unverified};

/// Chunks asked for by one call at most.
pub const MAX_IDS: usize = 512;

/// Neighbours on each side at most.
pub const MAX_NEIGHBOURS: u32 = 20;

/// Text for people.
#[derive(Clone, Copy)]
pub struct Passages<'a> {
    pub(crate) store: &'a Store,
}

struct Row {
    id: Uuid,
    document_id: Uuid,
    file_id: i64,
    name: String,
    path: String,
    heading: Option<Vec<u8>>,
    body: Vec<u8>,
    page_first: i32,
    page_last: i32,
    span_start: i32,
    span_end: i32,
    printed: Option<Vec<u8>>,
    recognised: Option<i16>,
    sensitivity: String,
    tree_confirmed_at: Option<DateTime<Utc>>,
    tree_doubts: i64,
    etags_tell: bool,
    source: String,
    about: Option<Vec<u8>>,
    begins_at: Option<DateTime<Utc>>,
    lent_seen_at: Option<DateTime<Utc>>,
}

impl Passages<'_> {
    /// Those of these chunks that this person may read, in the order asked for. Scores are the caller's to fill in.
    pub async fn readable(self, account: AccountId, chunks: &[ChunkId]) -> Result<Unverified<Passage>> {
        if chunks.len() > MAX_IDS {
            return Err(StoreError::TooMany { what: "chunks", limit: MAX_IDS });
        }
        let ids: Vec<Uuid> = chunks.iter().map(|chunk| chunk.as_uuid()).collect();
        // Asks once for each document, however many of its chunks are wanted.
        let rows = sqlx::query_as!(
            Row,
            r#"
            select c.id, c.document_id, may.file_id as "file_id!", may.name as "name!", may.path as "path!", c.heading,
                   c.body, c.page_first, c.page_last, c.span_start, c.span_end, c.printed, c.recognised, may.sensitivity as "sensitivity!",
                   may.tree_confirmed_at, may.tree_doubts as "tree_doubts!", may.etags_tell as "etags_tell!",
                   may.source as "source!", may.about, may.begins_at, may.lent_seen_at
              from unnest($2::uuid[]) with ordinality as wanted (id, place)
              join chunks c on c.id = wanted.id
              join readable_among($1, array(select distinct document_id from chunks where id = any($2))) as may
                on may.document_id = c.document_id
             order by wanted.place
            "#,
            account.as_uuid(),
            &ids
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading passages")?;
        self.open(account, rows).await
    }

    /// What stands around a chunk in its document, in order and without the chunk itself; nothing if this person may
    /// not read it.
    pub async fn neighbours(
        self,
        account: AccountId,
        chunk: ChunkId,
        before: u32,
        after: u32,
    ) -> Result<Unverified<Passage>> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select c.id, c.document_id, may.file_id as "file_id!", may.name as "name!", may.path as "path!", c.heading,
                   c.body, c.page_first, c.page_last, c.span_start, c.span_end, c.printed, c.recognised, may.sensitivity as "sensitivity!",
                   may.tree_confirmed_at, may.tree_doubts as "tree_doubts!", may.etags_tell as "etags_tell!",
                   may.source as "source!", may.about, may.begins_at, may.lent_seen_at
              from chunks middle
              join chunks c on c.document_id = middle.document_id and c.id <> middle.id
                           and c.ordinal between middle.ordinal - $3 and middle.ordinal + $4
              join readable_among($1, array(select document_id from chunks where id = $2)) as may
                on may.document_id = c.document_id
             where middle.id = $2 order by c.ordinal
            "#,
            account.as_uuid(),
            chunk.as_uuid(),
            i32::try_from(before.min(MAX_NEIGHBOURS)).unwrap_or(0),
            i32::try_from(after.min(MAX_NEIGHBOURS)).unwrap_or(0)
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading neighbouring passages")?;
        self.open(account, rows).await
    }

    async fn open(self, account: AccountId, rows: Vec<Row>) -> Result<Unverified<Passage>> {
        let claim = Claim::new(account, rows.iter().map(ground));
        let mut passages = Vec::with_capacity(rows.len());
        for row in rows {
            let chunk = ChunkId::from_uuid(row.id);
            let face = Face { source: row.source, name: row.name, about: row.about, date: row.begins_at };
            let (title, origin, _) = face.open(self.store, row.document_id).await?;
            passages.push(Passage {
                chunk,
                document: DocumentId::from_uuid(row.document_id),
                file_id: row.file_id,
                origin,
                title,
                path: row.path,
                heading: self.store.chunks().open_heading(chunk, row.heading.as_deref()).await?,
                pages: PageSpan { first: row.page_first.unsigned_abs(), last: row.page_last.unsigned_abs() },
                span: TextSpan { start: row.span_start.unsigned_abs(), end: row.span_end.unsigned_abs() },
                text: self.store.open_text(body_place(chunk), &row.body).await?,
                printed: printed::read(
                    row.printed.as_deref(),
                    row.recognised,
                    row.span_start.unsigned_abs(),
                    row.page_first.unsigned_abs(),
                ),
                sensitivity: Sensitivity::from_name(&row.sensitivity),
                score: 0.0,
            });
        }
        Ok(Unverified::new(claim, passages))
    }
}

fn ground(row: &Row) -> Ground {
    Ground {
        document: DocumentId::from_uuid(row.document_id),
        held: Held {
            file_id: row.file_id,
            etags_tell: row.etags_tell,
            basis: basis(&row.source, row.lent_seen_at),
        },
        confirmed_at: row.tree_confirmed_at,
        doubts: row.tree_doubts,
    }
}
