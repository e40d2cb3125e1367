//! Which incarnation of each index was filled, and which is being made in its place.
//!
//! An index that is made anew gets a new epoch. When it differs from the one recorded here, the index is empty or not
//! ours, and everything is indexed again from the text kept in PostgreSQL. One that is made in the background, while another
//! answers, is a build: how far it has come is kept document by document, and only its end records its epoch, together with
//! the end of the build.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::DocumentId;

use crate::error::{During as _, Result};
use crate::{Store, Transaction};

/// Documents put back in one step.
const PUT_BACK_BATCH: i64 = 1_000;

/// Which incarnation of each index was filled.
#[derive(Clone, Copy)]
pub struct IndexEpochs<'a> {
    pub(crate) store: &'a Store,
}

/// An index that is being made in the background.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexBuild {
    /// Its epoch.
    pub epoch: Uuid,
    /// The last document in it, in the order of ids.
    pub after: Option<DocumentId>,
    /// Documents in it.
    pub done: u64,
    /// Documents that there were when it began.
    pub total: u64,
    /// When it began.
    pub started_at: DateTime<Utc>,
}

struct Row {
    epoch: Uuid,
    after_document: Option<Uuid>,
    done: i64,
    total: i64,
    started_at: DateTime<Utc>,
}

impl IndexEpochs<'_> {
    /// The epoch last recorded for an index.
    pub async fn current(self, index: &str) -> Result<Option<Uuid>> {
        sqlx::query_scalar!("select epoch from index_epochs where name = $1", index)
            .fetch_optional(self.store.pool())
            .await
            .during("reading an index epoch")
    }

    /// Records the epoch of an index.
    pub async fn record(self, tx: &mut Transaction, index: &str, epoch: Uuid) -> Result<()> {
        sqlx::query!(
            r#"
            insert into index_epochs (name, epoch, recorded_at) values ($1, $2, $3)
            on conflict (name) do update set epoch = excluded.epoch, recorded_at = excluded.recorded_at
            "#,
            index,
            epoch,
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("recording an index epoch")?;
        Ok(())
    }

    /// The build under way in the place of an index, if there is one.
    pub async fn build(self, index: &str) -> Result<Option<IndexBuild>> {
        let row = sqlx::query_as!(
            Row,
            "select epoch, after_document, done, total, started_at from index_builds where name = $1",
            index
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading how far an index is")?;
        Ok(row.map(IndexBuild::from))
    }

    /// Begins a build from the first document, in the place of whichever was under way.
    pub async fn begin_build(self, index: &str, epoch: Uuid) -> Result<()> {
        sqlx::query!(
            r#"
            insert into index_builds (name, epoch, done, total, started_at, updated_at)
            select $1, $2, 0, count(*), $3, $3 from documents where state in ('searchable', 'indexed')
            on conflict (name) do update
               set epoch = excluded.epoch, after_document = null, done = 0, total = excluded.total,
                   started_at = excluded.started_at, updated_at = excluded.updated_at
            "#,
            index,
            epoch,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("beginning an index")?;
        Ok(())
    }

    /// So many documents more are in the index being made, up to this one. Another build's progress is left alone.
    pub async fn advance_build(self, index: &str, epoch: Uuid, after: DocumentId, done: u32) -> Result<()> {
        sqlx::query!(
            r#"
            update index_builds set after_document = $3, done = done + $4, updated_at = $5
             where name = $1 and epoch = $2 and (after_document is null or after_document < $3)
            "#,
            index,
            epoch,
            after.as_uuid(),
            i64::from(done),
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("recording how far an index is")?;
        Ok(())
    }

    /// The build is whole: from now on its index is the one. False when another build has taken its place.
    pub async fn finish_build(self, index: &str, epoch: Uuid) -> Result<bool> {
        let mut tx = self.store.begin().await?;
        let ended = sqlx::query!("delete from index_builds where name = $1 and epoch = $2", index, epoch)
            .execute(tx.connection())
            .await
            .during("ending an index's making")?;
        if ended.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        self.record(&mut tx, index, epoch).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// No index is to be made any more: the one that answers stays. Documents that were embedded since the build began have
    /// words in it but no vectors of its own model, so they are put back to be embedded again. Returns how many.
    pub async fn give_build_up(self, index: &str) -> Result<u64> {
        let Some(build) = self.build(index).await? else { return Ok(0) };
        let mut put_back = 0;
        loop {
            let ids = sqlx::query_scalar!(
                "select id from documents where state = 'indexed' and indexed_at >= $1 order by id limit $2",
                build.started_at,
                PUT_BACK_BATCH
            )
            .fetch_all(self.store.pool())
            .await
            .during("looking for documents without vectors")?;
            if ids.is_empty() {
                break;
            }
            let documents: Vec<DocumentId> = ids.into_iter().map(DocumentId::from_uuid).collect();
            put_back += self.store.truth().reindex(&documents, true).await?;
        }
        sqlx::query!("delete from index_builds where name = $1 and epoch = $2", index, build.epoch)
            .execute(self.store.pool())
            .await
            .during("giving an index's making up")?;
        Ok(put_back)
    }
}

impl From<Row> for IndexBuild {
    fn from(row: Row) -> Self {
        Self {
            epoch: row.epoch,
            after: row.after_document.map(DocumentId::from_uuid),
            done: row.done.unsigned_abs(),
            total: row.total.unsigned_abs(),
            started_at: row.started_at,
        }
    }
}
