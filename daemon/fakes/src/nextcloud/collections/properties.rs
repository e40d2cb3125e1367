//! What a home says of its collections, the scheduling boxes and the trash included.

use super::Collection;
use crate::nextcloud::property::{DAV, OC};
use crate::nextcloud::propfind::PlainProperty;
use crate::nextcloud::reply::escaped;

pub(super) const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
pub(super) const CARDDAV: &str = "urn:ietf:params:xml:ns:carddav";
const CALENDAR_SERVER: &str = "http://calendarserver.org/ns/";

/// What a collection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionKind {
    /// Events.
    Calendar,
    /// Tasks only.
    Tasks,
    /// Events of a calendar elsewhere, as the server keeps them.
    Subscription,
    /// Made of the birthdays in contacts.
    Birthdays,
    /// Contacts.
    AddressBook,
    /// The accounts of the server.
    SystemBook,
}

impl CollectionKind {
    pub(crate) fn holds_contacts(self) -> bool {
        matches!(self, Self::AddressBook | Self::SystemBook)
    }
}

pub(super) fn of(collection: &Collection) -> Vec<PlainProperty> {
    let types = match collection.kind {
        CollectionKind::AddressBook | CollectionKind::SystemBook => {
            "<d:collection/><card:addressbook xmlns:card=\"urn:ietf:params:xml:ns:carddav\"/>"
        }
        CollectionKind::Subscription => {
            "<d:collection/><cal:calendar xmlns:cal=\"urn:ietf:params:xml:ns:caldav\"/><x1:subscribed xmlns:x1=\"http://calendarserver.org/ns/\"/>"
        }
        _ => "<d:collection/><cal:calendar xmlns:cal=\"urn:ietf:params:xml:ns:caldav\"/>",
    };
    let component = if collection.kind == CollectionKind::Tasks { "VTODO" } else { "VEVENT" };
    let privileges = if collection.read_only {
        "<d:privilege><d:read/></d:privilege>"
    } else {
        "<d:privilege><d:write/></d:privilege><d:privilege><d:write-content/></d:privilege><d:privilege><d:bind/></d:privilege><d:privilege><d:read/></d:privilege>"
    };
    let mut properties = vec![
        (DAV, "resourcetype", types.to_owned()),
        (DAV, "displayname", escaped(&collection.name)),
        (CALENDAR_SERVER, "getctag", collection.token()),
        (DAV, "sync-token", collection.token()),
        (DAV, "owner", format!("<d:href>/remote.php/dav/principals/users/{}/</d:href>", collection.owner)),
        (OC, "owner-principal", format!("principals/users/{}", collection.owner)),
        (DAV, "current-user-privilege-set", privileges.to_owned()),
    ];
    if !collection.kind.holds_contacts() {
        let set = format!("<cal:comp xmlns:cal=\"{CALDAV}\" name=\"{component}\"/>");
        properties.push((CALDAV, "supported-calendar-component-set", set));
    }
    if collection.kind == CollectionKind::Subscription {
        properties.push((
            CALENDAR_SERVER,
            "source",
            "<d:href>https://elsewhere.example.test/a.ics</d:href>".to_owned(),
        ));
    }
    properties
}

/// The scheduling boxes and the trash, which are in every home of calendars and are none.
pub(super) fn boxes() -> Vec<(&'static str, Vec<PlainProperty>)> {
    let boxed = |local: &str| format!("<d:collection/><x1:{local} xmlns:x1=\"{CALDAV}\"/>");
    let trash = "<d:collection/><x1:trash-bin xmlns:x1=\"http://nextcloud.com/ns\"/>".to_owned();
    vec![
        ("inbox", vec![(DAV, "resourcetype", boxed("schedule-inbox"))]),
        ("outbox", vec![(DAV, "resourcetype", boxed("schedule-outbox"))]),
        ("trashbin", vec![(DAV, "resourcetype", trash)]),
    ]
}

pub(super) fn principal(user: &str, mail: Option<&str>) -> Vec<PlainProperty> {
    let href = |path: String| format!("<d:href>/remote.php/dav/{path}</d:href>");
    let mail = mail.map(|mail| format!("<d:href>mailto:{}</d:href>", escaped(mail))).unwrap_or_default();
    vec![
        (DAV, "resourcetype", "<d:collection/><d:principal/>".to_owned()),
        (DAV, "current-user-principal", href(format!("principals/users/{user}/"))),
        (CALDAV, "calendar-home-set", href(format!("calendars/{user}/"))),
        (CARDDAV, "addressbook-home-set", href(format!("addressbooks/users/{user}/"))),
        (CALDAV, "schedule-default-calendar-URL", href(format!("calendars/{user}/personal/"))),
        (CALDAV, "calendar-user-address-set", format!("{mail}{}", href(format!("principals/users/{user}/")))),
    ]
}
