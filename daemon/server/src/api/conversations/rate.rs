//! What the reader thought of an answer, kept beside it for whoever looks after quality here. Somebody else's answer and
//! none at all look the same.

use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_model::MessageId;

use super::Rating;
use crate::extract::json::JsonBody;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// What you thought of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRating {
    /// Absent or null takes an earlier rating back.
    rating: Option<Rating>,
}

/// Rates an answer.
#[utoipa::path(
    put, path = "/api/v1/messages/{id}/rating", operation_id = "rate_answer", tag = "conversations",
    params(("id" = Uuid, Path, description = "The answer")), request_body = NewRating, security(("token" = [])),
    responses((status = 204, description = "It is kept")),
)]
pub(crate) async fn rate_answer(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
    JsonBody(new): JsonBody<NewRating>,
) -> Result<StatusCode, Failure> {
    let rating = new.rating.map(Into::into);
    let conversations = reader.store().conversations();
    if conversations.rate(reader.account_id(), MessageId::from_uuid(id), rating).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Failure::new(Code::MessageNotFound))
    }
}
