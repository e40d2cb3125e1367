//! Passages for a question, without an answer.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_assistant::SearchRequest;

use super::filter::Filter;
use super::passage::Passage;
use crate::extract::json::JsonBody;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// What to look for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    /// The question, at most 2000 characters.
    #[schema(max_length = 2000, example = "When is apixaban restarted after ablation?")]
    query: String,
    /// How many passages at most, 1 to 50; 10 unless given.
    #[schema(minimum = 1, maximum = 50, default = 10)]
    limit: Option<u16>,
    /// What is looked at; everything you may read unless given.
    #[serde(default)]
    filter: Filter,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct SearchResults {
    /// What you may read, best first.
    passages: Vec<Passage>,
    /// That the right passage is among them, 0 to 1.
    confidence: f32,
    /// The steps taken, without content of documents.
    steps: Vec<String>,
    /// Only where the filter left nothing: how many passages there are without it, up to `limit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    without_filter: Option<usize>,
}

/// Finds passages of the documents you may read.
#[utoipa::path(
    post, path = "/api/v1/search", operation_id = "search_passages", tag = "search",
    request_body = Search, security(("token" = [])),
    responses((status = 200, description = "Passages, best first; none is a result too", body = SearchResults)),
)]
pub(crate) async fn search_passages(
    reader: Reader,
    JsonBody(search): JsonBody<Search>,
) -> Result<Json<SearchResults>, Failure> {
    let mut request = SearchRequest::new(search.query);
    if let Some(limit) = search.limit {
        request.limit = usize::from(limit);
    }
    request.filter = search.filter.read(&reader).await?;
    let found = reader.assistant().search(&reader.principal, request).await?;
    Ok(Json(SearchResults {
        passages: found.passages.into_iter().map(Passage::from).collect(),
        confidence: found.confidence,
        steps: found.steps,
        without_filter: found.without_filter,
    }))
}
