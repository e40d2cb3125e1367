//! The list of your conversations, the latest first.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::Conversation;
use crate::extract::page::PageParameters;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// One page of your conversations.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConversationPage {
    /// The conversations, the latest first.
    conversations: Vec<Conversation>,
    /// Pass it as `after` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists your conversations.
#[utoipa::path(
    get, path = "/api/v1/conversations", operation_id = "list_conversations", tag = "conversations",
    params(PageParameters), security(("token" = [])),
    responses((status = 200, description = "One page, the latest first", body = ConversationPage)),
)]
pub(crate) async fn list_conversations(
    reader: Reader,
    FromQuery(parameters): FromQuery<PageParameters>,
) -> Result<Json<ConversationPage>, Failure> {
    let listed = reader.store().conversations().list(reader.account_id(), &parameters.page()?).await?;
    Ok(Json(ConversationPage {
        conversations: listed.items.into_iter().map(Conversation::from).collect(),
        next: listed.next.map(|cursor| cursor.to_string()),
    }))
}
