//! What a look answers: whom else it concerns, and how far behind each mirror is.
//!
//! A file that was new when it was hinted at is known after its actor's look, and with it the folder it lies in; whoever
//! holds that folder and was not looked at since is nudged then. A deletion counts as answered only when the actor no
//! longer has the file, because it is announced before it is done. The figures for metrics are over all accounts and
//! name nobody.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use voiceassist_model::AccountId;

use super::targets::{Targets, Wish};
use super::{Nudges, accounts};
use crate::accounts::AccountState;
use crate::error::{During as _, Result, StoreError};

/// Whom a look had looked at besides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spread {
    /// Hints that the look answered.
    pub answered: u64,
    /// Other accounts nudged because of them.
    pub looks: u64,
}

/// How an account follows Nextcloud.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Following {
    /// When a hint last concerned it.
    pub last_nudge_at: Option<DateTime<Utc>>,
    /// The instant as of which its mirror last equalled Nextcloud.
    pub last_reconciled_at: Option<DateTime<Utc>>,
    /// The oldest hint that no look has answered.
    pub behind_since: Option<DateTime<Utc>>,
    /// How long that hint has waited; zero without one.
    pub lag_seconds: i64,
    /// Whether its mirror is not believed until Nextcloud has been asked.
    pub doubted: bool,
    /// The timer looks again after this.
    pub next_look_at: Option<DateTime<Utc>>,
}

/// All accounts in numbers.
#[derive(Clone, PartialEq, Debug)]
pub struct Overview {
    /// Accounts by state, every state named.
    pub states: Vec<(AccountState, u64)>,
    /// Seconds since the mirrors last equalled Nextcloud, over accounts that are looked at: median, 95th percentile, most.
    pub age_seconds: [f64; 3],
    /// Seconds that unanswered hints have waited: median, 95th percentile, most.
    pub lag_seconds: [f64; 3],
    /// Accounts whose mirror is not believed for now.
    pub doubted: u64,
}

impl Nudges<'_> {
    /// After a look at `account` that began at `began`: nudges whoever else it concerns.
    pub async fn spread(self, account: AccountId, began: DateTime<Utc>) -> Result<Spread> {
        let noted = sqlx::query!(
            r#"
            select nudged.file_id, nudged.gone, nudged.noted_at, entries.parent_id as "parent_id?",
                   entries.file_id is not null as "here!"
              from nudged_files as nudged
              left join entries on entries.account_id = nudged.account_id and entries.file_id = nudged.file_id
             where nudged.account_id = $1 and nudged.noted_at <= $2
            "#,
            account.as_uuid(),
            began
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading what was nudged")?;
        let (mut answered, mut changed, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        let mut since = DateTime::<Utc>::MIN_UTC;
        for row in &noted {
            if row.gone && row.here {
                continue;
            }
            answered.push(row.file_id);
            since = since.max(row.noted_at);
            let files = if row.gone { &mut gone } else { &mut changed };
            files.push(row.file_id);
            files.extend(row.parent_id);
        }
        if answered.is_empty() {
            return Ok(Spread::default());
        }
        let mut tx = self.store.begin().await?;
        let mut targets = Targets::default();
        targets.want_all(self.others(&mut tx, account, &changed, since).await?, Wish::CATCH_UP);
        targets.want_all(self.others(&mut tx, account, &gone, since).await?, Wish::DOUBT);
        let (looks, _) = self.hit(&mut tx, &targets).await?;
        sqlx::query!(
            "delete from nudged_files where account_id = $1 and file_id = any($2) and noted_at <= $3",
            account.as_uuid(),
            &answered,
            began
        )
        .execute(tx.connection())
        .await
        .during("closing nudges")?;
        tx.commit().await?;
        Ok(Spread { answered: answered.len() as u64, looks })
    }

    /// Other people of the same server who hold one of these and whose mirror is older than `since`.
    async fn others(
        self,
        tx: &mut crate::Transaction,
        account: AccountId,
        files: &[i64],
        since: DateTime<Utc>,
    ) -> Result<Vec<AccountId>> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = sqlx::query_scalar!(
            r#"
            select accounts.id from accounts
              join accounts as mine on mine.instance_id = accounts.instance_id and mine.id = $1
              left join sync_cursors on sync_cursors.account_id = accounts.id
             cross join lateral (select 1 as held from entries
                                  where entries.account_id = accounts.id and entries.file_id = any($2) limit 1) as held
             where accounts.id <> $1 and account_works(accounts.state)
               and (sync_cursors.confirmed_at is null or sync_cursors.confirmed_at < $3)
             order by accounts.id
            "#,
            account.as_uuid(),
            files,
            since
        )
        .fetch_all(tx.connection())
        .await
        .during("finding whom else a change concerns")?;
        Ok(accounts(ids))
    }

    /// How an account follows Nextcloud. `None` when there is no such account.
    pub async fn follow(self, account: AccountId) -> Result<Option<Following>> {
        let row = sqlx::query!(
            r#"
            select last_nudge_at as "last_nudge_at?", behind_since as "behind_since?", look_after as "look_after?",
                   confirmed_at as "confirmed_at?",
                   coalesce(doubts > doubts_settled, false) as "doubted!"
              from accounts
              left join account_rhythm on account_rhythm.account_id = accounts.id
              left join sync_cursors on sync_cursors.account_id = accounts.id
             where accounts.id = $1
            "#,
            account.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading how an account follows")?;
        let Some(row) = row else { return Ok(None) };
        let now = self.store.now();
        let lag = row.behind_since.map_or(TimeDelta::zero(), |since| now - since);
        Ok(Some(Following {
            last_nudge_at: row.last_nudge_at,
            last_reconciled_at: row.confirmed_at,
            behind_since: row.behind_since,
            lag_seconds: lag.num_seconds().max(0),
            doubted: row.doubted,
            next_look_at: row.look_after,
        }))
    }

    /// All accounts in numbers.
    pub async fn overview(self) -> Result<Overview> {
        let counted = sqlx::query!(r#"select state, count(*) as "count!" from accounts group by state"#)
            .fetch_all(self.store.pool())
            .await
            .during("counting accounts by state")?;
        let mut states: Vec<(AccountState, u64)> =
            AccountState::ALL.into_iter().map(|state| (state, 0)).collect();
        for row in counted {
            let state =
                AccountState::from_name(&row.state).ok_or(StoreError::Corrupt { what: "account state" })?;
            states.iter_mut().filter(|(known, _)| *known == state).for_each(|(_, count)| {
                *count = row.count.unsigned_abs();
            });
        }
        let row = sqlx::query!(
            r#"
            with mirrors as (
                select extract(epoch from $1 - coalesce(confirmed_at, accounts.created_at))::float8 as age,
                       extract(epoch from $1 - behind_since)::float8 as lag,
                       coalesce(doubts > doubts_settled, false) as doubted
                  from accounts
                  left join account_rhythm on account_rhythm.account_id = accounts.id
                  left join sync_cursors on sync_cursors.account_id = accounts.id
                 where account_works(accounts.state)
            )
            select coalesce(percentile_cont(0.5) within group (order by age), 0) as "age_half!",
                   coalesce(percentile_cont(0.95) within group (order by age), 0) as "age_most!",
                   coalesce(max(age), 0) as "age_max!",
                   coalesce(percentile_cont(0.5) within group (order by lag), 0) as "lag_half!",
                   coalesce(percentile_cont(0.95) within group (order by lag), 0) as "lag_most!",
                   coalesce(max(lag), 0) as "lag_max!",
                   count(*) filter (where doubted) as "doubted!"
              from mirrors
            "#,
            self.store.now()
        )
        .fetch_one(self.store.pool())
        .await
        .during("measuring how far behind the mirrors are")?;
        Ok(Overview {
            states,
            age_seconds: [row.age_half, row.age_most, row.age_max],
            lag_seconds: [row.lag_half, row.lag_most, row.lag_max],
            doubted: row.doubted.unsigned_abs(),
        })
    }
}
