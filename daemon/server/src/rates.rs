//! How often somebody may ask: buckets that refill.
//!
//! A bucket belongs to a person, to a sender of hints, or to the address of somebody who proved nothing. People have two:
//! one for requests of any kind and a smaller one for what costs the machine most. What is refused draws nothing, so that
//! whoever waits gets on. There are only so many buckets; full ones are forgotten first, and when there is no room for a
//! stranger's, the stranger is refused. Buckets are this process' own: several replicas together admit that many times
//! as much.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

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

#[derive(Debug)]
struct Bucket {
    left: f64,
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
    fn level(&self, rate: Rate, now: DateTime<Utc>) -> f64 {
        let passed = (now - self.at).num_milliseconds().max(0) as f64 / 60_000.0;
        (self.left + passed * f64::from(rate.per_minute)).min(f64::from(rate.burst))
    }
}

impl<K: Eq + Hash> Buckets<K> {
    /// How it stands, without drawing, if there is nothing to be drawn.
    pub(crate) fn spent(&self, key: &K, rate: Rate, now: DateTime<Utc>) -> Option<Standing> {
        let buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let level = buckets.get(key)?.level(rate, now);
        (level < 1.0).then(|| standing(level, rate, false))
    }

    /// Draws one.
    pub(crate) fn draw(&self, key: K, rate: Rate, now: DateTime<Utc>) -> Standing {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| bucket.level(rate, now) < f64::from(rate.burst));
            if buckets.len() >= MOST_BUCKETS {
                return Standing { admitted: false, left: 0, wait: 60 };
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { left: f64::from(rate.burst), at: now });
        bucket.left = bucket.level(rate, now);
        bucket.at = bucket.at.max(now);
        let admitted = bucket.left >= 1.0;
        if admitted {
            bucket.left -= 1.0;
        }
        standing(bucket.left, rate, admitted)
    }
}

fn standing(level: f64, rate: Rate, admitted: bool) -> Standing {
    let missing = (1.0 - level).max(0.0);
    // Both are small and not negative.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the rate")]
    let (left, wait) = (level as u32, (missing * 60.0 / f64::from(rate.per_minute.max(1))).ceil() as u32);
    Standing { admitted, left, wait }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::{Buckets, MOST_BUCKETS, Rate};

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
}
