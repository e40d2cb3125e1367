//! The end of all of one's conversations. What was said in them is gone; turns that are still running keep nothing.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_store::audit::{Action, Actor, Entry};

use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Conversations taken by one statement, with everything said in them.
const BATCH: u32 = 100;

/// What was deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeletedConversations {
    /// How many conversations.
    deleted: u64,
}

/// Deletes all your conversations.
#[utoipa::path(
    delete, path = "/api/v1/conversations", operation_id = "delete_all_conversations", tag = "conversations",
    security(("token" = [])), responses((status = 200, description = "They are gone", body = DeletedConversations)),
)]
pub(crate) async fn delete_all_conversations(reader: Reader) -> Result<Json<DeletedConversations>, Failure> {
    let account = reader.account_id();
    let entry = Entry::new(Actor::Person(account), Action::ConversationDelete).flag("all", true);
    let delete = async {
        let mut deleted = 0;
        loop {
            let some = reader.store().conversations().delete_some(account, BATCH).await?;
            deleted += some;
            if some < u64::from(BATCH) {
                return Ok::<_, voiceassist_store::StoreError>(deleted);
            }
        }
    };
    let deleted = reader.store().audit().around(entry, delete).await?;
    Ok(Json(DeletedConversations { deleted }))
}
