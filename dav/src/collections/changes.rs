//! What changed in a collection since a token (RFC 6578, `sync-collection`).
//!
//! No limit is ever sent: on calendars Nextcloud answers one with a part of the changes and the *final* token, which
//! loses the rest for ever, and on address books with the same token again. A server may truncate on its own (507 for
//! the collection itself), and is asked on. A token it does not know is an outcome, not an error. A token from the
//! future (a server restored from a backup) is answered with nothing and a lower number; [`token_number`] lets the
//! caller see that. A 404 counts as deletion only inside of the collection that was asked about.

use http::{HeaderName, StatusCode};

use super::WEBCAL;
use super::location::Location;
use crate::error::DavError;
use crate::etag::ETag;
use crate::multistatus::ResponseElement;
use crate::operation::{Access, Request, Response, Verb};
use crate::xml::Namespace;

/// One question.
#[derive(Debug, Clone)]
pub struct SyncCollection {
    /// About which collection.
    pub collection: Location,
    /// Since when; everything without a token.
    pub since: Option<String>,
}

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// New and changed objects. An entity tag is missing where the server gave none that can be read.
    pub changed: Vec<(Location, Option<ETag>)>,
    /// Objects that are gone.
    pub vanished: Vec<Location>,
    /// The token for the next question.
    pub token: Option<String>,
    /// Whether there is more than this.
    pub truncated: bool,
    /// Elements that could not be understood. With any of them this is no proof that nothing else changed.
    pub unreadable: usize,
}

/// What came of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// These changes.
    Changes(Changes),
    /// The server does not know the token (any more): ask for everything.
    TokenRefused,
}

impl SyncCollection {
    pub(crate) const NAME: &'static str = "collection.sync";

    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        let token = self.since.as_deref().map(quick_xml::escape::escape).unwrap_or_default();
        let body = format!(
            concat!(
                r#"<?xml version="1.0" encoding="utf-8"?><d:sync-collection xmlns:d="DAV:">"#,
                "<d:sync-token>{}</d:sync-token><d:sync-level>1</d:sync-level>",
                "<d:prop><d:getetag/></d:prop></d:sync-collection>"
            ),
            token
        );
        Ok(Request::new(Verb::Report, self.collection.as_str(), Access::Account)
            .header(HeaderName::from_static("depth"), "0")
            .header(HeaderName::from_static(WEBCAL), "On")
            .content("application/xml; charset=utf-8", body))
    }
}

impl Changes {
    /// Reads one element of the answer.
    pub(crate) fn take(&mut self, collection: &Location, element: &ResponseElement) {
        let Ok(href) = &element.href else {
            self.unreadable += 1;
            return;
        };
        let location = Location::of(href);
        if location == *collection {
            self.truncated |= element.status == Some(507);
            return;
        }
        match element.status {
            _ if !location.lies_in(collection) => self.unreadable += 1,
            Some(404 | 410) => self.vanished.push(location),
            None | Some(200..=299) => {
                // A folder inside of a collection is nobody's calendar object.
                if !href.is_collection() {
                    let etag =
                        element.text(Namespace::Dav, "getetag").and_then(|text| ETag::parse(text).ok());
                    self.changed.push((location, etag));
                }
            }
            Some(_) => self.unreadable += 1,
        }
    }

    /// What a further page says. A page may tell of an object again; the last word counts.
    pub(crate) fn append(&mut self, page: Self) {
        self.changed.retain(|(location, _)| !page.vanished.contains(location));
        self.changed.extend(page.changed);
        self.vanished.extend(page.vanished);
        self.token = page.token;
        self.truncated = page.truncated;
        self.unreadable += page.unreadable;
    }
}

/// Whether an answer says that the token is worth nothing.
pub(super) fn refuses_token(response: &Response) -> bool {
    let status = matches!(
        response.status,
        StatusCode::FORBIDDEN
            | StatusCode::CONFLICT
            | StatusCode::PRECONDITION_FAILED
            | StatusCode::BAD_REQUEST
            | StatusCode::GONE
    );
    let body = String::from_utf8_lossy(&response.body);
    status && (body.contains("valid-sync-token") || body.contains("InvalidSyncToken"))
}

/// The number a token ends in, by which Nextcloud counts changes. When it goes down, the server was restored from a
/// backup and the token says nothing. Tokens of other servers are no numbers, whatever digits are in them.
pub fn token_number(token: &str) -> Option<u64> {
    let (_, last) = token.rsplit_once('/')?;
    last.bytes().all(|byte| byte.is_ascii_digit()).then(|| last.parse().ok())?
}
