//! Putting right what a comparison found.
//!
//! A repair writes down what should be and queues the ordinary job that makes it so. Each says what it really changed,
//! judged again at the moment of writing, so that a finding of a while ago that is no longer true changes nothing.

use uuid::Uuid;
use voiceassist_model::{ChunkId, DocumentId};

use super::Truth;
use crate::access::anew;
use crate::error::{During as _, Result};
use crate::jobs::{Enqueue, Job};

impl Truth<'_> {
    /// Has points removed that have no chunk. Returns how many really have none.
    pub async fn forget_points(self, points: &[(DocumentId, ChunkId)]) -> Result<u64> {
        let documents: Vec<Uuid> = points.iter().map(|(document, _)| document.as_uuid()).collect();
        let chunks: Vec<Uuid> = points.iter().map(|(_, chunk)| chunk.as_uuid()).collect();
        let mut tx = self.store.begin().await?;
        let noted = sqlx::query_scalar!(
            r#"
            insert into index_removals (document_id, chunk_id)
            select document, chunk from unnest($1::uuid[], $2::uuid[]) as input (document, chunk)
             where not exists (select from chunks where id = chunk)
            on conflict do nothing returning document_id
            "#,
            &documents,
            &chunks
        )
        .fetch_all(tx.connection())
        .await
        .during("noting points to remove")?;
        let count = noted.len() as u64;
        self.enqueue(&mut tx, noted, |document| Job::RemoveDocument { document }).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// Has the readers of documents written into the index again. Returns how many there are.
    pub async fn rewrite_readers(self, documents: &[DocumentId]) -> Result<u64> {
        let ids: Vec<Uuid> = documents.iter().map(|document| document.as_uuid()).collect();
        let mut tx = self.store.begin().await?;
        let known = sqlx::query_scalar!(
            "select id from documents where id = any($1) and access_set_id is not null order by id",
            &ids
        )
        .fetch_all(tx.connection())
        .await
        .during("looking for documents to rewrite")?;
        let count = known.len() as u64;
        self.enqueue(&mut tx, known, |document| Job::SetAccess { document }).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// Has the readers of documents observed again from the trees that hold them. Returns how many changed or went.
    pub async fn reconcile_readers(self, documents: &[DocumentId]) -> Result<u64> {
        let ids: Vec<Uuid> = documents.iter().map(|document| document.as_uuid()).collect();
        let mut tx = self.store.begin().await?;
        let reconciled = anew::recount(self.store, &mut tx, &ids).await?;
        let owned = self.store.items().own_again(&mut tx, &ids).await?;
        tx.commit().await?;
        Ok(reconciled.changed + reconciled.purged + owned)
    }

    /// Has documents written into the index again from the text kept here; nothing is fetched. What the index has of them
    /// is found until it is replaced: with `vectors` words and meaning are written at once, otherwise words alone.
    /// Returns how many.
    pub async fn reindex(self, documents: &[DocumentId], vectors: bool) -> Result<u64> {
        let ids: Vec<Uuid> = documents.iter().map(|document| document.as_uuid()).collect();
        let mut tx = self.store.begin().await?;
        let reset = sqlx::query_scalar!(
            r#"
            with wanted as (
                select id from documents where id = any($1) and state in ('searchable', 'indexed')
                 order by instance_id, file_id, id for update
            )
            update documents
               set state = case when $2 then 'searchable' else 'chunked' end,
                   settled_state = case when $2 then 'searchable' else 'chunked' end, updated_at = $3
             where id in (select id from wanted)
            returning id
            "#,
            &ids,
            vectors,
            self.store.now()
        )
        .fetch_all(tx.connection())
        .await
        .during("putting documents back to be indexed")?;
        let count = reset.len() as u64;
        self.enqueue(&mut tx, reset, |document| Job::IngestDocument { document }).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// A page of the documents that are in the index, by id.
    pub async fn indexed(self, after: Option<DocumentId>, limit: u32) -> Result<Vec<DocumentId>> {
        let ids = sqlx::query_scalar!(
            r#"select id from documents where id > $1 and state in ('searchable', 'indexed') order by id limit $2"#,
            after.map_or(Uuid::nil(), DocumentId::as_uuid),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing indexed documents")?;
        Ok(ids.into_iter().map(DocumentId::from_uuid).collect())
    }

    /// Queues documents that nobody carries on.
    pub async fn carry_on(self, documents: &[DocumentId]) -> Result<u64> {
        let ids: Vec<Uuid> = documents.iter().map(|document| document.as_uuid()).collect();
        let mut tx = self.store.begin().await?;
        let count = ids.len() as u64;
        self.enqueue(&mut tx, ids, |document| Job::IngestDocument { document }).await?;
        tx.commit().await?;
        Ok(count)
    }

    async fn enqueue(
        self,
        tx: &mut crate::Transaction,
        mut documents: Vec<Uuid>,
        job: impl Fn(DocumentId) -> Job,
    ) -> Result<()> {
        documents.sort_unstable();
        documents.dedup();
        let jobs: Vec<Enqueue> =
            documents.into_iter().map(|id| Enqueue::new(job(DocumentId::from_uuid(id)))).collect();
        self.store.jobs().enqueue_all(tx, &jobs).await?;
        Ok(())
    }
}
