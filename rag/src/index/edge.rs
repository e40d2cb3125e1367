//! The index inside this process: the Qdrant engine on a directory of its own.
//!
//! The engine's calls block, so each runs on the runtime's blocking threads. Searches go side by side and beside
//! writes; writes and flushes go one at a time. One process owns the directory, by a lock that a crash releases.
//!
//! What the engine does not do, measured: it writes a log of operations and never reads it back, so a crash costs
//! whatever was not flushed, and the log grows forever. The first is why [`ChunkIndex::flush`] comes before progress is
//! recorded; the second is repaired here, whenever the directory is opened and after each [`ChunkIndex::optimise`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use qdrant_edge::UpdateOperation;
use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use super::{
    ChunkIndex, HybridHits, HybridQuery, IndexError, IndexIdentity, IndexSpec, MAX_ACCESS_SETS, MAX_IDS,
    MAX_SCANNED, MOVED_AT_ONCE, Point, Scanned, WRITE_BATCH, check_count, check_facts, check_points,
    check_query, narrow::Facts,
};

mod directory;
mod engine;
mod operations;

use engine::Engine;

/// The embedded index.
#[derive(Debug)]
pub struct EdgeIndex {
    identity: IndexIdentity,
    engine: Arc<Engine>,
}

impl EdgeIndex {
    /// Opens the index in a directory, or makes a new one there with this epoch.
    pub async fn open(directory: PathBuf, spec: IndexSpec, epoch: Uuid) -> Result<Self, IndexError> {
        let place = directory.display().to_string();
        let opened = tokio::task::spawn_blocking(move || {
            let (lock, identity) = directory::claim(&directory, &spec, epoch)?;
            let engine = Engine::open(&directory, identity.dimension, lock)?;
            Ok(Self { identity, engine: Arc::new(engine) })
        });
        opened.await.map_err(|source| IndexError::Open { place, source: source.into() })?
    }

    /// What the index in a directory was made for; nothing when there is none. It is not opened.
    pub async fn identity_in(directory: PathBuf) -> Result<Option<IndexIdentity>, IndexError> {
        let place = directory.display().to_string();
        tokio::task::spawn_blocking(move || directory::read_identity(&directory))
            .await
            .map_err(|source| IndexError::Open { place, source: source.into() })?
    }

    /// Opens the index in a directory whatever it was made for; one of an older form may find less.
    pub async fn open_as_it_is(directory: PathBuf) -> Result<Self, IndexError> {
        let place = directory.display().to_string();
        let opened = tokio::task::spawn_blocking(move || {
            let (lock, identity) = directory::claim_as_it_is(&directory)?;
            let engine = Engine::open(&directory, identity.dimension, lock)?;
            Ok(Self { identity, engine: Arc::new(engine) })
        });
        opened.await.map_err(|source| IndexError::Open { place, source: source.into() })?
    }

    /// Deletes the index in a directory, so that it can be made anew. It must not be open.
    pub async fn discard(directory: PathBuf) -> Result<(), IndexError> {
        let place = directory.display().to_string();
        tokio::task::spawn_blocking(move || directory::discard(&directory))
            .await
            .map_err(|source| IndexError::Open { place, source: source.into() })?
    }

    /// Where it lies.
    pub fn directory(&self) -> &Path {
        self.engine.directory()
    }

    async fn write(
        &self,
        operation: &'static str,
        updates: impl Iterator<Item = UpdateOperation> + Send + 'static,
    ) -> Result<(), IndexError> {
        let engine = Arc::clone(&self.engine);
        tokio::task::spawn_blocking(move || {
            updates.into_iter().try_for_each(|update| engine.update(operation, update))
        })
        .await
        .map_err(|source| IndexError::Write { operation, source: source.into() })?
    }

    async fn read<T: Send + 'static>(
        &self,
        operation: &'static str,
        ask: impl FnOnce(&Engine) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let engine = Arc::clone(&self.engine);
        tokio::task::spawn_blocking(move || ask(&engine))
            .await
            .map_err(|source| IndexError::Read { operation, source: source.into() })?
    }
}

#[async_trait]
impl ChunkIndex for EdgeIndex {
    fn identity(&self) -> &IndexIdentity {
        &self.identity
    }

    async fn upsert(&self, points: Vec<Point>) -> Result<(), IndexError> {
        check_points(&points, self.identity.dimension)?;
        let batches: Vec<_> = points.chunks(WRITE_BATCH).map(operations::upsert).collect();
        self.write("writing points", batches.into_iter()).await
    }

    async fn set_access(&self, documents: Vec<DocumentId>, set: AccessSetId) -> Result<(), IndexError> {
        check_count("documents", documents.len(), MAX_IDS)?;
        let updates: Vec<_> =
            documents.chunks(MOVED_AT_ONCE).map(|batch| operations::set_access(batch, set)).collect();
        self.write("moving documents to another access set", updates.into_iter()).await
    }

    async fn set_facts(&self, facts: Vec<(DocumentId, Facts)>) -> Result<(), IndexError> {
        check_facts(&facts)?;
        let updates = facts.into_iter().map(|(document, facts)| operations::set_facts(document, &facts));
        let updates: Vec<_> = updates.collect();
        self.write("writing what documents are", updates.into_iter()).await
    }

    async fn remove_document(&self, document: DocumentId) -> Result<(), IndexError> {
        let update = operations::remove_document(document);
        self.write("removing a document", std::iter::once(update)).await
    }

    async fn remove_chunks(&self, chunks: Vec<ChunkId>) -> Result<(), IndexError> {
        check_count("chunks", chunks.len(), MAX_IDS)?;
        if chunks.is_empty() {
            return Ok(());
        }
        let update = operations::remove_chunks(&chunks);
        self.write("removing chunks", std::iter::once(update)).await
    }

    async fn search(&self, query: HybridQuery) -> Result<HybridHits, IndexError> {
        check_query(&query, self.identity.dimension)?;
        if query.access.is_empty() || query.limit_per_leg == 0 {
            return Ok(HybridHits::default());
        }
        self.read("searching", move |engine| {
            let operations::Legs { dense, leads, sparse } = operations::legs(query);
            Ok(HybridHits {
                dense: engine.leg(dense)?,
                leads: engine.leg(leads)?,
                sparse: engine.leg(sparse)?,
            })
        })
        .await
    }

    async fn vectors(
        &self,
        chunks: Vec<ChunkId>,
        access: Vec<AccessSetId>,
    ) -> Result<Vec<(ChunkId, Vec<f32>)>, IndexError> {
        check_count("chunks", chunks.len(), MAX_IDS)?;
        check_count("access sets", access.len(), MAX_ACCESS_SETS)?;
        if chunks.is_empty() || access.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = chunks.into_iter().map(operations::point_id).collect();
        self.read("reading vectors of", move |engine| engine.vectors(&ids, &access)).await
    }

    async fn count(&self) -> Result<u64, IndexError> {
        self.read("counting", Engine::count).await
    }

    async fn scan(&self, from: Option<ChunkId>, limit: usize) -> Result<Scanned, IndexError> {
        check_count("points", limit, MAX_SCANNED)?;
        if limit == 0 {
            return Ok(Scanned { points: Vec::new(), next: from });
        }
        self.read("scanning", move |engine| engine.page(operations::scan(from, limit))).await
    }

    async fn contains(&self, chunks: Vec<ChunkId>) -> Result<Vec<ChunkId>, IndexError> {
        check_count("chunks", chunks.len(), MAX_IDS)?;
        let ids: Vec<_> = chunks.into_iter().map(operations::point_id).collect();
        self.read("looking chunks up in", move |engine| engine.present(&ids)).await
    }

    async fn flush(&self) -> Result<(), IndexError> {
        let engine = Arc::clone(&self.engine);
        let operation = "flushing";
        tokio::task::spawn_blocking(move || engine.flush())
            .await
            .map_err(|source| IndexError::Write { operation, source: source.into() })?
    }

    async fn optimise(&self) -> Result<(), IndexError> {
        let engine = Arc::clone(&self.engine);
        let operation = "optimising";
        tokio::task::spawn_blocking(move || engine.optimise())
            .await
            .map_err(|source| IndexError::Write { operation, source: source.into() })?
    }
}
