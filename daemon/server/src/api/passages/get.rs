//! The passage a citation names, with what stands before and after it, so that a quoted sentence can be read where it
//! stands. Somebody else's passage and none at all look the same.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_model::ChunkId;

use crate::api::passage::Passage;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// A passage and its surroundings.
#[derive(Serialize, ToSchema)]
pub(crate) struct PassageInPlace {
    /// At most three pieces in the document's order. Neighbours can overlap; `span` says where each stands.
    passages: Vec<Passage>,
}

/// Shows a passage with what stands around it.
#[utoipa::path(
    get, path = "/api/v1/passages/{id}", operation_id = "get_passage", tag = "documents",
    params(("id" = Uuid, Path, description = "The piece, as a citation or a search names it")),
    security(("token" = [])),
    responses((status = 200, description = "The passage", body = PassageInPlace)),
)]
pub(crate) async fn get_passage(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
) -> Result<Json<PassageInPlace>, Failure> {
    let found = reader.assistant().passage(&reader.principal, ChunkId::from_uuid(id)).await?;
    let passages = found.ok_or_else(|| Failure::new(Code::PassageNotFound))?;
    Ok(Json(PassageInPlace { passages: passages.into_iter().map(Passage::from).collect() }))
}
