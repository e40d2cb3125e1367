//! One of your messages with its own text, what it quotes, and what was read of its attachments.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_model::MailContentId;

use super::{Message, own};
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// A message with everything that was read of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct WholeMessage {
    /// The message.
    #[serde(flatten)]
    message: Message,
    /// Its text.
    text: String,
    /// What of the text is quoted from earlier messages or signs off, in code points.
    quoted: Vec<Quoted>,
    /// What was read of the attachments.
    attached: Vec<AttachedText>,
}

/// A part of the text.
#[derive(Serialize, ToSchema)]
pub(crate) struct Quoted {
    /// Its first code point.
    start: u32,
    /// The first one after it.
    end: u32,
}

/// The text of an attachment.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttachedText {
    /// Which of `attachments`, from 0.
    attachment: usize,
    /// What was read of it.
    text: String,
}

/// Shows one of your messages.
#[utoipa::path(
    get, path = "/api/v1/mail/messages/{id}", operation_id = "get_mail", tag = "mail",
    params(("id" = Uuid, Path, description = "The message")), security(("token" = [])),
    responses((status = 200, description = "The message", body = WholeMessage)),
)]
pub(crate) async fn get_mail(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
) -> Result<Json<WholeMessage>, Failure> {
    let found = own(&reader).letter(MailContentId::from_uuid(id)).await?;
    let whole = found.ok_or_else(|| Failure::new(Code::MessageNotFound))?;
    Ok(Json(WholeMessage {
        message: whole.letter.into(),
        text: whole.text,
        quoted: whole.quoted.into_iter().map(|span| Quoted { start: span.start, end: span.end }).collect(),
        attached: whole
            .attached
            .into_iter()
            .map(|(attachment, text)| AttachedText { attachment, text })
            .collect(),
    }))
}
