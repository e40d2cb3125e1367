//! One conversation of your mail: the messages that name each other, newest first. Somebody else's looks like none.

use axum::Json;
use uuid::Uuid;
use voiceassist_assistant::mailbox::MailRequest;

use super::messages::{MessagePage, own};
use crate::extract::page::PageParameters;
use crate::extract::parameters::{FromPath, FromQuery};
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// Lists the messages of a conversation.
#[utoipa::path(
    get, path = "/api/v1/mail/threads/{id}", operation_id = "get_mail_thread", tag = "mail",
    params(("id" = Uuid, Path, description = "The conversation, as its messages name it"), PageParameters),
    security(("token" = [])), responses((status = 200, description = "One page", body = MessagePage)),
)]
pub(crate) async fn get_mail_thread(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
    FromQuery(parameters): FromQuery<PageParameters>,
) -> Result<Json<MessagePage>, Failure> {
    let request = MailRequest { thread: Some(id), ..MailRequest::default() };
    let found = own(&reader).letters(&request, &parameters.page()?).await?;
    if found.letters.items.is_empty() && parameters.after.is_none() {
        return Err(Failure::new(Code::MessageNotFound));
    }
    Ok(Json(found.into()))
}
