//! People's mailboxes as last observed: accounts, folders, where messages lie, and what they say.
//!
//! A mailbox belongs to one account and goes with it. What is needed to sign in is sealed as a whole, and so is what a
//! message says; names of folders are kept as names of files are. A message is one row per folder it lies in and one
//! content however many these are: a message that was moved is found again by the digest of its Message-ID and its size
//! and is not fetched twice. A folder's cursor is written in the transaction that applies what it stands for, so a crash
//! at any point means doing the last page again. A reason is a short code, never a server's words.

mod contents;
mod folders;
mod letters;
mod messages;
mod threads;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;
use voiceassist_model::{AccountId, MailAccountId};

pub use contents::{Content, ContentState, NewContent, Pending};
pub use folders::{Folder, FolderCursor, ObservedFolder};
pub use letters::{LetterFilter, MAX_LETTERS, StoredLetter};
pub use messages::{Applied, MessageKey, ObservedMessage};

use crate::access::Reconciled;
use crate::error::{During as _, Result, StoreError};
use crate::seal::Place;
use crate::{Store, Transaction};

/// Mailboxes of one person at most.
pub const MAX_PER_ACCOUNT: i64 = 20;

/// Contents of a mailbox that is removed, taken by one transaction.
const REMOVAL_BATCH: i64 = 500;

/// How a mailbox fares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MailState {
    /// It works.
    Connected,
    /// The server does not believe the credentials: nobody asks again before the person gave others.
    Refused,
    /// Something else, named by the reason.
    Failing,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Connected, Self::Refused, Self::Failing];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Refused => "refused",
            Self::Failing => "failing",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == name)
            .ok_or(StoreError::Corrupt { what: "state of a mailbox" })
    }
}

/// A mailbox, without what is needed to sign in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailAccount {
    /// Its id.
    pub id: MailAccountId,
    /// Whose it is.
    pub account: AccountId,
    /// How it fares.
    pub state: MailState,
    /// Why, as a code.
    pub reason: Option<String>,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// When a sync last succeeded.
    pub last_synced_at: Option<DateTime<Utc>>,
}

/// Mailboxes.
#[derive(Clone, Copy)]
pub struct Mail<'a> {
    pub(crate) store: &'a Store,
}

struct Row {
    id: Uuid,
    account_id: Uuid,
    state: String,
    reason: Option<String>,
    state_since: DateTime<Utc>,
    last_synced_at: Option<DateTime<Utc>>,
}

impl Row {
    fn read(self) -> Result<MailAccount> {
        Ok(MailAccount {
            id: MailAccountId::from_uuid(self.id),
            account: AccountId::from_uuid(self.account_id),
            state: MailState::from_name(&self.state)?,
            reason: self.reason,
            state_since: self.state_since,
            last_synced_at: self.last_synced_at,
        })
    }
}

impl Mail<'_> {
    /// Keeps a mailbox. `connection` is the caller's own form of where the server is and how to sign in; it is sealed.
    /// `None` when the person has too many.
    pub async fn add(self, account: AccountId, connection: &SecretString) -> Result<Option<MailAccountId>> {
        let (id, now) = (self.store.new_uuid(), self.store.now());
        let sealed = self.store.seal_bytes(place(id), connection.expose_secret().as_bytes()).await?;
        let done = sqlx::query!(
            r#"
            insert into mail_accounts (id, account_id, connection, state, state_since, created_at)
            select $1, $2, $3, 'connected', $4, $4
             where (select count(*) from mail_accounts where account_id = $2) < $5
            "#,
            id,
            account.as_uuid(),
            sealed,
            now,
            MAX_PER_ACCOUNT
        )
        .execute(self.store.pool())
        .await
        .during("keeping a mailbox")?;
        Ok((done.rows_affected() > 0).then_some(MailAccountId::from_uuid(id)))
    }

    /// Takes other credentials for a mailbox of this person; it is asked again then.
    pub async fn replace_connection(
        self,
        account: AccountId,
        mailbox: MailAccountId,
        connection: &SecretString,
    ) -> Result<bool> {
        let sealed =
            self.store.seal_bytes(place(mailbox.as_uuid()), connection.expose_secret().as_bytes()).await?;
        let done = sqlx::query!(
            r#"
            update mail_accounts set connection = $3, state = 'connected', reason = null, state_since = $4
             where id = $1 and account_id = $2
            "#,
            mailbox.as_uuid(),
            account.as_uuid(),
            sealed,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("replacing the credentials of a mailbox")?;
        Ok(done.rows_affected() > 0)
    }

    /// A mailbox.
    pub async fn find(self, mailbox: MailAccountId) -> Result<Option<MailAccount>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, account_id, state, reason, state_since, last_synced_at from mail_accounts where id = $1
            "#,
            mailbox.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a mailbox")?;
        row.map(Row::read).transpose()
    }

    /// A person's mailboxes, oldest first.
    pub async fn list(self, account: AccountId) -> Result<Vec<MailAccount>> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id, account_id, state, reason, state_since, last_synced_at from mail_accounts
             where account_id = $1 order by created_at, id limit $2
            "#,
            account.as_uuid(),
            MAX_PER_ACCOUNT
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing mailboxes")?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Where the server is and how to sign in, as it was given. `None` when nobody may sign in: the mailbox is gone, was
    /// refused, or its person reads nothing at present.
    pub async fn connection(self, mailbox: MailAccountId) -> Result<Option<SecretString>> {
        let row = sqlx::query_scalar!(
            r#"
            select m.connection from mail_accounts m join accounts a on a.id = m.account_id
             where m.id = $1 and m.state <> 'refused' and account_works(a.state)
            "#,
            mailbox.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading the credentials of a mailbox")?;
        match row {
            Some(sealed) => {
                let text = self.store.open_text(place(mailbox.as_uuid()), &sealed).await?;
                Ok(Some(SecretString::from(text)))
            }
            None => Ok(None),
        }
    }

    /// Where the server of this person's mailbox is and how it is signed in to, whether anybody may sign in or not.
    pub async fn sign_in_of(
        self,
        account: AccountId,
        mailbox: MailAccountId,
    ) -> Result<Option<SecretString>> {
        let row = sqlx::query_scalar!(
            "select connection from mail_accounts where id = $1 and account_id = $2",
            mailbox.as_uuid(),
            account.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading how a mailbox is signed in to")?;
        match row {
            Some(sealed) => {
                let text = self.store.open_text(place(mailbox.as_uuid()), &sealed).await?;
                Ok(Some(SecretString::from(text)))
            }
            None => Ok(None),
        }
    }

    /// Mailboxes that were not looked at since an instant and whose person reads something at present, longest first.
    pub async fn due(self, before: DateTime<Utc>, limit: u32) -> Result<Vec<MailAccountId>> {
        let rows = sqlx::query_scalar!(
            r#"
            select m.id from mail_accounts m join accounts a on a.id = m.account_id
             where m.state <> 'refused' and account_works(a.state)
               and coalesce(greatest(m.last_synced_at, m.looked_at), m.created_at - interval '1 day') < $1
             order by greatest(m.last_synced_at, m.looked_at) nulls first limit $2
            "#,
            before,
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for mailboxes to look at")?;
        Ok(rows.into_iter().map(MailAccountId::from_uuid).collect())
    }

    /// Mailboxes that may be listened to, and since when each is as it is.
    pub async fn to_listen(self, limit: u32) -> Result<Vec<(MailAccountId, DateTime<Utc>)>> {
        let rows = sqlx::query!(
            r#"
            select m.id, m.state_since from mail_accounts m join accounts a on a.id = m.account_id
             where m.state <> 'refused' and account_works(a.state) order by m.created_at, m.id limit $1
            "#,
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for mailboxes to listen to")?;
        Ok(rows.into_iter().map(|row| (MailAccountId::from_uuid(row.id), row.state_since)).collect())
    }

    /// Notes how a mailbox fares.
    pub async fn set_state(
        self,
        mailbox: MailAccountId,
        state: MailState,
        reason: Option<&'static str>,
    ) -> Result<bool> {
        let now = self.store.now();
        let done = sqlx::query!(
            r#"
            update mail_accounts
               set state_since = case when state = $2 then state_since else $4 end,
                   last_synced_at = case when $2 = 'connected' then $4 else last_synced_at end, looked_at = $4,
                   state = $2, reason = $3
             where id = $1
            "#,
            mailbox.as_uuid(),
            state.as_str(),
            reason,
            now
        )
        .execute(self.store.pool())
        .await
        .during("noting how a mailbox fares")?;
        Ok(done.rows_affected() > 0)
    }

    /// Forgets a mailbox of this person with everything in it, a batch at a time. It is not asked any more from the first
    /// moment on; if this is broken off, asking again goes on.
    pub async fn remove(self, account: AccountId, mailbox: MailAccountId) -> Result<bool> {
        let stopped = sqlx::query!(
            r#"
            update mail_accounts set state = 'refused', reason = 'removal', state_since = $3
             where id = $1 and account_id = $2
            "#,
            mailbox.as_uuid(),
            account.as_uuid(),
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("stopping a mailbox")?;
        if stopped.rows_affected() == 0 {
            return Ok(false);
        }
        loop {
            let mut tx = self.store.begin().await?;
            let (taken, _) =
                self.take_contents(&mut tx, account, &[mailbox.as_uuid()], None, REMOVAL_BATCH).await?;
            tx.commit().await?;
            if taken == 0 {
                break;
            }
        }
        let mut tx = self.store.begin().await?;
        let done = sqlx::query!(
            "delete from mail_accounts where id = $1 and account_id = $2",
            mailbox.as_uuid(),
            account.as_uuid()
        )
        .execute(tx.connection())
        .await
        .during("forgetting a mailbox")?;
        // What a look that was under way brought meanwhile.
        self.store.items().purge(&mut tx, account, None).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes some of what an account's mailboxes say out, with its documents; how many contents, and what went with them.
    pub(crate) async fn take_some(
        self,
        tx: &mut Transaction,
        account: AccountId,
        receipt: Uuid,
        limit: i64,
    ) -> Result<(u64, Reconciled)> {
        let mailboxes =
            sqlx::query_scalar!("select id from mail_accounts where account_id = $1", account.as_uuid())
                .fetch_all(tx.connection())
                .await
                .during("listing an account's mailboxes")?;
        self.take_contents(tx, account, &mailboxes, Some(receipt), limit).await
    }
}

fn place(row: Uuid) -> Place {
    Place { table: "mail_accounts", row, column: "connection" }
}
