//! Chunks that are gone leave the index, and people who are gone leave altogether.
//!
//! The store remembers which points were written and have no chunk any more, so a killed run finds them again. The
//! receipt of somebody's removal is complete when the last of their points has left.

use voiceassist_model::{AccountId, DocumentId};
use voiceassist_store::accounts::AccountState;
use voiceassist_store::audit::{Action, Actor, Entry, Outcome, Subject};

use crate::{Context, JobError};

/// Deletes the document's orphaned points.
pub async fn remove_gone(context: &Context, document: DocumentId) -> Result<(), JobError> {
    loop {
        let gone = context.store.chunks().gone(document).await?;
        if gone.is_empty() {
            context.store.receipts().complete_finished().await?;
            return Ok(());
        }
        context.index.remove_chunks(gone.clone()).await?;
        context.index.flush().await?;
        context.store.chunks().forget_gone(document, &gone).await?;
    }
}

/// Forgets an account whose removal had begun, or whose user has been gone for longer than the time of grace. The server
/// is asked once more before that; nothing happens to one who came back meanwhile.
pub async fn remove_account(context: &Context, account: AccountId) -> Result<(), JobError> {
    if crate::departures::look(context, account).await? == AccountState::Revoked
        && !context.store.accounts().find(account).await?.is_some_and(|found| found.is_being_removed())
    {
        return Ok(());
    }
    let gone_before = context.clock.now() - context.gone_grace().await?;
    // Before anything goes, and again whenever an interrupted removal goes on.
    let entry = Entry::new(Actor::Daemon, Action::AccountPurge).about(Subject::Account(account));
    context.store.audit().append(entry.clone().with_outcome(Outcome::Begun)).await?;
    if let Some(receipt) = context.store.accounts().remove_if_due(account, gone_before).await? {
        let counted = entry.count("documents", receipt.documents_purged).count("entries", receipt.entries);
        context.store.audit().append(counted.code("cause", receipt.cause.as_str())).await?;
        tracing::info!(
            receipt.id = %receipt.id,
            cause = receipt.cause.as_str(),
            entries = receipt.entries,
            documents = receipt.documents_purged,
            "account removed"
        );
    }
    Ok(())
}
