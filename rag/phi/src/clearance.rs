//! What may leave, where to, and the proof that it was asked.
//!
//! A [`Destination`] is an endpoint that the configuration names, with how far its operator is bound and what may be
//! sent to it. A [`Cleared`] is content that the gate let through to one destination: its fields are private to this
//! crate, it is not deserialised from anything, it has no way to change its content, and whatever sends content away
//! takes nothing else. So a path that forgets to ask does not compile:
//!
//! ```compile_fail,E0451
//! use voiceassist_phi::{Cleared, Prompt};
//! fn forged(prompt: Prompt) -> Cleared<Prompt> {
//!     Cleared { content: prompt, passage: todo!() }
//! }
//! ```
//!
//! ```compile_fail,E0624
//! use voiceassist_phi::{Cleared, Prompt};
//! fn forged(prompt: Prompt) -> Cleared<Prompt> {
//!     Cleared::mint(prompt, todo!(), todo!())
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use voiceassist_phi::{Cleared, Prompt};
//! fn forged(json: &str) -> Cleared<Prompt> {
//!     serde_json::from_str(json).unwrap()
//! }
//! ```
//!
//! ```compile_fail,E0277
//! // Nor can what is cleared be a type of somebody else's, whose texts the gate would not see.
//! struct Hidden(String);
//! async fn forged(gate: &voiceassist_phi::Gate, ask: &voiceassist_phi::Ask<'_>) {
//!     let _ = gate.clear(Hidden(String::new()), ask).await;
//! }
//! ```

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use voiceassist_model::{AccountId, ConversationId, Sensitivity};

use crate::redact::Surrogates;

/// How far the operator of an endpoint is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    /// It runs on machines of the clinic; nothing leaves.
    Local,
    /// Its operator signed an agreement about patients' data (a business associate agreement, 45 CFR 164.504(e)); its name.
    Agreement(String),
    /// Anybody's.
    Cloud,
}

/// What may be sent to a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing about a person. What is about nobody goes without the identifiers that may be in it.
    Forbid,
    /// Everything, with surrogates for every identifier.
    Redact,
    /// Everything as it is. Only for what is local or under an agreement.
    Allow,
}

/// Why content is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To write an answer.
    Answer,
    /// To see whether the endpoint works; holds nothing of anybody's.
    Probe,
    /// To find documents by meaning.
    Embed,
    /// To put what was found into a better order.
    Rank,
}

/// An endpoint that the configuration names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    name: String,
    protection: Protection,
    mode: Mode,
}

/// A policy that contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Everything may go to somebody who is bound by nothing.
    #[error("nothing may be sent as it is to an endpoint without an agreement")]
    AllowWithoutAgreement,
    /// An agreement nobody can look up.
    #[error("the agreement has no name")]
    NamelessAgreement,
}

/// What the gate decided about one piece of content. Holds none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The configured name of the destination.
    pub destination: String,
    /// How far its operator is bound: `local`, `agreement`, `cloud`.
    pub protection: &'static str,
    /// Why it was asked.
    pub purpose: Purpose,
    /// The class of the content; the highest when unknown.
    pub class: Sensitivity,
    /// What the policy says about the destination.
    pub mode: Mode,
    /// The rule that decided.
    pub rule: Rule,
    /// How many identifiers of each kind were found.
    pub counts: BTreeMap<&'static str, u32>,
    /// Code points of the content.
    pub chars: u64,
    /// Keyed digest of the account it was asked for.
    pub account: [u8; 32],
    /// Keyed digest of the conversation it belongs to; nothing outside one.
    pub conversation: Option<[u8; 32]>,
}

/// The rules that decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Passed as it is: it stays on the clinic's machines.
    Local,
    /// Passed as it is: there is an agreement.
    Agreement,
    /// Passed with surrogates.
    Redacted,
    /// Passed under `forbid`: about nobody, and without the identifiers that were in it.
    AboutNobody,
    /// Refused: it is about somebody, and the destination takes no such thing.
    AboutSomebody,
    /// Refused: it is in a language in which identifiers are not known.
    UnknownLanguage,
    /// Refused: identifiers were found again after they had been replaced.
    IdentifiersLeft,
    /// Refused: more than the gate reads.
    TooLong,
}

/// Keeps decisions. Nothing passes whose decision is not kept.
#[async_trait]
pub trait RecordsDecisions: Send + Sync {
    /// Keeps one, or says that it could not.
    async fn record(&self, decision: &Decision) -> Result<(), NotRecorded>;
}

/// A decision that could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("keeping what was decided about outgoing content")]
pub struct NotRecorded(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Content that may not leave.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The policy says no.
    #[error("the content may not be sent to this destination: {0}")]
    Forbidden(Rule),
    /// The decision could not be kept, so nothing left.
    #[error("nothing is sent whose decision is not kept")]
    NotRecorded(#[source] NotRecorded),
}

/// For whom and in which conversation content is sent, for the record and for the surrogates.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Where to.
    pub destination: &'a Destination,
    /// Why.
    pub purpose: Purpose,
    /// The class of the documents in it, as far as it is known; nothing known is the highest.
    pub class: Option<Sensitivity>,
    /// Who asked.
    pub account: AccountId,
    /// Within which conversation.
    pub conversation: Option<ConversationId>,
}

/// Content that the gate let through to one destination.
pub struct Cleared<T> {
    content: T,
    passage: Passage,
}

/// Where cleared content may go, and how to read what comes back.
struct Passage {
    destination: Destination,
    surrogates: Surrogates,
}

// === impl Destination ===

impl Destination {
    /// A destination, unless its policy contradicts itself.
    pub fn new(name: impl Into<String>, protection: Protection, mode: Mode) -> Result<Self, PolicyError> {
        match (&protection, mode) {
            (Protection::Cloud, Mode::Allow) => return Err(PolicyError::AllowWithoutAgreement),
            (Protection::Agreement(name), _) if name.trim().is_empty() => {
                return Err(PolicyError::NamelessAgreement);
            }
            _ => {}
        }
        Ok(Self { name: name.into(), protection, mode })
    }

    /// Its configured name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How far its operator is bound.
    pub const fn protection(&self) -> &Protection {
        &self.protection
    }

    /// What may be sent there.
    pub const fn mode(&self) -> Mode {
        self.mode
    }
}

// === names ===

impl Protection {
    /// The stable name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Agreement(_) => "agreement",
            Self::Cloud => "cloud",
        }
    }
}

impl Mode {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forbid => "forbid",
            Self::Redact => "redact",
            Self::Allow => "allow",
        }
    }
}

impl Purpose {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Probe => "probe",
            Self::Embed => "embed",
            Self::Rank => "rank",
        }
    }
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 8] = [
        Self::Local,
        Self::Agreement,
        Self::Redacted,
        Self::AboutNobody,
        Self::AboutSomebody,
        Self::UnknownLanguage,
        Self::IdentifiersLeft,
        Self::TooLong,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Agreement => "agreement",
            Self::Redacted => "redacted",
            Self::AboutNobody => "about_nobody",
            Self::AboutSomebody => "about_somebody",
            Self::UnknownLanguage => "unknown_language",
            Self::IdentifiersLeft => "identifiers_left",
            Self::TooLong => "too_long",
        }
    }

    /// Whether the content passes.
    pub const fn passes(self) -> bool {
        matches!(self, Self::Local | Self::Agreement | Self::Redacted | Self::AboutNobody)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

// === impl Cleared ===

impl<T> Cleared<T> {
    /// Only the gate calls this, after its decision was kept.
    pub(crate) fn mint(content: T, destination: Destination, surrogates: Surrogates) -> Self {
        Self { content, passage: Passage { destination, surrogates } }
    }

    /// What may be sent.
    pub const fn content(&self) -> &T {
        &self.content
    }

    /// The one destination it may be sent to.
    pub const fn destination(&self) -> &Destination {
        &self.passage.destination
    }

    /// What the surrogates in it, and in what comes back, stand for.
    pub const fn surrogates(&self) -> &Surrogates {
        &self.passage.surrogates
    }
}

impl<T> fmt::Debug for Cleared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cleared").field("destination", &self.passage.destination.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Destination, Mode, PolicyError, Protection};

    #[test]
    fn nothing_goes_as_it_is_to_whom_nothing_binds() {
        let cloud = Destination::new("chat", Protection::Cloud, Mode::Allow);
        assert_eq!(cloud, Err(PolicyError::AllowWithoutAgreement));
        let nameless = Destination::new("chat", Protection::Agreement(" ".to_owned()), Mode::Allow);
        assert_eq!(nameless, Err(PolicyError::NamelessAgreement));
        assert!(Destination::new("chat", Protection::Agreement("BAA 12".to_owned()), Mode::Allow).is_ok());
    }
}
