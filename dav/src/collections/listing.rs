//! What is in a home or in a collection, by PROPFIND.
//!
//! [`ListCollections`] asks a home for its collections with the properties the caller names; [`ListObjects`] asks one
//! collection for its objects and their entity tags, which is what a reconciliation compares. An object whose tag
//! cannot be read is there all the same, and a listing with something unreadable in it proves no absence.

use super::WEBCAL;
use super::location::Location;
use crate::error::DavError;
use crate::etag::ETag;
use crate::multistatus::{MultistatusParser, ResponseElement};
use crate::operation::{Operation, Request, Response};
use crate::refusal::refusal;
use crate::webdav::{Depth, PropertyName, Propfind};
use crate::xml::Namespace;

/// The longest answer about one home.
const MAX_HOME_BYTES: u64 = 32 * 1024 * 1024;

/// A home's collections.
#[derive(Debug, Clone)]
pub struct ListCollections {
    /// The home.
    pub home: Location,
    /// What to ask about each.
    pub properties: &'static [PropertyName],
}

impl Operation for ListCollections {
    /// What the server says of each; the home itself is left out.
    type Output = Vec<(Location, ResponseElement)>;
    const NAME: &'static str = "collection.list";
    const MAX_BODY_BYTES: u64 = MAX_HOME_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let request = Propfind { target: self.home.as_str(), depth: Depth::One, properties: self.properties }
            .request()?;
        Ok(request.header(http::HeaderName::from_static(WEBCAL), "On"))
    }

    fn parse(&self, response: &Response) -> Result<Self::Output, DavError> {
        let mut home_seen = false;
        let mut found = Vec::new();
        for element in elements(response)? {
            let Ok(location) = element.href.as_ref().map(Location::of) else { continue };
            if location == self.home {
                home_seen = true;
            } else if location.lies_in(&self.home) {
                found.push((location, element));
            }
        }
        if home_seen { Ok(found) } else { Err(DavError::protocol("the listing does not hold its home")) }
    }
}

/// All elements of a held answer.
pub(super) fn elements(response: &Response) -> Result<Vec<ResponseElement>, DavError> {
    if response.status != http::StatusCode::MULTI_STATUS {
        return Err(refusal(response));
    }
    let mut parser = MultistatusParser::new();
    parser.push(&response.body);
    let mut elements = Vec::new();
    while let Some(element) = parser.next_response()? {
        elements.push(element);
    }
    parser.finish()?;
    Ok(elements)
}

/// A collection's objects.
#[derive(Debug, Clone)]
pub struct ListObjects {
    /// The collection.
    pub collection: Location,
}

impl ListObjects {
    pub(crate) const NAME: &'static str = "collection.list_objects";

    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        let properties = &[(Namespace::Dav, "getetag"), (Namespace::Dav, "resourcetype")];
        let request =
            Propfind { target: self.collection.as_str(), depth: Depth::One, properties }.request()?;
        Ok(request.header(http::HeaderName::from_static(WEBCAL), "On"))
    }
}

/// What is in a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectList {
    /// Objects with their tags.
    pub objects: Vec<(Location, Option<ETag>)>,
    /// Elements that could not be understood. With any of them this is no proof that anything is gone.
    pub unreadable: usize,
    collection_seen: bool,
}

impl ObjectList {
    /// Whether the collection itself was listed, without which the answer is about something else.
    pub fn has_seen_collection(&self) -> bool {
        self.collection_seen
    }

    pub(crate) fn take(&mut self, collection: &Location, element: &ResponseElement) {
        let Ok(href) = &element.href else {
            self.unreadable += 1;
            return;
        };
        let location = Location::of(href);
        let is_folder = href.is_collection()
            || element
                .property(Namespace::Dav, "resourcetype")
                .is_some_and(|types| types.has(Namespace::Dav, "collection"));
        if location == *collection {
            self.collection_seen = true;
        } else if !location.lies_in(collection) || element.status.is_some_and(|status| status >= 300) {
            self.unreadable += 1;
        } else if !is_folder {
            let etag = element.text(Namespace::Dav, "getetag").and_then(|text| ETag::parse(text).ok());
            self.objects.push((location, etag));
        }
    }
}
