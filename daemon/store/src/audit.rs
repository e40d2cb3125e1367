//! Who saw or did what, in a log that shows when somebody changed it.
//!
//! ```text
//! Entry ─▶ ids hidden (keyed hash) ─▶ queue ─▶ one transaction for all who wait: lock, head, insert, commit ─▶ Receipt
//!                                                                                       │
//!                          checkpoint (signed, kept outside the database) ◀── head ─────┘
//! ```
//!
//! Each record holds the hash of the one before it ([`record`]), so a change of any of them breaks the chain from there
//! on, and [`verify`] names where. Signed [`checkpoint`]s outside the database show what the chain alone cannot: a tail
//! that was cut off, or a chain that was written anew from end to end. [`export`] carries both out of the house.
//!
//! *Invariants:* whoever is told that a record was made finds it after any crash; sequence numbers have no gap; ids are
//! stored as keyed hashes and content is not stored at all; a caller that gets an error must not do, or not show, what
//! it wanted to have recorded. The module refuses to continue a chain whose end is not the one it saw last.

mod appender;
pub mod checkpoint;
mod code;
mod digest;
mod entry;
pub mod export;
mod identifiers;
mod protection;
mod query;
pub mod record;
pub mod signature;
mod stored;
pub mod verify;

use crate::{Result, Store, Transaction};

pub(crate) use appender::Appender;
pub use appender::METRICS;
pub use code::{Action, Outcome};
pub use digest::{Digest, Mark};
pub use entry::{Actor, Entry, MAX_SUBJECTS, Subject};
pub use protection::Protection;
pub use query::{Filter, MAX_RECORDS};
pub use record::Record;
pub use stored::{ExportStoredError, Exported};
pub use verify::{ChainCheck, Fault, Finding};

/// A record that is durable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Its place in the chain.
    pub sequence: u64,
    /// Its hash.
    pub hash: Digest,
}

/// The audit log.
#[derive(Clone, Copy)]
pub struct Audit<'a> {
    pub(crate) store: &'a Store,
}

/// Why an audited action did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Unaudited<E> {
    /// That it begins could not be recorded, so nothing was done.
    #[error("recording that an action begins; it was not carried out")]
    NotBegun(#[source] crate::StoreError),
    /// It was done, and that could not be recorded; the log says that it was begun.
    #[error("recording that an action was carried out")]
    EndUnrecorded(#[source] crate::StoreError),
    /// The action itself failed, which is recorded.
    #[error("carrying an action out")]
    Action(E),
}

impl Audit<'_> {
    /// Records one action and returns once the record is durable. On an error nothing may be shown or done.
    pub async fn append(self, entry: Entry) -> Result<Receipt> {
        self.append_all(vec![entry]).await
    }

    /// Records several, one after the other and all or none; the receipt is that of the last.
    pub async fn append_all(self, entries: Vec<Entry>) -> Result<Receipt> {
        let hidden = self.hidden(&entries).await.map_err(appender::unrecorded)?;
        appender::append(self.store, hidden).await
    }

    /// Records within the caller's transaction, durable when that commits. No other record can be made until it ends, so
    /// this is its last step.
    pub async fn append_in(self, tx: &mut Transaction, entries: &[Entry]) -> Result<Receipt> {
        let hidden = self.hidden(entries).await.map_err(appender::unrecorded)?;
        appender::append_in(self.store, tx, &hidden).await
    }

    /// Records that an action begins, carries it out, and records how it ended. If the beginning cannot be recorded, it
    /// is not carried out; if the end cannot, the caller is told so, and the log says that it was begun.
    pub async fn around<T, E>(
        self,
        entry: Entry,
        action: impl Future<Output = std::result::Result<T, E>>,
    ) -> std::result::Result<T, Unaudited<E>> {
        self.append(entry.clone().with_outcome(Outcome::Begun)).await.map_err(Unaudited::NotBegun)?;
        let ended = action.await;
        let outcome = if ended.is_ok() { Outcome::Done } else { Outcome::Failed };
        let recorded = self.append(entry.with_outcome(outcome)).await;
        let value = ended.map_err(Unaudited::Action)?;
        recorded.map_err(Unaudited::EndUnrecorded)?;
        Ok(value)
    }

    async fn hidden(self, entries: &[Entry]) -> Result<Vec<entry::Hidden>> {
        let key = self.store.identifier_key().await?;
        entries.iter().map(|entry| entry.hidden(&key)).collect()
    }
}
