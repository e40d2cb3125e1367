//! What is asked of the engine, in the engine's words.
//!
//! Pure translation: points, filters and queries in, the engine's structures out. Payloads hold a document's id and an
//! access set, nothing else.

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
use crate::index::{ACCESS_SET, DENSE, DOCUMENT, Point, SPARSE};

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

/// The two fields that are filtered by.
pub(super) fn payload_indexes() -> [(JsonPath, UpdateOperation); 2] {
    let document = PayloadSchemaParams::Uuid(UuidIndexParams::default());
    let integer =
        IntegerIndexParams { lookup: Some(true), range: Some(false), ..IntegerIndexParams::default() };
    let access_set = PayloadSchemaParams::Integer(integer);
    [payload_index(DOCUMENT, document), payload_index(ACCESS_SET, access_set)]
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
    let payload = json!({ DOCUMENT: point.document, ACCESS_SET: point.access_set });
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

pub(super) fn dense_query(dense: Vec<f32>, access: &[AccessSetId], limit: usize) -> QueryRequest {
    query(VectorInternal::Dense(dense), DENSE, access, limit)
}

pub(super) fn sparse_query(sparse: SparseVector, access: &[AccessSetId], limit: usize) -> QueryRequest {
    query(VectorInternal::Sparse(sparse_vector(sparse)), SPARSE, access, limit)
}

fn query(vector: VectorInternal, name: &str, access: &[AccessSetId], limit: usize) -> QueryRequest {
    QueryRequest {
        prefetches: Vec::new(),
        query: Some(ScoringQuery::Vector(QueryEnum::Nearest(NamedQuery::new(vector, name)))),
        filter: Some(readable(access)),
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

/// Only chunks whose access set is one of these.
fn readable(access: &[AccessSetId]) -> Filter {
    let sets: Vec<i64> = access.iter().map(|set| set.get()).collect();
    Filter::new_must(Condition::Field(FieldCondition::new_match(path(ACCESS_SET), Match::from(sets))))
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
