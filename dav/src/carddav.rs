//! Address books on a server (RFC 6352): which there are, and of what kind.
//!
//! What changes in them and how contacts are read and written is [`crate::collections`], which calendars share. Besides
//! a person's own books Nextcloud shows the accounts of the server as one (read only, each card with a picture that
//! nobody asked for) and a list of recent addressees without a sync token, which is left out.

use crate::caldav::is_writable;
use crate::client::Client;
use crate::collections::{ListCollections, Location};
use crate::error::DavError;
use crate::multistatus::ResponseElement;
use crate::webdav::PropertyName;
use crate::xml::Namespace;

const PROPERTIES: &[PropertyName] = &[
    (Namespace::Dav, "resourcetype"),
    (Namespace::Dav, "displayname"),
    (Namespace::CalendarServer, "getctag"),
    (Namespace::Dav, "sync-token"),
    (Namespace::Dav, "owner"),
    (Namespace::OwnCloud, "owner-principal"),
    (Namespace::OwnCloud, "read-only"),
    (Namespace::Dav, "current-user-privilege-set"),
];

/// What an address book is to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressBookKind {
    /// Its own.
    Own,
    /// Somebody else's.
    Shared,
    /// The accounts of the server.
    System,
}

impl AddressBookKind {
    /// A stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Shared => "shared",
            Self::System => "system",
        }
    }
}

/// One address book. `Debug` leaves its name out.
#[derive(Clone, PartialEq, Eq)]
pub struct AddressBook {
    /// Where.
    pub location: Location,
    /// What it is to the account.
    pub kind: AddressBookKind,
    /// What it is called.
    pub display_name: String,
    /// Changes with every change in it.
    pub ctag: Option<String>,
    /// For [`Client::changes`]; `None` where the server has none.
    pub sync_token: Option<String>,
    /// Whether the account may write in it.
    pub writable: bool,
    /// Whose it is, as a name of a user.
    pub owner: Option<String>,
}

impl std::fmt::Debug for AddressBook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddressBook")
            .field("kind", &self.kind)
            .field("ctag", &self.ctag)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The address books of a home.
    pub async fn address_books(&self, home: &Location) -> Result<Vec<AddressBook>, DavError> {
        let found = self.send(&ListCollections { home: home.clone(), properties: PROPERTIES }).await?;
        let own = home.name().to_owned();
        Ok(found.into_iter().filter_map(|(location, element)| read(location, &element, &own)).collect())
    }
}

fn read(location: Location, element: &ResponseElement, account: &str) -> Option<AddressBook> {
    let types = element.property(Namespace::Dav, "resourcetype")?;
    let name = location.name();
    if !types.has(Namespace::CardDav, "addressbook") || name.ends_with("contactsinteraction--recent") {
        return None;
    }
    let text = |namespace, local| element.text(namespace, local).map(str::to_owned);
    let owner =
        element.property(Namespace::Dav, "owner").and_then(|own| own.hrefs().next()).map(str::to_owned);
    let owner = owner.or_else(|| text(Namespace::OwnCloud, "owner-principal"));
    let owner = owner.and_then(|path| path.trim_end_matches('/').rsplit('/').next().map(str::to_owned));
    let kind = if name == "z-server-generated--system" {
        AddressBookKind::System
    } else if name.contains("_shared_by_") || owner.as_deref().is_some_and(|owner| owner != account) {
        AddressBookKind::Shared
    } else {
        AddressBookKind::Own
    };
    Some(AddressBook {
        kind,
        display_name: text(Namespace::Dav, "displayname").unwrap_or_else(|| name.to_owned()),
        ctag: text(Namespace::CalendarServer, "getctag"),
        sync_token: text(Namespace::Dav, "sync-token"),
        writable: is_writable(element) && kind != AddressBookKind::System,
        owner,
        location,
    })
}
