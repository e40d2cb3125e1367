//! The index as a Qdrant server, spoken to over gRPC.
//!
//! One collection holds one index; its identity lies in the collection's metadata, so a server from 1.16 on is needed.
//! Writes wait until the server has them in its log, which it replays after a crash; that is why flushing has nothing
//! left to do. The server optimises by itself. A server that does not answer is [`IndexError::Unreachable`], which is
//! worth another try; everything else is not.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use qdrant_client::qdrant::{
    CountPointsBuilder, DeletePointsBuilder, GetPointsBuilder, QueryBatchPointsBuilder, ScrollPointsBuilder,
    SetPayloadPointsBuilder, UpsertPointsBuilder, VectorsSelector,
};
use qdrant_client::{Qdrant, QdrantError};
use secrecy::{ExposeSecret, SecretString};
use tonic::Code;
use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use super::{
    ACCESS_SET, ChunkIndex, DENSE, HybridHits, HybridQuery, IndexError, IndexIdentity, IndexSpec,
    MAX_ACCESS_SETS, MAX_IDS, MAX_SCANNED, MOVED_AT_ONCE, Point, Scanned, WRITE_BATCH, check_count,
    check_facts, check_points, check_query, narrow::Facts,
};

mod collection;
mod messages;

/// Where the server is and what it may be asked for.
#[derive(Clone, Debug)]
pub struct QdrantSettings {
    /// Its gRPC address, for instance `http://127.0.0.1:6334`.
    pub url: String,
    /// Its key, if it wants one.
    pub api_key: Option<SecretString>,
    /// The collection; it is made if it is not there.
    pub collection: String,
    /// How long one call may take.
    pub timeout: Duration,
}

/// The index on a server.
pub struct QdrantIndex {
    client: Qdrant,
    collection: String,
    identity: IndexIdentity,
}

impl std::fmt::Debug for QdrantIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QdrantIndex").field("collection", &self.collection).finish_non_exhaustive()
    }
}

impl QdrantIndex {
    /// Connects and opens the collection, or makes it with this epoch.
    pub async fn connect(settings: QdrantSettings, spec: IndexSpec, epoch: Uuid) -> Result<Self, IndexError> {
        let client = client(&settings)?;
        let wanted = IndexIdentity::new(&spec, epoch);
        let identity = collection::claim(&client, &settings.collection, wanted).await?;
        identity.check(&spec)?;
        Ok(Self { client, collection: settings.collection, identity })
    }

    /// What the collection was made for; nothing when there is none. Nothing is made.
    pub async fn identity_of(settings: QdrantSettings) -> Result<Option<IndexIdentity>, IndexError> {
        collection::look(&client(&settings)?, &settings.collection).await
    }

    /// Opens the collection whatever it was made for; one of an older form may find less.
    pub async fn open_as_it_is(settings: QdrantSettings) -> Result<Self, IndexError> {
        let client = client(&settings)?;
        let found = collection::look(&client, &settings.collection).await?;
        let identity = found.ok_or_else(|| IndexError::Open {
            place: format!("collection {}", settings.collection),
            source: "there is no such collection".into(),
        })?;
        Ok(Self { client, collection: settings.collection, identity })
    }

    /// Deletes the collection, so that it can be made anew.
    pub async fn discard(settings: QdrantSettings) -> Result<(), IndexError> {
        collection::delete(&client(&settings)?, &settings.collection).await
    }
}

fn client(settings: &QdrantSettings) -> Result<Qdrant, IndexError> {
    // The client would print about versions; the contract tests decide what fits.
    let mut builder = Qdrant::from_url(&settings.url).timeout(settings.timeout).skip_compatibility_check();
    if let Some(key) = &settings.api_key {
        builder = builder.api_key(key.expose_secret());
    }
    builder.build().map_err(|error| open_error(&settings.collection, error))
}

#[async_trait]
impl ChunkIndex for QdrantIndex {
    fn identity(&self) -> &IndexIdentity {
        &self.identity
    }

    async fn upsert(&self, points: Vec<Point>) -> Result<(), IndexError> {
        check_points(&points, self.identity.dimension)?;
        for batch in points.chunks(WRITE_BATCH) {
            let points: Vec<_> = batch.iter().map(messages::point).collect();
            let request = UpsertPointsBuilder::new(&self.collection, points).wait(true);
            self.client.upsert_points(request).await.map_err(|error| write_error("writing points", error))?;
        }
        Ok(())
    }

    async fn set_access(&self, documents: Vec<DocumentId>, set: AccessSetId) -> Result<(), IndexError> {
        check_count("documents", documents.len(), MAX_IDS)?;
        let payload = HashMap::from([(ACCESS_SET.to_owned(), set.get().into())]);
        for batch in documents.chunks(MOVED_AT_ONCE) {
            let request = SetPayloadPointsBuilder::new(&self.collection, payload.clone())
                .points_selector(messages::of_documents(batch))
                .wait(true);
            let operation = "moving documents to another access set";
            self.client.set_payload(request).await.map_err(|error| write_error(operation, error))?;
        }
        Ok(())
    }

    async fn set_facts(&self, facts: Vec<(DocumentId, Facts)>) -> Result<(), IndexError> {
        check_facts(&facts)?;
        for (document, facts) in &facts {
            let request = SetPayloadPointsBuilder::new(&self.collection, messages::facts(facts))
                .points_selector(messages::of_documents(&[*document]))
                .wait(true);
            let operation = "writing what documents are";
            self.client.set_payload(request).await.map_err(|error| write_error(operation, error))?;
        }
        Ok(())
    }

    async fn remove_document(&self, document: DocumentId) -> Result<(), IndexError> {
        let request =
            DeletePointsBuilder::new(&self.collection).points(messages::of_documents(&[document])).wait(true);
        self.client
            .delete_points(request)
            .await
            .map_err(|error| write_error("removing a document", error))?;
        Ok(())
    }

    async fn remove_chunks(&self, chunks: Vec<ChunkId>) -> Result<(), IndexError> {
        check_count("chunks", chunks.len(), MAX_IDS)?;
        if chunks.is_empty() {
            return Ok(());
        }
        let request = DeletePointsBuilder::new(&self.collection).points(messages::ids(&chunks)).wait(true);
        self.client.delete_points(request).await.map_err(|error| write_error("removing chunks", error))?;
        Ok(())
    }

    async fn search(&self, query: HybridQuery) -> Result<HybridHits, IndexError> {
        check_query(&query, self.identity.dimension)?;
        let has_dense = query.dense.is_some();
        let has_leads = has_dense && query.leads;
        let has_sparse = !query.sparse.is_empty();
        if query.access.is_empty() || query.limit_per_leg == 0 || !(has_dense || has_sparse) {
            return Ok(HybridHits::default());
        }
        let legs = messages::legs(&self.collection, query);
        let request = QueryBatchPointsBuilder::new(&self.collection, legs);
        let response =
            self.client.query_batch(request).await.map_err(|error| read_error("searching", error))?;
        let mut legs = response.result.into_iter();
        let mut leg = |asked: bool| {
            let leg = if asked { legs.next() } else { None };
            messages::hits(leg.map(|leg| leg.result).unwrap_or_default())
        };
        Ok(HybridHits { dense: leg(has_dense)?, leads: leg(has_leads)?, sparse: leg(has_sparse)? })
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
        let ids: Vec<_> = chunks.into_iter().map(messages::point_id).collect();
        let request = GetPointsBuilder::new(&self.collection, ids)
            .with_payload(true)
            .with_vectors(VectorsSelector::from(vec![DENSE.to_owned()]));
        let operation = "reading vectors of";
        let response = self.client.get_points(request).await.map_err(|error| read_error(operation, error))?;
        messages::vectors(response.result, &access)
    }

    async fn count(&self) -> Result<u64, IndexError> {
        let request = CountPointsBuilder::new(&self.collection).exact(true);
        let response = self.client.count(request).await.map_err(|error| read_error("counting", error))?;
        Ok(response.result.map(|result| result.count).unwrap_or_default())
    }

    async fn scan(&self, from: Option<ChunkId>, limit: usize) -> Result<Scanned, IndexError> {
        check_count("points", limit, MAX_SCANNED)?;
        if limit == 0 {
            return Ok(Scanned { points: Vec::new(), next: from });
        }
        let mut request = ScrollPointsBuilder::new(&self.collection)
            .limit(u32::try_from(limit).unwrap_or(u32::MAX))
            .with_payload(true)
            .with_vectors(false);
        if let Some(from) = from {
            request = request.offset(messages::point_id(from));
        }
        let page = self.client.scroll(request).await.map_err(|error| read_error("scanning", error))?;
        let points = page.result.into_iter().map(messages::placed).collect::<Result<_, _>>()?;
        let next = page.next_page_offset.map(|next| messages::chunk(Some(next))).transpose()?;
        Ok(Scanned { points, next })
    }

    async fn contains(&self, chunks: Vec<ChunkId>) -> Result<Vec<ChunkId>, IndexError> {
        check_count("chunks", chunks.len(), MAX_IDS)?;
        let ids: Vec<_> = chunks.into_iter().map(messages::point_id).collect();
        let request = GetPointsBuilder::new(&self.collection, ids).with_payload(false).with_vectors(false);
        let operation = "looking chunks up in";
        let response = self.client.get_points(request).await.map_err(|error| read_error(operation, error))?;
        response.result.into_iter().map(|point| messages::chunk(point.id)).collect()
    }

    async fn flush(&self) -> Result<(), IndexError> {
        Ok(())
    }

    async fn optimise(&self) -> Result<(), IndexError> {
        Ok(())
    }
}

fn is_unreachable(error: &QdrantError) -> bool {
    match error {
        QdrantError::ResponseError { status } => match status.code() {
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => true,
            // The client's own report of a refused connection; it has no better code for it.
            Code::Internal => status.message().starts_with("Failed to connect"),
            _ => false,
        },
        QdrantError::ResourceExhaustedError { .. } | QdrantError::Io(_) => true,
        _ => false,
    }
}

fn write_error(operation: &'static str, error: QdrantError) -> IndexError {
    if is_unreachable(&error) {
        return IndexError::Unreachable { source: error.into() };
    }
    IndexError::Write { operation, source: error.into() }
}

fn read_error(operation: &'static str, error: QdrantError) -> IndexError {
    if is_unreachable(&error) {
        return IndexError::Unreachable { source: error.into() };
    }
    IndexError::Read { operation, source: error.into() }
}

fn open_error(collection: &str, error: QdrantError) -> IndexError {
    if is_unreachable(&error) {
        return IndexError::Unreachable { source: error.into() };
    }
    IndexError::Open { place: format!("collection {collection}"), source: error.into() }
}
