//! Another title for a conversation, which only its owner can give.

use axum::Json;
use uuid::Uuid;
use voiceassist_model::ConversationId;

use super::{Conversation, Title, checked_title, not_found};
use crate::extract::json::JsonBody;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Renames one of your conversations.
#[utoipa::path(
    patch, path = "/api/v1/conversations/{id}", operation_id = "rename_conversation", tag = "conversations",
    params(("id" = Uuid, Path, description = "The conversation")), request_body = Title, security(("token" = [])),
    responses((status = 200, description = "The conversation", body = Conversation)),
)]
pub(crate) async fn rename_conversation(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
    JsonBody(new): JsonBody<Title>,
) -> Result<Json<Conversation>, Failure> {
    let id = ConversationId::from_uuid(id);
    let title = checked_title(&new.title)?;
    let conversations = reader.store().conversations();
    if !conversations.rename(reader.account_id(), id, title).await? {
        return Err(not_found());
    }
    let renamed = conversations.find(reader.account_id(), id).await?.ok_or_else(not_found)?;
    Ok(Json(renamed.into()))
}
