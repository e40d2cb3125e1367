//! What is asked of the engine, in the engine's words.
//!
//! Pure translation: points, filters and queries in, the engine's structures out. Payloads hold a document's id, an
//! access set, the keyed terms of its title and whether a chunk is its first, nothing else.

use std::path::Path;

use qdrant_edge::{
    Condition, CreateIndex, Distance, EdgeConfig, EdgeSparseVectorParams, EdgeVectorParams, FieldCondition,
    FieldIndexOperations, Filter, IntegerIndexParams, JsonPath, Match, Modifier, NamedQuery, Payload,
    PayloadFieldSchema, PayloadOps, PayloadSchemaParams, PointId, PointInsertOperations, PointOperations,
    PointStruct, QueryEnum, QueryRequest, ScoringQuery, ScrollRequest, SetPayloadOp, UpdateOperation,
    UuidIndexParams, Vector, VectorInternal, Vectors, WalOptions, WithPayloadInterface, WithVector,
};
use serde_json::json;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use crate::index::sparse::SparseVector;
use crate::index::{ACCESS_SET, DENSE, DOCUMENT, HybridQuery, IS_LEAD, LEAD, Point, SPARSE, SUBJECT};

/// A part of the log. The engine's default of 32 MiB is allocated at once, which is much for a small index.
const LOG_PART_BYTES: usize = 8 * 1024 * 1024;
/// Written by the engine before its first segment.
const CONFIG_FILE: &str = "edge_config.json";

/// Vectors stay in files that the system pages in, so that a large index does not have to fit into memory.
pub(super) fn config(dimension: usize) -> EdgeConfig {
    let dense = EdgeVectorParams::builder(dimension, Distance::Cosine).on_disk(true).build();
    let sparse =
        EdgeSparseVectorParams { modifier: Some(Modifier::Idf), ..EdgeSparseVectorParams::default() };
    let log = WalOptions { segment_capacity: LOG_PART_BYTES, ..WalOptions::default() };
    EdgeConfig::builder().vector(DENSE, dense).sparse_vector(SPARSE, sparse).wal_options(log).build()
}

/// Whether the engine has been here before.
pub(super) fn was_made(shard: &Path) -> bool {
    shard.join(CONFIG_FILE).is_file()
}

/// The fields that are filtered by.
pub(super) fn payload_indexes() -> [(JsonPath, UpdateOperation); 4] {
    let document = PayloadSchemaParams::Uuid(UuidIndexParams::default());
    let integer = || {
        let lookup =
            IntegerIndexParams { lookup: Some(true), range: Some(false), ..IntegerIndexParams::default() };
        PayloadSchemaParams::Integer(lookup)
    };
    [
        payload_index(DOCUMENT, document),
        payload_index(ACCESS_SET, integer()),
        payload_index(SUBJECT, integer()),
        payload_index(LEAD, integer()),
    ]
}

fn payload_index(field: &str, schema: PayloadSchemaParams) -> (JsonPath, UpdateOperation) {
    let index =
        CreateIndex { field_name: path(field), field_schema: Some(PayloadFieldSchema::FieldParams(schema)) };
    (path(field), UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(index)))
}

fn path(field: &str) -> JsonPath {
    JsonPath { first_key: field.to_owned(), rest: Vec::new() }
}

pub(super) fn upsert(points: &[Point]) -> UpdateOperation {
    let points = points.iter().map(|point| point_struct(point).into()).collect();
    UpdateOperation::PointOperation(PointOperations::UpsertPoints(PointInsertOperations::PointsList(points)))
}

fn point_struct(point: &Point) -> PointStruct {
    let sparse = Vector(VectorInternal::Sparse(sparse_vector(point.sparse.clone())));
    let dense = point.dense.clone().map(|dense| (DENSE, Vector::new_dense(dense)));
    let vectors = Vectors::new_named(std::iter::once((SPARSE, sparse)).chain(dense));
    let mut payload = json!({ DOCUMENT: point.document, ACCESS_SET: point.access_set });
    if !point.subject.is_empty() {
        payload[SUBJECT] = json!(point.subject);
    }
    if point.lead {
        payload[LEAD] = json!(IS_LEAD);
    }
    PointStruct::new(point_id(point.chunk), vectors, payload)
}

pub(super) fn set_access(documents: &[DocumentId], set: AccessSetId) -> UpdateOperation {
    let payload = Payload([(ACCESS_SET.to_owned(), json!(set))].into_iter().collect());
    UpdateOperation::PayloadOperation(PayloadOps::SetPayload(SetPayloadOp {
        payload,
        points: None,
        filter: Some(of_documents(documents)),
        key: None,
    }))
}

pub(super) fn remove_document(document: DocumentId) -> UpdateOperation {
    UpdateOperation::PointOperation(PointOperations::DeletePointsByFilter(of_documents(&[document])))
}

pub(super) fn remove_chunks(chunks: &[ChunkId]) -> UpdateOperation {
    let ids = chunks.iter().copied().map(point_id).collect();
    UpdateOperation::PointOperation(PointOperations::DeletePoints { ids })
}

/// The legs of a search.
pub(super) struct Legs {
    pub(super) dense: Option<QueryRequest>,
    pub(super) leads: Option<QueryRequest>,
    pub(super) sparse: Option<QueryRequest>,
}

/// What each leg asks; `None` where there is nothing to ask it.
pub(super) fn legs(asked: HybridQuery) -> Legs {
    let HybridQuery { dense, sparse, access, subject, leads, limit_per_leg } = asked;
    let filter = readable(&access, &subject);
    let leg = |vector, name, filter| query(vector, name, filter, limit_per_leg);
    Legs {
        leads: dense
            .clone()
            .filter(|_| leads)
            .map(|dense| leg(VectorInternal::Dense(dense), DENSE, only_leads(filter.clone()))),
        dense: dense.map(|dense| leg(VectorInternal::Dense(dense), DENSE, filter.clone())),
        sparse: (!sparse.is_empty())
            .then(|| leg(VectorInternal::Sparse(sparse_vector(sparse)), SPARSE, filter)),
    }
}

fn query(vector: VectorInternal, name: &str, filter: Filter, limit: usize) -> QueryRequest {
    QueryRequest {
        prefetches: Vec::new(),
        query: Some(ScoringQuery::Vector(QueryEnum::Nearest(NamedQuery::new(vector, name)))),
        filter: Some(filter),
        score_threshold: None,
        limit,
        offset: 0,
        params: None,
        with_vector: WithVector::Bool(false),
        with_payload: WithPayloadInterface::Bool(true),
    }
}

/// A page of all points, ordered by their ids.
pub(super) fn scan(from: Option<ChunkId>, limit: usize) -> ScrollRequest {
    ScrollRequest {
        offset: from.map(point_id),
        limit: Some(limit),
        filter: None,
        with_payload: Some(WithPayloadInterface::Bool(true)),
        with_vector: WithVector::Bool(false),
        order_by: None,
    }
}

/// Only chunks whose access set is one of these and whose title has all of these terms.
fn readable(access: &[AccessSetId], subject: &[u32]) -> Filter {
    let sets: Vec<i64> = access.iter().map(|set| set.get()).collect();
    let titled = subject.iter().map(|term| integers(SUBJECT, vec![i64::from(*term)]));
    let must = std::iter::once(integers(ACCESS_SET, sets)).chain(titled).collect();
    Filter { must: Some(must), ..Filter::new() }
}

/// The same filter, for the chunks their documents begin with.
fn only_leads(mut filter: Filter) -> Filter {
    filter.must.get_or_insert_default().push(integers(LEAD, vec![IS_LEAD]));
    filter
}

fn integers(field: &str, values: Vec<i64>) -> Condition {
    Condition::Field(FieldCondition::new_match(path(field), Match::from(values)))
}

fn of_documents(documents: &[DocumentId]) -> Filter {
    let documents: Vec<String> = documents.iter().map(ToString::to_string).collect();
    Filter::new_must(Condition::Field(FieldCondition::new_match(path(DOCUMENT), Match::from(documents))))
}

fn sparse_vector(vector: SparseVector) -> qdrant_edge::SparseVector {
    qdrant_edge::SparseVector { indices: vector.indices, values: vector.values }
}

pub(super) const fn point_id(chunk: ChunkId) -> PointId {
    PointId::Uuid(chunk.as_uuid())
}
