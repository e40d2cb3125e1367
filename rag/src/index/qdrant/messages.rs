//! Points, filters and queries in the words of the wire.
//!
//! Pure translation, and the mirror of the embedded form's: the same names, the same filters, the same payload of a
//! document's id, an access set, the keyed terms of a title, whether a chunk is the first, and the numbers of its facts.

use std::collections::HashMap;

use qdrant_client::Payload;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::{
    Condition, Filter, NamedVectors, PointId, PointStruct, PointsIdsList, Query, QueryPoints,
    QueryPointsBuilder, Range, RetrievedPoint, ScoredPoint, Value, Vector, VectorInput, vector_output,
};
use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

use crate::index::narrow::{FACTS_FORM, FORM, FROM, Facts, Narrow, PEOPLE, SOURCE, TYPES, UNTIL};
use crate::index::{
    ACCESS_SET, DENSE, DOCUMENT, Hit, HybridQuery, IS_LEAD, IndexError, LEAD, Placed, Point, SPARSE, SUBJECT,
};

pub(super) fn point(point: &Point) -> PointStruct {
    let sparse = Vector::new_sparse(point.sparse.indices.clone(), point.sparse.values.clone());
    let mut vectors = NamedVectors::default().add_vector(SPARSE, sparse);
    if let Some(dense) = &point.dense {
        vectors = vectors.add_vector(DENSE, Vector::new_dense(dense.clone()));
    }
    let mut payload = Payload::new();
    payload.insert(DOCUMENT, point.document.to_string());
    payload.insert(ACCESS_SET, point.access_set.get());
    if !point.subject.is_empty() {
        payload.insert(SUBJECT, point.subject.iter().map(|term| i64::from(*term)).collect::<Vec<_>>());
    }
    if point.lead {
        payload.insert(LEAD, IS_LEAD);
    }
    for (field, value) in point.facts.iter().flat_map(facts) {
        payload.insert(field, value);
    }
    PointStruct::new(point_id(point.chunk), vectors, payload)
}

/// Facts as they are stored. Every field is written, so that nothing of older facts stays.
pub(super) fn facts(facts: &Facts) -> HashMap<String, Value> {
    let (from, until) = facts.span();
    let all = |numbers: &[u32]| Value::from(numbers.iter().copied().map(i64::from).collect::<Vec<_>>());
    [
        (FORM, FACTS_FORM.into()),
        (SOURCE, Facts::number_of(facts.source).into()),
        (TYPES, all(&facts.types)),
        (FROM, from.into()),
        (UNTIL, until.into()),
        (PEOPLE, all(&facts.people)),
    ]
    .map(|(field, value)| (field.to_owned(), value))
    .into_iter()
    .collect()
}

/// The legs that are asked for: meaning, beginnings, words.
pub(super) fn legs(collection: &str, query: HybridQuery) -> Vec<QueryPoints> {
    let HybridQuery { dense, sparse, access, subject, narrow, leads, limit_per_leg } = query;
    let filter = readable(&access, &subject, &narrow);
    let leg = |input: VectorInput, name: &str, filter: &Filter| {
        QueryPointsBuilder::new(collection)
            .query(Query::new_nearest(input))
            .using(name)
            .filter(filter.clone())
            .limit(u64::try_from(limit_per_leg).unwrap_or(u64::MAX))
            .with_payload(true)
            .build()
    };
    let beginnings = dense.clone().filter(|_| leads).map(|dense| {
        let mut filter = filter.clone();
        filter.must.push(Condition::matches(LEAD, vec![IS_LEAD]));
        leg(VectorInput::new_dense(dense), DENSE, &filter)
    });
    let dense = dense.map(|dense| leg(VectorInput::new_dense(dense), DENSE, &filter));
    let sparse = (!sparse.is_empty())
        .then(|| leg(VectorInput::new_sparse(sparse.indices, sparse.values), SPARSE, &filter));
    dense.into_iter().chain(beginnings).chain(sparse).collect()
}

/// Only chunks whose access set is one of these, whose title has all of these terms, and that fit.
fn readable(access: &[AccessSetId], subject: &[u32], narrow: &Narrow) -> Filter {
    let sets: Vec<i64> = access.iter().map(|set| set.get()).collect();
    let titled = subject.iter().map(|term| Condition::matches(SUBJECT, vec![i64::from(*term)]));
    let named = narrow.documents.as_deref().map(|documents| Condition::from(of_documents(documents)));
    let must = std::iter::once(Condition::matches(ACCESS_SET, sets)).chain(titled);
    Filter::must(must.chain(named).chain(fitting(narrow)))
}

/// What the facts must say, or that there are none where that is let through.
fn fitting(narrow: &Narrow) -> Option<Condition> {
    let mut must = Vec::new();
    if !narrow.sources.is_empty() {
        let sources: Vec<i64> = narrow.sources.iter().copied().map(Facts::number_of).collect();
        must.push(Condition::matches(SOURCE, sources));
    }
    if !narrow.types.is_empty() {
        let types: Vec<i64> = narrow.types.iter().copied().map(i64::from).collect();
        must.push(Condition::matches(TYPES, types));
    }
    // Seconds since 1970 are whole numbers that a double says exactly.
    if let Some(from) = narrow.from {
        must.push(Condition::range(UNTIL, Range { gte: Some(from as f64), ..Range::default() }));
    }
    if let Some(before) = narrow.before {
        must.push(Condition::range(FROM, Range { lt: Some(before as f64), ..Range::default() }));
    }
    must.extend(narrow.told_people().map(|ways| any(ways.iter().map(|words| all_of(words)))));
    if must.is_empty() {
        return None;
    }
    let fits = Condition::from(Filter::must(must));
    if !narrow.or_unknown {
        return Some(fits);
    }
    let unknown = Filter::must_not([Condition::matches(FORM, vec![FACTS_FORM])]);
    Some(any([fits, Condition::from(unknown)]))
}

fn any(of: impl IntoIterator<Item = Condition>) -> Condition {
    Condition::from(Filter::should(of))
}

fn all_of(words: &[u32]) -> Condition {
    Condition::from(Filter::must(words.iter().map(|word| Condition::matches(PEOPLE, vec![i64::from(*word)]))))
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
    Ok(Hit {
        document: document(&point.payload)?,
        subject: subject(&point.payload),
        chunk: chunk(point.id)?,
        score: point.score,
    })
}

/// The terms of the title; a document without one has none.
fn subject(payload: &HashMap<String, Value>) -> Vec<u32> {
    let terms = payload.get(SUBJECT).and_then(Value::as_list).unwrap_or_default();
    terms.iter().filter_map(Value::as_integer).filter_map(|term| u32::try_from(term).ok()).collect()
}

/// The vectors of the points that lie in one of the access sets.
pub(super) fn vectors(
    points: Vec<RetrievedPoint>,
    access: &[AccessSetId],
) -> Result<Vec<(ChunkId, Vec<f32>)>, IndexError> {
    let mut vectors = Vec::with_capacity(points.len());
    for mut point in points {
        let vector = point.vectors.take().and_then(|vectors| vectors.get_vector_by_name(DENSE));
        let placed = placed(point)?;
        if let Some(vector_output::Vector::Dense(vector)) = vector
            && access.contains(&placed.access_set)
        {
            vectors.push((placed.chunk, vector.data));
        }
    }
    Ok(vectors)
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
