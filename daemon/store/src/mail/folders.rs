//! Folders of a mailbox: which there are, which are mirrored, and how far.

use chrono::{DateTime, Utc};
use voiceassist_model::{MailAccountId, MailFolderId};

use crate::Transaction;
use crate::error::{During as _, Result, StoreError};
use crate::mail::Mail;

/// A folder as the server lists it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObservedFolder {
    /// The name as the server spells it.
    pub name: String,
    /// What it is for.
    pub role: &'static str,
    /// Whether messages can be in it.
    pub selectable: bool,
}

/// How far a folder is mirrored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FolderCursor {
    /// The epoch of its UIDs; `None` until it was opened.
    pub uid_validity: Option<u32>,
    /// Messages with this UID and higher ones were not looked at yet.
    pub uid_next: u32,
    /// What changed since this mod-sequence was not looked at yet.
    pub mod_seq: Option<u64>,
    /// Messages with UIDs below this one were not looked at yet.
    pub backfill_below: Option<u32>,
}

/// A folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folder {
    /// Its id.
    pub id: MailFolderId,
    /// The name as the server spells it.
    pub name: String,
    /// What it is for.
    pub role: String,
    /// Whether messages can be in it.
    pub selectable: bool,
    /// What the person said; `None` leaves it to the role.
    pub chosen: Option<bool>,
    /// How far it is mirrored.
    pub cursor: FolderCursor,
    /// Why it could not be mirrored, as a code.
    pub reason: Option<String>,
    /// When it was last looked at.
    pub synced_at: Option<DateTime<Utc>>,
}

impl Mail<'_> {
    /// Takes the server's list. What it no longer names goes with its messages, if the list is complete. How many went.
    pub async fn apply_folders(
        self,
        mailbox: MailAccountId,
        observed: &[ObservedFolder],
        complete: bool,
    ) -> Result<u64> {
        let names: Vec<String> = observed.iter().map(|folder| folder.name.clone()).collect();
        let roles: Vec<String> = observed.iter().map(|folder| folder.role.to_owned()).collect();
        let selectable: Vec<bool> = observed.iter().map(|folder| folder.selectable).collect();
        let ids: Vec<_> = observed.iter().map(|_| self.store.new_uuid()).collect();
        let mut tx = self.store.begin().await?;
        sqlx::query!(
            r#"
            insert into mail_folders (mail_account_id, id, name, role, selectable)
            select $1, input.* from unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[]) as input
            on conflict (mail_account_id, name) do update
               set role = excluded.role, selectable = excluded.selectable
            "#,
            mailbox.as_uuid(),
            &ids,
            &names,
            &roles,
            &selectable
        )
        .execute(tx.connection())
        .await
        .during("taking a list of folders")?;
        let mut gone = 0;
        if complete {
            gone = sqlx::query!(
                "delete from mail_folders where mail_account_id = $1 and not name = any($2)",
                mailbox.as_uuid(),
                &names
            )
            .execute(tx.connection())
            .await
            .during("forgetting folders")?
            .rows_affected();
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// The folders of a mailbox, by name.
    pub async fn folders(self, mailbox: MailAccountId) -> Result<Vec<Folder>> {
        let rows = sqlx::query!(
            r#"
            select id, name, role, selectable, chosen, uid_validity, uid_next, mod_seq, backfill_below, reason,
                   synced_at
              from mail_folders where mail_account_id = $1 order by name
            "#,
            mailbox.as_uuid()
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing folders")?;
        rows.into_iter()
            .map(|row| {
                Ok(Folder {
                    id: MailFolderId::from_uuid(row.id),
                    name: row.name,
                    role: row.role,
                    selectable: row.selectable,
                    chosen: row.chosen,
                    cursor: FolderCursor {
                        uid_validity: row.uid_validity.map(uid).transpose()?,
                        uid_next: uid(row.uid_next)?,
                        mod_seq: row.mod_seq.map(mod_seq).transpose()?,
                        backfill_below: row.backfill_below.map(uid).transpose()?,
                    },
                    reason: row.reason,
                    synced_at: row.synced_at,
                })
            })
            .collect()
    }

    /// What the person says about a folder: mirror it, leave it, or as its role has it.
    pub async fn choose_folder(
        self,
        mailbox: MailAccountId,
        folder: MailFolderId,
        chosen: Option<bool>,
    ) -> Result<bool> {
        let done = sqlx::query!(
            "update mail_folders set chosen = $3 where id = $2 and mail_account_id = $1",
            mailbox.as_uuid(),
            folder.as_uuid(),
            chosen
        )
        .execute(self.store.pool())
        .await
        .during("choosing a folder")?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes how far a folder is mirrored.
    pub async fn advance(
        self,
        tx: &mut Transaction,
        folder: MailFolderId,
        cursor: FolderCursor,
    ) -> Result<()> {
        let stored = cursor.mod_seq.map(i64::try_from).transpose();
        let stored = stored.map_err(|_| StoreError::Corrupt { what: "mod-sequence of a folder" })?;
        sqlx::query!(
            r#"
            update mail_folders
               set uid_validity = $2, uid_next = $3, mod_seq = $4, backfill_below = $5, reason = null, synced_at = $6
             where id = $1
            "#,
            folder.as_uuid(),
            cursor.uid_validity.map(i64::from),
            i64::from(cursor.uid_next),
            stored,
            cursor.backfill_below.map(i64::from),
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("noting how far a folder is mirrored")?;
        Ok(())
    }

    /// Notes why a folder could not be mirrored.
    pub async fn note_folder(self, folder: MailFolderId, reason: &'static str) -> Result<()> {
        sqlx::query!("update mail_folders set reason = $2 where id = $1", folder.as_uuid(), reason)
            .execute(self.store.pool())
            .await
            .during("noting why a folder is not mirrored")?;
        Ok(())
    }
}

pub(super) fn uid(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| StoreError::Corrupt { what: "number of a message" })
}

fn mod_seq(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| StoreError::Corrupt { what: "mod-sequence of a folder" })
}
