//! Another mailbox: it is tried first, and kept only when that works.

use axum::Json;
use axum::http::StatusCode;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::{Job, StoreError};

use super::{Mailbox, NewMailbox, not_found, shown};
use crate::extract::json::JsonBody;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// Tries a mailbox, keeps it and begins to mirror it.
#[utoipa::path(
    post, path = "/api/v1/mail/accounts", operation_id = "add_mailbox", tag = "mail", request_body = NewMailbox,
    security(("token" = [])), responses((status = 201, description = "It is mirrored from now on", body = Mailbox)),
)]
pub(crate) async fn add_mailbox(
    reader: Reader,
    JsonBody(body): JsonBody<NewMailbox>,
) -> Result<(StatusCode, Json<Mailbox>), Failure> {
    let connection = body.connection()?;
    reader.mail_servers().try_out(&connection).await?;
    let (store, account) = (reader.store(), reader.account_id());
    let entry = Entry::new(Actor::Person(account), Action::MailChange)
        .about(Subject::Account(account))
        .code("change", "add");
    let kept = store.audit().around(entry, async {
        let mailbox = store.mail().add(account, &connection.write()).await?;
        if let Some(mailbox) = mailbox {
            store.jobs().enqueue_now(Job::SyncMail { mailbox }).await?;
        }
        Ok::<_, StoreError>(mailbox)
    });
    let mailbox = kept.await?.ok_or_else(|| Failure::new(Code::TooManyMailboxes))?;
    let kept = store.mail().find(mailbox).await?.ok_or_else(not_found)?;
    Ok((StatusCode::CREATED, Json(shown(&reader, kept).await?)))
}
