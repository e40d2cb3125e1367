//! What is asked of the engine, in the engine's words.
//!
//! Pure translation: points, filters and queries in, the engine's structures out. Payloads hold a document's id, an
//! access set, the keyed terms of its title, whether a chunk is its first, and the numbers of its facts, nothing else.

use std::path::Path;

use qdrant_edge::{
    Condition, CreateIndex, Distance, EdgeConfig, EdgeSparseVectorParams, EdgeVectorParams, FieldCondition,
    FieldIndexOperations, Filter, IntegerIndexParams, JsonPath, Match, Modifier, NamedQuery, Payload,
    PayloadFieldSchema, PayloadOps, PayloadSchemaParams, PointId, PointInsertOperations, PointOperations,
    PointStruct, QueryEnum, QueryRequest, Range, ScoringQuery, ScrollRequest, SetPayloadOp, UpdateOperation,
    UuidIndexParams, Vector, VectorInternal, Vectors, WalOptions, WithPayloadInterface, WithVector,
};
use serde_json::{Value, json};
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use crate::index::narrow::{FACTS_FORM, FORM, FROM, Facts, Narrow, PEOPLE, SOURCE, TYPES, UNTIL};
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
pub(super) fn payload_indexes() -> [(JsonPath, UpdateOperation); 10] {
    let document = PayloadSchemaParams::Uuid(UuidIndexParams::default());
    let integer = || {
        let lookup =
            IntegerIndexParams { lookup: Some(true), range: Some(false), ..IntegerIndexParams::default() };
        PayloadSchemaParams::Integer(lookup)
    };
    let ordered = || {
        let range =
            IntegerIndexParams { lookup: Some(false), range: Some(true), ..IntegerIndexParams::default() };
        PayloadSchemaParams::Integer(range)
    };
    [
        payload_index(DOCUMENT, document),
        payload_index(ACCESS_SET, integer()),
        payload_index(SUBJECT, integer()),
        payload_index(LEAD, integer()),
        payload_index(FORM, integer()),
        payload_index(SOURCE, integer()),
        payload_index(TYPES, integer()),
        payload_index(PEOPLE, integer()),
        payload_index(FROM, ordered()),
        payload_index(UNTIL, ordered()),
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
    for (field, value) in point.facts.iter().flat_map(told) {
        payload[field] = value;
    }
    PointStruct::new(point_id(point.chunk), vectors, payload)
}

/// Facts as they are stored. Every field is written, so that nothing of older facts stays.
fn told(facts: &Facts) -> [(&'static str, Value); 6] {
    let (from, until) = facts.span();
    [
        (FORM, json!(FACTS_FORM)),
        (SOURCE, json!(Facts::number_of(facts.source))),
        (TYPES, json!(facts.types)),
        (FROM, json!(from)),
        (UNTIL, json!(until)),
        (PEOPLE, json!(facts.people)),
    ]
}

pub(super) fn set_facts(document: DocumentId, facts: &Facts) -> UpdateOperation {
    let payload = Payload(told(facts).map(|(field, value)| (field.to_owned(), value)).into_iter().collect());
    UpdateOperation::PayloadOperation(PayloadOps::SetPayload(SetPayloadOp {
        payload,
        points: None,
        filter: Some(of_documents(&[document])),
        key: None,
    }))
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
    let HybridQuery { dense, sparse, access, subject, narrow, leads, limit_per_leg } = asked;
    let filter = readable(&access, &subject, &narrow);
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

/// Only chunks whose access set is one of these, whose title has all of these terms, and that fit.
fn readable(access: &[AccessSetId], subject: &[u32], narrow: &Narrow) -> Filter {
    let sets: Vec<i64> = access.iter().map(|set| set.get()).collect();
    let titled = subject.iter().map(|term| integers(SUBJECT, vec![i64::from(*term)]));
    let named = narrow.documents.as_deref().map(|documents| Condition::Filter(of_documents(documents)));
    let must = std::iter::once(integers(ACCESS_SET, sets)).chain(titled).chain(named).chain(fitting(narrow));
    let must = must.collect();
    Filter { must: Some(must), ..Filter::new() }
}

/// What the facts must say, or that there are none where that is let through.
fn fitting(narrow: &Narrow) -> Option<Condition> {
    let mut must = Vec::new();
    if !narrow.sources.is_empty() {
        must.push(integers(SOURCE, narrow.sources.iter().copied().map(Facts::number_of).collect()));
    }
    if !narrow.types.is_empty() {
        must.push(integers(TYPES, narrow.types.iter().copied().map(i64::from).collect()));
    }
    if let Some(from) = narrow.from {
        must.push(range(UNTIL, Some(from), None));
    }
    if let Some(before) = narrow.before {
        must.push(range(FROM, None, Some(before)));
    }
    must.extend(narrow.told_people().map(|ways| any(ways.iter().map(|words| all_of(words)).collect())));
    if must.is_empty() {
        return None;
    }
    let fits = Condition::Filter(Filter { must: Some(must), ..Filter::new() });
    if !narrow.or_unknown {
        return Some(fits);
    }
    let unknown = Filter { must_not: Some(vec![integers(FORM, vec![FACTS_FORM])]), ..Filter::new() };
    Some(any(vec![fits, Condition::Filter(unknown)]))
}

fn any(of: Vec<Condition>) -> Condition {
    Condition::Filter(Filter { should: Some(of), ..Filter::new() })
}

fn all_of(words: &[u32]) -> Condition {
    let must = words.iter().map(|word| integers(PEOPLE, vec![i64::from(*word)])).collect();
    Condition::Filter(Filter { must: Some(must), ..Filter::new() })
}

/// The same filter, for the chunks their documents begin with.
fn only_leads(mut filter: Filter) -> Filter {
    filter.must.get_or_insert_default().push(integers(LEAD, vec![IS_LEAD]));
    filter
}

/// Seconds since 1970 are whole numbers that a double says exactly.
fn range(field: &str, from: Option<i64>, before: Option<i64>) -> Condition {
    let range = Range {
        gte: from.map(|at| (at as f64).into()),
        lt: before.map(|at| (at as f64).into()),
        ..Range::default()
    };
    Condition::Field(FieldCondition::new_range(path(field), range))
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
