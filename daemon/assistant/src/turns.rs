//! How many turns run at once, in all and for one person.
//!
//! A turn over either number is refused at once: its asker still has an answer running and sees why.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use voiceassist_model::AccountId;

/// Counts the turns in flight.
#[derive(Clone)]
pub(crate) struct Turns {
    running: Arc<Mutex<HashMap<AccountId, u32>>>,
    total: u32,
    per_account: u32,
}

/// The right to run one turn, given back on drop.
pub(crate) struct TurnPermit {
    running: Arc<Mutex<HashMap<AccountId, u32>>>,
    account: AccountId,
}

impl Turns {
    pub(crate) fn new(total: u32, per_account: u32) -> Self {
        Self { running: Arc::default(), total, per_account }
    }

    /// Takes a permit, if there is one for this person.
    pub(crate) fn enter(&self, account: AccountId) -> Option<TurnPermit> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.values().sum::<u32>() >= self.total {
            return None;
        }
        let mine = running.entry(account).or_insert(0);
        if *mine >= self.per_account {
            return None;
        }
        *mine += 1;
        drop(running);
        metrics::gauge!(crate::TURNS_IN_FLIGHT).increment(1);
        Some(TurnPermit { running: Arc::clone(&self.running), account })
    }
}

impl Drop for TurnPermit {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = running.get_mut(&self.account) {
            *mine = mine.saturating_sub(1);
            if *mine == 0 {
                running.remove(&self.account);
            }
        }
        metrics::gauge!(crate::TURNS_IN_FLIGHT).decrement(1);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::AccountId;

    use super::Turns;

    #[test]
    fn neither_one_person_nor_all_exceed_their_number() {
        let [alice, bob] = [1, 2].map(|n| AccountId::from_uuid(Uuid::from_u128(n)));
        let turns = Turns::new(3, 2);
        let first = turns.enter(alice).unwrap();
        let _second = turns.enter(alice).unwrap();
        assert!(turns.enter(alice).is_none(), "one person's number");
        let _third = turns.enter(bob).unwrap();
        assert!(turns.enter(bob).is_none(), "everybody's number");
        drop(first);
        assert!(turns.enter(bob).is_some(), "a permit comes back");
    }
}
