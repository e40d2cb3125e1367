//! When each account is looked at without being hinted at: the timer that everything else only runs ahead of.
//!
//! An account in use, or one in which something happened lately, is looked at every [`Pace::active`]; one that sleeps is
//! looked at less and less, down to every [`Pace::idle`], and often again from the moment its person comes back. What
//! is shown does not depend on it: reading asks Nextcloud when the mirror is older than the freshness bound. The timer
//! never overtakes a look that is queued already, so it cannot shorten the wait of one that failed.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use voiceassist_model::AccountId;

use crate::Store;
use crate::error::{During as _, Result};
use crate::jobs::{Enqueue, Job};

/// An account counts as in use for this long after a sign of life.
const AWAKE: TimeDelta = TimeDelta::minutes(10);
/// A sleeping account is looked at after this part of the time it has slept.
const SLEEP_PARTS: i32 = 10;
/// The part of an interval that is left to chance, so that accounts do not march in step.
const SPREAD_PARTS: i32 = 5;
/// Signs of life are written at most this often.
const ACTIVE_GRAIN: TimeDelta = TimeDelta::minutes(1);
/// Accounts scheduled in one round at most.
const MAX_SCHEDULED: u32 = 10_000;

/// How often accounts are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// The time between two looks at an account in use.
    pub active: TimeDelta,
    /// The longest time between two looks at one that sleeps.
    pub idle: TimeDelta,
}

impl Default for Pace {
    fn default() -> Self {
        Self { active: TimeDelta::seconds(60), idle: TimeDelta::minutes(15) }
    }
}

impl Pace {
    /// When to look again, for an account whose last sign of life was then. `chance` is in `0..1000`.
    fn next(self, now: DateTime<Utc>, sign: Option<DateTime<Utc>>, chance: i32) -> DateTime<Utc> {
        let idle = self.idle.max(self.active);
        let interval = match sign.map(|sign| now - sign) {
            Some(slept) if slept < AWAKE => self.active,
            Some(slept) => (slept / SLEEP_PARTS).clamp(self.active, idle),
            None => idle,
        };
        now + interval - interval / SPREAD_PARTS * chance / 1_000
    }
}

/// The timer.
#[derive(Clone, Copy)]
pub struct Rhythm<'a> {
    pub(crate) store: &'a Store,
}

impl Rhythm<'_> {
    /// The person uses the daemon. An account that slept is looked at soon. Writes at most once a minute.
    pub async fn mark_active(self, account: AccountId) -> Result<()> {
        let now = self.store.now();
        sqlx::query!(
            r#"
            insert into account_rhythm (account_id, last_active_at, look_after)
            select id, $2, $2 from accounts where id = $1
            on conflict (account_id) do update
               set last_active_at = excluded.last_active_at,
                   look_after = case when account_rhythm.last_active_at > $4 then account_rhythm.look_after
                                     else least(account_rhythm.look_after, excluded.look_after) end
             where account_rhythm.last_active_at is null or account_rhythm.last_active_at < $3
            "#,
            account.as_uuid(),
            now,
            now - ACTIVE_GRAIN,
            now - AWAKE
        )
        .execute(self.store.pool())
        .await
        .during("noting that an account is in use")?;
        Ok(())
    }

    /// A look that began then has succeeded; `moved` says that it found something.
    pub async fn looked(
        self,
        account: AccountId,
        began: DateTime<Utc>,
        moved: bool,
        pace: Pace,
    ) -> Result<()> {
        let now = self.store.now();
        let known = sqlx::query!(
            "select last_active_at, last_moved_at, last_nudge_at from account_rhythm where account_id = $1",
            account.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading an account's rhythm")?;
        let sign = known
            .and_then(|known| known.last_active_at.max(known.last_moved_at).max(known.last_nudge_at))
            .max(moved.then_some(now));
        sqlx::query!(
            r#"
            insert into account_rhythm (account_id, last_moved_at, look_after)
            select id, case when $3 then $4::timestamptz end, $5 from accounts where id = $1
            on conflict (account_id) do update
               set last_moved_at = coalesce(excluded.last_moved_at, account_rhythm.last_moved_at),
                   look_after = excluded.look_after,
                   behind_since = case when account_rhythm.last_nudge_at > $2 then account_rhythm.last_nudge_at end
            "#,
            account.as_uuid(),
            began,
            moved,
            now,
            pace.next(now, sign, self.chance())
        )
        .execute(self.store.pool())
        .await
        .during("noting a look")?;
        Ok(())
    }

    /// Queues a look at every account whose time has come; how many. An account with a look queued or under way, and
    /// one that asked for rest, is passed over.
    pub async fn schedule(self, pace: Pace, limit: u32) -> Result<u64> {
        let now = self.store.now();
        let mut tx = self.store.begin().await?;
        let due = sqlx::query!(
            r#"
            select accounts.id, last_active_at as "last_active_at?", last_moved_at as "last_moved_at?",
                   last_nudge_at as "last_nudge_at?",
                   exists (select from jobs where subject = accounts.id and kind = 'sync_files') as "queued!"
              from accounts left join account_rhythm on account_rhythm.account_id = accounts.id
             where account_works(state)
               and (suspended_until is null or suspended_until <= $1)
               and case when look_after is null
                        then last_synced_at is null or last_synced_at <= $2 else look_after <= $1 end
             order by look_after nulls first, accounts.id limit $3
            "#,
            now,
            now - pace.active,
            i64::from(limit.min(MAX_SCHEDULED))
        )
        .fetch_all(tx.connection())
        .await
        .during("looking for accounts to look at")?;
        let (mut ids, mut nexts, mut looks): (Vec<Uuid>, Vec<DateTime<Utc>>, Vec<Enqueue>) =
            Default::default();
        for row in due {
            let sign = row.last_active_at.max(row.last_moved_at).max(row.last_nudge_at);
            ids.push(row.id);
            nexts.push(pace.next(now, sign, self.chance()));
            if !row.queued {
                looks.push(Enqueue::new(Job::SyncFiles { account: AccountId::from_uuid(row.id) }));
            }
        }
        sqlx::query!(
            r#"
            insert into account_rhythm (account_id, look_after)
            select id, next from unnest($1::uuid[], $2::timestamptz[]) as input (id, next) order by id
            on conflict (account_id) do update set look_after = excluded.look_after
            "#,
            &ids,
            &nexts
        )
        .execute(tx.connection())
        .await
        .during("setting the time of the next looks")?;
        let queued = self.store.jobs().enqueue_all(&mut tx, &looks).await?;
        tx.commit().await?;
        Ok(queued)
    }

    fn chance(self) -> i32 {
        let mut bytes = [0; 2];
        self.store.randomness().fill(&mut bytes);
        i32::from(u16::from_le_bytes(bytes) % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{AWAKE, Pace};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
    }

    fn interval(slept: Option<TimeDelta>, chance: i32) -> TimeDelta {
        Pace::default().next(now(), slept.map(|slept| now() - slept), chance) - now()
    }

    #[test]
    fn who_is_awake_is_looked_at_often_and_sleepers_rarely() {
        let Pace { active, idle } = Pace::default();
        assert_eq!(interval(Some(TimeDelta::zero()), 0), active);
        assert_eq!(interval(Some(AWAKE - TimeDelta::seconds(1)), 0), active);
        assert_eq!(interval(Some(TimeDelta::hours(1)), 0), TimeDelta::minutes(6));
        assert_eq!(interval(Some(TimeDelta::days(30)), 0), idle);
        assert_eq!(interval(None, 0), idle);
    }

    #[test]
    fn a_fifth_of_the_interval_is_chance_and_never_makes_it_longer() {
        let Pace { active, .. } = Pace::default();
        let shortest = interval(Some(TimeDelta::zero()), 999);
        assert!(shortest >= active * 4 / 5 && shortest < active, "{shortest}");
    }
}
