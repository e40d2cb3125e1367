//! What is to be recorded, by whoever does it: who, what, about what, how it ended, and a few counts and codes.
//!
//! The types leave no room for content: subjects are ids, details are numbers, yes or no, and words that the program's
//! own text holds. Ids are hidden before they are written: each becomes a keyed hash, different for each kind, so the
//! log alone names nobody, and whoever has the key can still ask "who saw this document".

use std::collections::BTreeMap;

use uuid::Uuid;
use voiceassist_model::{AccountId, ChunkId, ConversationId, DocumentId, InstanceId, PairedAppId};

use super::code::{Action, Outcome};
use super::digest::Mark;
use super::identifiers::IdentifierKey;
use super::record::{Detail, SubjectMark, is_code};
use crate::error::{Result, StoreError};

/// Subjects of one record at most; what shows more makes more than one.
pub const MAX_SUBJECTS: usize = 256;
/// Details of one record at most.
const MAX_DETAILS: usize = 12;

/// Who does something.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Actor {
    /// A person, by their account.
    Person(AccountId),
    /// A paired Nextcloud app.
    App(PairedAppId),
    /// Whoever runs a command on the daemon's machine.
    Operator,
    /// The daemon, by itself.
    Daemon,
    /// Somebody who is not known.
    Unknown,
}

/// What something is done to, or who sees it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Subject {
    /// A document.
    Document(DocumentId),
    /// A passage of one.
    Passage(ChunkId),
    /// A person's account.
    Account(AccountId),
    /// A conversation.
    Conversation(ConversationId),
    /// A paired Nextcloud app.
    App(PairedAppId),
    /// A Nextcloud server.
    Instance(InstanceId),
    /// A write to Nextcloud.
    RemoteWrite(Uuid),
    /// A rule about what is read.
    ScopeRule(Uuid),
    /// A decision about egress.
    Egress(Uuid),
}

/// One action, to be recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    actor: Actor,
    action: Action,
    outcome: Outcome,
    subjects: Vec<Subject>,
    details: BTreeMap<&'static str, Detail>,
}

/// An entry whose ids are hidden, as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Hidden {
    pub(crate) actor_kind: &'static str,
    pub(crate) actor: Option<Mark>,
    pub(crate) action: Action,
    pub(crate) outcome: Outcome,
    pub(crate) subjects: Vec<SubjectMark>,
    pub(crate) details: BTreeMap<String, Detail>,
}

impl Actor {
    /// What kind of actor it is, as it is written.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::App(_) => "app",
            Self::Operator => "operator",
            Self::Daemon => "daemon",
            Self::Unknown => "unknown",
        }
    }

    /// The hidden id, if there is one. A person is hidden like their account as a subject, so that one search finds both.
    pub(crate) fn mark(self, key: &IdentifierKey) -> Option<Mark> {
        match self {
            Self::Person(account) => Some(Subject::Account(account).mark(key).mark),
            Self::App(app) => Some(Subject::App(app).mark(key).mark),
            Self::Operator | Self::Daemon | Self::Unknown => None,
        }
    }
}

impl Subject {
    /// The name of its kind; [`super::record::KINDS`] lists them all.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Document(_) => "document",
            Self::Passage(_) => "passage",
            Self::Account(_) => "account",
            Self::Conversation(_) => "conversation",
            Self::App(_) => "app",
            Self::Instance(_) => "instance",
            Self::RemoteWrite(_) => "remote_write",
            Self::ScopeRule(_) => "scope_rule",
            Self::Egress(_) => "egress",
        }
    }

    const fn id(self) -> Uuid {
        match self {
            Self::Document(id) => id.as_uuid(),
            Self::Passage(id) => id.as_uuid(),
            Self::Account(id) => id.as_uuid(),
            Self::Conversation(id) => id.as_uuid(),
            Self::App(id) => id.as_uuid(),
            Self::Instance(id) => id.as_uuid(),
            Self::RemoteWrite(id) | Self::ScopeRule(id) | Self::Egress(id) => id,
        }
    }

    pub(crate) fn mark(self, key: &IdentifierKey) -> SubjectMark {
        SubjectMark { kind: self.kind().into(), mark: key.hide(self.kind(), self.id()) }
    }
}

impl Entry {
    /// Something that is done.
    pub const fn new(actor: Actor, action: Action) -> Self {
        Self { actor, action, outcome: Outcome::Done, subjects: Vec::new(), details: BTreeMap::new() }
    }

    /// Passages and documents that a person is about to be shown. Each is named once however often it is shown; as many
    /// entries as it takes, none if nothing is shown.
    pub fn showing(
        account: AccountId,
        action: Action,
        documents: impl IntoIterator<Item = DocumentId>,
        passages: impl IntoIterator<Item = ChunkId>,
    ) -> Vec<Self> {
        let mut subjects: Vec<Subject> = documents.into_iter().map(Subject::Document).collect();
        subjects.extend(passages.into_iter().map(Subject::Passage));
        let mut seen = std::collections::HashSet::new();
        subjects.retain(|subject| seen.insert(*subject));
        subjects
            .chunks(MAX_SUBJECTS)
            .map(|part| Self { subjects: part.to_vec(), ..Self::new(Actor::Person(account), action) })
            .collect()
    }

    /// The same, ended in another way.
    #[must_use]
    pub const fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// The same, about one thing more.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subjects.push(subject);
        self
    }

    /// The same with a number.
    #[must_use]
    pub fn count(mut self, name: &'static str, number: u64) -> Self {
        self.details.insert(name, Detail::counted(number));
        self
    }

    /// The same with a word of the program's own text, never of a document or a person.
    #[must_use]
    pub fn code(mut self, name: &'static str, code: &'static str) -> Self {
        self.details.insert(name, Detail::Code(code.to_owned()));
        self
    }

    /// The same with a yes or no.
    #[must_use]
    pub fn flag(mut self, name: &'static str, flag: bool) -> Self {
        self.details.insert(name, Detail::Flag(flag));
        self
    }

    pub(crate) fn hidden(&self, key: &IdentifierKey) -> Result<Hidden> {
        if self.subjects.len() > MAX_SUBJECTS {
            return Err(StoreError::TooMany { what: "subjects of a record", limit: MAX_SUBJECTS });
        }
        if self.details.len() > MAX_DETAILS {
            return Err(StoreError::TooMany { what: "details of a record", limit: MAX_DETAILS });
        }
        let spelled = |detail: &Detail| !matches!(detail, Detail::Code(code) if !is_code(code));
        // What a record is made of must be readable again, or the chain could not be verified.
        if !self.details.iter().all(|(name, detail)| is_code(name) && spelled(detail)) {
            return Err(StoreError::Corrupt { what: "detail of a record" });
        }
        Ok(Hidden {
            actor_kind: self.actor.kind(),
            actor: self.actor.mark(key),
            action: self.action,
            outcome: self.outcome,
            subjects: self.subjects.iter().map(|subject| subject.mark(key)).collect(),
            details: self.details.iter().map(|(name, detail)| ((*name).to_owned(), detail.clone())).collect(),
        })
    }
}
