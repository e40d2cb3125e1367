//! How far a tree is known: which folders are settled, what is below them, what else must be looked at.
//!
//! A folder that carries an etag is settled: everything below it was applied as of that etag. The settled folders of an
//! unfinished run are therefore the record of what need not be listed again, and there is no other. Refused: settling
//! by itself. The caller knows the order, children before parents.

use uuid::Uuid;
use voiceassist_model::{AccountId, DocumentId};

use super::Entries;
use crate::Transaction;
use crate::error::{During as _, Result};

impl Entries<'_> {
    /// Notes that everything below these folders is applied as of these etags. Returns how many there are.
    pub async fn settle_folders(
        self,
        tx: &mut Transaction,
        account: AccountId,
        folders: &[(i64, String)],
    ) -> Result<u64> {
        let (file_ids, etags): (Vec<i64>, Vec<String>) = folders.iter().cloned().unzip();
        let done = sqlx::query!(
            r#"
            update entries set etag = settled.etag
              from (select $1::uuid as account_id offset 0) as me,
                   unnest($2::bigint[], $3::text[]) as settled (file_id, etag)
             where entries.account_id = me.account_id and entries.file_id = settled.file_id and is_folder
            "#,
            account.as_uuid(),
            &file_ids,
            &etags
        )
        .execute(tx.connection())
        .await
        .during("settling folders")?;
        Ok(done.rows_affected())
    }

    /// Takes the etags of all folders away that a run has seen: its listing turned out not to be one.
    pub async fn unsettle_seen(self, account: AccountId, run: Uuid) -> Result<()> {
        sqlx::query!(
            "update entries set etag = null where account_id = $1 and last_seen_run = $2 and is_folder",
            account.as_uuid(),
            run
        )
        .execute(self.store.pool())
        .await
        .during("unsettling folders")?;
        Ok(())
    }

    /// Those of these folders that hold something the run has not seen in them.
    pub async fn holding_unseen(
        self,
        tx: &mut Transaction,
        account: AccountId,
        run: Uuid,
        folders: &[i64],
    ) -> Result<Vec<i64>> {
        sqlx::query_scalar!(
            r#"
            select folder as "folder!" from unnest($2::bigint[]) as listed (folder)
             where exists (select from entries
                            where parent_id = folder and account_id = $1 and last_seen_run <> $3)
            "#,
            account.as_uuid(),
            folders,
            run
        )
        .fetch_all(tx.connection())
        .await
        .during("comparing folders with a listing")
    }

    /// Those of these folders below which nothing is known.
    pub async fn childless(self, account: AccountId, folders: &[i64]) -> Result<Vec<i64>> {
        sqlx::query_scalar!(
            r#"
            select folder as "folder!" from unnest($2::bigint[]) as listed (folder)
             where not exists (select from entries where parent_id = folder and account_id = $1)
            "#,
            account.as_uuid(),
            folders
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for empty folders")
    }

    /// The highest entries below a folder that a listing of everything below it did not show.
    pub async fn unseen_below(self, account: AccountId, run: Uuid, folder: i64) -> Result<Vec<i64>> {
        sqlx::query_scalar!(
            r#"
            with recursive area as (
                select $3::bigint as file_id
                union
                select child.file_id from entries as child join area on child.parent_id = area.file_id
                 where child.account_id = $1 and child.is_folder and child.last_seen_run = $2
            )
            select entries.file_id from area join entries on entries.parent_id = area.file_id
             where account_id = $1 and last_seen_run <> $2
            "#,
            account.as_uuid(),
            run,
            folder
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for what a listing did not show")
    }

    /// How much is known below a folder; counting ends at `limit`.
    pub async fn count_below(self, account: AccountId, folder: i64, limit: u64) -> Result<u64> {
        let counted = sqlx::query_scalar!(
            r#"
            with recursive below as (
                select file_id from entries where parent_id = $2 and account_id = $1
                union all
                select child.file_id from entries as child join below on child.parent_id = below.file_id
                 where child.account_id = $1
            )
            select count(*) as "counted!" from (select from below limit $3) as counted
            "#,
            account.as_uuid(),
            folder,
            i64::try_from(limit).unwrap_or(i64::MAX)
        )
        .fetch_one(self.store.pool())
        .await
        .during("counting what is below a folder")?;
        Ok(counted.unsigned_abs())
    }

    /// Documents of files that reached the server at this second or later, newest first. `upload_time` is the server's.
    pub async fn uploaded_since(
        self,
        account: AccountId,
        upload_time: i64,
        limit: u32,
    ) -> Result<Vec<DocumentId>> {
        let documents = sqlx::query_scalar!(
            r#"
            select document_id as "document!" from entries
             where account_id = $1 and upload_time >= $2 and document_id is not null
             order by upload_time desc, file_id limit $3
            "#,
            account.as_uuid(),
            upload_time,
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for what was uploaded last")?;
        Ok(documents.into_iter().map(DocumentId::from_uuid).collect())
    }

    /// Notes that these entries were seen at two places of the tree.
    pub async fn mark_aliased(
        self,
        tx: &mut Transaction,
        account: AccountId,
        file_ids: &[i64],
    ) -> Result<()> {
        if file_ids.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "update entries set aliased = true where account_id = $1 and file_id = any($2) and not aliased",
            account.as_uuid(),
            file_ids
        )
        .execute(tx.connection())
        .await
        .during("noting entries with two places")?;
        Ok(())
    }

    /// Of entries that came from other folders, given as pairs: those whose folder before is still there.
    pub async fn with_folder_left(self, account: AccountId, moved: &[(i64, i64)]) -> Result<Vec<i64>> {
        let (file_ids, folders): (Vec<i64>, Vec<i64>) = moved.iter().copied().unzip();
        sqlx::query_scalar!(
            r#"
            select moved.file_id as "file_id!" from unnest($2::bigint[], $3::bigint[]) as moved (file_id, folder)
             where exists (select from entries where account_id = $1 and entries.file_id = moved.folder)
            "#,
            account.as_uuid(),
            &file_ids,
            &folders
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for the folders of moved entries")
    }
}
