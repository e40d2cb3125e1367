//! Calendars on a server (RFC 4791): which there are, and of what kind.
//!
//! What changes in them and how their objects are read and written is [`crate::collections`], which contacts share.
//! Nextcloud mixes everything into one home: own, shared and subscribed calendars, one it makes of birthdays, what apps
//! make up, the scheduling boxes and the trash. Each is told apart here by what it says it is, not by its name alone;
//! boxes and trash are no calendars.

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
    (Namespace::CalDav, "supported-calendar-component-set"),
    (Namespace::Apple, "calendar-color"),
    (Namespace::OwnCloud, "calendar-enabled"),
    (Namespace::Dav, "current-user-privilege-set"),
    (Namespace::OwnCloud, "read-only"),
    (Namespace::CalendarServer, "source"),
    (Namespace::CalDav, "schedule-calendar-transp"),
    (Namespace::CalDav, "calendar-timezone"),
];

/// What a calendar is to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CalendarKind {
    /// Its own.
    Own,
    /// Somebody else's.
    Shared,
    /// A copy the server keeps of a calendar elsewhere.
    Subscribed,
    /// What the server makes of the birthdays in contacts.
    Birthdays,
    /// What an app makes up.
    Generated,
}

impl CalendarKind {
    /// A stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Shared => "shared",
            Self::Subscribed => "subscribed",
            Self::Birthdays => "birthdays",
            Self::Generated => "generated",
        }
    }
}

/// One calendar. `Debug` leaves its name out.
#[derive(Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Where.
    pub location: Location,
    /// What it is to the account.
    pub kind: CalendarKind,
    /// What it is called.
    pub display_name: String,
    /// Changes with every change in it.
    pub ctag: Option<String>,
    /// For [`Client::changes`]; `None` where the server has none.
    pub sync_token: Option<String>,
    /// What may be in it (`VEVENT`, `VTODO`); empty where the server does not say.
    pub components: Vec<String>,
    /// As the server writes it.
    pub color: Option<String>,
    /// Whether the account may write in it.
    pub writable: bool,
    /// Whether the person shows it.
    pub enabled: bool,
    /// Whether what is in it leaves its time free.
    pub transparent: bool,
    /// Whose it is, as a name of a user.
    pub owner: Option<String>,
    /// The zone of its floating times, by name.
    pub time_zone: Option<String>,
}

impl std::fmt::Debug for Calendar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calendar").field("kind", &self.kind).field("ctag", &self.ctag).finish_non_exhaustive()
    }
}

impl Client {
    /// The calendars of a home.
    pub async fn calendars(&self, home: &Location) -> Result<Vec<Calendar>, DavError> {
        let found = self.send(&ListCollections { home: home.clone(), properties: PROPERTIES }).await?;
        let own = home.name().to_owned();
        Ok(found.into_iter().filter_map(|(location, element)| read(location, &element, &own)).collect())
    }
}

fn read(location: Location, element: &ResponseElement, account: &str) -> Option<Calendar> {
    let types = element.property(Namespace::Dav, "resourcetype")?;
    let subscribed = types.has(Namespace::CalendarServer, "subscribed");
    if !types.has(Namespace::CalDav, "calendar") && !subscribed {
        return None;
    }
    let text = |namespace, local| element.text(namespace, local).map(str::to_owned);
    let owner =
        element.property(Namespace::Dav, "owner").and_then(|own| own.hrefs().next()).map(str::to_owned);
    let owner = owner.or_else(|| text(Namespace::OwnCloud, "owner-principal"));
    let owner = owner.and_then(|path| path.trim_end_matches('/').rsplit('/').next().map(str::to_owned));
    let name = location.name();
    // Some servers give every calendar a source: itself.
    let source = element.property(Namespace::CalendarServer, "source").and_then(|own| own.hrefs().next());
    let elsewhere =
        source.is_some_and(|href| Location::parse(href).map_or(true, |source| source != location));
    let kind = if subscribed || elsewhere {
        CalendarKind::Subscribed
    } else if name == "contact_birthdays" {
        CalendarKind::Birthdays
    } else if name.starts_with("app-generated--") {
        CalendarKind::Generated
    } else if name.contains("_shared_by_") || owner.as_deref().is_some_and(|owner| owner != account) {
        CalendarKind::Shared
    } else {
        CalendarKind::Own
    };
    let components = element.property(Namespace::CalDav, "supported-calendar-component-set");
    let time_zone = text(Namespace::CalDav, "calendar-timezone")
        .and_then(|text| text.lines().find_map(|line| line.trim().strip_prefix("TZID:").map(str::to_owned)));
    Some(Calendar {
        kind,
        display_name: text(Namespace::Dav, "displayname").unwrap_or_else(|| name.to_owned()),
        ctag: text(Namespace::CalendarServer, "getctag"),
        sync_token: text(Namespace::Dav, "sync-token"),
        components: components
            .map(|set| set.children.iter().filter_map(|child| child.name.clone()).collect())
            .unwrap_or_default(),
        color: text(Namespace::Apple, "calendar-color"),
        writable: is_writable(element) && !matches!(kind, CalendarKind::Birthdays | CalendarKind::Subscribed),
        enabled: element.text(Namespace::OwnCloud, "calendar-enabled") != Some("0"),
        transparent: element
            .property(Namespace::CalDav, "schedule-calendar-transp")
            .is_some_and(|own| own.has(Namespace::CalDav, "transparent")),
        owner,
        time_zone,
        location,
    })
}

/// Whether the account may write in a collection. A server that does not say is believed to let us.
pub(crate) fn is_writable(element: &ResponseElement) -> bool {
    if element.text(Namespace::OwnCloud, "read-only").is_some_and(|text| text == "1") {
        return false;
    }
    let Some(privileges) = element.property(Namespace::Dav, "current-user-privilege-set") else {
        return true;
    };
    let writes = ["write", "write-content", "all", "bind"];
    privileges
        .children
        .iter()
        .flat_map(|child| &child.inner)
        .any(|(namespace, local)| *namespace == Namespace::Dav && writes.contains(&local.as_str()))
}
