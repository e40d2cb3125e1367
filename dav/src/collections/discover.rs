//! Where an account's calendars and contacts are (RFC 6764, RFC 4791 section 6.2, RFC 6352 section 7.1).
//!
//! [`FindPrincipalOf`] asks a starting point who we are there, [`FindHomes`] asks the principal where its things are. On
//! a Nextcloud the starting point is its DAV root; elsewhere it is `/.well-known/caldav`. A home on another server is
//! left out: the credentials are not for it.

use super::listing::elements;
use super::location::Location;
use crate::client::Client;
use crate::error::DavError;
use crate::multistatus::ResponseElement;
use crate::operation::{Operation, Request, Response};
use crate::webdav::{Depth, Propfind};
use crate::xml::Namespace;

/// The longest answer about a principal.
const MAX_PRINCIPAL_BYTES: u64 = 1024 * 1024;
/// Where a Nextcloud speaks DAV.
const NEXTCLOUD_ROOT: &str = "remote.php/dav/";
/// Where any other server says where it does.
const WELL_KNOWN: &str = "/.well-known/caldav";

/// Who we are at a starting point.
#[derive(Debug, Clone)]
pub struct FindPrincipalOf {
    /// The starting point's request target.
    pub start: String,
}

impl Operation for FindPrincipalOf {
    type Output = Location;
    const NAME: &'static str = "collection.find_principal";
    const MAX_BODY_BYTES: u64 = MAX_PRINCIPAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let properties = &[(Namespace::Dav, "current-user-principal")];
        Propfind { target: &self.start, depth: Depth::Zero, properties }.request()
    }

    fn parse(&self, response: &Response) -> Result<Location, DavError> {
        let elements = elements(response)?;
        let own = elements.iter().find_map(|element| {
            element.property(Namespace::Dav, "current-user-principal")?.hrefs().next().map(Location::parse)
        });
        own.and_then(Result::ok).ok_or_else(|| DavError::protocol("the server does not say who we are"))
    }
}

/// Where a principal's things are.
#[derive(Debug, Clone)]
pub struct FindHomes {
    /// The principal.
    pub principal: Location,
}

/// An account's homes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Homes {
    /// Where calendars are.
    pub calendars: Vec<Location>,
    /// Where address books are.
    pub address_books: Vec<Location>,
    /// The calendar new events go to.
    pub default_calendar: Option<Location>,
    /// The account's own addresses, without `mailto:`.
    pub addresses: Vec<String>,
}

impl Operation for FindHomes {
    type Output = Homes;
    const NAME: &'static str = "collection.find_homes";
    const MAX_BODY_BYTES: u64 = MAX_PRINCIPAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let properties = &[
            (Namespace::CalDav, "calendar-home-set"),
            (Namespace::CardDav, "addressbook-home-set"),
            (Namespace::CalDav, "calendar-user-address-set"),
            (Namespace::CalDav, "schedule-default-calendar-URL"),
        ];
        Propfind { target: self.principal.as_str(), depth: Depth::Zero, properties }.request()
    }

    fn parse(&self, response: &Response) -> Result<Homes, DavError> {
        let elements = elements(response)?;
        let own = elements.first().ok_or_else(|| DavError::protocol("the server says nothing of us"))?;
        let locations = |namespace, local| {
            hrefs(own, namespace, local)
                .into_iter()
                .filter_map(|href| Location::parse(&href).ok())
                .collect::<Vec<_>>()
        };
        let addresses = hrefs(own, Namespace::CalDav, "calendar-user-address-set").into_iter();
        Ok(Homes {
            calendars: locations(Namespace::CalDav, "calendar-home-set"),
            address_books: locations(Namespace::CardDav, "addressbook-home-set"),
            default_calendar: locations(Namespace::CalDav, "schedule-default-calendar-URL")
                .into_iter()
                .next(),
            addresses: addresses.filter_map(|text| text.strip_prefix("mailto:").map(str::to_owned)).collect(),
        })
    }
}

fn hrefs(element: &ResponseElement, namespace: Namespace, local: &str) -> Vec<String> {
    element.property(namespace, local).map(|own| own.hrefs().map(str::to_owned).collect()).unwrap_or_default()
}

impl Client {
    /// Where the account's calendars and contacts are.
    pub async fn homes(&self) -> Result<Homes, DavError> {
        let principal = match self.send(&FindPrincipalOf { start: NEXTCLOUD_ROOT.to_owned() }).await {
            Ok(principal) => principal,
            // What is no Nextcloud says so in as many ways as there are servers; only who we are, and whether anybody is
            // there, is the same question elsewhere.
            Err(error) if may_be_elsewhere(&error) => {
                self.send(&FindPrincipalOf { start: WELL_KNOWN.to_owned() }).await?
            }
            Err(error) => return Err(error),
        };
        self.send(&FindHomes { principal }).await
    }
}

fn may_be_elsewhere(error: &DavError) -> bool {
    matches!(error, DavError::NotNextcloud { .. }) || !error.is_transient() && !error.stops_account()
}
