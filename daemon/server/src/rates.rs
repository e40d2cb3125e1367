//! How often somebody may ask: buckets that refill.
//!
//! A bucket belongs to a person, to a sender of hints, or to the address of somebody who proved nothing. People have two:
//! one for requests of any kind and a smaller one for what costs the machine most. What is refused draws nothing, so that
//! whoever waits gets on. There are only so many buckets; full ones are forgotten first, and when there is no room for a
//! stranger's, the stranger is refused. Buckets are this process' own; where replicas count together, these follow what is
//! counted there, so that a replica that is left alone goes on from where everybody was.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use voiceassist_store::shared_rates::{Level, ONE};

/// Buckets of one kind at most.
const MOST_BUCKETS: usize = 50_000;

/// How much a bucket holds and how fast it refills.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// What it holds, which is what may be drawn at once.
    pub burst: u32,
    /// What comes back in a minute.
    pub per_minute: u32,
}

impl Rate {
    /// A minute's worth at once, and the same in every minute.
    pub const fn per_minute(count: u32) -> Self {
        Self { burst: count, per_minute: count }
    }
}

/// How a bucket stands after somebody drew from it, or tried to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Standing {
    /// Whether there was enough.
    pub(crate) admitted: bool,
    /// What can be drawn now.
    pub(crate) left: u32,
    /// Seconds until one more can be drawn; nothing while there is something left.
    pub(crate) wait: u32,
}

impl Standing {
    /// How a bucket stands that was counted elsewhere.
    pub(crate) fn of(level: Level, rate: Rate) -> Self {
        standing(level.units, rate, level.admitted)
    }
}

#[derive(Debug)]
struct Bucket {
    /// In the parts that [`ONE`] has, so that nothing is rounded.
    left: u64,
    at: DateTime<Utc>,
}

/// Buckets by whose they are.
#[derive(Debug)]
pub(crate) struct Buckets<K>(Mutex<HashMap<K, Bucket>>);

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl Bucket {
    /// What is in it now.
    fn level(&self, rate: Rate, now: DateTime<Utc>) -> u64 {
        let passed = (now - self.at).num_microseconds().unwrap_or(i64::MAX);
        let passed = u64::try_from(passed).unwrap_or_default();
        self.left.saturating_add(passed.saturating_mul(u64::from(rate.per_minute))).min(full(rate))
    }
}

impl<K: Eq + Hash> Buckets<K> {
    /// How it stands, without drawing, if there is nothing to be drawn.
    pub(crate) fn spent(&self, key: &K, rate: Rate, now: DateTime<Utc>) -> Option<Standing> {
        let level = self.buckets().get(key)?.level(rate, now);
        (level < ONE).then(|| standing(level, rate, false))
    }

    /// Draws one.
    pub(crate) fn draw(&self, key: K, rate: Rate, now: DateTime<Utc>) -> Standing {
        let mut buckets = self.buckets();
        if !has_room(&mut buckets, &key, rate, now) {
            return Standing { admitted: false, left: 0, wait: 60 };
        }
        let bucket = buckets.entry(key).or_insert(Bucket { left: full(rate), at: now });
        bucket.left = bucket.level(rate, now);
        bucket.at = bucket.at.max(now);
        let admitted = bucket.left >= ONE;
        if admitted {
            bucket.left -= ONE;
        }
        standing(bucket.left, rate, admitted)
    }

    /// Takes over what was counted elsewhere. Where there is no room, nothing is known.
    pub(crate) fn follow(&self, key: K, level: Level, rate: Rate, now: DateTime<Utc>) {
        let mut buckets = self.buckets();
        if has_room(&mut buckets, &key, rate, now) {
            buckets.insert(key, Bucket { left: level.units, at: now });
        }
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<K, Bucket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether there is room for one more, after forgetting those that are full again.
fn has_room<K: Eq + Hash>(buckets: &mut HashMap<K, Bucket>, key: &K, rate: Rate, now: DateTime<Utc>) -> bool {
    if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(key) {
        buckets.retain(|_, bucket| bucket.level(rate, now) < full(rate));
    }
    buckets.len() < MOST_BUCKETS || buckets.contains_key(key)
}

fn full(rate: Rate) -> u64 {
    u64::from(rate.burst) * ONE
}

fn standing(level: u64, rate: Rate, admitted: bool) -> Standing {
    let missing = ONE.saturating_sub(level);
    let seconds = missing.div_ceil(u64::from(rate.per_minute.max(1)) * 1_000_000);
    let left = u32::try_from(level / ONE).unwrap_or(u32::MAX);
    Standing { admitted, left, wait: u32::try_from(seconds).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use voiceassist_store::shared_rates::{Level, ONE};

    use super::{Buckets, MOST_BUCKETS, Rate, Standing};

    const GUESSES: Rate = Rate { burst: 50, per_minute: 300 };

    #[test]
    fn who_asks_too_often_waits_and_slows_nobody_else() {
        let buckets = Buckets::default();
        let now = DateTime::UNIX_EPOCH;
        let draw =
            |key: &'static str, seconds: i64| buckets.draw(key, GUESSES, now + TimeDelta::seconds(seconds));
        let admitted = (0..10_000).filter(|_| draw("mallory", 0).admitted).count();
        assert_eq!(admitted, 50);
        let refused = draw("mallory", 0);
        assert_eq!((refused.admitted, refused.left, refused.wait), (false, 0, 1));
        assert_eq!(
            (0..100).filter(|_| draw("mallory", 1).admitted).count(),
            5,
            "a second's worth comes back"
        );
        assert_eq!(draw("alice", 1).left, 49);
        assert_eq!(
            (0..100).filter(|_| draw("mallory", 3_600).admitted).count(),
            50,
            "and no more than it holds"
        );
    }

    #[test]
    fn looking_whether_a_bucket_is_spent_draws_nothing() {
        let buckets = Buckets::default();
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(buckets.spent(&"mallory", GUESSES, now), None, "who never drew has everything");
        assert!((0..50).all(|_| buckets.draw("mallory", GUESSES, now).admitted));
        let spent = buckets.spent(&"mallory", GUESSES, now).unwrap();
        assert_eq!((spent.admitted, spent.left, spent.wait), (false, 0, 1));
        let later = now + TimeDelta::seconds(1);
        assert_eq!(buckets.spent(&"mallory", GUESSES, later), None);
        assert_eq!((0..10).filter(|_| buckets.draw("mallory", GUESSES, later).admitted).count(), 5);
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let buckets = Buckets::default();
        let now = DateTime::UNIX_EPOCH;
        assert!((0..50).all(|_| buckets.draw((), GUESSES, now).admitted));
        assert!(!buckets.draw((), GUESSES, now - TimeDelta::hours(1)).admitted);
        assert!(!buckets.draw((), GUESSES, now).admitted);
    }

    #[test]
    fn strangers_without_number_find_no_room_and_those_who_paused_make_some() {
        let buckets = Buckets::default();
        let now = DateTime::UNIX_EPOCH;
        for stranger in 0..MOST_BUCKETS {
            assert!(buckets.draw(stranger, GUESSES, now).admitted);
        }
        assert!(!buckets.draw(MOST_BUCKETS, GUESSES, now).admitted);
        assert!(buckets.draw(MOST_BUCKETS, GUESSES, now + TimeDelta::seconds(1)).admitted);
    }
    #[test]
    fn a_bucket_that_follows_another_goes_on_from_there() {
        let buckets = Buckets::default();
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(buckets.draw("alice", GUESSES, now).left, 49);
        buckets.follow("alice", Level { admitted: true, units: ONE / 2 }, GUESSES, now);
        let spent = Standing { admitted: false, left: 0, wait: 1 };
        assert_eq!(buckets.spent(&"alice", GUESSES, now), Some(spent));
        assert_eq!(buckets.draw("alice", GUESSES, now + TimeDelta::milliseconds(99)), spent);
        assert!(buckets.draw("alice", GUESSES, now + TimeDelta::milliseconds(100)).admitted);
    }

    #[test]
    fn how_long_to_wait_is_exact_at_every_rate() {
        for per_minute in (1..=120).chain([1_199, 1_200, 59_999, 1_000_000]) {
            let rate = Rate { burst: 7, per_minute };
            let empty = Standing::of(Level { admitted: false, units: 0 }, rate);
            assert_eq!((empty.left, empty.wait), (0, 60_u32.div_ceil(per_minute)), "{per_minute}");
            let one = Standing::of(Level { admitted: true, units: 7 * ONE - 1 }, rate);
            assert_eq!((one.left, one.wait), (6, 0), "{per_minute}");
        }
    }
}
