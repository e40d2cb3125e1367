//! Starting the index anew from the text kept here.

use uuid::Uuid;
use voiceassist_model::DocumentId;

use super::Documents;
use crate::Transaction;
use crate::error::{During as _, Result};
use crate::jobs::{Enqueue, Job};

/// Documents put back by one round of a reset.
const RESET_BATCH: i64 = 1_000;

impl Documents<'_> {
    /// The index was lost or is not the one that was filled: every document goes back to its chunks and is indexed
    /// again, and the new epoch is recorded last, so that an interrupted reset is done again. Returns how many.
    pub async fn reset_for_reindex(self, index: &str, epoch: Uuid) -> Result<u64> {
        let mut reset = 0;
        loop {
            let mut tx = self.store.begin().await?;
            let batch = self.reset_some(&mut tx).await?;
            tx.commit().await?;
            reset += batch;
            if batch == 0 {
                break;
            }
        }
        let mut tx = self.store.begin().await?;
        self.store.chunks().forget_all_gone(&mut tx).await?;
        self.store.index_epochs().record(&mut tx, index, epoch).await?;
        tx.commit().await?;
        Ok(reset)
    }

    /// Queues every document whose way into the index stopped halfway; jobs that wait already are folded into. With
    /// `vectors`, documents that are found by words only count as halfway. Returns how many there are.
    pub async fn resume(self, vectors: bool) -> Result<u64> {
        let mut resumed = 0;
        let mut after = Uuid::nil();
        loop {
            let halfway = sqlx::query_scalar!(
                r#"
                select id from documents
                 where id > $1 and (state in ('pending', 'fetched', 'chunked') or ($2 and state = 'searchable'))
                 order by id limit $3
                "#,
                after,
                vectors,
                RESET_BATCH
            )
            .fetch_all(self.store.pool())
            .await
            .during("looking for unfinished documents")?;
            let Some(last) = halfway.last() else { return Ok(resumed) };
            after = *last;
            let mut tx = self.store.begin().await?;
            self.store.jobs().enqueue_all(&mut tx, &ingest_jobs(&halfway)).await?;
            tx.commit().await?;
            resumed += halfway.len() as u64;
        }
    }

    async fn reset_some(self, tx: &mut Transaction) -> Result<u64> {
        let reset = sqlx::query_scalar!(
            r#"
            with filled as (
                select id from documents
                 where settled_state in ('searchable', 'indexed') or index_access_set_id is not null
                 order by instance_id, file_id, id limit $2 for update
            )
            update documents
               set state = case when state in ('searchable', 'indexed') then 'chunked' else state end,
                   settled_state = case when settled_state in ('searchable', 'indexed') then 'chunked'
                                        else settled_state end,
                   index_access_set_id = null, indexed_at = null, updated_at = $1
             where id in (select id from filled)
            returning id
            "#,
            self.store.now(),
            RESET_BATCH
        )
        .fetch_all(tx.connection())
        .await
        .during("resetting documents")?;
        self.store.jobs().enqueue_all(tx, &ingest_jobs(&reset)).await?;
        Ok(reset.len() as u64)
    }
}

fn ingest_jobs(documents: &[Uuid]) -> Vec<Enqueue> {
    let ingest = |id: &Uuid| Enqueue::new(Job::IngestDocument { document: DocumentId::from_uuid(*id) });
    documents.iter().map(ingest).collect()
}
