//! From the wire's words into the engine's and back.
//!
//! Filters and ids are read from the messages as they came, so a client that leaves its filter out, or puts it into the
//! wrong place, is found out here.

use std::collections::HashMap;

use qdrant_client::qdrant as wire;
use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::{query, vector, vector_input, vectors, vectors_config};
use qdrant_edge::{
    Condition, CreateIndex, Distance, EdgeConfig, EdgeSparseVectorParams, EdgeVectorParams, FieldCondition,
    FieldIndexOperations, Filter, JsonPath, Match, Modifier, NamedQuery, Payload, PayloadFieldSchema,
    PayloadOps, PayloadSchemaType, PointId, PointInsertOperations, PointOperations, PointStruct, QueryEnum,
    QueryRequest, Range, ScoredPoint, ScoringQuery, ScrollRequest, SetPayloadOp, SparseVector,
    UpdateOperation, Vector, VectorInternal, Vectors, WithPayloadInterface, WithVector,
};
use serde_json::Value as Json;
use tonic::Status;
use uuid::Uuid;

pub(super) fn internal(error: impl std::fmt::Display) -> Status {
    Status::internal(error.to_string())
}

fn odd(what: &str) -> Status {
    Status::invalid_argument(what.to_owned())
}

pub(super) fn config_without_vectors() -> EdgeConfig {
    EdgeConfig::builder().vector("theirs", EdgeVectorParams::builder(2, Distance::Dot).build()).build()
}

pub(super) fn config(request: &wire::CreateCollection) -> Result<EdgeConfig, Status> {
    let mut config = EdgeConfig::builder();
    let dense = request.vectors_config.as_ref().and_then(|config| config.config.as_ref());
    let Some(vectors_config::Config::ParamsMap(dense)) = dense else { return Err(odd("no named vectors")) };
    for (name, params) in &dense.map {
        if params.distance != wire::Distance::Cosine as i32 {
            return Err(odd("another distance than cosine"));
        }
        let size = usize::try_from(params.size).map_err(internal)?;
        config = config.vector(name.as_str(), EdgeVectorParams::builder(size, Distance::Cosine).build());
    }
    let sparse = request.sparse_vectors_config.as_ref().ok_or_else(|| odd("no sparse vectors"))?;
    for (name, params) in &sparse.map {
        let modifier = (params.modifier == Some(wire::Modifier::Idf as i32)).then_some(Modifier::Idf);
        config =
            config.sparse_vector(name.as_str(), EdgeSparseVectorParams { modifier, ..Default::default() });
    }
    Ok(config.build())
}

pub(super) fn field_index(request: &wire::CreateFieldIndexCollection) -> Result<UpdateOperation, Status> {
    let schema = match request.field_type {
        Some(kind) if kind == wire::FieldType::Uuid as i32 => PayloadSchemaType::Uuid,
        Some(kind) if kind == wire::FieldType::Integer as i32 => PayloadSchemaType::Integer,
        _ => return Err(odd("another field type")),
    };
    let index = CreateIndex {
        field_name: path(&request.field_name)?,
        field_schema: Some(PayloadFieldSchema::FieldType(schema)),
    };
    Ok(UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(index)))
}

fn path(field: &str) -> Result<JsonPath, Status> {
    field.parse().map_err(|()| odd("a field name that is no path"))
}

pub(super) fn upsert(points: Vec<wire::PointStruct>) -> Result<UpdateOperation, Status> {
    let points = points.into_iter().map(|point| {
        let id = point_id(point.id.ok_or_else(|| odd("a point without an id"))?)?;
        let Some(vectors::VectorsOptions::Vectors(named)) =
            point.vectors.and_then(|vectors| vectors.vectors_options)
        else {
            return Err(odd("a point without named vectors"));
        };
        let named = named.vectors.into_iter().map(|(name, vector)| Ok((name, stored(vector)?)));
        let named = named.collect::<Result<Vec<_>, Status>>()?;
        Ok(PointStruct::new(id, Vectors::new_named(named), Json::Object(json(point.payload))).into())
    });
    let points = points.collect::<Result<Vec<_>, Status>>()?;
    Ok(UpdateOperation::PointOperation(PointOperations::UpsertPoints(PointInsertOperations::PointsList(
        points,
    ))))
}

fn stored(vector: wire::Vector) -> Result<Vector, Status> {
    match vector.vector {
        Some(vector::Vector::Dense(dense)) => Ok(Vector::new_dense(dense.data)),
        Some(vector::Vector::Sparse(sparse)) => {
            Vector::new_sparse(sparse.indices, sparse.values).map_err(internal)
        }
        _ => Err(odd("another kind of vector")),
    }
}

pub(super) fn delete(selector: Option<wire::PointsSelector>) -> Result<UpdateOperation, Status> {
    let operation = match selector.and_then(|selector| selector.points_selector_one_of) {
        Some(PointsSelectorOneOf::Points(list)) => {
            let ids = list.ids.into_iter().map(point_id).collect::<Result<Vec<_>, _>>()?;
            PointOperations::DeletePoints { ids }
        }
        Some(PointsSelectorOneOf::Filter(selected)) => {
            PointOperations::DeletePointsByFilter(filter(selected)?)
        }
        None => return Err(odd("no points selected")),
    };
    Ok(UpdateOperation::PointOperation(operation))
}

pub(super) fn set_payload(
    payload: HashMap<String, wire::Value>,
    selector: Option<wire::PointsSelector>,
) -> Result<UpdateOperation, Status> {
    let Some(PointsSelectorOneOf::Filter(selected)) =
        selector.and_then(|selector| selector.points_selector_one_of)
    else {
        return Err(odd("points selected by something else than a filter"));
    };
    Ok(UpdateOperation::PayloadOperation(PayloadOps::SetPayload(SetPayloadOp {
        payload: Payload(json(payload)),
        points: None,
        filter: Some(filter(selected)?),
        key: None,
    })))
}

fn json(payload: HashMap<String, wire::Value>) -> serde_json::Map<String, Json> {
    payload.into_iter().map(|(key, value)| (key, value.into_json())).collect()
}

pub(super) fn query(query: wire::QueryPoints) -> Result<QueryRequest, Status> {
    let Some(query::Variant::Nearest(input)) = query.query.and_then(|query| query.variant) else {
        return Err(odd("another query than for the nearest"));
    };
    let vector = match input.variant {
        Some(vector_input::Variant::Dense(dense)) => VectorInternal::Dense(dense.data),
        Some(vector_input::Variant::Sparse(sparse)) => {
            VectorInternal::Sparse(SparseVector { indices: sparse.indices, values: sparse.values })
        }
        _ => return Err(odd("another kind of vector")),
    };
    let using = query.using.ok_or_else(|| odd("no vector name"))?;
    Ok(QueryRequest {
        prefetches: Vec::new(),
        query: Some(ScoringQuery::Vector(QueryEnum::Nearest(NamedQuery::new(vector, using)))),
        filter: query.filter.map(filter).transpose()?,
        score_threshold: None,
        limit: usize::try_from(query.limit.unwrap_or(10)).map_err(internal)?,
        offset: 0,
        params: None,
        with_vector: WithVector::Bool(false),
        with_payload: WithPayloadInterface::Bool(true),
    })
}

fn filter(filter: wire::Filter) -> Result<Filter, Status> {
    if filter.min_should.is_some() {
        return Err(odd("a filter of another kind"));
    }
    let all = |conditions: Vec<wire::Condition>| {
        let conditions: Vec<Condition> =
            conditions.into_iter().map(condition).collect::<Result<_, Status>>()?;
        Ok::<_, Status>(Some(conditions).filter(|conditions| !conditions.is_empty()))
    };
    Ok(Filter {
        must: all(filter.must)?,
        should: all(filter.should)?,
        must_not: all(filter.must_not)?,
        ..Filter::new()
    })
}

fn condition(condition: wire::Condition) -> Result<Condition, Status> {
    let field = match condition.condition_one_of {
        Some(ConditionOneOf::Field(field)) => field,
        Some(ConditionOneOf::Filter(nested)) => return Ok(Condition::Filter(filter(nested)?)),
        _ => return Err(odd("a condition of another kind")),
    };
    let key = path(&field.key)?;
    if let Some(range) = field.range {
        let range = Range {
            lt: range.lt.map(Into::into),
            gt: range.gt.map(Into::into),
            gte: range.gte.map(Into::into),
            lte: range.lte.map(Into::into),
        };
        return Ok(Condition::Field(FieldCondition::new_range(key, range)));
    }
    let matched = match field.r#match.and_then(|matched| matched.match_value) {
        Some(MatchValue::Keywords(keywords)) => Match::from(keywords.strings),
        Some(MatchValue::Integers(integers)) => Match::from(integers.integers),
        _ => return Err(odd("a match of another kind")),
    };
    Ok(Condition::Field(FieldCondition::new_match(key, matched)))
}

pub(super) fn point_id(id: wire::PointId) -> Result<PointId, Status> {
    match id.point_id_options {
        Some(PointIdOptions::Uuid(uuid)) => Uuid::parse_str(&uuid).map(PointId::Uuid).map_err(internal),
        _ => Err(odd("an id that is no UUID")),
    }
}

pub(super) fn wire_id(id: PointId) -> wire::PointId {
    let options = match id {
        PointId::Uuid(uuid) => PointIdOptions::Uuid(uuid.to_string()),
        PointId::NumId(number) => PointIdOptions::Num(number),
    };
    wire::PointId { point_id_options: Some(options) }
}

pub(super) fn retrieved(id: PointId) -> wire::RetrievedPoint {
    wire::RetrievedPoint { id: Some(wire_id(id)), ..Default::default() }
}

pub(super) fn wants_payload(selector: Option<wire::WithPayloadSelector>) -> bool {
    let options = selector.and_then(|selector| selector.selector_options);
    matches!(options, Some(wire::with_payload_selector::SelectorOptions::Enable(true)))
}

pub(super) fn wanted_vectors(selector: Option<wire::WithVectorsSelector>) -> Result<WithVector, Status> {
    use wire::with_vectors_selector::SelectorOptions;
    match selector.and_then(|selector| selector.selector_options) {
        None | Some(SelectorOptions::Enable(false)) => Ok(WithVector::Bool(false)),
        Some(SelectorOptions::Include(named)) => Ok(WithVector::Selector(named.names)),
        Some(SelectorOptions::Enable(true)) => Err(odd("all vectors, where one is needed")),
    }
}

pub(super) fn record(record: qdrant_edge::Record) -> wire::RetrievedPoint {
    let Some(qdrant_edge::VectorStructInternal::Named(named)) = record.vector else {
        return recorded(record.id, record.payload);
    };
    let dense = named.into_iter().filter_map(|(name, vector)| match vector {
        VectorInternal::Dense(data) => {
            let vector = Some(wire::vector_output::Vector::Dense(wire::DenseVector { data }));
            Some((name.clone(), wire::VectorOutput { vector, ..Default::default() }))
        }
        _ => None,
    });
    let named = wire::NamedVectorsOutput { vectors: dense.collect() };
    let vectors_options = Some(wire::vectors_output::VectorsOptions::Vectors(named));
    wire::RetrievedPoint {
        vectors: Some(wire::VectorsOutput { vectors_options }),
        ..recorded(record.id, record.payload)
    }
}

pub(super) fn scroll(request: wire::ScrollPoints) -> Result<ScrollRequest, Status> {
    if request.filter.is_some() || request.order_by.is_some() {
        return Err(odd("a scroll that is filtered or ordered"));
    }
    Ok(ScrollRequest {
        offset: request.offset.map(point_id).transpose()?,
        limit: Some(usize::try_from(request.limit.unwrap_or(10)).map_err(internal)?),
        filter: None,
        with_payload: Some(WithPayloadInterface::Bool(true)),
        with_vector: WithVector::Bool(false),
        order_by: None,
    })
}

pub(super) fn recorded(id: PointId, payload: Option<Payload>) -> wire::RetrievedPoint {
    wire::RetrievedPoint { payload: on_the_wire(payload), ..retrieved(id) }
}

fn on_the_wire(payload: Option<Payload>) -> HashMap<String, wire::Value> {
    let payload = payload.map(|payload| payload.0).unwrap_or_default();
    payload.into_iter().map(|(key, value)| (key, wire::Value::from(value))).collect()
}

pub(super) fn scored(point: ScoredPoint) -> wire::ScoredPoint {
    wire::ScoredPoint {
        id: Some(wire_id(point.id)),
        payload: on_the_wire(point.payload),
        score: point.score,
        version: point.version,
        ..Default::default()
    }
}
