//! Taking out what a tree no longer shows.
//!
//! The account stops being a reader of the documents that vanish from its tree; one that has no reader left is deleted
//! with its text. Call it after everything the same run saw is applied: what was only moved has been seen by then and
//! stays, so a move costs nothing.

use std::ops::AddAssign;

use uuid::Uuid;
use voiceassist_model::AccountId;

use super::Entries;
use crate::Transaction;
use crate::access::step::{self, Step};
use crate::error::{During as _, Result};
use crate::scope::{Evaluator, below, hold_account};

/// Entries taken out by one statement at most, and documents reconciled by one round.
const BATCH: usize = 1_000;

/// What was taken out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Vanished {
    /// Entries of the tree.
    pub entries: u64,
    /// Documents nobody reads any more, deleted with their text.
    pub documents_purged: u64,
    /// Documents that others still read.
    pub access_changed: u64,
    /// Pieces of text of the documents that were deleted.
    pub chunks: u64,
    /// Jobs that waited for the documents that were deleted.
    pub jobs_cancelled: u64,
}

impl AddAssign for Vanished {
    fn add_assign(&mut self, other: Self) {
        self.entries += other.entries;
        self.documents_purged += other.documents_purged;
        self.access_changed += other.access_changed;
        self.chunks += other.chunks;
        self.jobs_cancelled += other.jobs_cancelled;
    }
}

/// How much of a tree a run did not see.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unseen {
    /// Not seen.
    pub unseen: u64,
    /// Those among them that nobody shares with the account: its own, or on a mount of the server.
    pub own: u64,
    /// All there is.
    pub total: u64,
    /// Whether one of them was once seen at a second place, where it may still be.
    pub aliased: bool,
}

impl Entries<'_> {
    /// Takes out these entries and everything below them. Those that this run has seen, at another place, stay.
    pub async fn vanish(
        self,
        tx: &mut Transaction,
        account: AccountId,
        run: Uuid,
        file_ids: &[i64],
    ) -> Result<Vanished> {
        let gone = sqlx::query_as!(
            Gone,
            r#"
            delete from entries using (select $1::uuid as account_id offset 0) as me, missing_subtree($1, $2, $3) as gone
             where entries.account_id = me.account_id and entries.file_id = gone.file_id
            returning document_id, name, parent_id
            "#,
            account.as_uuid(),
            file_ids,
            run
        )
        .fetch_all(tx.connection())
        .await
        .during("taking entries out of a tree")?;
        self.settle_readers(tx, Step::of(account), gone).await
    }

    /// Takes out everything a run did not see, in transactions of its own. Only after a complete listing of the tree.
    pub async fn vanish_unseen(self, account: AccountId, run: Uuid) -> Result<Vanished> {
        let mut all = Vanished::default();
        loop {
            let mut tx = self.store.begin().await?;
            let batch = self.vanish_some_unseen(&mut tx, Step::of(account), run, BATCH).await?;
            tx.commit().await?;
            all += batch;
            if batch.entries < BATCH as u64 {
                return Ok(all);
            }
        }
    }

    /// How much of a tree a run did not see: what the guard against sudden emptiness looks at.
    pub async fn count_unseen(self, account: AccountId, run: Uuid) -> Result<Unseen> {
        let row = sqlx::query!(
            r#"
            select count(*) filter (where last_seen_run <> $2) as "unseen!",
                   count(*) filter (where last_seen_run <> $2 and permissions not like '%S%') as "own!",
                   count(*) as "total!"
              from entries where account_id = $1
            "#,
            account.as_uuid(),
            run
        )
        .fetch_one(self.store.pool())
        .await
        .during("counting entries a run did not see")?;
        Ok(Unseen {
            unseen: row.unseen.unsigned_abs(),
            own: row.own.unsigned_abs(),
            total: row.total.unsigned_abs(),
            aliased: false,
        })
    }

    /// How much would go if these entries vanished, with everything below them, and how much there is.
    pub async fn count_missing(self, account: AccountId, run: Uuid, file_ids: &[i64]) -> Result<Unseen> {
        let row = sqlx::query!(
            r#"
            select count(*) as "unseen!", count(*) filter (where permissions not like '%S%') as "own!",
                   coalesce(bool_or(aliased), false) as "aliased!",
                   (select count(*) from entries where account_id = $1) as "total!"
              from missing_subtree($1, $2, $3) as gone
              join entries on entries.account_id = $1 and entries.file_id = gone.file_id
            "#,
            account.as_uuid(),
            file_ids,
            run
        )
        .fetch_one(self.store.pool())
        .await
        .during("counting what would vanish")?;
        Ok(Unseen {
            unseen: row.unseen.unsigned_abs(),
            own: row.own.unsigned_abs(),
            total: row.total.unsigned_abs(),
            aliased: row.aliased,
        })
    }

    /// Takes out up to `limit` entries that a run did not see; fewer mean that none is left.
    pub(crate) async fn vanish_some_unseen(
        self,
        tx: &mut Transaction,
        step: Step,
        run: Uuid,
        limit: usize,
    ) -> Result<Vanished> {
        let gone = sqlx::query_as!(
            Gone,
            r#"
            delete from entries
             using (select account_id, file_id from entries where account_id = $1 and last_seen_run <> $2
                     order by file_id limit $3) as unseen
             where entries.account_id = unseen.account_id and entries.file_id = unseen.file_id
            returning document_id, name, parent_id
            "#,
            step.account.as_uuid(),
            run,
            i64::try_from(limit).unwrap_or(i64::MAX)
        )
        .fetch_all(tx.connection())
        .await
        .during("taking out entries a run did not see")?;
        self.settle_readers(tx, step, gone).await
    }

    async fn settle_readers(self, tx: &mut Transaction, step: Step, gone: Vec<Gone>) -> Result<Vanished> {
        let mut vanished = Vanished { entries: gone.len() as u64, ..Vanished::default() };
        let mut documents = without_markers(tx, step.account, &gone).await?;
        documents.extend(gone.into_iter().filter_map(|gone| gone.document_id));
        for batch in documents.chunks(BATCH) {
            let reconciled = step::take(self.store, tx, step, batch).await?;
            vanished.documents_purged += reconciled.purged;
            vanished.access_changed += reconciled.changed;
            vanished.chunks += reconciled.chunks;
            vanished.jobs_cancelled += reconciled.jobs_cancelled;
        }
        Ok(vanished)
    }
}

/// An entry that was taken out.
struct Gone {
    document_id: Option<Uuid>,
    name: String,
    parent_id: Option<i64>,
}

/// Has rules look again below folders whose marker is gone. Returns the documents whose readers may be others now.
async fn without_markers(tx: &mut Transaction, account: AccountId, gone: &[Gone]) -> Result<Vec<Uuid>> {
    if !gone.iter().any(|gone| gone.name.starts_with('.')) {
        return Ok(Vec::new());
    }
    let Some(instance) = hold_account(tx, account).await? else { return Ok(Vec::new()) };
    let evaluator = Evaluator::load(tx, account, instance).await?;
    let folders: Vec<i64> = gone
        .iter()
        .filter(|gone| evaluator.is_marker(&gone.name))
        .filter_map(|gone| gone.parent_id)
        .collect();
    let files = below(tx, account, &folders).await?;
    evaluator.judge(tx, &files).await
}
