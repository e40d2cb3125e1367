//! The end of a conversation. What was said in it is gone; a turn that is still running keeps nothing.

use axum::http::StatusCode;
use uuid::Uuid;
use voiceassist_model::ConversationId;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};

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
    let id = ConversationId::from_uuid(id);
    let conversations = reader.store().conversations();
    conversations.find(reader.account_id(), id).await?.ok_or_else(not_found)?;
    let entry = Entry::new(Actor::Person(reader.account_id()), Action::ConversationDelete)
        .about(Subject::Conversation(id));
    let delete = conversations.delete(reader.account_id(), id);
    let deleted = reader.store().audit().around(entry, delete).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(not_found()) }
}
