//! What to do about passages whose readers were not confirmed lately.
//!
//! Who may read is observed by sync, and an observation ages. When a person's mirror was last found equal to Nextcloud
//! longer ago than the bound, the documents about to be shown are put to a [`Freshness`]. It answers with those that
//! are certain; everything else is withheld. An implementation that is unsure, fails or takes too long confirms
//! nothing.

use async_trait::async_trait;
use voiceassist_model::{DocumentId, Principal};

mod ask_nextcloud;

pub use ask_nextcloud::{AsPerson, AskNextcloud};

/// Confirms that a person may still read documents.
#[async_trait]
pub trait Freshness: Send + Sync + 'static {
    /// Those of the documents that the person may certainly still read.
    async fn confirm(&self, principal: &Principal, documents: &[DocumentId]) -> Vec<DocumentId>;
}

/// Believes the mirror however old it is. For trying things out without a Nextcloud; never for patients' data.
#[derive(Clone, Copy, Debug, Default)]
pub struct SyncIsEnough;

#[async_trait]
impl Freshness for SyncIsEnough {
    async fn confirm(&self, _: &Principal, documents: &[DocumentId]) -> Vec<DocumentId> {
        documents.to_vec()
    }
}

/// Believes nothing that is not fresh.
#[derive(Clone, Copy, Debug, Default)]
pub struct RefuseStale;

#[async_trait]
impl Freshness for RefuseStale {
    async fn confirm(&self, _: &Principal, _: &[DocumentId]) -> Vec<DocumentId> {
        Vec::new()
    }
}
