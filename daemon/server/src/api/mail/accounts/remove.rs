//! The end of a mailbox's mirror: what was kept of it is forgotten, and nothing changes on the mail server.

use axum::http::StatusCode;
use uuid::Uuid;
use voiceassist_model::MailAccountId;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};

use super::not_found;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Forgets one of your mailboxes with everything mirrored of it.
#[utoipa::path(
    delete, path = "/api/v1/mail/accounts/{id}", operation_id = "remove_mailbox", tag = "mail",
    params(("id" = Uuid, Path, description = "The mailbox")), security(("token" = [])),
    responses((status = 204, description = "It is forgotten")),
)]
pub(crate) async fn remove_mailbox(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
) -> Result<StatusCode, Failure> {
    let account = reader.account_id();
    let entry = Entry::new(Actor::Person(account), Action::MailChange)
        .about(Subject::Account(account))
        .code("change", "remove");
    let mail = reader.store().mail();
    let removed =
        reader.store().audit().around(entry, mail.remove(account, MailAccountId::from_uuid(id))).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(not_found()) }
}
