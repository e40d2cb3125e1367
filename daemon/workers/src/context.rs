//! What a job may use: the store, the way to Nextcloud, the index, the models, and limits. Nothing is global.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::TimeDelta;
use voiceassist_model::{Clock, Randomness, Setting};
use voiceassist_rag::embed::Embedder;
use voiceassist_rag::extract::Reader;
use voiceassist_rag::index::ChunkIndex;
use voiceassist_rag::index::sparse::SparseEncoder;
use voiceassist_store::rhythm::Pace;
use voiceassist_store::{Store, StoreError};

use crate::connections::Connections;

/// Everything the engines work with. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// What is kept.
    pub store: Store,
    /// The way to Nextcloud, as each user.
    pub connections: Connections,
    /// Where chunks are found.
    pub index: Arc<dyn ChunkIndex>,
    /// Turns text into vectors; without one documents stay searchable by words.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// Turns text into sparse terms.
    pub terms: Arc<SparseEncoder>,
    /// Turns files into text, behind a process boundary.
    pub reader: Arc<dyn Reader>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and jitter.
    pub randomness: Arc<dyn Randomness>,
    /// Limits.
    pub settings: Arc<Settings>,
}

/// Limits of the engines.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Files wait here between download and reading; emptied at start.
    pub spool: PathBuf,
    /// Larger files are not fetched, in bytes.
    pub max_file_bytes: u64,
    /// Folder listings under way at the same time for one account.
    pub listings: usize,
    /// How often accounts are looked at without a hint.
    pub pace: Pace,
    /// How long an account is kept whose user the server no longer knows.
    pub gone_grace: TimeDelta,
}

impl Context {
    /// How long an account is kept whose user the server no longer knows: as an administrator changed it, or as configured.
    pub(crate) async fn gone_grace(&self) -> Result<TimeDelta, StoreError> {
        let changed = self.store.settings().read().await?.get(Setting::DataOfPeopleGone);
        Ok(changed.map_or(self.settings.gone_grace, |days| TimeDelta::days(i64::from(days))))
    }

    /// A number in `0..bound` for jitter; zero for a bound of zero.
    pub(crate) fn jitter(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.randomness.fill(&mut bytes);
        u64::from_le_bytes(bytes).checked_rem(bound).unwrap_or(0)
    }
}
