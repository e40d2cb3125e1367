//! Forgetting a person: everything that was kept for them, and every document only they could read.
//!
//! Works in batches and can be interrupted: the account stops working first and the row goes last, so that a second
//! call finishes what a first one began.

use uuid::Uuid;
use voiceassist_model::AccountId;

use super::{AccountState, Accounts};
use crate::Transaction;
use crate::entries::Vanished;
use crate::error::{During as _, Result};

/// What went with an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Receipt {
    /// Entries of its tree.
    pub entries: u64,
    /// Documents only it could read, deleted with their text.
    pub documents_purged: u64,
    /// Documents that others still read.
    pub documents_kept: u64,
    /// Conversations.
    pub conversations: u64,
}

impl Accounts<'_> {
    /// Forgets an account. `None` when there is none.
    pub async fn remove(self, id: AccountId) -> Result<Option<Receipt>> {
        if !self.set_state(id, AccountState::Revoked, Some("removal"), None).await? {
            return Ok(None);
        }
        // No entry was seen in a run that never was.
        let mut vanished = self.store.entries().vanish_unseen(id, Uuid::nil()).await?;
        let mut tx = self.store.begin().await?;
        let conversations = self.remove_row(&mut tx, id, &mut vanished).await?;
        tx.commit().await?;
        Ok(Some(Receipt {
            entries: vanished.entries,
            documents_purged: vanished.documents_purged,
            documents_kept: vanished.access_changed,
            conversations,
        }))
    }

    async fn remove_row(self, tx: &mut Transaction, id: AccountId, vanished: &mut Vanished) -> Result<u64> {
        // Waits for a sync that is applying right now, and lets no other one begin; then takes what that one brought.
        sqlx::query!("select id from accounts where id = $1 for update", id.as_uuid())
            .fetch_optional(tx.connection())
            .await
            .during("locking an account")?;
        *vanished += self.store.entries().vanish_all_unseen(tx, id, Uuid::nil()).await?;
        let conversations = sqlx::query!("delete from conversations where account_id = $1", id.as_uuid())
            .execute(tx.connection())
            .await
            .during("deleting an account's conversations")?;
        sqlx::query!("delete from accounts where id = $1", id.as_uuid())
            .execute(tx.connection())
            .await
            .during("deleting an account")?;
        Ok(conversations.rows_affected())
    }
}
