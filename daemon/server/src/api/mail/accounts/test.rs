//! Trying a mailbox without keeping anything of it.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::{NewMailbox, OfferedFolder};
use crate::extract::json::JsonBody;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// What a trial found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Trial {
    /// The folders, and which of them would be mirrored.
    folders: Vec<OfferedFolder>,
}

/// Signs in to a mailbox, lists its folders and keeps nothing.
#[utoipa::path(
    post, path = "/api/v1/mail/accounts/test", operation_id = "test_mailbox", tag = "mail", request_body = NewMailbox,
    security(("token" = [])), responses((status = 200, description = "It works", body = Trial)),
)]
pub(crate) async fn test_mailbox(
    reader: Reader,
    JsonBody(body): JsonBody<NewMailbox>,
) -> Result<Json<Trial>, Failure> {
    let folders = reader.mail_servers().try_out(&body.connection()?).await?;
    Ok(Json(Trial { folders: folders.into_iter().map(OfferedFolder::from).collect() }))
}
