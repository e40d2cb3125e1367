//! The end of a conversation. What was said in it is gone; a turn that is still running keeps nothing.

use axum::http::StatusCode;
use uuid::Uuid;
use voiceassist_model::ConversationId;

use super::not_found;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Deletes one of your conversations.
#[utoipa::path(
    delete, path = "/api/v1/conversations/{id}", operation_id = "delete_conversation", tag = "conversations",
    params(("id" = Uuid, Path, description = "The conversation")), security(("token" = [])),
    responses((status = 204, description = "It is gone")),
)]
pub(crate) async fn delete_conversation(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
) -> Result<StatusCode, Failure> {
    let deleted =
        reader.store().conversations().delete(reader.account_id(), ConversationId::from_uuid(id)).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(not_found()) }
}
