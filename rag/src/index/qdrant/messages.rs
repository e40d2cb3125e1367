//! Points, filters and queries in the words of the wire.
//!
//! Pure translation, and the mirror of the embedded form's: the same names, the same filters, the same payload of a
//! document's id and an access set.

use std::collections::HashMap;

use qdrant_client::Payload;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::{
    Condition, Filter, NamedVectors, PointId, PointStruct, PointsIdsList, Query, QueryPoints,
    QueryPointsBuilder, RetrievedPoint, ScoredPoint, Value, Vector, VectorInput,
};
use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use crate::index::{ACCESS_SET, DENSE, DOCUMENT, Hit, HybridQuery, IndexError, Placed, Point, SPARSE};

pub(super) fn point(point: &Point) -> PointStruct {
    let sparse = Vector::new_sparse(point.sparse.indices.clone(), point.sparse.values.clone());
    let mut vectors = NamedVectors::default().add_vector(SPARSE, sparse);
    if let Some(dense) = &point.dense {
        vectors = vectors.add_vector(DENSE, Vector::new_dense(dense.clone()));
    }
    let mut payload = Payload::new();
    payload.insert(DOCUMENT, point.document.to_string());
    payload.insert(ACCESS_SET, point.access_set.get());
    PointStruct::new(point_id(point.chunk), vectors, payload)
}

/// The legs that are asked for, dense first.
pub(super) fn legs(collection: &str, query: HybridQuery) -> Vec<QueryPoints> {
    let HybridQuery { dense, sparse, access, limit_per_leg } = query;
    let filter = readable(&access);
    let leg = |input: VectorInput, name: &str| {
        QueryPointsBuilder::new(collection)
            .query(Query::new_nearest(input))
            .using(name)
            .filter(filter.clone())
            .limit(u64::try_from(limit_per_leg).unwrap_or(u64::MAX))
            .with_payload(true)
            .build()
    };
    let dense = dense.map(|dense| leg(VectorInput::new_dense(dense), DENSE));
    let sparse =
        (!sparse.is_empty()).then(|| leg(VectorInput::new_sparse(sparse.indices, sparse.values), SPARSE));
    dense.into_iter().chain(sparse).collect()
}

/// Only chunks whose access set is one of these.
fn readable(access: &[AccessSetId]) -> Filter {
    let sets: Vec<i64> = access.iter().map(|set| set.get()).collect();
    Filter::must([Condition::matches(ACCESS_SET, sets)])
}

pub(super) fn of_documents(documents: &[DocumentId]) -> Filter {
    let documents: Vec<String> = documents.iter().map(ToString::to_string).collect();
    Filter::must([Condition::matches(DOCUMENT, documents)])
}

pub(super) fn ids(chunks: &[ChunkId]) -> PointsIdsList {
    PointsIdsList { ids: chunks.iter().copied().map(point_id).collect() }
}

pub(super) fn point_id(chunk: ChunkId) -> PointId {
    PointId { point_id_options: Some(PointIdOptions::Uuid(chunk.to_string())) }
}

pub(super) fn hits(points: Vec<ScoredPoint>) -> Result<Vec<Hit>, IndexError> {
    points.into_iter().map(hit).collect()
}

fn hit(point: ScoredPoint) -> Result<Hit, IndexError> {
    Ok(Hit { document: document(&point.payload)?, chunk: chunk(point.id)?, score: point.score })
}

pub(super) fn placed(point: RetrievedPoint) -> Result<Placed, IndexError> {
    let set = point.payload.get(ACCESS_SET).and_then(Value::as_integer);
    let Some(set) = set else { return Err(odd("a point names no access set")) };
    Ok(Placed {
        document: document(&point.payload)?,
        chunk: chunk(point.id)?,
        access_set: AccessSetId::new(set),
    })
}

fn document(payload: &HashMap<String, Value>) -> Result<DocumentId, IndexError> {
    let document = payload.get(DOCUMENT).and_then(|document| document.as_str());
    let document = document.and_then(|document| Uuid::parse_str(document).ok());
    document.map(DocumentId::from_uuid).ok_or_else(|| odd("a point names no document"))
}

pub(super) fn chunk(id: Option<PointId>) -> Result<ChunkId, IndexError> {
    match id.and_then(|id| id.point_id_options) {
        Some(PointIdOptions::Uuid(uuid)) => {
            Uuid::parse_str(&uuid).map(ChunkId::from_uuid).map_err(|_| odd("a point is not named by a chunk"))
        }
        Some(PointIdOptions::Num(_)) | None => Err(odd("a point is not named by a chunk")),
    }
}

fn odd(problem: &'static str) -> IndexError {
    IndexError::Read { operation: "understanding a point of", source: problem.into() }
}
