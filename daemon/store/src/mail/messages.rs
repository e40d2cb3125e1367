//! Where messages lie: one row per folder and UID of the folder's present epoch.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{MailAccountId, MailContentId, MailFolderId};

use crate::Transaction;
use crate::documents::ContentHash;
use crate::error::{During as _, Result};
use crate::mail::Mail;
use crate::mail::folders::uid;

/// What finds a message again wherever it lies: the digest of its Message-ID, and its size.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MessageKey {
    /// The digest.
    pub digest: [u8; 32],
    /// Octets, as the server counts them.
    pub size: u64,
}

/// A message as the server shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObservedMessage {
    /// Its UID.
    pub uid: u32,
    /// What finds it again.
    pub key: MessageKey,
    /// Its flags.
    pub flags: Vec<String>,
    /// When it arrived.
    pub internal_date: Option<DateTime<Utc>>,
}

/// What became of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Applied {
    /// Messages nobody knew.
    pub fresh: u64,
    /// Messages that were known from elsewhere.
    pub found_again: u64,
}

impl Mail<'_> {
    /// Takes a page of messages. Contents nobody knows wait to be fetched.
    pub async fn apply_messages(
        self,
        tx: &mut Transaction,
        mailbox: MailAccountId,
        folder: MailFolderId,
        observed: &[ObservedMessage],
    ) -> Result<Applied> {
        let mut contents: HashMap<MessageKey, Uuid> = HashMap::new();
        let mut keys: Vec<MessageKey> = Vec::with_capacity(observed.len());
        for message in observed {
            let ContentHash(digest) = self.store.fingerprint(&ContentHash(message.key.digest)).await?;
            keys.push(MessageKey { digest, size: message.key.size });
        }
        let digests: Vec<Vec<u8>> = keys.iter().map(|key| key.digest.to_vec()).collect();
        let sizes: Vec<i64> = keys.iter().map(|key| size(key.size)).collect();
        let ids: Vec<Uuid> = keys.iter().map(|_| self.store.new_uuid()).collect();
        let fresh = sqlx::query!(
            r#"
            insert into mail_contents (mail_account_id, state, created_at, id, key, size)
            select $1, 'pending', $2, input.* from unnest($3::uuid[], $4::bytea[], $5::bigint[]) as input
            on conflict (mail_account_id, key, size) do nothing
            "#,
            mailbox.as_uuid(),
            self.store.now(),
            &ids,
            &digests,
            &sizes
        )
        .execute(tx.connection())
        .await
        .during("taking messages")?
        .rows_affected();
        let rows = sqlx::query!(
            r#"
            select c.id, c.key, c.size from mail_contents c
              join unnest($2::bytea[], $3::bigint[]) as input (key, size) on c.key = input.key and c.size = input.size
             where c.mail_account_id = $1
            "#,
            mailbox.as_uuid(),
            &digests,
            &sizes
        )
        .fetch_all(tx.connection())
        .await
        .during("finding messages again")?;
        for row in rows {
            if let Ok(digest) = <[u8; 32]>::try_from(row.key.as_slice()) {
                contents.insert(MessageKey { digest, size: row.size.unsigned_abs() }, row.id);
            }
        }
        let known: Vec<(&ObservedMessage, Uuid)> = observed
            .iter()
            .zip(&keys)
            .filter_map(|(message, key)| Some((message, *contents.get(key)?)))
            .collect();
        insert(tx, folder, &known).await?;
        Ok(Applied { fresh, found_again: (known.len() as u64).saturating_sub(fresh) })
    }

    /// Takes changed flags of messages that are known. How many.
    pub async fn apply_flags(
        self,
        tx: &mut Transaction,
        folder: MailFolderId,
        changed: &[(u32, Vec<String>)],
    ) -> Result<u64> {
        let uids: Vec<i64> = changed.iter().map(|(uid, _)| i64::from(*uid)).collect();
        let flags: Vec<String> = changed.iter().map(|(_, flags)| flags.join(" ")).collect();
        let done = sqlx::query!(
            r#"
            update mail_messages m
               set flags = case when input.flags = '' then '{}'::text[] else string_to_array(input.flags, ' ') end
              from unnest($2::bigint[], $3::text[]) as input (uid, flags)
             where m.folder_id = $1 and m.uid = input.uid
               and array_to_string(m.flags, ' ') <> input.flags
            "#,
            folder.as_uuid(),
            &uids,
            &flags
        )
        .execute(tx.connection())
        .await
        .during("taking flags")?;
        Ok(done.rows_affected())
    }

    /// Forgets messages in these ranges of UIDs. How many.
    pub async fn vanish_messages(
        self,
        tx: &mut Transaction,
        folder: MailFolderId,
        ranges: &[(u32, u32)],
    ) -> Result<u64> {
        let (from, to): (Vec<i64>, Vec<i64>) =
            ranges.iter().map(|(from, to)| (i64::from(*from), i64::from(*to))).unzip();
        let done = sqlx::query!(
            r#"
            delete from mail_messages m using unnest($2::bigint[], $3::bigint[]) as input (low, high)
             where m.folder_id = $1 and m.uid between input.low and input.high
            "#,
            folder.as_uuid(),
            &from,
            &to
        )
        .execute(tx.connection())
        .await
        .during("forgetting messages")?;
        Ok(done.rows_affected())
    }

    /// UIDs and flags known of a folder from one UID on, ascending, at most so many.
    pub async fn known(self, folder: MailFolderId, from: u32, limit: u32) -> Result<Vec<(u32, Vec<String>)>> {
        let rows = sqlx::query!(
            "select uid, flags from mail_messages where folder_id = $1 and uid >= $2 order by uid limit $3",
            folder.as_uuid(),
            i64::from(from),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing messages")?;
        rows.into_iter().map(|row| Ok((uid(row.uid)?, row.flags))).collect()
    }

    /// How many messages are known of a folder.
    pub async fn count_messages(self, folder: MailFolderId) -> Result<u64> {
        let count = sqlx::query_scalar!(
            r#"select count(*) as "count!" from mail_messages where folder_id = $1"#,
            folder.as_uuid()
        )
        .fetch_one(self.store.pool())
        .await
        .during("counting messages")?;
        Ok(count.unsigned_abs())
    }

    /// Where a content lies.
    pub async fn places(self, content: MailContentId) -> Result<Vec<(MailFolderId, u32, Vec<String>)>> {
        let rows = sqlx::query!(
            "select folder_id, uid, flags from mail_messages where content_id = $1 order by folder_id, uid limit 100",
            content.as_uuid()
        )
        .fetch_all(self.store.pool())
        .await
        .during("finding where a message lies")?;
        rows.into_iter()
            .map(|row| Ok((MailFolderId::from_uuid(row.folder_id), uid(row.uid)?, row.flags)))
            .collect()
    }
}

async fn insert(
    tx: &mut Transaction,
    folder: MailFolderId,
    known: &[(&ObservedMessage, Uuid)],
) -> Result<()> {
    let uids: Vec<i64> = known.iter().map(|(message, _)| i64::from(message.uid)).collect();
    let contents: Vec<Uuid> = known.iter().map(|(_, content)| *content).collect();
    let flags: Vec<String> = known.iter().map(|(message, _)| message.flags.join(" ")).collect();
    let dates: Vec<Option<DateTime<Utc>>> = known.iter().map(|(message, _)| message.internal_date).collect();
    sqlx::query!(
        r#"
        insert into mail_messages (folder_id, uid, content_id, flags, internal_date)
        select $1, input.uid, input.content_id,
               case when input.flags = '' then '{}'::text[] else string_to_array(input.flags, ' ') end, input.at
          from unnest($2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[]) as input (uid, content_id, flags, at)
        on conflict (folder_id, uid) do update
           set content_id = excluded.content_id, flags = excluded.flags, internal_date = excluded.internal_date
        "#,
        folder.as_uuid(),
        &uids,
        &contents,
        &flags,
        &dates as &[Option<DateTime<Utc>>]
    )
    .execute(tx.connection())
    .await
    .during("taking messages")?;
    Ok(())
}

fn size(octets: u64) -> i64 {
    i64::try_from(octets).unwrap_or(i64::MAX)
}
