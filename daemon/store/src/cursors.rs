//! Where the mirror of each account's files stands.
//!
//! The root etag is noted only by a run that finished, so an interrupted one is simply done again. `confirmed_at` says
//! when the tree was last known to equal the server's, which is what freshness of access is measured from. Deletions
//! that were not believed are held here, visibly, until a person or a later listing settles them. A doubt says that
//! somebody heard of a change: whatever `confirmed_at` says, the mirror is not believed until a look that began after
//! the doubt has ended.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::AccountId;

use crate::error::{During as _, Result};
use crate::{Store, Transaction};

/// Where each account's mirror stands.
#[derive(Clone, Copy)]
pub struct Cursors<'a> {
    pub(crate) store: &'a Store,
}

/// Where one account's mirror stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FilesCursor {
    /// The root's etag when a run last finished.
    pub root_etag: Option<String>,
    /// The server's data fingerprint then; another one means that the server was restored from a backup.
    pub data_fingerprint: Option<String>,
    /// The last run that was started.
    pub run: Option<Uuid>,
    /// When it was.
    pub run_started_at: Option<DateTime<Utc>>,
    /// As of when the tree is believed to equal the server's; nothing while it is doubted or deletions are held. Whatever
    /// shows content goes by this.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When the tree was last known to equal the server's, whatever was heard since.
    pub known_since: Option<DateTime<Utc>>,
    /// The same instant by the server's clock, which stamps what is uploaded; `None` if it never said.
    pub known_since_on_server: Option<DateTime<Utc>>,
    /// Whether the last run stopped before its end, or still runs: then a root that is as it was proves nothing.
    pub unfinished: bool,
    /// As of when the whole tree was last listed, whatever the etags said.
    pub listed_at: Option<DateTime<Utc>>,
    /// Whether etags tell of every change: false as soon as anything stands below a team folder or a mount of another
    /// kind than a share.
    pub etags_tell: bool,
    /// Deletions that were not believed.
    pub held: Option<HeldDeletions>,
    /// How often somebody said that something changed.
    pub doubts: i64,
    /// How many of these a look has settled.
    pub doubts_settled: i64,
}

impl FilesCursor {
    /// Whether somebody heard of a change that no look has answered yet.
    pub const fn is_doubted(&self) -> bool {
        self.doubts > self.doubts_settled
    }
}

/// Deletions that were not believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldDeletions {
    /// Since when.
    pub since: DateTime<Utc>,
    /// How many entries the listing did not show.
    pub unseen: i64,
    /// Out of how many.
    pub total: i64,
    /// A code.
    pub reason: String,
    /// When a person said that so many may go.
    pub accepted_at: Option<DateTime<Utc>>,
}

/// How much is held back, over all accounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HeldCounts {
    /// Accounts with held deletions.
    pub accounts: u64,
    /// Entries in them.
    pub entries: u64,
}

impl Cursors<'_> {
    /// Where the mirror of an account's files stands; nowhere if it was never listed.
    pub async fn files(self, account: AccountId) -> Result<FilesCursor> {
        let row = sqlx::query!(
            r#"
            select root_etag, data_fingerprint, run_id, run_started_at, run_unfinished, confirmed_at as known_since,
                   case when doubts <= doubts_settled and held_since is null then confirmed_at end as confirmed_at,
                   held_since, held_unseen, held_total, held_reason, held_accepted_at, known_since_on_server,
                   doubts, doubts_settled, listed_at,
                   not exists (select from entries e where e.account_id = $1
                                and e.mount_type is not null and e.mount_type <> 'shared') as "etags_tell!"
              from sync_cursors where account_id = $1
            "#,
            account.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading a sync cursor")?;
        let Some(row) = row else { return Ok(FilesCursor::default()) };
        Ok(FilesCursor {
            root_etag: row.root_etag,
            data_fingerprint: row.data_fingerprint,
            run: row.run_id,
            run_started_at: row.run_started_at,
            confirmed_at: row.confirmed_at,
            known_since: row.known_since,
            known_since_on_server: row.known_since_on_server,
            unfinished: row.run_unfinished,
            listed_at: row.listed_at,
            etags_tell: row.etags_tell,
            held: row.held_since.map(|since| HeldDeletions {
                since,
                unseen: row.held_unseen.unwrap_or(0),
                total: row.held_total.unwrap_or(0),
                reason: row.held_reason.unwrap_or_default(),
                accepted_at: row.held_accepted_at,
            }),
            doubts: row.doubts,
            doubts_settled: row.doubts_settled,
        })
    }

    /// Notes that a run begins.
    pub async fn start_run(self, account: AccountId, run: Uuid) -> Result<()> {
        sqlx::query!(
            r#"
            insert into sync_cursors (account_id, run_id, run_started_at, run_unfinished) values ($1, $2, $3, true)
            on conflict (account_id) do update
               set run_id = excluded.run_id, run_started_at = excluded.run_started_at, run_unfinished = true,
                   doubts_at_run = sync_cursors.doubts
            "#,
            account.as_uuid(),
            run,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("starting a sync run")?;
        Ok(())
    }

    /// Notes that everything a run saw is applied. The tree counts as confirmed from the run's start. False if another
    /// run has started since.
    pub async fn finish_run(
        self,
        tx: &mut Transaction,
        account: AccountId,
        run: Uuid,
        root_etag: &str,
        data_fingerprint: Option<&str>,
    ) -> Result<bool> {
        let done = sqlx::query!(
            r#"
            update sync_cursors
               set root_etag = $3, data_fingerprint = $4, confirmed_at = run_started_at, run_unfinished = false,
                   doubts_settled = greatest(doubts_settled, doubts_at_run)
             where account_id = $1 and run_id = $2
            "#,
            account.as_uuid(),
            run,
            root_etag,
            data_fingerprint
        )
        .execute(tx.connection())
        .await
        .during("finishing a sync run")?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that a run listed everything, or was meant to.
    pub async fn note_listing(self, tx: &mut Transaction, account: AccountId, run: Uuid) -> Result<()> {
        sqlx::query!(
            "update sync_cursors set listed_at = run_started_at where account_id = $1 and run_id = $2",
            account.as_uuid(),
            run
        )
        .execute(tx.connection())
        .await
        .during("noting a whole listing")?;
        Ok(())
    }

    /// The root's etag is still the one in `seen`, the cursor as it was read before the server was asked: the tree equals
    /// the server's as of `at`, the instant before the asking, and the doubts known then are settled. False, and nothing
    /// is noted, when another run has stored another root since or the last one did not come to its end.
    pub async fn confirm(self, account: AccountId, seen: &FilesCursor, at: DateTime<Utc>) -> Result<bool> {
        let confirmed = sqlx::query!(
            r#"
            update sync_cursors
               set confirmed_at = greatest(confirmed_at, $2), doubts_settled = greatest(doubts_settled, $3)
             where account_id = $1 and root_etag = $4 and not run_unfinished
            "#,
            account.as_uuid(),
            at,
            seen.doubts,
            seen.root_etag
        )
        .execute(self.store.pool())
        .await
        .during("confirming a tree")?;
        Ok(confirmed.rows_affected() > 0)
    }

    /// Somebody heard that something of this account's changed: the mirror is not believed until it was looked at again.
    /// Cheap, and as often as one likes.
    pub async fn doubt(self, account: AccountId) -> Result<()> {
        let mut tx = self.store.begin().await?;
        self.doubt_all(&mut tx, &[account]).await?;
        tx.commit().await
    }

    /// The same for many at once, within a bigger step.
    pub async fn doubt_all(self, tx: &mut Transaction, accounts: &[AccountId]) -> Result<()> {
        let accounts: Vec<Uuid> = accounts.iter().map(|account| account.as_uuid()).collect();
        sqlx::query!(
            r#"
            insert into sync_cursors (account_id, doubts)
            select distinct account_id, 1 from unnest($1::uuid[]) as input (account_id) order by account_id
            on conflict (account_id) do update set doubts = sync_cursors.doubts + 1
            "#,
            &accounts
        )
        .execute(tx.connection())
        .await
        .during("doubting trees")?;
        Ok(())
    }

    /// Notes what the server's clock showed when the tree was last known to equal the server's.
    pub async fn note_server_time(
        self,
        account: AccountId,
        server_time: Option<DateTime<Utc>>,
    ) -> Result<()> {
        sqlx::query!(
            "update sync_cursors set known_since_on_server = $2 where account_id = $1",
            account.as_uuid(),
            server_time
        )
        .execute(self.store.pool())
        .await
        .during("noting the server's time")?;
        Ok(())
    }

    /// Holds deletions back. The first time is kept when they are held already, and a person's consent as long as there
    /// are not more of them. `reason` is a code.
    pub async fn hold_deletions(
        self,
        account: AccountId,
        unseen: i64,
        total: i64,
        reason: &str,
    ) -> Result<()> {
        sqlx::query!(
            r#"
            insert into sync_cursors (account_id, held_since, held_unseen, held_total, held_reason)
            values ($1, $2, $3, $4, $5)
            on conflict (account_id) do update
               set held_since = coalesce(sync_cursors.held_since, excluded.held_since),
                   held_unseen = excluded.held_unseen, held_total = excluded.held_total,
                   held_reason = excluded.held_reason,
                   held_accepted_at = case when excluded.held_unseen <= sync_cursors.held_unseen
                                           then sync_cursors.held_accepted_at end
            "#,
            account.as_uuid(),
            self.store.now(),
            unseen,
            total,
            reason
        )
        .execute(self.store.pool())
        .await
        .during("holding deletions")?;
        Ok(())
    }

    /// Believes the server again.
    pub async fn release_deletions(self, account: AccountId) -> Result<()> {
        sqlx::query!(
            r#"
            update sync_cursors
               set held_since = null, held_unseen = null, held_total = null, held_reason = null, held_accepted_at = null
             where account_id = $1 and held_since is not null
            "#,
            account.as_uuid()
        )
        .execute(self.store.pool())
        .await
        .during("releasing deletions")?;
        Ok(())
    }

    /// A person says that what is held may go. `None` when nothing is held.
    pub async fn accept_deletions(self, account: AccountId) -> Result<Option<HeldDeletions>> {
        sqlx::query!(
            "update sync_cursors set held_accepted_at = $2 where account_id = $1 and held_since is not null",
            account.as_uuid(),
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("accepting deletions")?;
        Ok(self.files(account).await?.held)
    }

    /// How many accounts hold deletions back, and how many entries those are.
    pub async fn count_held(self) -> Result<HeldCounts> {
        let row = sqlx::query!(
            r#"
            select count(*) as "accounts!", coalesce(sum(held_unseen), 0)::bigint as "entries!"
              from sync_cursors where held_since is not null
            "#
        )
        .fetch_one(self.store.pool())
        .await
        .during("counting held deletions")?;
        Ok(HeldCounts { accounts: row.accounts.unsigned_abs(), entries: row.entries.unsigned_abs() })
    }

    /// Forgets every etag, so that the next sync lists everything.
    pub async fn forget(self, account: AccountId) -> Result<()> {
        let mut tx = self.store.begin().await?;
        sqlx::query!(
            "update sync_cursors set root_etag = null, run_unfinished = false where account_id = $1",
            account.as_uuid()
        )
        .execute(tx.connection())
        .await
        .during("forgetting a sync cursor")?;
        sqlx::query!(
            "update entries set etag = null where account_id = $1 and is_folder and etag is not null",
            account.as_uuid()
        )
        .execute(tx.connection())
        .await
        .during("forgetting the etags of folders")?;
        tx.commit().await
    }
}
