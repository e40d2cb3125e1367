//! Which incarnation of each index was filled.
//!
//! An index that is made anew gets a new epoch. When it differs from the one recorded here, the index is empty or not
//! ours, and everything is indexed again from the text kept in PostgreSQL.

use uuid::Uuid;

use crate::error::{During as _, Result};
use crate::{Store, Transaction};

/// Which incarnation of each index was filled.
#[derive(Clone, Copy)]
pub struct IndexEpochs<'a> {
    pub(crate) store: &'a Store,
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
}
