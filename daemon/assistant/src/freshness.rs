//! What to do about documents whose readers were not confirmed lately.
//!
//! Who may read is observed by sync, and an observation ages. What the mirror alone cannot answer for is put to a
//! [`Freshness`]. It answers with those that are certain; everything else is withheld. An implementation that is unsure,
//! fails or takes too long confirms nothing.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::TimeDelta;
use voiceassist_model::{AccountId, DocumentId};
use voiceassist_store::verified::Claim;

mod ask_nextcloud;
mod lately;

pub use ask_nextcloud::{AsPerson, AskNextcloud};

/// Confirms that a person may still read documents.
#[async_trait]
pub trait Freshness: Send + Sync + 'static {
    /// Those of the documents that the person may certainly read, as of an instant no longer ago than the bound.
    async fn confirm(&self, claim: &Claim, bound: TimeDelta) -> BTreeSet<DocumentId>;

    /// Has the store told which calendars and address books of others the person still sees, if no listing said so within
    /// the bound. What is not told stays as old as it is; how old it may be is the store's to say.
    async fn look_at_lent(&self, _: AccountId, _: TimeDelta) {}
}

/// Believes the mirror however old it is. For trying things out without a Nextcloud; never for patients' data.
#[derive(Clone, Copy, Debug, Default)]
pub struct SyncIsEnough;

#[async_trait]
impl Freshness for SyncIsEnough {
    async fn confirm(&self, claim: &Claim, _: TimeDelta) -> BTreeSet<DocumentId> {
        claim.documents().keys().copied().collect()
    }
}

/// Believes nothing that is not fresh.
#[derive(Clone, Copy, Debug, Default)]
pub struct RefuseStale;

#[async_trait]
impl Freshness for RefuseStale {
    async fn confirm(&self, _: &Claim, _: TimeDelta) -> BTreeSet<DocumentId> {
        BTreeSet::new()
    }
}
