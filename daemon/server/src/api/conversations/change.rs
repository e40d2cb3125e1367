//! Another title for a conversation, or another place: at the top or among the others. Only its owner can do either.

use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_model::ConversationId;

use super::{Conversation, checked_title, not_found};
use crate::extract::json::JsonBody;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// What is to be different. What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConversationChanges {
    /// Its title, at most 200 characters.
    #[schema(max_length = 200)]
    title: Option<String>,
    /// Whether it is kept at the top.
    pinned: Option<bool>,
}

/// Renames one of your conversations, or keeps it at the top.
#[utoipa::path(
    patch, path = "/api/v1/conversations/{id}", operation_id = "change_conversation", tag = "conversations",
    params(("id" = Uuid, Path, description = "The conversation")), request_body = ConversationChanges,
    security(("token" = [])), responses((status = 200, description = "The conversation", body = Conversation)),
)]
pub(crate) async fn change_conversation(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
    JsonBody(changes): JsonBody<ConversationChanges>,
) -> Result<Json<Conversation>, Failure> {
    let (id, account) = (ConversationId::from_uuid(id), reader.account_id());
    let title = changes.title.as_deref().map(checked_title).transpose()?;
    let conversations = reader.store().conversations();
    if let Some(title) = title
        && !conversations.rename(account, id, title).await?
    {
        return Err(not_found());
    }
    if let Some(pinned) = changes.pinned
        && !conversations.pin(account, id, pinned).await?
    {
        return Err(not_found());
    }
    let now = conversations.find(account, id).await?.ok_or_else(not_found)?;
    Ok(Json(now.into()))
}
