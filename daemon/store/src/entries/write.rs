//! Writing a batch of observed entries, by a number of statements that does not grow with the batch.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, DocumentId};

use super::ObservedEntry;
use super::apply::{Round, Seen};
use crate::Transaction;
use crate::error::{During as _, Result};

#[derive(Default)]
struct Columns {
    file_ids: Vec<i64>,
    parents: Vec<Option<i64>>,
    paths: Vec<String>,
    names: Vec<String>,
    are_folders: Vec<bool>,
    etags: Vec<Option<String>>,
    sizes: Vec<i64>,
    mimes: Vec<Option<String>>,
    modified: Vec<Option<DateTime<Utc>>>,
    upload_times: Vec<Option<i64>>,
    permissions: Vec<String>,
    mount_types: Vec<Option<String>>,
    documents: Vec<Option<Uuid>>,
}

impl Columns {
    fn push(&mut self, entry: &ObservedEntry, document: Option<DocumentId>) {
        self.file_ids.push(entry.file_id);
        self.parents.push(entry.parent);
        self.paths.push(entry.path.clone());
        self.names.push(entry.name.clone());
        self.are_folders.push(entry.is_folder);
        self.etags.push((!entry.is_folder).then(|| entry.etag.clone()));
        self.sizes.push(entry.size);
        self.mimes.push(entry.mime.clone());
        self.modified.push(entry.modified_at);
        self.upload_times.push(entry.upload_time);
        self.permissions.push(entry.permissions.clone());
        self.mount_types.push(entry.mount_type.clone());
        self.documents.push(document.map(DocumentId::as_uuid));
    }
}

pub(super) async fn write_entries(
    tx: &mut Transaction,
    round: Round<'_>,
    seen: &[Seen<'_>],
    document_of: impl Fn(&Seen<'_>) -> Option<DocumentId>,
) -> Result<()> {
    let mut columns = Columns::default();
    let mut unchanged = Vec::new();
    for seen in seen {
        if seen.writes {
            columns.push(seen.entry, document_of(seen));
        } else {
            unchanged.push(seen.entry.file_id);
        }
    }
    if !columns.file_ids.is_empty() {
        upsert(tx, round, &columns).await?;
    }
    if !unchanged.is_empty() {
        sqlx::query!(
            r#"
            update entries set last_seen_run = $3
              from (select $1::uuid as account_id offset 0) as me, unnest($2::bigint[]) as seen (file_id)
             where entries.account_id = me.account_id and entries.file_id = seen.file_id and last_seen_run <> $3
            "#,
            round.account.as_uuid(),
            &unchanged,
            round.run
        )
        .execute(tx.connection())
        .await
        .during("noting entries as seen")?;
    }
    Ok(())
}

/// Takes the etags of folders away in which something moved: until everything below is applied they stand for nothing,
/// even if the server should go back to them.
pub(super) async fn unsettle(tx: &mut Transaction, account: AccountId, seen: &[Seen<'_>]) -> Result<()> {
    let unsettled: Vec<i64> = seen
        .iter()
        .filter(|seen| seen.change.unsettled && !seen.change.created)
        .map(|seen| seen.entry.file_id)
        .collect();
    if unsettled.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update entries set etag = null where account_id = $1 and file_id = any($2) and etag is not null",
        account.as_uuid(),
        &unsettled
    )
    .execute(tx.connection())
    .await
    .during("unsettling folders")?;
    Ok(())
}

async fn upsert(tx: &mut Transaction, round: Round<'_>, columns: &Columns) -> Result<()> {
    sqlx::query!(
        r#"
        insert into entries (account_id, last_seen_run, file_id, parent_id, path, name, is_folder, etag, size, mime,
                             modified_at, upload_time, permissions, mount_type, document_id)
        select $1, $2, input.*
          from unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::boolean[], $8::text[], $9::bigint[],
                      $10::text[], $11::timestamptz[], $12::bigint[], $13::text[], $14::text[], $15::uuid[]) as input
        on conflict (account_id, file_id) do update
           set last_seen_run = excluded.last_seen_run, parent_id = excluded.parent_id, path = excluded.path,
               name = excluded.name, is_folder = excluded.is_folder,
               etag = case when excluded.is_folder and entries.is_folder then entries.etag else excluded.etag end,
               size = excluded.size, mime = excluded.mime, modified_at = excluded.modified_at,
               upload_time = excluded.upload_time, permissions = excluded.permissions,
               mount_type = excluded.mount_type, document_id = excluded.document_id,
               aliased = entries.aliased
                         or (entries.last_seen_run = excluded.last_seen_run and entries.path <> excluded.path)
        "#,
        round.account.as_uuid(),
        round.run,
        &columns.file_ids,
        &columns.parents as &[Option<i64>],
        &columns.paths,
        &columns.names,
        &columns.are_folders,
        &columns.etags as &[Option<String>],
        &columns.sizes,
        &columns.mimes as &[Option<String>],
        &columns.modified as &[Option<DateTime<Utc>>],
        &columns.upload_times as &[Option<i64>],
        &columns.permissions,
        &columns.mount_types as &[Option<String>],
        &columns.documents as &[Option<Uuid>]
    )
    .execute(tx.connection())
    .await
    .during("writing entries")?;
    Ok(())
}

/// Gives everything below moved folders its new path. A tree that is half applied can hold a circle, and the statement
/// steps over it; the rest of the run puts it right.
pub(super) async fn carry_paths_down(
    tx: &mut Transaction,
    account: AccountId,
    seen: &[Seen<'_>],
) -> Result<()> {
    let moved: HashSet<i64> = seen
        .iter()
        .filter(|seen| seen.entry.is_folder && seen.change.moved)
        .map(|seen| seen.entry.file_id)
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    let moved: Vec<i64> = moved.into_iter().collect();
    sqlx::query!(
        r#"
        with recursive tree as (
            select file_id, path from entries where account_id = $1 and file_id = any($2)
            union all
            select child.file_id, rtrim(tree.path, '/') || '/' || child.name
              from entries as child join tree on child.parent_id = tree.file_id
             where child.account_id = $1
        ) cycle file_id set loops using trail
        update entries set path = tree.path from tree
         where account_id = $1 and entries.file_id = tree.file_id and not loops and entries.path <> tree.path
        "#,
        account.as_uuid(),
        &moved
    )
    .execute(tx.connection())
    .await
    .during("carrying paths down")?;
    Ok(())
}
