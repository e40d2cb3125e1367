//! What a home lists, in the form of the mirror.
//!
//! On a Nextcloud homes are where the user's id says, so that a look that finds nothing new costs one request.

use voiceassist_dav::DavError;
use voiceassist_dav::caldav::Calendar;
use voiceassist_dav::carddav::AddressBook;
use voiceassist_dav::collections::Location;
use voiceassist_store::collections::{About, CollectionClass, ObservedCollection};

use crate::connections::Connected;

/// A collection as the server shows it now.
pub(super) struct Remote {
    pub(super) location: Location,
    pub(super) token: Option<String>,
    pub(super) observed: ObservedCollection,
}

/// The collections of an account's home.
pub(super) async fn list(connected: &Connected, class: CollectionClass) -> Result<Vec<Remote>, DavError> {
    let user = connected.user.as_str();
    match class {
        CollectionClass::Calendar => {
            let home = Location::nextcloud(&["calendars", user]);
            Ok(connected.client.calendars(&home).await?.into_iter().map(calendar).collect())
        }
        CollectionClass::AddressBook => {
            let home = Location::nextcloud(&["addressbooks", "users", user]);
            Ok(connected.client.address_books(&home).await?.into_iter().map(address_book).collect())
        }
    }
}

fn calendar(calendar: Calendar) -> Remote {
    let observed = ObservedCollection {
        key: calendar.location.key().to_owned(),
        kind: calendar.kind.as_str(),
        about: About {
            location: calendar.location.as_str().to_owned(),
            name: calendar.display_name,
            color: calendar.color,
            owner: calendar.owner,
            time_zone: calendar.time_zone,
        },
        writable: calendar.writable,
        enabled: calendar.enabled,
        transparent: calendar.transparent,
    };
    Remote { location: calendar.location, token: calendar.sync_token, observed }
}

fn address_book(book: AddressBook) -> Remote {
    let observed = ObservedCollection {
        key: book.location.key().to_owned(),
        kind: book.kind.as_str(),
        about: About {
            location: book.location.as_str().to_owned(),
            name: book.display_name,
            owner: book.owner,
            ..About::default()
        },
        writable: book.writable,
        enabled: true,
        transparent: false,
    };
    Remote { location: book.location, token: book.sync_token, observed }
}
