//! One of your documents: its state, and why it is not indexed where it is not.

use axum::Json;
use uuid::Uuid;
use voiceassist_model::DocumentId;
use voiceassist_store::Verified;
use voiceassist_store::documents::DocumentSummary;

use super::Document;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// Shows one of your documents.
#[utoipa::path(
    get, path = "/api/v1/documents/{id}", operation_id = "get_document", tag = "documents",
    params(("id" = Uuid, Path, description = "The document")), security(("token" = [])),
    responses((status = 200, description = "The document", body = Document)),
)]
pub(crate) async fn get_document(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
) -> Result<Json<Document>, Failure> {
    Ok(Json(find(&reader, DocumentId::from_uuid(id)).await?.into()))
}

/// The document, if this person may read it. Somebody else's and none at all look the same.
pub(super) async fn find(reader: &Reader, id: DocumentId) -> Result<Verified<DocumentSummary>, Failure> {
    let found = reader.assistant().document(&reader.principal, id).await?;
    found.ok_or_else(|| Failure::new(Code::DocumentNotFound))
}
