//! Who draws from which bucket.
//!
//! A person is counted wherever they sit, because behind the reverse proxy everybody has one address; a stranger is counted
//! by address, an IPv6 one by its network. A valid token is never refused for what others did from the same address. Where
//! there is a Redis, all replicas draw from the same buckets, and each goes on alone while Redis does not answer; whoever
//! is known to have used everything up is refused without asking it. What costs most is also done for one person a few times
//! at once only, so that who sends a minute's worth in a second waits behind themselves and nobody else does; that is counted
//! where it is done, since it spares one machine.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use voiceassist_model::{HookKeyId, InstanceId, Principal};
use voiceassist_store::shared_rates::{Bucket, SharedRates};

use crate::limits::{AT_ONCE_OF_A_PERSON, HOOK_FAILURES, HOOKS, Limits};
use crate::metrics::COUNTED_ALONE;
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

/// What a bucket is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Requests,
    Questions,
    Failures,
    Hooks,
}

impl Kind {
    /// The quota's name, as responses and keys carry it.
    const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Questions => "questions",
            Self::Failures => "failures",
            Self::Hooks => "hooks",
        }
    }
}

/// Whose a bucket is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Whose {
    /// A person, whether they have an account or not.
    Person(InstanceId, String),
    /// Nobody who proved anything.
    Address(IpAddr),
    /// A sender of hints; without a key all that prove nothing together.
    Sender(Option<HookKeyId>),
}

impl Whose {
    fn person(principal: &Principal) -> Self {
        Self::Person(principal.instance, principal.user_id.clone())
    }

    /// Differs for any two; hashed before it goes anywhere.
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Person(instance, user_id) => {
                [b"person\0", instance.as_uuid().as_bytes().as_slice(), user_id.as_bytes()].concat()
            }
            Self::Address(address) => format!("address\0{address}").into_bytes(),
            Self::Sender(Some(key)) => format!("sender\0{key}").into_bytes(),
            Self::Sender(None) => b"sender\0".to_vec(),
        }
    }
}

/// All buckets.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    requests: Buckets<Whose>,
    questions: Buckets<Whose>,
    failures: Buckets<Whose>,
    hooks: Buckets<Whose>,
    shared: Option<Arc<SharedRates>>,
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
    /// Buckets shared with other replicas, if there is something to share them by.
    pub(crate) fn new(shared: Option<Arc<SharedRates>>) -> Self {
        Self { shared, ..Self::default() }
    }

    /// What the buckets are shared by.
    pub(crate) fn shared(&self) -> Option<&SharedRates> {
        self.shared.as_deref()
    }

    /// A person does something. What costs most draws from its own quota and from that of all requests; the one that is
    /// told is the one that refuses, or the smaller.
    pub(crate) async fn person(
        &self,
        principal: &Principal,
        action: &str,
        limits: &Limits,
        now: DateTime<Utc>,
    ) -> Drawn {
        let (first, then) = wanted(action, limits);
        self.draw(&Whose::person(principal), first, then, now).await
    }

    /// What a person has used up, if this needs it: told without counting, before anything is asked of the database.
    pub(crate) fn spent(
        &self,
        principal: &Principal,
        action: &str,
        limits: &Limits,
        now: DateTime<Utc>,
    ) -> Option<Drawn> {
        let (first, then) = wanted(action, limits);
        self.known_spent(&Whose::person(principal), first, then, now)
    }

    /// Holds a place for something costly. `Err` while so many of this person are being done that it has to wait.
    pub(crate) fn begin(&self, principal: &Principal, action: &str) -> Result<Option<Doing>, ()> {
        if !COSTLY.contains(&action) || action == HELD_ELSEWHERE {
            return Ok(None);
        }
        let whose = Whose::person(principal);
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
    pub(crate) async fn stranger(&self, address: IpAddr, limits: &Limits, now: DateTime<Utc>) -> Standing {
        let network = match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
            address @ IpAddr::V4(_) => address,
        };
        let wanted = (Kind::Failures, limits.failures_of_an_address);
        self.draw(&Whose::Address(network), wanted, None, now).await.standing
    }

    /// Whether one more hint may pass: of this key, or without one a failure.
    pub(crate) async fn admits_hook(&self, key: Option<HookKeyId>, now: DateTime<Utc>) -> bool {
        let rate = if key.is_some() { HOOKS } else { HOOK_FAILURES };
        self.draw(&Whose::Sender(key), (Kind::Hooks, rate), None, now).await.standing.admitted
    }

    fn of(&self, kind: Kind) -> &Buckets<Whose> {
        match kind {
            Kind::Requests => &self.requests,
            Kind::Questions => &self.questions,
            Kind::Failures => &self.failures,
            Kind::Hooks => &self.hooks,
        }
    }

    /// The first of these that has nothing left, as far as this replica knows; others may know more.
    fn known_spent(
        &self,
        whose: &Whose,
        first: Wanted,
        then: Option<Wanted>,
        now: DateTime<Utc>,
    ) -> Option<Drawn> {
        [Some(first), then].into_iter().flatten().find_map(|(kind, rate)| {
            let standing = self.of(kind).spent(whose, rate, now)?;
            Some(Drawn { name: kind.name(), limit: rate.burst, standing })
        })
    }

    /// Draws from one bucket and then, if that had one, from another.
    async fn draw(&self, whose: &Whose, first: Wanted, then: Option<Wanted>, now: DateTime<Utc>) -> Drawn {
        if let Some(shared) = &self.shared {
            if let Some(spent) = self.known_spent(whose, first, then, now) {
                return spent;
            }
            if let Some(drawn) = self.draw_together(shared, whose, first, then, now).await {
                return drawn;
            }
            metrics::counter!(COUNTED_ALONE).increment(1);
        }
        let alone = |(kind, rate): Wanted| {
            let standing = self.of(kind).draw(whose.clone(), rate, now);
            Drawn { name: kind.name(), limit: rate.burst, standing }
        };
        let drawn = alone(first);
        if drawn.standing.admitted { then.map_or(drawn, alone) } else { drawn }
    }

    async fn draw_together(
        &self,
        shared: &SharedRates,
        whose: &Whose,
        first: Wanted,
        then: Option<Wanted>,
        now: DateTime<Utc>,
    ) -> Option<Drawn> {
        let wanted: Vec<Wanted> = [Some(first), then].into_iter().flatten().collect();
        let bucket =
            |&(kind, Rate { burst, per_minute }): &Wanted| Bucket { kind: kind.name(), burst, per_minute };
        let buckets: Vec<Bucket> = wanted.iter().map(bucket).collect();
        let levels = shared.draw(&whose.bytes(), &buckets, now).await?;
        let mut last = None;
        for ((kind, rate), level) in wanted.into_iter().zip(levels) {
            self.of(kind).follow(whose.clone(), level, rate, now);
            last = Some(Drawn { name: kind.name(), limit: rate.burst, standing: Standing::of(level, rate) });
        }
        last
    }
}

/// A bucket and what it holds.
type Wanted = (Kind, Rate);

/// What an action draws from first, and what then.
fn wanted(action: &str, limits: &Limits) -> (Wanted, Option<Wanted>) {
    let then = COSTLY.contains(&action).then_some((Kind::Questions, limits.questions_of_a_person));
    ((Kind::Requests, limits.requests_of_a_person), then)
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
