//! Typed ids from one append-only list.
//!
//! Ids do not convert into each other, so a conversation can never be looked up by a document's id. Most are UUIDs of
//! version 7 (RFC 9562), made by [`crate::Randomness::uuid`]; a chunk's id is derived from its document and content;
//! an access set is a small integer because one rides in every index payload.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to name this kind of thing.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID, for a database column or an index point.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

uuid_ids! {
    /// One person's connection to one Nextcloud: the unit of credentials, of sync and of "who may read".
    AccountId,
    /// One comparison of mirror, index and server.
    CheckId,
    /// One piece of a document's text; stable across re-ingest while its content stays.
    ChunkId,
    /// One calendar or address book of one person.
    CollectionId,
    /// One event, task or contact in a calendar or an address book.
    CollectionObjectId,
    /// One conversation.
    ConversationId,
    /// One document, however many people may read it.
    DocumentId,
    /// One key that hints are proved with.
    HookKeyId,
    /// One Nextcloud server.
    InstanceId,
    /// One queued job.
    JobId,
    /// One person's mailbox on one mail server.
    MailAccountId,
    /// What one message says, however many folders it is in.
    MailContentId,
    /// One folder of a mailbox.
    MailFolderId,
    /// One message of a conversation.
    MessageId,
    /// One Nextcloud app that vouches for people.
    PairedAppId,
    /// One rule about what is read and what is left out.
    ScopeRuleId,
}

impl AccountId {
    /// No account: what a token names whose person has not connected one yet. Ids of accounts are made at random and
    /// are never nil (RFC 9562, section 5.9), so that looking it up finds nothing.
    pub const NOBODY: Self = Self(Uuid::nil());
}

/// An interned set of readers. It rides in every index payload, so it is an integer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessSetId(i64);

impl AccessSetId {
    /// Wraps a number handed out by the store.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The bare number, for a database column or an index payload.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for AccessSetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
