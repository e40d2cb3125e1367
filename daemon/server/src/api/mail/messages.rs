//! Messages of your mailboxes: in a list, and one with everything that was read of it.
//!
//! What is shown is data of whoever wrote it: texts come as text, nothing in them is fetched, and who a message says it
//! is from is what it says.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_assistant::mailbox::{self, Correspondent, Letter, Letters};

use crate::extract::principal::Reader;

pub(crate) mod get;
pub(crate) mod list;

/// A message, however many folders it lies in.
#[derive(Serialize, ToSchema)]
#[schema(as = MailMessage)]
#[expect(clippy::struct_excessive_bools, reason = "each is said of the message by itself")]
pub(crate) struct Message {
    /// Its id.
    id: Uuid,
    /// The mailbox it is in.
    mailbox: Uuid,
    /// The conversation it belongs to.
    thread: Option<Uuid>,
    /// When it was written; never after it came.
    at: DateTime<Utc>,
    /// The subject.
    subject: String,
    /// Whom it says it is from.
    from: Vec<Named>,
    /// To whom.
    to: Vec<Named>,
    /// To whom for information.
    cc: Vec<Named>,
    /// Whether it was seen in no folder.
    unread: bool,
    /// Whether it is flagged.
    flagged: bool,
    /// Whether it was answered.
    answered: bool,
    /// Whether it lies among what you sent.
    sent: bool,
    /// The folders it lies in.
    folders: Vec<LiesIn>,
    /// What is attached.
    attachments: Vec<Attachment>,
    /// Whether a program sent it.
    automatic: bool,
    /// Whether its text is encrypted and was not read.
    encrypted: bool,
    /// How its own text begins, on one line, without what it quotes.
    preview: String,
    /// Opens it in Nextcloud's mail app.
    link: Option<String>,
}

/// Somebody a message names.
#[derive(Serialize, ToSchema)]
#[schema(as = MailPerson)]
pub(crate) struct Named {
    /// The name, if one is given.
    name: Option<String>,
    /// The address.
    address: Option<String>,
}

/// A folder a message lies in.
#[derive(Serialize, ToSchema)]
#[schema(as = MailPlace)]
pub(crate) struct LiesIn {
    /// The folder.
    id: Uuid,
    /// Its name.
    name: String,
    /// What it is for.
    role: String,
}

/// Something attached.
#[derive(Serialize, ToSchema)]
#[schema(as = MailAttachment)]
pub(crate) struct Attachment {
    /// Its name; empty when it has none.
    name: String,
    /// The media type it says it is.
    media_type: String,
    /// How large it is, decoded.
    bytes: u64,
}

/// One page of messages.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessagePage {
    /// Newest first.
    messages: Vec<Message>,
    /// Pass it as `after`, with the same parameters, to go on; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How many messages were opened and compared for this page.
    looked: u64,
    /// When the oldest of these was written.
    oldest_looked: Option<DateTime<Utc>>,
    /// Whether all were compared that had to be for this page. If not, what you look for may be further back: go on with
    /// `next`, even after an empty page.
    complete: bool,
}

impl From<Correspondent> for Named {
    fn from(person: Correspondent) -> Self {
        Self { name: person.name, address: person.address }
    }
}

fn named(people: Vec<Correspondent>) -> Vec<Named> {
    people.into_iter().map(Named::from).collect()
}

impl From<Letter> for Message {
    fn from(letter: Letter) -> Self {
        let folder = |folder: mailbox::LiesIn| LiesIn {
            id: folder.id.as_uuid(),
            name: folder.name,
            role: folder.role,
        };
        let attachment =
            |one: mailbox::Attached| Attachment { name: one.name, media_type: one.mime, bytes: one.bytes };
        Self {
            id: letter.id.as_uuid(),
            mailbox: letter.mailbox.as_uuid(),
            thread: letter.thread,
            at: letter.at,
            subject: letter.subject,
            from: named(letter.from),
            to: named(letter.to),
            cc: named(letter.cc),
            unread: letter.unread,
            flagged: letter.flagged,
            answered: letter.answered,
            sent: letter.sent,
            folders: letter.folders.into_iter().map(folder).collect(),
            attachments: letter.attachments.into_iter().map(attachment).collect(),
            automatic: letter.automatic,
            encrypted: letter.encrypted,
            preview: letter.preview,
            link: letter.link,
        }
    }
}

impl From<Letters> for MessagePage {
    fn from(found: Letters) -> Self {
        Self {
            messages: found.letters.items.into_iter().map(Message::from).collect(),
            next: found.letters.next.map(|cursor| cursor.to_string()),
            looked: found.looked,
            oldest_looked: found.oldest_looked,
            complete: found.complete,
        }
    }
}

/// The asker's own mail.
pub(super) fn own(reader: &Reader) -> mailbox::Mailbox<'_> {
    mailbox::Mailbox::of(reader.store(), reader.account_id())
}
