//! What a start repairs by itself.
//!
//! The index can be rebuilt from Postgres at any time. Each index carries an epoch that changes when it is made anew;
//! the store keeps the last epoch it wrote to. When they differ, the points are not there, whatever the rows say.
//! Documents whose way stopped halfway are queued again, also those that were waiting for a model to be installed.

use crate::{Context, JobError};

/// What was found and done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Documents that go into the index again.
    pub reindexed: u64,
    /// Documents whose way was not finished: a killed run, or a model that was not there.
    pub resumed: u64,
}

/// Name under which the store keeps the epoch of the one index.
pub const INDEX: &str = "chunks";

/// Compares the index with what Postgres believes about it and queues what is missing.
pub async fn recover(context: &Context) -> Result<Recovered, JobError> {
    let epoch = context.index.identity().epoch;
    let reindexed = if context.store.index_epochs().current(INDEX).await? == Some(epoch) {
        0
    } else {
        context.store.documents().reset_for_reindex(INDEX, epoch).await?
    };
    if reindexed > 0 {
        tracing::info!(documents = reindexed, "the index is new; its documents go into it again");
    }
    let resumed = context.store.documents().resume(context.embedder.is_some()).await?;
    Ok(Recovered { reindexed, resumed })
}
