//! Whom nudges concern, how much, and when they are looked at.
//!
//! Wishes about one account fold: the most urgent wins. The time of a look comes from the account's own recent past, so
//! that the first nudge is followed at once and a long run of them is not. Rows are written in the order of accounts,
//! so that two deliveries never wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use voiceassist_model::AccountId;

use super::Nudges;
use crate::Transaction;
use crate::collections::CollectionClass;
use crate::error::{During as _, Result};
use crate::jobs::{Enqueue, Job, Lane};

/// The first look waits this long, because one action in Nextcloud sends several hints.
const SETTLE: TimeDelta = TimeDelta::milliseconds(300);
/// A deletion is announced before it is done.
const GONE_SETTLE: TimeDelta = TimeDelta::seconds(2);
/// Those who only catch up are spread over this long, after as long again.
const CATCH_UP: TimeDelta = TimeDelta::seconds(10);
/// The least time between the end of a look and one that hints ask for.
const SHORTEST_GAP: TimeDelta = TimeDelta::seconds(3);
/// The most, in a long run of hints.
const LONGEST_GAP: TimeDelta = TimeDelta::seconds(30);
/// A run of hints is over after this long without one.
const BURST_END: TimeDelta = TimeDelta::seconds(30);
/// Within this long a second hint without doubt does not rewrite the account's rhythm.
const RHYTHM_GRAIN: TimeDelta = TimeDelta::seconds(1);

/// How much a nudge wants of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wish {
    lane: Lane,
    doubt: bool,
    wait: Wait,
}

/// How soon; the order is that of urgency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Wait {
    None,
    Gone,
    Settle,
    CatchUp,
}

impl Wish {
    /// Access may be gone: look now, believe nothing.
    pub(super) const DOUBT: Self = Self { lane: Lane::Access, doubt: true, wait: Wait::None };
    /// The same for what is gone in a moment.
    pub(super) const DOUBT_SOON: Self = Self { lane: Lane::Access, doubt: true, wait: Wait::Gone };
    /// Somebody can see more: look now.
    pub(super) const NOW: Self = Self { lane: Lane::Access, doubt: false, wait: Wait::None };
    /// Something is new.
    pub(super) const LOOK: Self = Self { lane: Lane::Interactive, doubt: false, wait: Wait::Settle };
    /// Something is new, and somebody else already looks at it.
    pub(super) const CATCH_UP: Self = Self { lane: Lane::Interactive, doubt: false, wait: Wait::CatchUp };

    fn or(self, other: Self) -> Self {
        Self {
            lane: self.lane.min(other.lane),
            doubt: self.doubt || other.doubt,
            wait: self.wait.min(other.wait),
        }
    }
}

/// The accounts concerned.
#[derive(Clone, Debug, Default)]
pub(super) struct Targets {
    files: BTreeMap<AccountId, Wish>,
    /// Whose calendars, and whose address books.
    collections: [BTreeSet<AccountId>; 2],
}

impl Targets {
    pub(super) fn want(&mut self, account: AccountId, wish: Wish) {
        self.files.entry(account).and_modify(|known| *known = known.or(wish)).or_insert(wish);
    }

    pub(super) fn want_all(&mut self, accounts: impl IntoIterator<Item = AccountId>, wish: Wish) {
        for account in accounts {
            self.want(account, wish);
        }
    }

    /// Calendars and address books are looked at once a hint has settled; others' hints fold into that look.
    pub(super) fn want_collections(
        &mut self,
        accounts: impl IntoIterator<Item = AccountId>,
        class: CollectionClass,
    ) {
        let [calendars, books] = &mut self.collections;
        match class {
            CollectionClass::Calendar => calendars.extend(accounts),
            CollectionClass::AddressBook => books.extend(accounts),
        }
    }

    fn ids(&self) -> Vec<Uuid> {
        self.files.keys().map(|account| account.as_uuid()).collect()
    }
}

/// What decides when an account is looked at.
struct Past {
    id: Uuid,
    state: String,
    suspended_until: Option<DateTime<Utc>>,
    last_synced_at: Option<DateTime<Utc>>,
    last_nudge_at: Option<DateTime<Utc>>,
    burst_since: Option<DateTime<Utc>>,
}

impl Past {
    /// Whether a hint may ask for a look. Every other state has a pace of its own.
    fn may_be_asked(&self, now: DateTime<Utc>) -> bool {
        self.state == "connected" && self.suspended_until.is_none_or(|until| until <= now)
    }

    /// When the present run of nudges began, this nudge included.
    fn burst(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let going_on = self.last_nudge_at.is_some_and(|last| now - last < BURST_END);
        self.burst_since.filter(|_| going_on).unwrap_or(now)
    }
}

/// When the look is: soon after the first nudge, and later the longer nudges keep coming. `spread` is in `0..1000`.
fn look_at(wish: Wish, past: &Past, now: DateTime<Utc>, spread: i32) -> DateTime<Utc> {
    let gap = ((now - past.burst(now)) / 2).clamp(SHORTEST_GAP, LONGEST_GAP);
    let spaced = past.last_synced_at.map_or(now, |last| last + gap);
    match wish.wait {
        Wait::None => now,
        Wait::Gone => now + GONE_SETTLE,
        Wait::Settle => (now + SETTLE).max(spaced),
        Wait::CatchUp => (now + CATCH_UP + CATCH_UP * spread / 1_000).max(spaced),
    }
}

impl Nudges<'_> {
    /// Doubts and queues: how many looks, how many doubts.
    pub(super) async fn hit(self, tx: &mut Transaction, targets: &Targets) -> Result<(u64, u64)> {
        let now = self.store.now();
        let collections = self.hit_collections(tx, &targets.collections).await?;
        if targets.files.is_empty() {
            return Ok((collections, 0));
        }
        let pasts = self.pasts(tx, &targets.ids()).await?;
        let (mut looks, mut doubted, mut nudged, mut bursts) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for past in &pasts {
            let account = AccountId::from_uuid(past.id);
            let Some(wish) = targets.files.get(&account).copied() else { continue };
            if wish.doubt {
                doubted.push(account);
            }
            if wish.doubt || past.last_nudge_at.is_none_or(|last| now - last >= RHYTHM_GRAIN) {
                nudged.push(past.id);
                bursts.push(past.burst(now));
            }
            if past.may_be_asked(now) {
                let at = look_at(wish, past, now, self.spread_of());
                looks.push(Enqueue::new(Job::SyncFiles { account }).in_lane(wish.lane).at(at));
            }
        }
        self.write_rhythm(tx, &nudged, &bursts).await?;
        self.store.cursors().doubt_all(tx, &doubted).await?;
        self.store.jobs().enqueue_all(tx, &looks).await?;
        Ok((looks.len() as u64 + collections, doubted.len() as u64))
    }

    /// Queues looks at calendars and address books; how many.
    async fn hit_collections(
        self,
        tx: &mut Transaction,
        [calendars, books]: &[BTreeSet<AccountId>; 2],
    ) -> Result<u64> {
        if calendars.is_empty() && books.is_empty() {
            return Ok(0);
        }
        let now = self.store.now();
        let ids: BTreeSet<Uuid> = calendars.union(books).map(|account| account.as_uuid()).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut looks = Vec::new();
        for past in self.pasts(tx, &ids).await?.iter().filter(|past| past.may_be_asked(now)) {
            let account = AccountId::from_uuid(past.id);
            for (wanted, job) in
                [(calendars, Job::SyncCalendars { account }), (books, Job::SyncContacts { account })]
            {
                if wanted.contains(&account) {
                    looks.push(Enqueue::new(job).in_lane(Lane::Interactive).at(now + SETTLE));
                }
            }
        }
        self.store.jobs().enqueue_all(tx, &looks).await?;
        Ok(looks.len() as u64)
    }

    fn spread_of(self) -> i32 {
        let mut bytes = [0; 2];
        self.store.randomness().fill(&mut bytes);
        i32::from(u16::from_le_bytes(bytes) % 1_000)
    }

    async fn pasts(self, tx: &mut Transaction, ids: &[Uuid]) -> Result<Vec<Past>> {
        sqlx::query_as!(
            Past,
            r#"
            select id, state, suspended_until, last_synced_at,
                   last_nudge_at as "last_nudge_at?", burst_since as "burst_since?"
              from accounts left join account_rhythm on account_id = id
             where id = any($1) and account_works(state) order by id
            "#,
            ids
        )
        .fetch_all(tx.connection())
        .await
        .during("reading when accounts were looked at")
    }

    async fn write_rhythm(self, tx: &mut Transaction, ids: &[Uuid], bursts: &[DateTime<Utc>]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            r#"
            insert into account_rhythm (account_id, last_nudge_at, burst_since, behind_since)
            select id, $3, burst, $3 from unnest($1::uuid[], $2::timestamptz[]) as input (id, burst) order by id
            on conflict (account_id) do update
               set last_nudge_at = excluded.last_nudge_at, burst_since = excluded.burst_since,
                   behind_since = coalesce(account_rhythm.behind_since, excluded.behind_since)
            "#,
            ids,
            bursts,
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("noting nudges")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use uuid::Uuid;

    use super::{LONGEST_GAP, Past, SETTLE, SHORTEST_GAP, Wish, look_at};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
    }

    fn past(synced_ago: i64, nudged_ago: Option<i64>, burst_ago: Option<i64>) -> Past {
        let ago = |seconds: i64| now() - TimeDelta::seconds(seconds);
        Past {
            id: Uuid::nil(),
            state: "connected".to_owned(),
            suspended_until: None,
            last_synced_at: Some(ago(synced_ago)),
            last_nudge_at: nudged_ago.map(ago),
            burst_since: burst_ago.map(ago),
        }
    }

    #[test]
    fn the_first_hint_is_followed_at_once() {
        assert_eq!(look_at(Wish::LOOK, &past(60, None, None), now(), 0), now() + SETTLE);
        assert_eq!(look_at(Wish::LOOK, &past(60, Some(31), Some(900)), now(), 0), now() + SETTLE);
    }

    #[test]
    fn looks_of_a_long_run_are_spaced_wider_and_wider() {
        let after = |burst| look_at(Wish::LOOK, &past(0, Some(1), Some(burst)), now(), 0) - now();
        assert_eq!(after(1), SHORTEST_GAP);
        assert_eq!(after(20), TimeDelta::seconds(10));
        assert_eq!(after(3_600), LONGEST_GAP);
    }

    #[test]
    fn a_lost_access_waits_for_nothing() {
        assert_eq!(look_at(Wish::DOUBT, &past(0, Some(1), Some(3_600)), now(), 999), now());
    }

    #[test]
    fn the_most_urgent_wish_wins() {
        let both = Wish::CATCH_UP.or(Wish::DOUBT_SOON);
        assert!(both.doubt && both.wait == Wish::DOUBT_SOON.wait && both.lane == Wish::DOUBT.lane);
    }

    #[test]
    fn who_asked_for_rest_is_not_asked() {
        let mut resting = past(60, None, None);
        assert!(resting.may_be_asked(now()));
        resting.suspended_until = Some(now() + TimeDelta::seconds(1));
        assert!(!resting.may_be_asked(now()));
        let failing = Past { state: "failing".to_owned(), ..past(60, None, None) };
        assert!(!failing.may_be_asked(now()));
    }
}
