//! Your mailboxes, each with its folders and how far they are mirrored.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Mailbox, shown};
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Your mailboxes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Mailboxes {
    /// Oldest first.
    mailboxes: Vec<Mailbox>,
}

/// Lists your mailboxes.
#[utoipa::path(
    get, path = "/api/v1/mail/accounts", operation_id = "list_mailboxes", tag = "mail", security(("token" = [])),
    responses((status = 200, description = "All of them", body = Mailboxes)),
)]
pub(crate) async fn list_mailboxes(reader: Reader) -> Result<Json<Mailboxes>, Failure> {
    let mut mailboxes = Vec::new();
    for account in reader.store().mail().list(reader.account_id()).await? {
        mailboxes.push(shown(&reader, account).await?);
    }
    Ok(Json(Mailboxes { mailboxes }))
}
