//! One transaction's worth of a listing.
//!
//! Accounts that share files write to the same documents; the order of the writes keeps them from waiting for each other
//! in a circle, and should the database still break one off, that one transaction is made again. Nothing here decides.

use voiceassist_store::StoreError;
use voiceassist_store::entries::{Applied, ObservedEntry};

use super::Look;
use super::ledger::Settled;

/// Entries applied in one transaction.
pub(super) const ROUND: usize = 1_000;
/// How often one transaction is made, the first time included.
pub(super) const ATTEMPTS: u32 = 4;

/// Applies entries and settles folders, all or nothing.
pub(super) async fn apply(
    look: &Look<'_>,
    entries: &[ObservedEntry],
    settled: &[Settled],
) -> Result<Vec<Applied>, StoreError> {
    let mut attempt = 1;
    loop {
        match once(look, entries, settled).await {
            Err(error) if error.is_transient() && attempt < ATTEMPTS => {
                tracing::debug!(attempt, %error, "a transaction is made again");
                attempt += 1;
            }
            done => return done,
        }
    }
}

async fn once(
    look: &Look<'_>,
    entries: &[ObservedEntry],
    settled: &[Settled],
) -> Result<Vec<Applied>, StoreError> {
    let store = &look.context.store;
    if entries.is_empty() && settled.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = store.begin().await?;
    let applied = if entries.is_empty() {
        Vec::new()
    } else {
        store.entries().apply(&mut tx, look.account, look.run, entries).await?
    };
    if !settled.is_empty() {
        store.entries().settle_folders(&mut tx, look.account, settled).await?;
    }
    tx.commit().await?;
    Ok(applied)
}
