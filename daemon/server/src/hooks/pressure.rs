//! How many deliveries are taken.
//!
//! Each key has a bucket that refills; a bulk upload sends hundreds of hints in a minute and must not lose its last ones, so the bucket
//! is deep. Failed proofs of all callers together have a small one, so that guessing is slow and a flood of forgeries
//! costs little; a proved delivery never draws from it. Buckets exist per issued key only, so callers cannot make
//! any up.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use voiceassist_model::HookKeyId;

use crate::limits::{HOOK_BURST, HOOK_FAILURES_BURST, HOOK_FAILURES_PER_SECOND, HOOKS_PER_SECOND};

/// The buckets.
#[derive(Debug, Default)]
pub(crate) struct Pressure(Mutex<HashMap<Option<HookKeyId>, Bucket>>);

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: DateTime<Utc>,
}

impl Pressure {
    /// Whether one more may pass: of this key, or without one a failure.
    pub(crate) fn admits(&self, key: Option<HookKeyId>, now: DateTime<Utc>) -> bool {
        let (rate, burst) = match key {
            Some(_) => (HOOKS_PER_SECOND, HOOK_BURST),
            None => (HOOK_FAILURES_PER_SECOND, HOOK_FAILURES_BURST),
        };
        let (rate, burst) = (f64::from(rate), f64::from(burst));
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(key).or_insert(Bucket { left: burst, at: now });
        let passed = (now - bucket.at).num_milliseconds().max(0) as f64 / 1_000.0;
        bucket.left = (bucket.left + passed * rate).min(burst);
        bucket.at = bucket.at.max(now);
        let admitted = bucket.left >= 1.0;
        if admitted {
            bucket.left -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;
    use voiceassist_model::HookKeyId;

    use super::Pressure;
    use crate::limits::{HOOK_FAILURES_BURST, HOOK_FAILURES_PER_SECOND};

    #[test]
    fn guessing_is_slow_and_does_not_slow_who_is_known() {
        let pressure = Pressure::default();
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let guesses = (0..10_000).filter(|_| pressure.admits(None, now)).count();
        assert_eq!(u32::try_from(guesses), Ok(HOOK_FAILURES_BURST));
        let later = now + TimeDelta::seconds(1);
        let later = (0..100).filter(|_| pressure.admits(None, later)).count();
        assert_eq!(u32::try_from(later), Ok(HOOK_FAILURES_PER_SECOND));
        let key = Some(HookKeyId::from_uuid(Uuid::from_u128(1)));
        assert!((0..500).all(|_| pressure.admits(key, now)), "a bulk upload gets through");
        assert!((0..10_000).any(|_| !pressure.admits(key, now)), "without end it does not");
        assert!((0..500).all(|_| pressure.admits(key, now + TimeDelta::minutes(1))));
    }
}
