//! What an answer about a person's own day points at: an event, a task, a contact or a message of their mirror.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CitedKind {
    /// An event of a calendar.
    Event,
    /// A task.
    Task,
    /// A card of an address book.
    Contact,
    /// A message of a mailbox.
    Message,
}

/// One item that a sentence was read from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCitation {
    /// What it is.
    pub kind: CitedKind,
    /// Which, in the mirror of its owner.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// Opens it in Nextcloud.
    pub link: Option<String>,
}

crate::debug_without_text!(ItemCitation { kind, id; title });
