//! What a document is, and where it opens.
//!
//! A document is a file that somebody keeps in Nextcloud, or an event, a task, a contact or a message of one person. A
//! file is opened by its id and its path; the others have an address of their own in one of Nextcloud's apps.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a document is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A file.
    #[default]
    File,
    /// Something in a calendar.
    Event,
    /// Something to do.
    Task,
    /// Somebody in an address book.
    Contact,
    /// A message in a mailbox, with what is attached to it.
    Message,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 5] = [Self::File, Self::Event, Self::Task, Self::Contact, Self::Message];

    /// The stable name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Event => "event",
            Self::Task => "task",
            Self::Contact => "contact",
            Self::Message => "message",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == name)
    }
}

/// What a passage is from, beside its text.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// What kind of thing.
    pub source: Source,
    /// The address that opens it in Nextcloud, of what is not a file and has one.
    pub link: Option<String>,
    /// When it was changed, takes place, is due or was written.
    pub date: Option<DateTime<Utc>>,
}

crate::debug_without_text!(Origin { source, date; });
