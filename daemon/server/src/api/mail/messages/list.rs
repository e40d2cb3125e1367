//! Your messages, newest first: by folder, time, flags, people and words.
//!
//! Names and words are sealed, so they are compared after messages were opened, so many with one request; the answer says
//! how far it came.

use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_assistant::diary::Zone;
use voiceassist_assistant::mailbox::{Direction, MailRequest, Part, Who};
use voiceassist_model::{MailAccountId, MailFolderId};

use super::{MessagePage, own};
use crate::api::calendars::{diary, moment};
use crate::extract::page;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Where somebody stands in a message.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Who wrote it.
    From,
    /// Who got it, directly or for information.
    To,
    /// Either.
    #[default]
    Any,
}

/// Which way a message went.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    /// It came.
    Received,
    /// It lies among what you sent.
    Sent,
}

/// Which messages.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessageParameters {
    /// Only in this mailbox.
    mailbox: Option<Uuid>,
    /// Only in this folder.
    folder: Option<Uuid>,
    /// From or to somebody: an address, or words of a name. At most 200 characters.
    #[param(max_length = 200, example = "Dr. Smith")]
    person: Option<String>,
    /// Where that person stands; anywhere unless given.
    #[param(inline)]
    role: Option<Role>,
    /// Only what says all of these words in its subject, its people, its own text or what is attached; a word may be a
    /// beginning. At most 200 characters.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Written at this time or later: an instant, a local time of the zone, or a day.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Written before this.
    to: Option<String>,
    /// The zone of `from` and `to`, by name. That of your own calendars unless given.
    #[param(example = "Europe/Berlin")]
    zone: Option<String>,
    /// Only what is unread, or only what is not.
    unread: Option<bool>,
    /// Only what is flagged, or only what is not.
    flagged: Option<bool>,
    /// Only what was answered, or only what was not.
    answered: Option<bool>,
    /// Only with something attached, or only without.
    attachments: Option<bool>,
    /// Only what came, or only what was sent.
    #[param(inline)]
    direction: Option<Way>,
    /// How many at most, 1 to 100; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Lists your messages.
#[utoipa::path(
    get, path = "/api/v1/mail/messages", operation_id = "list_mail", tag = "mail",
    params(MessageParameters), security(("token" = [])),
    responses((status = 200, description = "One page", body = MessagePage)),
)]
pub(crate) async fn list_mail(
    reader: Reader,
    FromQuery(parameters): FromQuery<MessageParameters>,
) -> Result<Json<MessagePage>, Failure> {
    let page = page::page(parameters.limit, parameters.after.as_deref())?;
    let zone = match parameters.from.as_ref().or(parameters.to.as_ref()) {
        Some(_) => diary(&reader).await.zone(parameters.zone.as_deref()).await?,
        None => Zone::Utc,
    };
    let at = |name: &str, text: Option<&String>| text.map(|text| moment(name, text, &zone)).transpose();
    let request = MailRequest {
        from: at("from", parameters.from.as_ref())?,
        to: at("to", parameters.to.as_ref())?,
        mailbox: parameters.mailbox.map(MailAccountId::from_uuid),
        folder: parameters.folder.map(MailFolderId::from_uuid),
        thread: None,
        unread: parameters.unread,
        flagged: parameters.flagged,
        answered: parameters.answered,
        attachments: parameters.attachments,
        direction: parameters.direction.map(|way| match way {
            Way::Received => Direction::Received,
            Way::Sent => Direction::Sent,
        }),
        who: said(parameters.person)
            .map(|person| Who { part: parameters.role.unwrap_or_default().into(), ..Who::named(person) }),
        words: said(parameters.q),
    };
    Ok(Json(own(&reader).letters(&request, &page).await?.into()))
}

fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

impl From<Role> for Part {
    fn from(role: Role) -> Self {
        match role {
            Role::From => Self::From,
            Role::To => Self::To,
            Role::Any => Self::Any,
        }
    }
}
