//! What messages say, sealed, once for all folders a message is in.
//!
//! Many are one transaction and a fixed number of statements, because it is the number of both that a first look at a
//! large mailbox waits for. Whatever takes a message out of a folder notes it (`mail_adrift`, by the table's own triggers), so
//! that ending a run costs what went and not what is there.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, MailAccountId, MailContentId, MailFolderId};

use crate::Transaction;
use crate::access::Reconciled;
use crate::documents::ContentHash;
use crate::error::{During as _, Result, StoreError};
use crate::jobs::Lane;
use crate::mail::Mail;
use crate::mail::folders::uid;
use crate::seal::Place;

/// Identifiers by which one message finds its conversation, at most.
const MAX_THREAD_KEYS: usize = 128;

/// Contents forgotten by one transaction.
const SWEEP_BATCH: i64 = 1_000;

/// How far a content came.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ContentState {
    /// It waits to be fetched.
    Pending,
    /// It was read.
    Read,
    /// It cannot be read; the reason says why.
    Quarantined,
}

impl ContentState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Read => "read",
            Self::Quarantined => "quarantined",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        [Self::Pending, Self::Read, Self::Quarantined]
            .into_iter()
            .find(|state| state.as_str() == name)
            .ok_or(StoreError::Corrupt { what: "state of a message" })
    }
}

/// A content that waits to be fetched, and where from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pending {
    /// Which.
    pub content: MailContentId,
    /// The UID in the folder asked about.
    pub uid: u32,
    /// How large the server says it is.
    pub size: u64,
    /// How often it was tried before, and something broke.
    pub attempts: u32,
}

/// What was read of a message.
#[derive(Clone, Debug)]
pub struct NewContent {
    /// What it says about itself, in the caller's form.
    pub note: String,
    /// Its text, in the caller's form.
    pub body: String,
    /// When it was written.
    pub sent_at: Option<DateTime<Utc>>,
    /// Digests of its Message-ID and of those it names.
    pub thread_keys: Vec<[u8; 32]>,
}

/// A content as its owner may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    /// Which.
    pub id: MailContentId,
    /// How far it came.
    pub state: ContentState,
    /// Why no further, as a code.
    pub reason: Option<String>,
    /// The conversation it belongs to.
    pub thread: Option<Uuid>,
    /// When it was written.
    pub sent_at: Option<DateTime<Utc>>,
    /// What it says about itself, once read.
    pub note: Option<String>,
    /// Its text, once read.
    pub body: Option<String>,
}

impl Mail<'_> {
    /// Contents of a folder that wait to be fetched, highest UID first, none tried more often than `attempts`. Looks at what
    /// waits, and not at the folder.
    pub async fn pending(self, folder: MailFolderId, attempts: u32, limit: u32) -> Result<Vec<Pending>> {
        let rows = sqlx::query!(
            r#"
            with waiting as materialized (
                select id, size, attempts from mail_contents
                 where mail_account_id = (select mail_account_id from mail_folders where id = $1)
                   and state = 'pending' and attempts < $2
            )
            select m.uid, w.id, w.size, w.attempts from waiting w join mail_messages m on m.content_id = w.id
             where m.folder_id = $1 order by m.uid desc limit $3
            "#,
            folder.as_uuid(),
            i32::try_from(attempts).unwrap_or(i32::MAX),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for messages to fetch")?;
        rows.into_iter()
            .map(|row| {
                Ok(Pending {
                    content: MailContentId::from_uuid(row.id),
                    uid: uid(row.uid)?,
                    size: row.size.unsigned_abs(),
                    attempts: row.attempts.unsigned_abs(),
                })
            })
            .collect()
    }

    /// Notes that contents are about to be fetched, so that one that kills whoever reads it is not read for ever.
    pub async fn attempt(self, contents: &[MailContentId]) -> Result<()> {
        let ids: Vec<Uuid> = contents.iter().map(|content| content.as_uuid()).collect();
        sqlx::query!("update mail_contents set attempts = attempts + 1 where id = any($1)", &ids)
            .execute(self.store.pool())
            .await
            .during("noting a try")?;
        Ok(())
    }

    /// Keeps what was read of several messages, all of it at once, to be indexed in this lane. How many; contents that are
    /// gone are not kept.
    pub async fn keep_contents_in(
        self,
        mailbox: MailAccountId,
        read: &[(MailContentId, NewContent)],
        lane: Lane,
    ) -> Result<u64> {
        let mut sealed = Sealed::default();
        let mut keys = Vec::with_capacity(read.len());
        for (content, new) in read {
            let id = content.as_uuid();
            sealed.ids.push(id);
            sealed.notes.push(self.store.seal_bytes(place(id, "note"), new.note.as_bytes()).await?);
            sealed.bodies.push(self.store.seal_bytes(place(id, "body"), new.body.as_bytes()).await?);
            sealed.sent_ats.push(new.sent_at);
            let mut own = Vec::with_capacity(new.thread_keys.len().min(MAX_THREAD_KEYS));
            for digest in new.thread_keys.iter().take(MAX_THREAD_KEYS) {
                own.push(self.store.fingerprint(&ContentHash(*digest)).await?.0.to_vec());
            }
            keys.push(own);
        }
        let mut tx = self.store.begin().await?;
        let threads = self.threads(&mut tx, mailbox, &keys).await?;
        let kept = write(&mut tx, &sealed, &threads).await?;
        if let Some(owner) = self.owner(&mut tx, mailbox).await? {
            self.store.items().renew_contents(&mut tx, owner, &sealed.ids, lane).await?;
        }
        tx.commit().await?;
        Ok(kept)
    }

    /// The same, to be indexed with everything else that is new.
    pub async fn keep_contents(
        self,
        mailbox: MailAccountId,
        read: &[(MailContentId, NewContent)],
    ) -> Result<u64> {
        self.keep_contents_in(mailbox, read, Lane::Bulk).await
    }

    /// The same for one message; `false` when it is gone.
    pub async fn keep_content(
        self,
        mailbox: MailAccountId,
        content: MailContentId,
        new: &NewContent,
    ) -> Result<bool> {
        Ok(self.keep_contents(mailbox, &[(content, new.clone())]).await? == 1)
    }

    /// Notes that a content cannot be read.
    pub async fn quarantine(self, content: MailContentId, reason: &'static str) -> Result<bool> {
        let done = sqlx::query!(
            "update mail_contents set state = 'quarantined', reason = $2 where id = $1 and state <> 'read'",
            content.as_uuid(),
            reason
        )
        .execute(self.store.pool())
        .await
        .during("putting a message into quarantine")?;
        Ok(done.rows_affected() > 0)
    }

    /// Puts contents of a folder into quarantine that were tried so often and never came. How many.
    pub async fn give_up_pending(self, folder: MailFolderId, attempts: u32) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            with waiting as materialized (
                select id from mail_contents
                 where mail_account_id = (select mail_account_id from mail_folders where id = $1)
                   and state = 'pending' and attempts >= $2
            )
            update mail_contents set state = 'quarantined', reason = 'unreadable'
             where id in (select w.id from waiting w
                           where exists (select from mail_messages m where m.content_id = w.id and m.folder_id = $1))
            "#,
            folder.as_uuid(),
            i32::try_from(attempts).unwrap_or(i32::MAX)
        )
        .execute(self.store.pool())
        .await
        .during("giving messages up")?;
        Ok(done.rows_affected())
    }

    /// Forgets contents that lie in no folder any more, with their documents, a batch at a time. How many. Looks at what
    /// was taken out of a folder, and not at the mailbox.
    pub async fn sweep_contents(self, mailbox: MailAccountId) -> Result<u64> {
        let mut swept = 0;
        loop {
            let mut tx = self.store.begin().await?;
            let adrift = sqlx::query_scalar!(
                "select content_id from mail_adrift where mail_account_id = $1 order by content_id limit $2 for update",
                mailbox.as_uuid(),
                SWEEP_BATCH
            )
            .fetch_all(tx.connection())
            .await
            .during("looking for messages that were taken away")?;
            if adrift.is_empty() {
                return Ok(swept);
            }
            swept += self.sweep_some(&mut tx, mailbox, &adrift).await?;
            tx.commit().await?;
        }
    }

    async fn sweep_some(self, tx: &mut Transaction, mailbox: MailAccountId, adrift: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            delete from mail_contents c
             where c.id = any($1) and not exists (select from mail_messages m where m.content_id = c.id)
            "#,
            adrift
        )
        .execute(tx.connection())
        .await
        .during("forgetting what messages said")?;
        // The others lie in some folder.
        sqlx::query!("delete from mail_adrift where content_id = any($1)", adrift)
            .execute(tx.connection())
            .await
            .during("finding messages in another folder")?;
        if let Some(owner) = self.owner(tx, mailbox).await? {
            self.store.items().purge(tx, owner, None).await?;
        }
        Ok(done.rows_affected())
    }

    /// Takes some of what these mailboxes say out, with their documents; how many contents, and what went with them.
    pub(super) async fn take_contents(
        self,
        tx: &mut Transaction,
        owner: AccountId,
        mailboxes: &[Uuid],
        receipt: Option<Uuid>,
        limit: i64,
    ) -> Result<(u64, Reconciled)> {
        let done = sqlx::query!(
            r#"
            delete from mail_contents
             where id in (select id from mail_contents where mail_account_id = any($1) limit $2)
            "#,
            mailboxes,
            limit
        )
        .execute(tx.connection())
        .await
        .during("deleting what messages said")?;
        Ok((done.rows_affected(), self.store.items().purge(tx, owner, receipt).await?))
    }

    async fn owner(self, tx: &mut Transaction, mailbox: MailAccountId) -> Result<Option<AccountId>> {
        let owner =
            sqlx::query_scalar!("select account_id from mail_accounts where id = $1", mailbox.as_uuid())
                .fetch_optional(tx.connection())
                .await
                .during("finding whose a mailbox is")?;
        Ok(owner.map(AccountId::from_uuid))
    }

    /// How many contents of a mailbox are in each state.
    pub async fn count_contents(self, mailbox: MailAccountId) -> Result<Vec<(ContentState, u64)>> {
        let rows = sqlx::query!(
            r#"select state, count(*) as "count!" from mail_contents where mail_account_id = $1 group by state"#,
            mailbox.as_uuid()
        )
        .fetch_all(self.store.pool())
        .await
        .during("counting messages")?;
        rows.into_iter()
            .map(|row| Ok((ContentState::from_name(&row.state)?, row.count.unsigned_abs())))
            .collect()
    }

    /// Messages of a person, latest first: only their own, and none while the person reads nothing.
    pub async fn latest(self, account: AccountId, limit: u32) -> Result<Vec<Content>> {
        let rows = sqlx::query!(
            r#"
            select c.id, c.state, c.reason, c.thread_id, c.sent_at, c.note, c.body
              from mail_contents c
              join mail_accounts m on m.id = c.mail_account_id
              join accounts a on a.id = m.account_id
             where a.id = $1 and account_works(a.state)
             order by c.sent_at desc nulls last, c.id desc limit $2
            "#,
            account.as_uuid(),
            i64::from(limit.min(crate::MAX_PAGE))
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing messages")?;
        let mut contents = Vec::with_capacity(rows.len());
        for row in rows {
            let note = match &row.note {
                Some(sealed) => Some(self.store.open_text(place(row.id, "note"), sealed).await?),
                None => None,
            };
            let body = match &row.body {
                Some(sealed) => Some(self.store.open_text(place(row.id, "body"), sealed).await?),
                None => None,
            };
            contents.push(Content {
                id: MailContentId::from_uuid(row.id),
                state: ContentState::from_name(&row.state)?,
                reason: row.reason,
                thread: row.thread_id,
                sent_at: row.sent_at,
                note,
                body,
            });
        }
        Ok(contents)
    }
}

/// What was read, as columns.
#[derive(Default)]
struct Sealed {
    ids: Vec<Uuid>,
    notes: Vec<Vec<u8>>,
    bodies: Vec<Vec<u8>>,
    sent_ats: Vec<Option<DateTime<Utc>>>,
}

async fn write(tx: &mut Transaction, sealed: &Sealed, threads: &[Option<Uuid>]) -> Result<u64> {
    let done = sqlx::query!(
        r#"
        update mail_contents c
           set state = 'read', reason = null, note = input.note, body = input.body, sent_at = input.sent_at,
               thread_id = input.thread_id
          from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::timestamptz[], $5::uuid[])
               as input (id, note, body, sent_at, thread_id)
         where c.id = input.id
        "#,
        &sealed.ids,
        &sealed.notes,
        &sealed.bodies,
        &sealed.sent_ats as &[Option<DateTime<Utc>>],
        threads as &[Option<Uuid>]
    )
    .execute(tx.connection())
    .await
    .during("keeping messages")?;
    Ok(done.rows_affected())
}

pub(super) fn place(row: Uuid, column: &'static str) -> Place {
    Place { table: "mail_contents", row, column }
}
