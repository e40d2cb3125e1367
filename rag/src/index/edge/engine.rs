//! One open shard of the engine and the order in which things happen to it.
//!
//! The shard sits behind a lock that is taken shared by everything except reopening, and a second lock puts writes and
//! flushes in a row, because the engine's flush panics when it meets a write. It also panics when the disk is full;
//! both are caught here and become errors.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::Duration;

use qdrant_edge::{
    CountRequest, EdgeShard, Payload, PointId, QueryRequest, ScoredPoint, ScrollRequest, UpdateOperation,
    VectorInternal, VectorStructInternal, WithPayloadInterface, WithVector,
};
use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use super::{directory, operations};
use crate::index::{ACCESS_SET, DENSE, DOCUMENT, Hit, IndexError, Placed, SUBJECT, Scanned};

/// Above this the log is worth a short pause in searches.
const LOG_BYTES_WORTH_TRIMMING: u64 = 64 * 1024 * 1024;
/// A flush meets the short moments in which an optimisation swaps segments; it waits them out.
const FLUSH_ATTEMPTS: u32 = 100;
const FLUSH_PAUSE: Duration = Duration::from_millis(20);

/// An open shard.
#[derive(Debug)]
pub(super) struct Engine {
    directory: PathBuf,
    dimension: usize,
    /// `None` only after reopening failed; the next use tries again.
    shard: RwLock<Option<EdgeShard>>,
    writing: Mutex<()>,
    /// How many flushes have begun.
    flushes_begun: AtomicU64,
    /// The last one that succeeded, by that count.
    flushed: Mutex<u64>,
    optimising: Mutex<()>,
    /// Held for as long as this lives.
    _lock: File,
}

impl Engine {
    pub(super) fn open(directory: &Path, dimension: usize, lock: File) -> Result<Self, IndexError> {
        let shard = open_shard(directory, dimension)?;
        Ok(Self {
            directory: directory.to_owned(),
            dimension,
            shard: RwLock::new(Some(shard)),
            writing: Mutex::default(),
            flushes_begun: AtomicU64::new(0),
            flushed: Mutex::default(),
            optimising: Mutex::default(),
            _lock: lock,
        })
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn update(&self, operation: &'static str, update: UpdateOperation) -> Result<(), IndexError> {
        self.with_shard(|shard| {
            let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
            shard.update(update).map_err(|source| IndexError::Write { operation, source: source.into() })
        })
    }

    /// One leg of a search; no query, no hits.
    pub(super) fn leg(&self, query: Option<QueryRequest>) -> Result<Vec<Hit>, IndexError> {
        let Some(query) = query else { return Ok(Vec::new()) };
        let points =
            self.with_shard(|shard| shard.query(query).map_err(|source| read_error("searching", source)))?;
        points.iter().map(hit).collect()
    }

    pub(super) fn count(&self) -> Result<u64, IndexError> {
        let request = CountRequest { filter: None, exact: true };
        let count =
            self.with_shard(|shard| shard.count(request).map_err(|source| read_error("counting", source)))?;
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }

    pub(super) fn present(&self, ids: &[PointId]) -> Result<Vec<ChunkId>, IndexError> {
        let found = self.with_shard(|shard| {
            let nothing = (WithPayloadInterface::Bool(false), WithVector::Bool(false));
            shard
                .retrieve(ids, Some(nothing.0), Some(nothing.1))
                .map_err(|source| read_error("looking chunks up in", source))
        })?;
        found.into_iter().map(|record| chunk(record.id)).collect()
    }

    /// The vectors of these points that lie in one of the access sets.
    pub(super) fn vectors(
        &self,
        ids: &[PointId],
        access: &[AccessSetId],
    ) -> Result<Vec<(ChunkId, Vec<f32>)>, IndexError> {
        let operation = "reading vectors of";
        let found = self.with_shard(|shard| {
            let vector = WithVector::Selector(vec![DENSE.into()]);
            shard
                .retrieve(ids, Some(WithPayloadInterface::Bool(true)), Some(vector))
                .map_err(|source| read_error(operation, source))
        })?;
        let mut vectors = Vec::with_capacity(found.len());
        for record in found {
            let placed = placed(record.id, record.payload.as_ref())?;
            if let Some(VectorStructInternal::Named(mut named)) = record.vector
                && let Some(VectorInternal::Dense(vector)) = named.remove(DENSE)
                && access.contains(&placed.access_set)
            {
                vectors.push((placed.chunk, vector));
            }
        }
        Ok(vectors)
    }

    pub(super) fn page(&self, request: ScrollRequest) -> Result<Scanned, IndexError> {
        let (records, next) =
            self.with_shard(|shard| shard.scroll(request).map_err(|source| read_error("scanning", source)))?;
        let points = records.into_iter().map(|record| placed(record.id, record.payload.as_ref()));
        Ok(Scanned { points: points.collect::<Result<_, _>>()?, next: next.map(chunk).transpose()? })
    }

    /// Callers that arrive while a flush runs share the next one: it costs many milliseconds, however little there is.
    pub(super) fn flush(&self) -> Result<(), IndexError> {
        let begun_before = self.flushes_begun.load(Ordering::SeqCst);
        let mut flushed = self.flushed.lock().unwrap_or_else(PoisonError::into_inner);
        if *flushed > begun_before {
            return Ok(());
        }
        let this = self.flushes_begun.fetch_add(1, Ordering::SeqCst) + 1;
        self.flush_now()?;
        *flushed = this;
        Ok(())
    }

    fn flush_now(&self) -> Result<(), IndexError> {
        self.with_shard(|shard| {
            for _ in 1..FLUSH_ATTEMPTS {
                if self.try_flush(shard).is_ok() {
                    return Ok(());
                }
                thread::sleep(FLUSH_PAUSE);
            }
            self.try_flush(shard)
                .map_err(|cause| IndexError::Write { operation: "flushing", source: cause.into() })
        })
    }

    fn try_flush(&self, shard: &EdgeShard) -> Result<(), String> {
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        catch_unwind(AssertUnwindSafe(|| shard.flush())).map_err(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
        })
    }

    pub(super) fn optimise(&self) -> Result<(), IndexError> {
        let _turn = self.optimising.lock().unwrap_or_else(PoisonError::into_inner);
        let operation = "optimising";
        self.with_shard(|shard| {
            shard.optimize().map_err(|source| IndexError::Write { operation, source: source.into() })
        })?;
        self.flush()?;
        if directory::log_bytes(&directory::shard(&self.directory)) > LOG_BYTES_WORTH_TRIMMING {
            self.reopen()?;
        }
        Ok(())
    }

    /// Closes the shard, which flushes it, trims its log and opens it again. Searches wait for less than a second.
    fn reopen(&self) -> Result<(), IndexError> {
        let mut shard = self.shard.write().unwrap_or_else(PoisonError::into_inner);
        close(shard.take());
        *shard = Some(open_shard(&self.directory, self.dimension)?);
        Ok(())
    }

    fn with_shard<T>(&self, act: impl FnOnce(&EdgeShard) -> Result<T, IndexError>) -> Result<T, IndexError> {
        let mut guard = self.shared();
        if guard.is_none() {
            drop(guard);
            self.reopen()?;
            guard = self.shared();
        }
        match guard.as_ref() {
            Some(shard) => act(shard),
            None => Err(directory::open_error(&self.directory, "it was closed again at once")),
        }
    }

    fn shared(&self) -> RwLockReadGuard<'_, Option<EdgeShard>> {
        self.shard.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        close(self.shard.get_mut().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Closing flushes, which may panic as above. What was acknowledged as flushed before is safe either way.
fn close(shard: Option<EdgeShard>) {
    if catch_unwind(AssertUnwindSafe(|| drop(shard))).is_err() {
        tracing::error!(
            "the index did not flush while it was closed; writes since the last flush may be lost"
        );
    }
}

fn open_shard(directory: &Path, dimension: usize) -> Result<EdgeShard, IndexError> {
    let path = directory::shard(directory);
    let open_error = |source: qdrant_edge::OperationError| directory::open_error(directory, source);
    let config = operations::config(dimension);
    directory::trim_log(&path).map_err(|source| directory::open_error(directory, source))?;
    let shard = if operations::was_made(&path) {
        EdgeShard::load(&path, Some(config)).map_err(open_error)?
    } else {
        EdgeShard::new(&path, config).map_err(open_error)?
    };
    let known = shard.info().payload_schema;
    for (field, index) in operations::payload_indexes() {
        if !known.contains_key(&field) {
            shard.update(index).map_err(open_error)?;
        }
    }
    Ok(shard)
}

fn hit(point: &ScoredPoint) -> Result<Hit, IndexError> {
    let document = document("searching", point.payload.as_ref())?;
    Ok(Hit {
        chunk: chunk(point.id)?,
        document,
        subject: subject(point.payload.as_ref()),
        score: point.score,
    })
}

/// The terms of the title; a document without one has none.
fn subject(payload: Option<&Payload>) -> Vec<u32> {
    let terms = payload.and_then(|payload| payload.0.get(SUBJECT)).and_then(serde_json::Value::as_array);
    let number = |term: &serde_json::Value| term.as_u64().and_then(|term| u32::try_from(term).ok());
    terms.into_iter().flatten().filter_map(number).collect()
}

fn placed(id: PointId, payload: Option<&Payload>) -> Result<Placed, IndexError> {
    let document = document("scanning", payload)?;
    let set = payload.and_then(|payload| payload.0.get(ACCESS_SET)).and_then(serde_json::Value::as_i64);
    let Some(set) = set else { return Err(read_error("scanning", "a point names no access set")) };
    Ok(Placed { chunk: chunk(id)?, document, access_set: AccessSetId::new(set) })
}

fn document(operation: &'static str, payload: Option<&Payload>) -> Result<DocumentId, IndexError> {
    let document = payload
        .and_then(|payload| payload.0.get(DOCUMENT))
        .and_then(|document| document.as_str())
        .and_then(|document| Uuid::parse_str(document).ok());
    document.map(DocumentId::from_uuid).ok_or_else(|| read_error(operation, "a point names no document"))
}

fn chunk(id: PointId) -> Result<ChunkId, IndexError> {
    match id {
        PointId::Uuid(uuid) => Ok(ChunkId::from_uuid(uuid)),
        PointId::NumId(_) => Err(read_error("searching", "a point is not named by a chunk")),
    }
}

fn read_error(
    operation: &'static str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> IndexError {
    IndexError::Read { operation, source: source.into() }
}
