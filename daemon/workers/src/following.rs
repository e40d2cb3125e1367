//! One look at an account and what follows from it, whoever asked for the look.
//!
//! Hint, timer and command come to the same: the files are compared with Nextcloud's, the account's next regular look
//! is set, and whoever else a hint concerned, as only this look could tell, is nudged. A look that fails changes
//! none of that; it is tried again by the queue.

use voiceassist_model::AccountId;

use crate::sync::files::{SyncReport, Way, sync_files};
use crate::{Context, JobError};

/// Looks at the account and notes what follows.
pub async fn follow(context: &Context, account: AccountId) -> Result<SyncReport, JobError> {
    let began = context.clock.now();
    let report = sync_files(context, account).await?;
    let moved = report.way != Way::Unchanged;
    context.store.rhythm().looked(account, began, moved, context.settings.pace).await?;
    context.store.nudges().spread(account, began).await?;
    Ok(report)
}
