//! The list of your conversations, the latest first.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Conversation;
use crate::extract::page;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Which conversations.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ConversationListParameters {
    /// Only those you keep at the top, or only the others.
    pinned: Option<bool>,
    /// How many at most, 1 to 100; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

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
    params(ConversationListParameters), security(("token" = [])),
    responses((status = 200, description = "One page, the latest first", body = ConversationPage)),
)]
pub(crate) async fn list_conversations(
    reader: Reader,
    FromQuery(parameters): FromQuery<ConversationListParameters>,
) -> Result<Json<ConversationPage>, Failure> {
    let page = page::page(parameters.limit, parameters.after.as_deref())?;
    let conversations = reader.store().conversations();
    let listed = conversations.list(reader.account_id(), parameters.pinned, &page).await?;
    Ok(Json(ConversationPage {
        conversations: listed.items.into_iter().map(Conversation::from).collect(),
        next: listed.next.map(|cursor| cursor.to_string()),
    }))
}
