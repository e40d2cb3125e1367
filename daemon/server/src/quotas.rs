//! Who draws from which bucket.
//!
//! A person is counted wherever they sit, because behind the reverse proxy everybody has one address; a stranger is counted
//! by address, an IPv6 one by its network. A valid token is never refused for what others did from the same address. What
//! costs most is also done for one person a few times at once only, so that who sends a minute's worth in a second waits
//! behind themselves and nobody else does.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use voiceassist_model::{HookKeyId, InstanceId, Principal};

use crate::limits::{AT_ONCE_OF_A_PERSON, HOOK_FAILURES, HOOKS, Limits};
use crate::rates::{Buckets, Rate, Standing};

/// Operations that search, answer, look through a text, or show a password to another server.
const COSTLY: [&str; 7] = [
    "add_mailbox", "ask_conversation", "change_mailbox", "detect_phi", "redact_phi", "search_passages",
    "test_mailbox",
];
/// Turns of a conversation are counted by the assistant, which holds them to their end.
const HELD_ELSEWHERE: &str = "ask_conversation";
/// The part of an IPv6 address that names a network.
const NETWORK: u128 = !0 << 64;

/// All buckets.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    requests: Buckets<Whose>,
    questions: Buckets<Whose>,
    failures: Buckets<IpAddr>,
    hooks: Buckets<Option<HookKeyId>>,
    at_once: Arc<Mutex<HashMap<Whose, u32>>>,
}

/// Something costly is being done for a person until this is dropped.
#[derive(Debug)]
pub(crate) struct Doing {
    whose: Whose,
    at_once: Arc<Mutex<HashMap<Whose, u32>>>,
}

impl Drop for Doing {
    fn drop(&mut self) {
        let mut counts = self.at_once.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.whose);
            }
        }
    }
}

/// A person, whether they have an account or not.
type Whose = (InstanceId, String);

/// What a person drew from, and how it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Drawn {
    /// The quota's name, as responses carry it.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) limit: u32,
    /// How it stands.
    pub(crate) standing: Standing,
}

impl Quotas {
    /// A person does something. What costs most draws from its own quota and from that of all requests; the one that is
    /// told is the one that refuses, or the smaller.
    pub(crate) fn person(
        &self,
        principal: &Principal,
        action: &str,
        limits: &Limits,
        now: DateTime<Utc>,
    ) -> Drawn {
        let whose = || (principal.instance, principal.user_id.clone());
        let rate = limits.requests_of_a_person;
        let standing = self.requests.draw(whose(), rate, now);
        let requests = Drawn { name: "requests", limit: rate.burst, standing };
        if !standing.admitted || !COSTLY.contains(&action) {
            return requests;
        }
        let rate = limits.questions_of_a_person;
        Drawn { name: "questions", limit: rate.burst, standing: self.questions.draw(whose(), rate, now) }
    }

    /// What a person has used up, if this needs it: told without counting, before anything is asked of the database.
    pub(crate) fn spent(
        &self,
        principal: &Principal,
        action: &str,
        limits: &Limits,
        now: DateTime<Utc>,
    ) -> Option<Drawn> {
        let whose = (principal.instance, principal.user_id.clone());
        let of = |name, buckets: &Buckets<Whose>, rate: Rate| {
            let standing = buckets.spent(&whose, rate, now)?;
            Some(Drawn { name, limit: rate.burst, standing })
        };
        let questions = || of("questions", &self.questions, limits.questions_of_a_person);
        of("requests", &self.requests, limits.requests_of_a_person)
            .or_else(|| COSTLY.contains(&action).then(questions).flatten())
    }

    /// Holds a place for something costly. `Err` while so many of this person are being done that it has to wait.
    pub(crate) fn begin(&self, principal: &Principal, action: &str) -> Result<Option<Doing>, ()> {
        if !COSTLY.contains(&action) || action == HELD_ELSEWHERE {
            return Ok(None);
        }
        let whose = (principal.instance, principal.user_id.clone());
        let mut counts = self.at_once.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(whose.clone()).or_default();
        if *count >= AT_ONCE_OF_A_PERSON {
            return Err(());
        }
        *count += 1;
        drop(counts);
        Ok(Some(Doing { whose, at_once: Arc::clone(&self.at_once) }))
    }

    /// Somebody proved to be nobody.
    pub(crate) fn stranger(&self, address: IpAddr, limits: &Limits, now: DateTime<Utc>) -> Standing {
        let network = match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
            address @ IpAddr::V4(_) => address,
        };
        self.failures.draw(network, limits.failures_of_an_address, now)
    }

    /// Whether one more hint may pass: of this key, or without one a failure.
    pub(crate) fn admits_hook(&self, key: Option<HookKeyId>, now: DateTime<Utc>) -> bool {
        let rate = if key.is_some() { HOOKS } else { HOOK_FAILURES };
        self.hooks.draw(key, rate, now).admitted
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{AccountId, InstanceId, Principal};

    use super::{AT_ONCE_OF_A_PERSON, Quotas};

    fn person(user_id: &str) -> Principal {
        let (account, instance) = (AccountId::from_uuid(Uuid::nil()), InstanceId::from_uuid(Uuid::nil()));
        Principal { account, instance, user_id: user_id.to_owned() }
    }

    #[test]
    fn what_costs_most_is_done_for_one_person_a_few_times_at_once() {
        let quotas = Quotas::default();
        let (alice, bob) = (person("alice"), person("bob"));
        let mut doing: Vec<_> =
            (0..AT_ONCE_OF_A_PERSON).map(|_| quotas.begin(&alice, "search_passages")).collect();
        assert!(doing.iter().all(|one| matches!(one, Ok(Some(_)))));
        assert!(quotas.begin(&alice, "search_passages").is_err());
        assert!(matches!(quotas.begin(&bob, "search_passages"), Ok(Some(_))), "nobody else waits");
        for unlimited in ["show_me", "ask_conversation"] {
            assert!(matches!(quotas.begin(&alice, unlimited), Ok(None)), "{unlimited}");
        }
        doing.pop();
        assert!(matches!(quotas.begin(&alice, "redact_phi"), Ok(Some(_))), "one has ended");
        drop(doing);
        assert!(quotas.at_once.lock().unwrap().is_empty(), "nobody is remembered for nothing");
    }
}
