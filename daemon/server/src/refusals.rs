//! Strangers that are turned away, recorded without giving them a pen.
//!
//! A refused sign-in belongs in the audit log, but whoever is refused is nobody yet, and could fill the log by asking. So
//! the first refusal of a kind is recorded at once, and those of the next ten seconds are counted and named by the record
//! after them. They stay refused whether that can be recorded or not: nothing is shown to them either way.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_store::audit::{Action, Actor, Entry, Outcome};

use crate::state::AppState;

/// Between two records of the same kind.
const INTERVAL: TimeDelta = TimeDelta::seconds(10);

/// When each kind was last recorded, and how often it happened since. The kinds are few and the program's own.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<HashMap<Kind, (DateTime<Utc>, u64)>>);

/// What was refused, and why.
type Kind = (Action, &'static str);

impl Refusals {
    /// Somebody was refused, for this reason.
    pub(crate) async fn note(&self, state: &AppState, action: Action, reason: &'static str) {
        let Some(count) = self.due(state.now(), action, reason) else { return };
        let entry = Entry::new(Actor::Unknown, action).with_outcome(Outcome::Refused);
        let entry = entry.code("reason", reason).count("count", count);
        if let Err(error) = state.store().audit().append(entry).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a refusal could not be recorded");
        }
    }

    /// How many refusals the record of now stands for; `None` while the last one is young.
    fn due(&self, now: DateTime<Utc>, action: Action, reason: &'static str) -> Option<u64> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((recorded_at, since)) = kinds.get_mut(&(action, reason)) else {
            kinds.insert((action, reason), (now, 0));
            return Some(1);
        };
        if now - *recorded_at < INTERVAL {
            *since += 1;
            return None;
        }
        *recorded_at = now;
        Some(std::mem::take(since) + 1)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use voiceassist_store::audit::Action;

    use super::Refusals;

    #[test]
    fn a_flood_is_counted_and_every_refusal_is_in_some_record() {
        let refusals = Refusals::default();
        let start = DateTime::UNIX_EPOCH;
        let due =
            |seconds, reason| refusals.due(start + TimeDelta::seconds(seconds), Action::TokenRefuse, reason);
        assert_eq!(due(0, "invalid"), Some(1));
        assert_eq!([1, 2, 9].map(|second| due(second, "invalid")), [None; 3]);
        assert_eq!(due(3, "expired"), Some(1), "another kind is another record");
        assert_eq!(due(10, "invalid"), Some(4));
        assert_eq!(due(20, "invalid"), Some(1));
    }
}
