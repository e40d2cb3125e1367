//! Contacts (RFC 6350, RFC 2426): read, and changed without touching the rest.
//!
//! [`read`] takes one card apart and keeps its text, [`write`] renders the same text with some lines replaced. Pictures,
//! sounds and keys are never looked into. The module is pure, and nothing it is given makes it panic.

pub mod read;
pub mod write;

pub use self::read::{Card, CardKind, Labelled, PersonName, PostalAddress};
pub use self::write::{CardDraft, CardEdit};
