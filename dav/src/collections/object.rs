//! One object: read, stored, deleted.
//!
//! A write names what it expects to find ([`Expected`], or the version that is deleted): `If-None-Match: *` for a new
//! object, `If-Match` for a known one. Without a strong entity tag nothing is overwritten or deleted. An answer to a
//! PUT without a tag means that the server changed what it was given (RFC 4791 section 5.3.4): look again.

use http::StatusCode;
use http::header::{ACCEPT, ETAG};

use super::location::Location;
use super::under;
use crate::error::DavError;
use crate::etag::ETag;
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::precondition::{Expected, Precondition};
use crate::refusal::{MAX_REFUSAL_BYTES, refusal};
use crate::xml::Namespace;

/// What a collection's objects are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectType {
    /// iCalendar.
    Calendar,
    /// vCard.
    Contact,
}

impl ObjectType {
    fn media_type(self) -> &'static str {
        match self {
            Self::Calendar => "text/calendar; charset=utf-8",
            Self::Contact => "text/vcard; charset=utf-8",
        }
    }

    /// The property that holds an object.
    pub(super) fn property(self) -> (Namespace, &'static str) {
        match self {
            Self::Calendar => (Namespace::CalDav, "calendar-data"),
            Self::Contact => (Namespace::CardDav, "address-data"),
        }
    }
}

/// One object, read whole: what an edit starts from.
#[derive(Debug, Clone)]
pub struct ReadObject {
    /// Where.
    pub location: Location,
    /// What it is.
    pub kind: ObjectType,
}

impl Operation for ReadObject {
    /// Its version and its text.
    type Output = (ETag, String);
    const NAME: &'static str = "collection.read_object";
    const MAX_BODY_BYTES: u64 = crate::content_line::MAX_OBJECT_BYTES as u64;

    fn request(&self) -> Result<Request, DavError> {
        let accept = match self.kind {
            ObjectType::Calendar => "text/calendar",
            ObjectType::Contact => "text/vcard",
        };
        Ok(Request::new(Verb::Get, self.location.as_str(), Access::Account).header(ACCEPT, accept))
    }

    fn parse(&self, response: &Response) -> Result<Self::Output, DavError> {
        if response.status != StatusCode::OK {
            return Err(refusal(response));
        }
        let etag = etag_of(response).ok_or(DavError::NotAFile)?;
        let text = String::from_utf8(response.body.to_vec())
            .map_err(|_| DavError::protocol("the object is not UTF-8"))?;
        Ok((etag, text))
    }
}

/// One object, stored under a precondition. `Debug` leaves its text out.
#[derive(Clone)]
pub struct PutObject {
    /// Where.
    pub location: Location,
    /// What it is.
    pub kind: ObjectType,
    /// The object.
    pub text: String,
    /// What is there now.
    pub expected: Expected,
}

impl std::fmt::Debug for PutObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PutObject({} bytes)", self.text.len())
    }
}

impl Operation for PutObject {
    /// The new version; `None` when the server does not vouch for having stored exactly this.
    type Output = Option<ETag>;
    const NAME: &'static str = "collection.put_object";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let request = Request::new(Verb::Put, self.location.as_str(), Access::Account)
            .content(self.kind.media_type(), self.text.clone());
        under(request, &self.expected)
    }

    fn parse(&self, response: &Response) -> Result<Option<ETag>, DavError> {
        match response.status {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(etag_of(response)),
            _ => Err(refusal(response)),
        }
    }
}

/// One object, deleted if it is still what was seen.
#[derive(Debug, Clone)]
pub struct DeleteObject {
    /// Where.
    pub location: Location,
    /// What was seen.
    pub etag: ETag,
}

impl Operation for DeleteObject {
    type Output = ();
    const NAME: &'static str = "collection.delete_object";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        Request::new(Verb::Delete, self.location.as_str(), Access::Account)
            .under(Precondition::Version(&self.etag))
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        match response.status {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(()),
            _ => Err(refusal(response)),
        }
    }
}

/// What is stored after a write. `Debug` leaves its text out.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Its version.
    pub etag: ETag,
    /// Its text, as the server has it.
    pub text: String,
    /// Whether that is not what was sent.
    pub rewritten: bool,
}

impl std::fmt::Debug for StoredObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredObject").field("rewritten", &self.rewritten).finish_non_exhaustive()
    }
}

fn etag_of(response: &Response) -> Option<ETag> {
    [ETAG.as_str(), "oc-etag"].into_iter().find_map(|name| ETag::parse(response.header(name)?).ok())
}
