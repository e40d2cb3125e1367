//! One conversation with what was said in it, one page at a time, the oldest first.
//!
//! An old answer quotes documents, so it is checked like a new one: sentences whose documents its reader may not read now
//! are left out, and counted.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_model::ConversationId;

use super::{Conversation, Message, not_found};
use crate::extract::page::PageParameters;
use crate::extract::parameters::{FromPath, FromQuery};
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// A conversation and one page of what was said.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversationWithMessages {
    /// The conversation.
    conversation: Conversation,
    /// What was said, the oldest first.
    messages: Vec<Message>,
    /// Pass it as `after` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Shows one of your conversations.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}", operation_id = "get_conversation", tag = "conversations",
    params(("id" = Uuid, Path, description = "The conversation"), PageParameters), security(("token" = [])),
    responses((status = 200, description = "The conversation", body = ConversationWithMessages)),
)]
pub(crate) async fn get_conversation(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
    FromQuery(parameters): FromQuery<PageParameters>,
) -> Result<Json<ConversationWithMessages>, Failure> {
    let id = ConversationId::from_uuid(id);
    let conversations = reader.store().conversations();
    let page = parameters.page()?;
    let conversation = conversations.find(reader.account_id(), id).await?.ok_or_else(not_found)?;
    let messages = reader.assistant().messages(&reader.principal, id, &page).await?.ok_or_else(not_found)?;
    Ok(Json(ConversationWithMessages {
        conversation: conversation.into(),
        messages: messages.items.into_iter().map(Message::from).collect(),
        next: messages.next.map(|cursor| cursor.to_string()),
    }))
}
