//! What Nextcloud confirmed lately, for each person, so that the next question does not ask the same again.
//!
//! Only a yes is remembered, with the instant before it was asked for and the number of doubts known then; a doubt
//! raised since makes it void. Questions of one person take turns: the second finds what the first was told. Held in
//! memory, because it is worth nothing after half a minute, and bounded in people and in documents.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use voiceassist_model::{AccountId, DocumentId};

/// People whose confirmations are remembered; beyond, those who have not asked for longest are forgotten.
const MAX_PEOPLE: usize = 4_096;
/// Documents remembered for one person; beyond, all of that person's are forgotten.
const MAX_DOCUMENTS: usize = 4_096;

/// A yes.
#[derive(Clone, Copy)]
struct Yes {
    asked_at: DateTime<Utc>,
    doubts: i64,
}

/// One person's.
#[derive(Default)]
pub(super) struct Confirmed(HashMap<DocumentId, Yes>);

/// Everybody's.
#[derive(Default)]
pub(super) struct Lately(Mutex<HashMap<AccountId, Turn>>);

struct Turn {
    last_asked: DateTime<Utc>,
    confirmed: Arc<tokio::sync::Mutex<Confirmed>>,
}

impl Confirmed {
    /// Those that were confirmed since this instant, knowing of this many doubts.
    pub(super) fn among(
        &self,
        documents: impl IntoIterator<Item = DocumentId>,
        since: DateTime<Utc>,
        doubts: i64,
    ) -> BTreeSet<DocumentId> {
        let holds =
            |id: &DocumentId| self.0.get(id).is_some_and(|yes| yes.asked_at >= since && yes.doubts >= doubts);
        documents.into_iter().filter(holds).collect()
    }

    /// These were confirmed by an answer to a question of this instant; of what was asked, the rest was not.
    pub(super) fn note(
        &mut self,
        asked: &[DocumentId],
        confirmed: &BTreeSet<DocumentId>,
        asked_at: DateTime<Utc>,
        doubts: i64,
    ) {
        if self.0.len() + asked.len() > MAX_DOCUMENTS {
            self.0.clear();
        }
        for document in asked {
            if confirmed.contains(document) {
                self.0.insert(*document, Yes { asked_at, doubts });
            } else {
                self.0.remove(document);
            }
        }
    }
}

impl Lately {
    /// One person's confirmations, to be locked while Nextcloud is asked for more.
    pub(super) fn of(&self, account: AccountId, now: DateTime<Utc>) -> Arc<tokio::sync::Mutex<Confirmed>> {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= MAX_PEOPLE && !people.contains_key(&account) {
            let longest = people.iter().min_by_key(|(_, turn)| turn.last_asked).map(|(account, _)| *account);
            longest.and_then(|account| people.remove(&account));
        }
        let turn =
            people.entry(account).or_insert_with(|| Turn { last_asked: now, confirmed: Arc::default() });
        turn.last_asked = now;
        Arc::clone(&turn.confirmed)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, TimeDelta, Utc};
    use uuid::Uuid;
    use voiceassist_model::{AccountId, DocumentId};

    use super::{Confirmed, Lately, MAX_DOCUMENTS, MAX_PEOPLE};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn document(number: usize) -> DocumentId {
        DocumentId::from_uuid(Uuid::from_u128(number as u128))
    }

    #[test]
    fn a_yes_lasts_until_its_bound_or_the_next_doubt() {
        let mut confirmed = Confirmed::default();
        let both = [document(1), document(2)];
        confirmed.note(&both, &BTreeSet::from([document(1)]), now(), 3);
        let holds = |since, doubts| confirmed.among(both, since, doubts);
        assert_eq!(holds(now(), 3), BTreeSet::from([document(1)]));
        assert_eq!(holds(now() + TimeDelta::microseconds(1), 3), BTreeSet::new(), "too old");
        assert_eq!(holds(now(), 4), BTreeSet::new(), "doubted since");
    }

    #[test]
    fn a_no_forgets_the_yes_of_before() {
        let mut confirmed = Confirmed::default();
        confirmed.note(&[document(1)], &BTreeSet::from([document(1)]), now(), 0);
        confirmed.note(&[document(1)], &BTreeSet::new(), now(), 0);
        assert!(confirmed.among([document(1)], now(), 0).is_empty());
    }

    #[test]
    fn neither_people_nor_documents_grow_without_bound() {
        let lately = Lately::default();
        for number in 0..=MAX_PEOPLE {
            let account = AccountId::from_uuid(Uuid::from_u128(number as u128));
            lately.of(account, now() + TimeDelta::seconds(i64::try_from(number).unwrap()));
        }
        let people = lately.0.lock().unwrap();
        assert_eq!(people.len(), MAX_PEOPLE);
        assert!(!people.contains_key(&AccountId::from_uuid(Uuid::nil())), "the first asked longest ago");
        let mut confirmed = Confirmed::default();
        for number in 0..=MAX_DOCUMENTS {
            let one = document(number);
            confirmed.note(&[one], &BTreeSet::from([one]), now(), 0);
        }
        assert!(confirmed.0.len() <= MAX_DOCUMENTS);
    }
}
