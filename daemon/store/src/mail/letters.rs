//! Messages as their owner goes through them: newest first, page by page, by what the database may know of them.
//!
//! When a message was written, where it lies and its flags are in the clear; whom it is from and what it says is not, so
//! whoever looks for that opens page after page. A message that says it was written after it came counts from when it
//! came, and each is one however many folders it lies in. What lies in none is not given, and nothing while its person
//! reads nothing.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, MailAccountId, MailContentId, MailFolderId};

use super::Mail;
use super::contents::place;
use crate::error::{During as _, Result};
use crate::page::{Cursor, Key};

/// Messages given at once at most.
pub const MAX_LETTERS: u32 = 1_000;

/// Which messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterFilter {
    /// Only these.
    pub among: Option<Vec<MailContentId>>,
    /// Written at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Written before this.
    pub to: Option<DateTime<Utc>>,
    /// In this mailbox.
    pub mailbox: Option<MailAccountId>,
    /// In this folder.
    pub folder: Option<MailFolderId>,
    /// Of this conversation.
    pub thread: Option<Uuid>,
    /// Seen in no folder, or seen in one.
    pub unread: Option<bool>,
    /// Flagged, or not.
    pub flagged: Option<bool>,
    /// Answered, or not.
    pub answered: Option<bool>,
    /// In a folder of what the person sent, or in none of these.
    pub sent: Option<bool>,
}

/// A message, opened.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is said of the message by itself")]
pub struct StoredLetter {
    /// Which.
    pub id: MailContentId,
    /// In which mailbox.
    pub mailbox: MailAccountId,
    /// The conversation it belongs to.
    pub thread: Option<Uuid>,
    /// When it was written; never after it came.
    pub at: DateTime<Utc>,
    /// The folders it lies in, by their ids.
    pub folders: Vec<MailFolderId>,
    /// Whether somebody has seen it.
    pub seen: bool,
    /// Whether it is flagged.
    pub flagged: bool,
    /// Whether it was answered.
    pub answered: bool,
    /// Whether it lies among what the person sent.
    pub sent: bool,
    /// What it says about itself, in the form it was kept in.
    pub note: String,
    /// Its text, if it was asked for.
    pub body: Option<String>,
    /// Pages go on after it here.
    pub place: Cursor,
}

voiceassist_model::debug_without_text!(StoredLetter { id, mailbox, at, seen, sent; note });

impl Mail<'_> {
    /// A person's messages after one of them, newest first; at most `limit`, and never more than [`MAX_LETTERS`].
    pub async fn letters(
        self,
        account: AccountId,
        filter: &LetterFilter,
        after: Option<&Cursor>,
        limit: u32,
        with_body: bool,
    ) -> Result<Vec<StoredLetter>> {
        let key = after.map(Cursor::decode).transpose()?;
        let among: Option<Vec<Uuid>> =
            filter.among.as_ref().map(|some| some.iter().map(|one| one.as_uuid()).collect());
        let rows = sqlx::query!(
            r#"
            select c.id as "id!", c.mail_account_id as "mail_account_id!", c.thread_id, c.at as "at!", c.note as "note!",
                   case when $14 then c.body end as body, c.folders as "folders!", c.seen as "seen!",
                   c.flagged as "flagged!", c.answered as "answered!", c.sent as "sent!"
              from mail_accounts m
              join accounts a on a.id = m.account_id
             cross join lateral (
                    select c.id, c.mail_account_id, c.thread_id, least(c.sent_at, c.created_at) as at, c.note, c.body,
                           l.folders, l.seen, l.flagged, l.answered, l.sent
                      from mail_contents c
                     cross join lateral (
                            select array_agg(l.folder_id order by l.folder_id) as folders,
                                   bool_or('\Seen' = any(l.flags)) as seen,
                                   bool_or('\Flagged' = any(l.flags)) as flagged,
                                   bool_or('\Answered' = any(l.flags)) as answered, bool_or(f.role = 'sent') as sent
                              from mail_messages l join mail_folders f on f.id = l.folder_id
                             where l.content_id = c.id) as l
                     where c.mail_account_id = m.id and c.state = 'read' and l.folders is not null
                       and ($2::uuid[] is null or c.id = any($2))
                       and ($3::timestamptz is null or least(c.sent_at, c.created_at) >= $3)
                       and ($4::timestamptz is null or least(c.sent_at, c.created_at) < $4)
                       and ($5::uuid is null or $5 = any(l.folders))
                       and ($6::uuid is null or c.thread_id = $6)
                       and ($7::bool is null or l.seen <> $7)
                       and ($8::bool is null or l.flagged = $8)
                       and ($9::bool is null or l.answered = $9)
                       and ($10::bool is null or l.sent = $10)
                       and ($11::timestamptz is null
                            or (least(c.sent_at, c.created_at), c.id) < ($11, $12::uuid))
                     order by least(c.sent_at, c.created_at) desc, c.id desc limit $13) as c
             where a.id = $1 and account_works(a.state) and ($15::uuid is null or m.id = $15)
             order by c.at desc, c.id desc limit $13
            "#,
            account.as_uuid(),
            among.as_deref(),
            filter.from,
            filter.to,
            filter.folder.map(MailFolderId::as_uuid),
            filter.thread,
            filter.unread,
            filter.flagged,
            filter.answered,
            filter.sent,
            key.map(|key| key.at),
            key.map(|key| key.id),
            i64::from(limit.clamp(1, MAX_LETTERS)),
            with_body,
            filter.mailbox.map(MailAccountId::as_uuid)
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing letters")?;
        let mut letters = Vec::with_capacity(rows.len());
        for row in rows {
            let note = self.store.open_text(place(row.id, "note"), &row.note).await?;
            let body = match &row.body {
                Some(sealed) => Some(self.store.open_text(place(row.id, "body"), sealed).await?),
                None => None,
            };
            letters.push(StoredLetter {
                id: MailContentId::from_uuid(row.id),
                mailbox: MailAccountId::from_uuid(row.mail_account_id),
                thread: row.thread_id,
                at: row.at,
                folders: row.folders.into_iter().map(MailFolderId::from_uuid).collect(),
                seen: row.seen,
                flagged: row.flagged,
                answered: row.answered,
                sent: row.sent,
                note,
                body,
                place: Cursor::encode(Key { at: row.at, id: row.id }),
            });
        }
        Ok(letters)
    }
}
