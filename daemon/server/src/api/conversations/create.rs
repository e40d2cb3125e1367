//! A new conversation: an empty thread that belongs to the asking person alone.

use axum::Json;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Conversation, checked_title, not_found};
use crate::extract::json::JsonBody;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// How the conversation begins.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewConversation {
    /// At most 200 characters; empty unless given.
    #[serde(default)]
    #[schema(max_length = 200)]
    title: String,
}

/// Begins a conversation.
#[utoipa::path(
    post, path = "/api/v1/conversations", operation_id = "create_conversation", tag = "conversations",
    request_body = NewConversation, security(("token" = [])),
    responses((status = 201, description = "The conversation", body = Conversation)),
)]
pub(crate) async fn create_conversation(
    reader: Reader,
    JsonBody(new): JsonBody<NewConversation>,
) -> Result<(StatusCode, Json<Conversation>), Failure> {
    let title = checked_title(&new.title)?;
    let conversations = reader.store().conversations();
    let id = conversations.create(reader.account_id(), title).await?;
    let created = conversations.find(reader.account_id(), id).await?.ok_or_else(not_found)?;
    Ok((StatusCode::CREATED, Json(created.into())))
}
