//! Who uses the daemon at present, so that their accounts are looked at often.
//!
//! The store is told once a minute per person, not with every request. A list that grows too long is forgotten, which costs one
//! statement per person.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_model::AccountId;

/// The store is told this often.
const GRAIN: TimeDelta = TimeDelta::minutes(1);
/// People remembered at most.
const MAX_PEOPLE: usize = 10_000;

/// When each person's use was last told.
#[derive(Debug, Default)]
pub(crate) struct Activity(Mutex<HashMap<AccountId, DateTime<Utc>>>);

impl Activity {
    /// Whether the store should be told of this person again.
    pub(crate) fn is_news(&self, account: AccountId, now: DateTime<Utc>) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get(&account).is_some_and(|at| now - *at < GRAIN) {
            return false;
        }
        if told.len() >= MAX_PEOPLE {
            told.clear();
        }
        told.insert(account, now);
        true
    }
}
