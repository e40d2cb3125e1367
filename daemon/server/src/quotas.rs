//! Who draws from which bucket.
//!
//! A person is counted wherever they sit, because behind the reverse proxy everybody has one address; a stranger is counted
//! by address, an IPv6 one by its network. A valid token is never refused for what others did from the same address.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, Utc};
use voiceassist_model::{HookKeyId, InstanceId, Principal};

use crate::limits::{HOOK_FAILURES, HOOKS, Limits};
use crate::rates::{Buckets, Standing};

/// Operations that search, answer, look through a text, or show a password to another server.
const COSTLY: [&str; 7] = [
    "add_mailbox", "ask_conversation", "change_mailbox", "detect_phi", "redact_phi", "search_passages",
    "test_mailbox",
];
/// The part of an IPv6 address that names a network.
const NETWORK: u128 = !0 << 64;

/// All buckets.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    requests: Buckets<Whose>,
    questions: Buckets<Whose>,
    failures: Buckets<IpAddr>,
    hooks: Buckets<Option<HookKeyId>>,
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
