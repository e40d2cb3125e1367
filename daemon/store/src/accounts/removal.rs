//! Forgetting a person: everything that was kept for them, and every document only they could read.
//!
//! The account stops working first, in one small transaction, so that nothing is shown to it from then on. What it had
//! goes in batches, each in a transaction of its own that also counts on the receipt, and the row goes last. A removal
//! that was interrupted is found by [`Accounts::to_remove`] and goes on where it stopped. One who connects again while
//! they are being removed keeps the account: what went is read again, what was not yet taken stays.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, InstanceId};

use super::{Account, Accounts};
use crate::Transaction;
use crate::access::step::Step;
use crate::error::{During as _, Result};
use crate::receipts::{Cause, Receipt, Taken};

/// What an account's reason says while it is being removed.
const REASON: &str = "removal";

/// Entries taken by one transaction: their documents may have fifty chunks each, and all go with them.
const ENTRIES: usize = 200;

/// Conversations taken by one transaction, with everything said in them.
const CONVERSATIONS: i64 = 100;

/// Events, tasks and contacts taken by one transaction; an event may have a thousand occurrences.
const COLLECTION_OBJECTS: i64 = 100;

/// Messages taken by one transaction, with their documents.
const MAIL_CONTENTS: i64 = 500;

/// Removals handed out for one round of scheduling at most.
const MAX_DUE: i64 = 100;

impl Account {
    /// Whether its removal has begun.
    pub fn is_being_removed(&self) -> bool {
        self.state_reason.as_deref() == Some(REASON)
    }
}

impl Accounts<'_> {
    /// Forgets an account. `None` when there is none.
    pub async fn remove(self, id: AccountId) -> Result<Option<Receipt>> {
        let mut tx = self.store.begin().await?;
        let begun = self.begin_removal(&mut tx, id, None).await?;
        tx.commit().await?;
        match begun {
            Some(receipt) => self.go_on(id, receipt).await,
            None => Ok(None),
        }
    }

    /// Forgets an account if its removal had begun, or if its user has been gone since before `gone_before`. `None`
    /// when there is nothing to do: the person may have come back.
    pub async fn remove_if_due(self, id: AccountId, gone_before: DateTime<Utc>) -> Result<Option<Receipt>> {
        let mut tx = self.store.begin().await?;
        let begun = self.begin_removal(&mut tx, id, Some(gone_before)).await?;
        tx.commit().await?;
        match begun {
            Some(receipt) => self.go_on(id, receipt).await,
            None => Ok(None),
        }
    }

    /// Accounts whose removal was interrupted, and those whose user has been gone since before `gone_before`.
    pub async fn to_remove(self, gone_before: DateTime<Utc>) -> Result<Vec<AccountId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select id from accounts where state_reason = $1 or (state = 'gone' and state_since <= $2)
             order by state_since, id limit $3
            "#,
            REASON,
            gone_before,
            MAX_DUE
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for accounts to remove")?;
        Ok(ids.into_iter().map(AccountId::from_uuid).collect())
    }

    /// Stops the account and begins its receipt. With `gone_before` only if it is due.
    async fn begin_removal(
        self,
        tx: &mut Transaction,
        id: AccountId,
        gone_before: Option<DateTime<Utc>>,
    ) -> Result<Option<Uuid>> {
        let stopped = sqlx::query!(
            r#"
            update accounts
               set state = case when state = 'gone' then state else 'revoked' end, state_reason = $2, secret = null,
                   suspended_until = null,
                   state_since = case when state in ('gone', 'revoked') then state_since else $4 end
             where id = $1
               and ($3::timestamptz is null or state_reason = $2 or (state = 'gone' and state_since <= $3))
            returning instance_id, state
            "#,
            id.as_uuid(),
            REASON,
            gone_before,
            self.store.now()
        )
        .fetch_optional(tx.connection())
        .await
        .during("stopping an account")?;
        let Some(stopped) = stopped else { return Ok(None) };
        let cause = if stopped.state == "gone" { Cause::Gone } else { Cause::Disconnected };
        let instance = InstanceId::from_uuid(stopped.instance_id);
        self.store.receipts().begin(tx, instance, id, cause).await.map(Some)
    }

    async fn go_on(self, id: AccountId, receipt: Uuid) -> Result<Option<Receipt>> {
        while self.is_being_removed(id).await? {
            let mut tx = self.store.begin().await?;
            let more = self.take_some(&mut tx, id, receipt).await?;
            tx.commit().await?;
            if !more {
                break;
            }
        }
        let mut tx = self.store.begin().await?;
        self.remove_row(&mut tx, id, receipt).await?;
        tx.commit().await?;
        self.store.receipts().complete_finished().await?;
        self.store.receipts().find(receipt).await
    }

    async fn is_being_removed(self, id: AccountId) -> Result<bool> {
        Ok(self.find(id).await?.is_some_and(|account| account.is_being_removed()))
    }

    /// Takes one batch of what the account had. False when nothing was left to take.
    async fn take_some(self, tx: &mut Transaction, id: AccountId, receipt: Uuid) -> Result<bool> {
        let step = Step::out(id, receipt);
        // No entry was seen in a run that never was.
        let mut vanished = self.store.entries().vanish_some_unseen(tx, step, Uuid::nil(), ENTRIES).await?;
        let talk = sqlx::query!(
            r#"
            with doomed as (select id from conversations where account_id = $1 order by id limit $2),
                 said as (delete from messages where conversation_id in (select id from doomed) returning id),
                 held as (delete from conversations where id in (select id from doomed) returning id)
            select (select count(*) from held) as "conversations!", (select count(*) from said) as "messages!"
            "#,
            id.as_uuid(),
            CONVERSATIONS
        )
        .fetch_one(tx.connection())
        .await
        .during("deleting an account's conversations")?;
        let collection_objects = self.store.collections().take_some(tx, id, COLLECTION_OBJECTS).await?;
        // With the documents that these objects were made into.
        let (contents, purged) = self.store.mail().take_some(tx, id, receipt, MAIL_CONTENTS).await?;
        vanished.documents_purged += purged.purged;
        vanished.chunks += purged.chunks;
        vanished.jobs_cancelled += purged.jobs_cancelled;
        let jobs_cancelled = self.store.jobs().cancel_of_account(tx, id).await?;
        let (conversations, messages) = (talk.conversations.unsigned_abs(), talk.messages.unsigned_abs());
        let taken = Taken { vanished, conversations, messages, collection_objects, jobs_cancelled };
        self.store.receipts().add(tx, receipt, taken).await?;
        Ok(vanished.entries > 0 || conversations > 0 || collection_objects > 0 || contents > 0)
    }

    /// Waits for a sync that is applying right now, and lets no other one begin; takes what that one brought, and then
    /// the account itself. Nothing happens to one who has connected again.
    async fn remove_row(self, tx: &mut Transaction, id: AccountId, receipt: Uuid) -> Result<()> {
        let held = sqlx::query_scalar!(
            "select id from accounts where id = $1 and state_reason = $2 for update",
            id.as_uuid(),
            REASON
        )
        .fetch_optional(tx.connection())
        .await
        .during("locking an account")?;
        if held.is_none() {
            return Ok(());
        }
        while self.take_some(tx, id, receipt).await? {}
        sqlx::query!("delete from accounts where id = $1", id.as_uuid())
            .execute(tx.connection())
            .await
            .during("deleting an account")?;
        self.store.receipts().close(tx, receipt).await
    }
}
