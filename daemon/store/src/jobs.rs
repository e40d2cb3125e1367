//! The queue: work that must happen, once, by somebody.
//!
//! Enqueueing joins the caller's transaction, so a job exists exactly if its cause does. A job that is already waiting
//! takes in a second one like it. Workers claim with `skip locked` and hold a lease with a token; whoever lost the
//! lease is refused by the token ([`crate::StoreError::LeaseLost`]), and an expired lease is claimed again by the next
//! worker. Jobs about the same document or account never run at the same time, so their steps need no locks of their
//! own. Faster lanes go first: changes of access, then what a person waits for, then the rest.
//!
//! Rows hold ids and codes. Refused: names, paths or text of documents in payloads, errors or reasons.

mod cancel;
mod claim;
mod dead_letters;
mod enqueue;
mod payloads;
mod statistics;
mod wakeups;

use crate::Store;

pub use claim::{Leased, MAX_ERROR_CHARS};
pub use dead_letters::DeadLetter;
pub use enqueue::Enqueue;
pub use payloads::{Job, Lane};
pub use statistics::{LaneStats, QueueStats};

/// The queue.
#[derive(Clone, Copy)]
pub struct Jobs<'a> {
    pub(crate) store: &'a Store,
}
