//! Rules about what is read, applied to what is already mirrored.
//!
//! Entries that arrive or move are judged where they are stored. This engine is for everything else: other rules mean
//! that an account's whole tree is gone over, in the database and without a request to Nextcloud. It works in batches
//! that each end in a transaction; a killed run is done again from the start, and what was judged already costs a look.

pub mod tags;

use voiceassist_model::AccountId;

use crate::{Context, JobError};

/// Goes over everything the account sees with the present rules.
pub async fn reapply(context: &Context, account: AccountId) -> Result<(), JobError> {
    let changed = context.store.scope().reapply(account).await?;
    if changed > 0 {
        tracing::info!(account.id = %account, documents = changed, "rules about what is read were applied");
    }
    Ok(())
}
