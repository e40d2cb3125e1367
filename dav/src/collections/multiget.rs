//! Many objects in one answer (RFC 4791 section 7.9, RFC 6352 section 8.7).
//!
//! Nextcloud leaves an object that is gone out of the answer instead of saying 404; both are [`Unfetched::Gone`]. Of
//! contacts only named properties are asked for, since a picture is larger than everything else together; Nextcloud 32
//! sends it all the same, hence [`crate::vcard::Card::without_binaries`]. What was not asked for is not believed.

use http::HeaderName;

use super::WEBCAL;
use super::location::Location;
use super::object::ObjectType;
use crate::error::DavError;
use crate::etag::ETag;
use crate::multistatus::ResponseElement;
use crate::operation::{Access, Request, Verb};
use crate::xml::Namespace;

/// Objects asked for at once.
pub const MAX_BATCH: usize = 50;
/// The largest object that is taken.
pub(super) const MAX_FETCHED_BYTES: usize = crate::content_line::MAX_OBJECT_BYTES;

/// What a mirror keeps of contacts: everything but pictures, sounds and keys.
const CARD_PROPERTIES: &[&str] = &[
    "VERSION",
    "UID",
    "FN",
    "N",
    "NICKNAME",
    "ORG",
    "TITLE",
    "ROLE",
    "TEL",
    "EMAIL",
    "IMPP",
    "URL",
    "ADR",
    "CATEGORIES",
    "NOTE",
    "BDAY",
    "ANNIVERSARY",
    "GENDER",
    "LANG",
    "TZ",
    "GEO",
    "RELATED",
    "KIND",
    "MEMBER",
    "REV",
    "X-ADDRESSBOOKSERVER-KIND",
    "X-ADDRESSBOOKSERVER-MEMBER",
    "X-ABLABEL",
    "X-ABSHOWAS",
    "X-NC-SCOPE",
];

/// One question.
#[derive(Debug, Clone)]
pub struct Multiget {
    /// In which collection.
    pub collection: Location,
    /// What its objects are.
    pub kind: ObjectType,
    /// At most [`MAX_BATCH`].
    pub wanted: Vec<Location>,
}

/// One object. `Debug` leaves its text out.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its version.
    pub etag: ETag,
    /// The object.
    pub text: String,
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fetched({} bytes)", self.text.len())
    }
}

/// Why an object was not fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unfetched {
    /// It is gone.
    #[error("the object is gone")]
    Gone,
    /// It is larger than is taken.
    #[error("the object is larger than is taken")]
    TooLarge,
    /// The answer about it alone cannot be read.
    #[error("the object cannot be read from the answer")]
    Unreadable,
    /// The server refuses it.
    #[error("the server refuses the object with status {status}")]
    Refused {
        /// The status.
        status: u16,
    },
}

impl Unfetched {
    /// A stable word for records and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
            Self::Refused { .. } => "refused",
        }
    }
}

impl Multiget {
    pub(crate) const NAME: &'static str = "collection.multiget";

    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        let mut body = String::from(r#"<?xml version="1.0" encoding="utf-8"?>"#);
        let close = match self.kind {
            ObjectType::Calendar => {
                body.push_str(concat!(
                    r#"<cal:calendar-multiget xmlns:d="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav">"#,
                    "<d:prop><d:getetag/><cal:calendar-data/></d:prop>"
                ));
                "</cal:calendar-multiget>"
            }
            ObjectType::Contact => {
                body.push_str(concat!(
                    r#"<card:addressbook-multiget xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav">"#,
                    "<d:prop><d:getetag/><card:address-data>"
                ));
                for property in CARD_PROPERTIES {
                    body.extend(["<card:prop name=\"", property, "\"/>"]);
                }
                body.push_str("</card:address-data></d:prop>");
                "</card:addressbook-multiget>"
            }
        };
        for location in &self.wanted {
            // An href of an absolute path is understood everywhere, a relative one is not.
            let href = if location.as_str().starts_with('/') { "" } else { "/" };
            body.extend(["<d:href>", href, &quick_xml::escape::escape(location.as_str()), "</d:href>"]);
        }
        body.push_str(close);
        Ok(Request::new(Verb::Report, self.collection.as_str(), Access::Account)
            .header(HeaderName::from_static("depth"), "1")
            .header(HeaderName::from_static(WEBCAL), "On")
            .content("application/xml; charset=utf-8", body))
    }
}

/// What came of one batch.
pub(super) struct Batch {
    open: Vec<Location>,
    done: Vec<(Location, Result<Fetched, Unfetched>)>,
}

impl Batch {
    pub(super) fn new(wanted: &[Location]) -> Self {
        Self { open: wanted.to_vec(), done: Vec::new() }
    }

    pub(super) fn take(&mut self, kind: ObjectType, element: ResponseElement) {
        let Ok(href) = &element.href else { return };
        let location = Location::of(href);
        let Some(at) = self.open.iter().position(|wanted| *wanted == location) else { return };
        let location = self.open.swap_remove(at);
        let read = read(kind, element);
        self.done.push((location, read));
    }

    /// Everything that was asked for: what was not answered is gone.
    pub(super) fn finish(self) -> Vec<(Location, Result<Fetched, Unfetched>)> {
        let mut all = self.done;
        all.extend(self.open.into_iter().map(|location| (location, Err(Unfetched::Gone))));
        all
    }
}

fn read(kind: ObjectType, element: ResponseElement) -> Result<Fetched, Unfetched> {
    match element.status {
        Some(404 | 410) => return Err(Unfetched::Gone),
        Some(status) if status >= 300 => return Err(Unfetched::Refused { status }),
        _ => {}
    }
    let etag = element.text(Namespace::Dav, "getetag").and_then(|text| ETag::parse(text).ok());
    let (namespace, local) = kind.property();
    let damaged = element.damaged;
    let mut properties = element.properties;
    let data = properties.iter_mut().find(|own| own.namespace == namespace && own.local == local);
    match (etag, data) {
        (Some(etag), Some(data)) if !damaged && !data.text.trim().is_empty() => {
            Ok(Fetched { etag, text: std::mem::take(&mut data.text) })
        }
        // Every property was refused: 404 in a propstat instead of one for the whole.
        (None, None) => Err(Unfetched::Gone),
        _ => Err(Unfetched::Unreadable),
    }
}
