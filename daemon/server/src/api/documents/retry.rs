//! Another try for a document that could not be read.
//!
//! Only where the same bytes could succeed; the answer says that the document waits again, not that it was read.

use axum::Json;
use axum::http::StatusCode;
use uuid::Uuid;
use voiceassist_model::DocumentId;

use super::Document;
use super::get::find;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// Has a document read again.
#[utoipa::path(
    post, path = "/api/v1/documents/{id}/retry", operation_id = "retry_document", tag = "documents",
    params(("id" = Uuid, Path, description = "The document")), security(("token" = [])),
    responses((status = 202, description = "The document waits to be read again", body = Document)),
)]
pub(crate) async fn retry_document(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
) -> Result<(StatusCode, Json<Document>), Failure> {
    let id = DocumentId::from_uuid(id);
    let document = find(&reader, id).await?;
    match document.reason {
        Some(reason) if reason.retry_can_help() => {}
        Some(_) => return Err(Failure::new(Code::RetryCannotHelp)),
        None => {
            let detail = "The document has no problem that another try could solve.";
            return Err(Failure::new(Code::RetryCannotHelp).detail(detail));
        }
    }
    if !reader.store().documents().retry(id).await? {
        return Err(Failure::new(Code::DocumentNotFound));
    }
    Ok((StatusCode::ACCEPTED, Json(find(&reader, id).await?.into())))
}
