//! The collection: made once, recognised ever after.
//!
//! Vectors, payload indexes and identity are settled when the collection is made. A collection without our identity
//! was made by somebody else and is refused; nothing of it is changed.

use std::collections::HashMap;

use qdrant_client::qdrant::{
    CreateCollectionBuilder, CreateFieldIndexCollectionBuilder, Distance, FieldType, HnswConfigDiffBuilder,
    IntegerIndexParamsBuilder, Modifier, SparseVectorParamsBuilder, SparseVectorsConfigBuilder,
    UuidIndexParamsBuilder, VectorParamsBuilder, VectorsConfigBuilder,
};
use qdrant_client::{Qdrant, QdrantError};
use serde_json::json;
use tonic::Code;

use super::open_error;
use crate::index::narrow::{FORM, FROM, PEOPLE, SOURCE, TYPES, UNTIL};
use crate::index::{ACCESS_SET, DENSE, DOCUMENT, IndexError, IndexIdentity, LEAD, SPARSE, SUBJECT};

/// The metadata key of the identity.
const IDENTITY: &str = "voiceassist";

/// Opens the collection, or makes it as wanted.
pub(super) async fn claim(
    client: &Qdrant,
    name: &str,
    wanted: IndexIdentity,
) -> Result<IndexIdentity, IndexError> {
    if !client.collection_exists(name).await.map_err(|error| open_error(name, error))? {
        match create(client, name, &wanted).await {
            // Another replica was faster; its identity counts.
            Err(QdrantError::ResponseError { status }) if status.code() == Code::AlreadyExists => {}
            other => other.map_err(|error| open_error(name, error))?,
        }
    }
    ensure_payload_indexes(client, name).await.map_err(|error| open_error(name, error))?;
    read_identity(client, name).await
}

/// The identity of the collection, if there is one.
pub(super) async fn look(client: &Qdrant, name: &str) -> Result<Option<IndexIdentity>, IndexError> {
    if client.collection_exists(name).await.map_err(|error| open_error(name, error))? {
        return read_identity(client, name).await.map(Some);
    }
    Ok(None)
}

pub(super) async fn delete(client: &Qdrant, name: &str) -> Result<(), IndexError> {
    client.delete_collection(name).await.map_err(|error| open_error(name, error))?;
    Ok(())
}

async fn create(client: &Qdrant, name: &str, identity: &IndexIdentity) -> Result<(), QdrantError> {
    let size = u64::try_from(identity.dimension).unwrap_or(u64::MAX);
    let mut dense = VectorsConfigBuilder::default();
    dense.add_named_vector_params(DENSE, VectorParamsBuilder::new(size, Distance::Cosine).on_disk(true));
    let mut sparse = SparseVectorsConfigBuilder::default();
    sparse.add_named_vector_params(SPARSE, SparseVectorParamsBuilder::default().modifier(Modifier::Idf));
    let request = CreateCollectionBuilder::new(name)
        .vectors_config(dense)
        .sparse_vectors_config(sparse)
        .hnsw_config(HnswConfigDiffBuilder::default())
        .on_disk_payload(true)
        .metadata(HashMap::from([(IDENTITY.to_owned(), json!(identity))]));
    client.create_collection(request).await?;
    Ok(())
}

/// Making an index that is there already changes nothing, and making them apart from the collection repairs a crash in
/// between.
async fn ensure_payload_indexes(client: &Qdrant, name: &str) -> Result<(), QdrantError> {
    let document = CreateFieldIndexCollectionBuilder::new(name, DOCUMENT, FieldType::Uuid)
        .field_index_params(UuidIndexParamsBuilder::default())
        .wait(true);
    client.create_field_index(document).await?;
    let matched = [ACCESS_SET, SUBJECT, LEAD, FORM, SOURCE, TYPES, PEOPLE].map(|field| (field, true));
    for (field, is_matched) in matched.into_iter().chain([FROM, UNTIL].map(|field| (field, false))) {
        let integer = CreateFieldIndexCollectionBuilder::new(name, field, FieldType::Integer)
            .field_index_params(IntegerIndexParamsBuilder::new(is_matched, !is_matched))
            .wait(true);
        client.create_field_index(integer).await?;
    }
    Ok(())
}

async fn read_identity(client: &Qdrant, name: &str) -> Result<IndexIdentity, IndexError> {
    let info = client.collection_info(name).await.map_err(|error| open_error(name, error))?;
    let config = info.result.and_then(|result| result.config);
    let identity = config.and_then(|config| config.metadata.into_iter().find(|(key, _)| key == IDENTITY));
    let Some((_, identity)) = identity else {
        let source =
            "it was not made by this program, or the server is older than 1.16 and keeps no metadata";
        return Err(IndexError::Open { place: format!("collection {name}"), source: source.into() });
    };
    serde_json::from_value(identity.into_json())
        .map_err(|source| IndexError::Open { place: format!("collection {name}"), source: source.into() })
}
