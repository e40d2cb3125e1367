//! Nextcloud's webhook listeners: asking for hints about files, calendars and contacts, and reading the hints.
//!
//! Registering takes an administrator and is done once per event class. A delivery says what happened to which file id;
//! the path beside it is in the acting person's view and is not even read. Deliveries come late, twice or never, carry
//! no signature and no content type, and are therefore worth a look and nothing more. A deletion has an id only in the
//! announcement before it, a rename only for where the file went. Events of calendars and address books carry whole
//! invitations and cards, of which only whose they are and with whom they are shared is read. Which events a server
//! offers depends on its version: files everywhere, calendars from 32 on, contacts nowhere yet.

use chrono::{DateTime, Utc};
use http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::error::DavError;
use crate::ocs::{MAX_OCS_BODY_BYTES, data, request};
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::refusal::refusal;

const TARGET: &str = "ocs/v2.php/apps/webhook_listeners/api/v1/webhooks";
const FILES: &str = "OCP\\Files\\Events\\Node\\";
const CALENDARS: &str = "OCP\\Calendar\\Events\\";
const CONTACTS: &str = "OCA\\DAV\\Events\\Card";
/// Longer user ids do not exist in Nextcloud.
const MAX_USER_ID_CHARS: usize = 64;

/// What can happen to a file, as far as listeners are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileEvent {
    /// Made.
    Created,
    /// Made or overwritten.
    Written,
    /// Given a modification time.
    Touched,
    /// Renamed or moved.
    Renamed,
    /// Copied.
    Copied,
    /// About to be deleted.
    BeforeDeleted,
    /// Deleted.
    Deleted,
}

impl FileEvent {
    /// Every event that is understood.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Written,
        Self::Touched,
        Self::Renamed,
        Self::Copied,
        Self::BeforeDeleted,
        Self::Deleted,
    ];

    /// The events worth a listener: each delivery is a job of the server. Making a file also writes it, an empty folder
    /// holds nothing to read, and a deletion is announced with its id and then happens without one.
    pub const REGISTERED: [Self; 5] =
        [Self::Written, Self::Renamed, Self::Copied, Self::BeforeDeleted, Self::Deleted];

    /// The last part of the class name.
    const fn name(self) -> &'static str {
        match self {
            Self::Created => "NodeCreatedEvent",
            Self::Written => "NodeWrittenEvent",
            Self::Touched => "NodeTouchedEvent",
            Self::Renamed => "NodeRenamedEvent",
            Self::Copied => "NodeCopiedEvent",
            Self::BeforeDeleted => "BeforeNodeDeletedEvent",
            Self::Deleted => "NodeDeletedEvent",
        }
    }

    /// The class that Nextcloud names it by.
    pub fn class(self) -> String {
        format!("{FILES}{}", self.name())
    }

    /// The event of a class, if it is one of files.
    pub fn from_class(class: &str) -> Option<Self> {
        let name = class.strip_prefix(FILES)?;
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// What can happen to an object of a calendar or an address book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectEvent {
    /// Made.
    Created,
    /// Changed.
    Updated,
    /// Gone for good.
    Deleted,
    /// Moved to another collection.
    Moved,
    /// Moved to the trash; calendars only.
    MovedToTrash,
    /// Taken out of the trash; calendars only.
    Restored,
}

impl ObjectEvent {
    const fn name(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::Updated => "Updated",
            Self::Deleted => "Deleted",
            Self::Moved => "Moved",
            Self::MovedToTrash => "MovedToTrash",
            Self::Restored => "Restored",
        }
    }
}

/// An event that a listener can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Listened {
    /// Of a file.
    File(FileEvent),
    /// Of an object in a calendar.
    Calendar(ObjectEvent),
    /// Of a card in an address book.
    Contact(ObjectEvent),
}

impl Listened {
    /// What a daemon wants to be told of.
    pub fn wanted() -> impl Iterator<Item = Self> {
        use ObjectEvent::{Created, Deleted, Moved, MovedToTrash, Restored, Updated};
        let files = FileEvent::REGISTERED.into_iter().map(Self::File);
        let calendars = [Created, Updated, Deleted, Moved, MovedToTrash, Restored].map(Self::Calendar);
        files.chain(calendars).chain([Created, Updated, Deleted, Moved].map(Self::Contact))
    }

    /// The class that Nextcloud names it by.
    pub fn class(self) -> String {
        match self {
            Self::File(event) => event.class(),
            Self::Calendar(event) => format!("{CALENDARS}CalendarObject{}Event", event.name()),
            Self::Contact(event) => format!("{CONTACTS}{}Event", event.name()),
        }
    }

    /// Whether every server offers it.
    pub const fn is_everywhere(self) -> bool {
        matches!(self, Self::File(_))
    }

    /// What it is about, as a word.
    pub const fn about(self) -> &'static str {
        match self {
            Self::File(_) => "files",
            Self::Calendar(_) => "calendars",
            Self::Contact(_) => "contacts",
        }
    }
}

/// Whether a registration was refused because the server does not offer the event.
pub fn is_not_offered(error: &DavError) -> bool {
    matches!(error, DavError::Status { status: 400, .. })
}

/// Asks for deliveries of one event. Needs an administrator.
#[derive(Debug, Clone)]
pub struct RegisterWebhook {
    /// The event.
    pub event: Listened,
    /// Where deliveries go.
    pub uri: String,
    /// Sent with each as `Authorization: Bearer …`; the server keeps it encrypted.
    pub token: SecretString,
}

/// A listener as the server keeps it; what proves its deliveries is not told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Webhook {
    /// Its number.
    pub id: u64,
    /// Where deliveries go.
    pub uri: String,
    /// The event's class.
    pub event: String,
}

impl Operation for RegisterWebhook {
    type Output = Webhook;
    const NAME: &'static str = "webhooks.register";
    const MAX_BODY_BYTES: u64 = MAX_OCS_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let body = json!({
            "httpMethod": "POST",
            "uri": self.uri,
            "event": self.event.class(),
            "authMethod": "header",
            "authData": { "Authorization": format!("Bearer {}", self.token.expose_secret()) },
        });
        Ok(request(Verb::Post, TARGET, Access::Account).content("application/json", body.to_string()))
    }

    fn parse(&self, response: &Response) -> Result<Webhook, DavError> {
        data(response)
    }
}

/// Asks for every listener. Needs an administrator.
#[derive(Debug, Clone, Copy)]
pub struct ListWebhooks;

impl Operation for ListWebhooks {
    type Output = Vec<Webhook>;
    const NAME: &'static str = "webhooks.list";
    const MAX_BODY_BYTES: u64 = MAX_OCS_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        Ok(request(Verb::Get, TARGET, Access::Account))
    }

    fn parse(&self, response: &Response) -> Result<Vec<Webhook>, DavError> {
        data(response)
    }
}

/// Removes a listener. Needs an administrator. One that is gone counts as removed.
#[derive(Debug, Clone, Copy)]
pub struct RemoveWebhook {
    /// Its number.
    pub id: u64,
}

impl Operation for RemoveWebhook {
    type Output = ();
    const NAME: &'static str = "webhooks.remove";
    const MAX_BODY_BYTES: u64 = MAX_OCS_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        Ok(request(Verb::Delete, format!("{TARGET}/{}", self.id), Access::Account))
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        match response.status {
            StatusCode::OK => data::<serde_json::Value>(response).map(|_| ()),
            _ => match refusal(response) {
                DavError::NotFound => Ok(()),
                error => Err(error),
            },
        }
    }
}

/// One delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What happened.
    pub happened: Happened,
    /// The user id of who did it; absent for what the server did by itself.
    pub actor: Option<String>,
    /// Whose calendar or address book it is and with whom it is shared, as user ids; empty for files.
    pub concerned: Vec<String>,
    /// When, by the server's clock.
    pub at: Option<DateTime<Utc>>,
}

/// What a delivery tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// Something to a file.
    File {
        /// What.
        event: FileEvent,
        /// Which; where it went for a rename or a copy, absent for a deletion that is done.
        file: Option<i64>,
    },
    /// Something to a calendar.
    Calendar,
    /// Something to an address book.
    Contacts,
    /// Something of another kind.
    Other,
}

#[derive(Deserialize)]
struct Wire {
    event: WireEvent,
    #[serde(default)]
    user: Option<WireUser>,
    #[serde(default)]
    time: Option<i64>,
}

#[derive(Deserialize)]
struct WireEvent {
    class: String,
    #[serde(default)]
    node: Option<WireNode>,
    #[serde(default)]
    target: Option<WireNode>,
    /// Of whatever shape: what cannot be found in it concerns nobody. Where something went from and to comes first.
    #[serde(default, rename = "sourceCalendarData")]
    source: serde_json::Value,
    #[serde(default, rename = "sourceShares")]
    source_shares: serde_json::Value,
    #[serde(default, alias = "targetCalendarData", alias = "addressBookData", rename = "calendarData")]
    collection: serde_json::Value,
    #[serde(default, alias = "targetShares")]
    shares: serde_json::Value,
}

/// People one event concerns at most.
const MAX_CONCERNED: usize = 1_000;

impl WireEvent {
    /// The user ids in the principals that an event about a collection names.
    fn concerned(&self) -> Vec<String> {
        let owners = [&self.source, &self.collection].map(|data| data.get("principaluri"));
        let shares = [&self.source_shares, &self.shares].map(|shares| shares.as_array());
        let shares = shares.into_iter().flatten().flatten().map(|share| share.get("href"));
        let mut concerned: Vec<String> = Vec::new();
        for principal in owners.into_iter().chain(shares).flatten().filter_map(serde_json::Value::as_str) {
            let Some((_, user)) = principal.rsplit_once("principals/users/") else { continue };
            let user = user.trim_end_matches('/');
            let is_one = !user.is_empty() && user.chars().count() <= MAX_USER_ID_CHARS;
            if is_one && concerned.len() < MAX_CONCERNED && !concerned.iter().any(|known| known == user) {
                concerned.push(user.to_owned());
            }
        }
        concerned
    }
}

#[derive(Deserialize)]
struct WireNode {
    #[serde(default)]
    id: Option<i64>,
}

#[derive(Deserialize)]
struct WireUser {
    #[serde(default)]
    uid: Option<String>,
}

impl Delivery {
    /// Reads the body of a delivery. The caller has limited its size and depth.
    pub fn parse(body: &[u8]) -> Result<Self, DavError> {
        let wire: Wire = serde_json::from_slice(body).map_err(|error| DavError::json(&error))?;
        let id = |node: Option<WireNode>| node.and_then(|node| node.id).filter(|id| *id > 0);
        let class = &wire.event.class;
        let collection = if class.starts_with("OCP\\Calendar\\") {
            Some(Happened::Calendar)
        } else {
            class.starts_with(CONTACTS).then_some(Happened::Contacts)
        };
        let concerned = if collection.is_some() { wire.event.concerned() } else { Vec::new() };
        let happened = match FileEvent::from_class(&wire.event.class) {
            Some(event @ (FileEvent::Renamed | FileEvent::Copied)) => {
                Happened::File { event, file: id(wire.event.target) }
            }
            Some(event) => Happened::File { event, file: id(wire.event.node) },
            None => collection.unwrap_or(Happened::Other),
        };
        let actor = wire.user.and_then(|user| user.uid);
        Ok(Self {
            happened,
            concerned,
            actor: actor.filter(|uid| !uid.is_empty() && uid.chars().count() <= MAX_USER_ID_CHARS),
            at: wire.time.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        })
    }
}
