//! Conversations by their titles. What was said is sealed and is not searched; titles begin with the first question.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Conversation;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::limits::{MAX_PAGE, MAX_TITLE_CHARS};
use crate::problem::{Code, Failure};

/// What to look for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ConversationSearch {
    /// Words that all stand in the title, at most 200 characters.
    #[param(max_length = 200)]
    query: String,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct FoundConversations {
    /// At most 100, the latest first.
    conversations: Vec<Conversation>,
}

/// Finds your conversations by title.
#[utoipa::path(
    get, path = "/api/v1/conversations/search", operation_id = "search_conversations", tag = "conversations",
    params(ConversationSearch), security(("token" = [])),
    responses((status = 200, description = "The latest first", body = FoundConversations)),
)]
pub(crate) async fn search_conversations(
    reader: Reader,
    FromQuery(search): FromQuery<ConversationSearch>,
) -> Result<Json<FoundConversations>, Failure> {
    if search.query.chars().count() > MAX_TITLE_CHARS {
        let detail = format!("The parameter `query` may have at most {MAX_TITLE_CHARS} characters.");
        return Err(Failure::new(Code::InvalidParameter).detail(detail));
    }
    let limit = usize::try_from(MAX_PAGE).unwrap_or(usize::MAX);
    let found = reader.store().conversations().search(reader.account_id(), &search.query, limit).await?;
    Ok(Json(FoundConversations { conversations: found.into_iter().map(Conversation::from).collect() }))
}
