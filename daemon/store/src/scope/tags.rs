//! Which files carry the tags that rules name, as the server last told each person.
//!
//! A tag can be given and taken without any etag moving, so the server has to be asked about each tag by itself. What
//! it says is kept per account and tag, also for files the mirror has not met yet: a file that arrives later arrives
//! with its tags known. An answer replaces the one before, and only what differs is judged again.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::AccountId;

use super::Scope;
use super::evaluate::{Evaluator, below, hold_account};
use crate::access::step::{self, Step};
use crate::error::{During as _, Result, StoreError};

/// Files and folders with one tag in one person's view, at most.
const MAX_TAGGED: usize = 500_000;

/// A tag that rules name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedTag {
    /// In lower case, which is how it is compared with the server's names.
    pub name: String,
    /// When the server was last asked about it.
    pub looked_at: Option<DateTime<Utc>>,
}

/// A file or folder that carries a tag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Tagged {
    /// Nextcloud's id.
    pub file_id: i64,
    /// A folder speaks for everything below it.
    pub is_folder: bool,
}

impl Scope<'_> {
    /// The tags named by rules that apply to this person. Empty costs one statement and means that nothing has to be
    /// asked.
    pub async fn wanted_tags(self, account: AccountId) -> Result<Vec<WantedTag>> {
        let rows = sqlx::query!(
            r#"
            select distinct lower(pattern) as "tag!", looked_at as "looked_at?"
              from accounts
              join scope_rules on scope_rules.account_id = accounts.id
                               or (scope_rules.account_id is null
                                   and scope_rules.instance_id = accounts.instance_id)
              left join scope_tags on scope_tags.account_id = accounts.id and scope_tags.tag = lower(pattern)
             where accounts.id = $1 and kind = 'tag'
             order by 1
            "#,
            account.as_uuid()
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading the tags that rules name")?;
        Ok(rows.into_iter().map(|row| WantedTag { name: row.tag, looked_at: row.looked_at }).collect())
    }

    /// Accounts that can be asked and whose answers about tags are older than this, with rules that name any.
    pub async fn tags_due(self, not_looked_since: DateTime<Utc>, limit: u32) -> Result<Vec<AccountId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select distinct accounts.id
              from accounts
              join scope_rules on scope_rules.account_id = accounts.id
                               or (scope_rules.account_id is null
                                   and scope_rules.instance_id = accounts.instance_id)
              left join scope_tags on scope_tags.account_id = accounts.id and scope_tags.tag = lower(pattern)
             where kind = 'tag' and account_works(state) and (looked_at is null or looked_at <= $1)
               and (suspended_until is null or suspended_until <= $2)
             order by accounts.id limit $3
            "#,
            not_looked_since,
            self.store.now(),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for tags to ask about")?;
        Ok(ids.into_iter().map(AccountId::from_uuid).collect())
    }

    /// Takes in what the server says about one tag, and judges again what that concerns. Returns how many documents
    /// have other readers since.
    pub async fn tagged(self, account: AccountId, tag: &str, carriers: &[Tagged]) -> Result<u64> {
        if carriers.len() > MAX_TAGGED {
            return Err(StoreError::TooMany { what: "files with a tag", limit: MAX_TAGGED });
        }
        let tag = tag.to_lowercase();
        let mut tx = self.store.begin().await?;
        let Some(instance) = hold_account(&mut tx, account).await? else { return Ok(0) };
        let (file_ids, folders): (Vec<i64>, Vec<bool>) =
            carriers.iter().map(|carrier| (carrier.file_id, carrier.is_folder)).unzip();
        let differing = sqlx::query!(
            r#"
            with shown as (
                select distinct on (file_id) file_id, is_folder
                  from unnest($3::bigint[], $4::boolean[]) as input (file_id, is_folder) order by file_id
            ), gone as (
                delete from scope_tagged
                 where account_id = $1 and tag = $2 and file_id not in (select file_id from shown)
                returning file_id
            ), new as (
                insert into scope_tagged (account_id, tag, file_id, is_folder)
                select $1, $2, file_id, is_folder from shown
                on conflict (account_id, tag, file_id) do nothing
                returning file_id
            )
            select file_id as "file_id!" from gone union all select file_id from new
            "#,
            account.as_uuid(),
            &tag,
            &file_ids,
            &folders
        )
        .fetch_all(tx.connection())
        .await
        .during("noting which files carry a tag")?;
        sqlx::query!(
            r#"
            insert into scope_tags (account_id, tag, looked_at) values ($1, $2, $3)
            on conflict (account_id, tag) do update set looked_at = excluded.looked_at
            "#,
            account.as_uuid(),
            &tag,
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("noting when a tag was asked about")?;
        let mut concerned: Vec<i64> = differing.into_iter().map(|row| row.file_id).collect();
        // Below a file there is nothing, so it need not be known which of them are folders.
        concerned.extend(below(&mut tx, account, &concerned).await?);
        let evaluator = Evaluator::load(&mut tx, account, instance).await?;
        let documents: Vec<Uuid> = evaluator.judge(&mut tx, &concerned).await?;
        step::take(self.store, &mut tx, Step::of(account), &documents).await?;
        tx.commit().await?;
        Ok(documents.len() as u64)
    }
}
