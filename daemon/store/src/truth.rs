//! What must be true of mirror and index, asked page by page.
//!
//! Everything here only compares and returns ids; [`repair`](Truth::forget_points) and its neighbours put right what was
//! found, always by way of the queue and of the same statements that ordinary work uses, so a repair that meets
//! ordinary work cannot undo it. Pages are bounded, and nothing is locked while looking: what changes meanwhile may be
//! reported and repaired without need, and never harmed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccessSetId, AccountId, ChunkId, DocumentId};

use crate::Store;
use crate::error::{During as _, Result};

mod repair;

/// The comparison of mirror and index.
#[derive(Clone, Copy)]
pub struct Truth<'a> {
    pub(crate) store: &'a Store,
}

/// A point as the index has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SeenPoint {
    /// Its chunk.
    pub chunk: ChunkId,
    /// The document it names.
    pub document: DocumentId,
    /// The readers it names.
    pub access_set: AccessSetId,
}

/// What is wrong with a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PointFault {
    /// There is no such chunk, and nobody is about to remove the point.
    Orphan,
    /// The chunk is another document's.
    Misplaced,
    /// Other people may read the document, and nobody is about to say so to the index.
    WrongReaders,
}

/// A file as a person's listing shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenFile {
    /// Nextcloud's id.
    pub file_id: i64,
    /// Where the person has it.
    pub path: String,
}

/// What is wrong with a file in the mirror.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileFault {
    /// The person sees it and the mirror does not have it.
    Unmirrored,
    /// The mirror has it somewhere else.
    Moved,
}

impl Truth<'_> {
    /// Which of these points are not what they should be.
    pub async fn judge_points(self, seen: &[SeenPoint]) -> Result<Vec<(SeenPoint, PointFault)>> {
        let chunks: Vec<Uuid> = seen.iter().map(|point| point.chunk.as_uuid()).collect();
        let documents: Vec<Uuid> = seen.iter().map(|point| point.document.as_uuid()).collect();
        let sets: Vec<i64> = seen.iter().map(|point| point.access_set.get()).collect();
        let rows = sqlx::query!(
            r#"
            select seen.chunk as "chunk!", seen.document as "document!", seen.readers as "readers!",
                   c.id is null as "orphan!", coalesce(c.document_id <> seen.document, false) as "misplaced!"
              from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as seen (chunk, document, readers)
              left join chunks c on c.id = seen.chunk
              left join documents d on d.id = c.document_id
             where (c.id is null and not exists (select from index_removals r
                                                  where r.document_id = seen.document and r.chunk_id = seen.chunk))
                or c.document_id <> seen.document
                or (d.access_set_id is distinct from seen.readers and c.id is not null
                    and not exists (select from jobs j where j.subject = d.id))
            "#,
            &chunks,
            &documents,
            &sets
        )
        .fetch_all(self.store.pool())
        .await
        .during("judging points of the index")?;
        let judged = rows.into_iter().map(|row| {
            let point = SeenPoint {
                chunk: ChunkId::from_uuid(row.chunk),
                document: DocumentId::from_uuid(row.document),
                access_set: AccessSetId::new(row.readers),
            };
            let fault = match (row.orphan, row.misplaced) {
                (true, _) => PointFault::Orphan,
                (_, true) => PointFault::Misplaced,
                _ => PointFault::WrongReaders,
            };
            (point, fault)
        });
        Ok(judged.collect())
    }

    /// A page of the chunks that should have a point: those of documents that count as found and have nothing left to do.
    pub async fn expected_points(
        self,
        after: Option<ChunkId>,
        limit: u32,
    ) -> Result<Vec<(ChunkId, DocumentId)>> {
        let rows = sqlx::query!(
            r#"
            select c.id, c.document_id from chunks c join documents d on d.id = c.document_id
             where c.id > $1 and d.state in ('searchable', 'indexed')
               and not exists (select from jobs j where j.subject = d.id)
             order by c.id limit $2
            "#,
            after.map_or(Uuid::nil(), ChunkId::as_uuid),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing chunks that should be found")?;
        let chunk = |id: Uuid, document: Uuid| (ChunkId::from_uuid(id), DocumentId::from_uuid(document));
        Ok(rows.into_iter().map(|row| chunk(row.id, row.document_id)).collect())
    }

    /// Of these chunks, those that should have a point still.
    pub async fn still_expected(self, chunks: &[(ChunkId, DocumentId)]) -> Result<BTreeSet<ChunkId>> {
        let ids: Vec<Uuid> = chunks.iter().map(|(chunk, _)| chunk.as_uuid()).collect();
        let still = sqlx::query_scalar!(
            r#"
            select c.id from chunks c join documents d on d.id = c.document_id
             where c.id = any($1) and d.state in ('searchable', 'indexed')
               and not exists (select from jobs j where j.subject = d.id)
            "#,
            &ids
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking at missing points again")?;
        Ok(still.into_iter().map(ChunkId::from_uuid).collect())
    }

    /// The documents these chunks are of.
    pub async fn owners(self, chunks: &[ChunkId]) -> Result<Vec<DocumentId>> {
        let ids: Vec<Uuid> = chunks.iter().map(|chunk| chunk.as_uuid()).collect();
        let owners = sqlx::query_scalar!("select distinct document_id from chunks where id = any($1)", &ids)
            .fetch_all(self.store.pool())
            .await
            .during("looking for the documents of chunks")?;
        Ok(owners.into_iter().map(DocumentId::from_uuid).collect())
    }

    /// Of a page of documents, those whose readers are not the people whose trees hold the file, or not their owner; the
    /// page's last; and how many were looked at.
    pub async fn wrong_readers(
        self,
        after: Option<DocumentId>,
        limit: u32,
    ) -> Result<(Vec<DocumentId>, Option<DocumentId>, u64)> {
        let rows = sqlx::query!(
            r#"
            select d.id,
                   coalesce((select members from access_sets s where s.id = d.access_set_id), '{}')
                   <> case when d.source = 'file'
                           then (select coalesce(array_agg(e.account_id order by e.account_id), '{}')
                                   from document_readers e where e.document_id = d.id)
                           when d.object_id is null and d.content_id is null then '{}'
                           else array[d.account_id] end as "wrong!"
              from documents d where d.id > $1 order by d.id limit $2
            "#,
            after.map_or(Uuid::nil(), DocumentId::as_uuid),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("comparing readers with trees")?;
        let last = rows.last().map(|row| DocumentId::from_uuid(row.id));
        let looked_at = rows.len() as u64;
        let wrong = rows.into_iter().filter(|row| row.wrong).map(|row| DocumentId::from_uuid(row.id));
        Ok((wrong.collect(), last, looked_at))
    }

    /// A page of documents that are on their way and that no job carries, unchanged since an instant. Those that wait for
    /// a model count only with `vectors`.
    pub async fn stuck(
        self,
        since: DateTime<Utc>,
        vectors: bool,
        after: Option<DocumentId>,
        limit: u32,
    ) -> Result<Vec<DocumentId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select id from documents d
             where id > $1 and updated_at < $2
               and (state in ('pending', 'fetched', 'chunked') or ($3 and state = 'searchable'))
               and not exists (select from jobs j where j.subject = d.id)
             order by id limit $4
            "#,
            after.map_or(Uuid::nil(), DocumentId::as_uuid),
            since,
            vectors,
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for stuck documents")?;
        Ok(ids.into_iter().map(DocumentId::from_uuid).collect())
    }

    /// Which of these files the mirror of this person does not have as they are.
    pub async fn judge_files(self, account: AccountId, seen: &[SeenFile]) -> Result<Vec<(i64, FileFault)>> {
        let ids: Vec<i64> = seen.iter().map(|file| file.file_id).collect();
        let paths: Vec<String> = seen.iter().map(|file| file.path.clone()).collect();
        let rows = sqlx::query!(
            r#"
            select seen.file_id as "file_id!", e.file_id is null as "unmirrored!"
              from unnest($2::bigint[], $3::text[]) as seen (file_id, path)
              left join entries e on e.account_id = $1 and e.file_id = seen.file_id
             where e.file_id is null or e.path <> seen.path
            "#,
            account.as_uuid(),
            &ids,
            &paths
        )
        .fetch_all(self.store.pool())
        .await
        .during("comparing a listing with the mirror")?;
        let fault = |unmirrored| if unmirrored { FileFault::Unmirrored } else { FileFault::Moved };
        Ok(rows.into_iter().map(|row| (row.file_id, fault(row.unmirrored))).collect())
    }

    /// A page of the files the mirror has of this person, by id.
    pub async fn mirrored_files(
        self,
        account: AccountId,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<i64>> {
        sqlx::query_scalar!(
            r#"
            select file_id from entries
             where account_id = $1 and not is_folder and file_id > $2 order by file_id limit $3
            "#,
            account.as_uuid(),
            after.unwrap_or(i64::MIN),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing what the mirror has")
    }
}
