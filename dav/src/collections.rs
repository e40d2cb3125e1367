//! What calendars and address books have in common: collections of small objects, and what changed in them.
//!
//! A [`Location`] says where something is; [`SyncCollection`] asks what changed since a token (RFC 6578),
//! [`ListObjects`] what is there at all, [`Multiget`] for many objects at once, [`ReadObject`], [`PutObject`] and
//! [`DeleteObject`] for one. The client's methods here put them together: [`Client::changes`] follows truncated answers
//! and says when a token is worth nothing, [`Client::difference`] turns that into what a mirror must fetch and forget, [`Client::objects`] halves a batch whose answer cannot be read until the one
//! object that spoils it is known, and [`Client::store_object`] looks again at what a scheduling server made of an
//! object. Nothing is believed that lies outside of the collection that was asked about.

mod changes;
mod difference;
mod discover;
mod listing;
mod location;
mod multiget;
mod object;

pub use self::changes::{Changes, Delta, SyncCollection, token_number};
pub use self::difference::{Ask, Difference, KEPT_CHANGES, Known, Way, Why};
pub use self::discover::{FindHomes, FindPrincipalOf, Homes};
pub use self::listing::{ListCollections, ListObjects, ObjectList};
pub use self::location::Location;
pub use self::multiget::{Fetched, MAX_BATCH, Multiget, Unfetched};
pub use self::object::{DeleteObject, ObjectType, PutObject, ReadObject, StoredObject};

use crate::client::Client;
use crate::error::{DavError, Malformation};
use crate::etag::ETag;
use crate::multistatus::{MultistatusParser, ResponseElement};
use crate::operation::{Request, is_type};
use crate::precondition::Expected;
use crate::refusal::{MAX_REFUSAL_BYTES, refusal};

/// The longest answer about changes or contents of one collection: some four million objects.
const MAX_COLLECTION_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// How often a truncated answer is followed. A server that gives one object at a time is given up, and listed instead.
const MAX_PAGES: usize = 10_000;
/// Objects in a row that a server fails at before it is the server that has failed.
const MAX_FAILURES: u32 = 20;

/// Asked for with every request about calendars: Nextcloud then shows what it has cached of subscribed ones.
pub(crate) const WEBCAL: &str = "x-nc-caldav-webcal-caching";

/// A multi-status that is read element by element.
pub(crate) enum Read {
    /// It was one.
    Multistatus {
        /// The `d:sync-token` of the body.
        token: Option<String>,
    },
    /// Something else was answered.
    Other(crate::operation::Response),
}

impl Client {
    /// Sends a request and gives the elements of its answer one by one.
    pub(crate) async fn read_elements(
        &self,
        name: &'static str,
        request: &Request,
        object_bytes: usize,
        mut each: impl FnMut(ResponseElement),
    ) -> Result<Read, DavError> {
        let settings = self.settings();
        let mut answer =
            self.exchange(name, request, settings.collect_timeout, settings.stream_timeout).await?;
        let multistatus = answer.status() == http::StatusCode::MULTI_STATUS
            && ["application/xml", "text/xml"].iter().any(|xml| is_type(answer.headers(), xml));
        if !multistatus {
            return Ok(Read::Other(answer.hold_beginning(MAX_REFUSAL_BYTES).await?));
        }
        let mut parser = MultistatusParser::with_object_limit(object_bytes);
        while let Some(chunk) = answer.chunk(MAX_COLLECTION_BYTES).await? {
            parser.push(&chunk);
            while let Some(response) = parser.next_response()? {
                each(response);
            }
        }
        parser.finish()?;
        Ok(Read::Multistatus { token: parser.sync_token().map(str::to_owned) })
    }

    /// What changed in a collection since a token, or everything without one.
    pub async fn changes(&self, collection: &Location, since: Option<&str>) -> Result<Delta, DavError> {
        let mut all = Changes::default();
        let mut token = since.map(str::to_owned);
        for _ in 0..MAX_PAGES {
            let asked = SyncCollection { collection: collection.clone(), since: token.clone() };
            let mut page = Changes::default();
            let read = self
                .read_elements(SyncCollection::NAME, &asked.request()?, 0, |element| {
                    page.take(collection, &element);
                })
                .await?;
            match read {
                Read::Other(response) if changes::refuses_token(&response) && token.is_some() => {
                    return Ok(Delta::TokenRefused);
                }
                Read::Other(response) => return Err(refusal(&response)),
                Read::Multistatus { token: next } => page.token = next,
            }
            let stuck = page.truncated && (page.token.is_none() || page.token == token);
            let truncated = page.truncated;
            token.clone_from(&page.token);
            all.append(page);
            if stuck {
                return Err(DavError::protocol("the server gives a part and no way to the rest"));
            }
            if !truncated {
                return Ok(Delta::Changes(all));
            }
        }
        Err(DavError::protocol("the server gives too many parts"))
    }

    /// All objects of a collection with their entity tags.
    pub async fn list_objects(&self, collection: &Location) -> Result<ObjectList, DavError> {
        let asked = ListObjects { collection: collection.clone() };
        let mut list = ObjectList::default();
        let read = self
            .read_elements(ListObjects::NAME, &asked.request()?, 0, |element| list.take(collection, &element))
            .await?;
        match read {
            Read::Multistatus { .. } if list.has_seen_collection() => Ok(list),
            Read::Multistatus { .. } => Err(DavError::protocol("the listing does not hold its collection")),
            Read::Other(response) => Err(refusal(&response)),
        }
    }

    /// These objects. One that the server leaves out, fails at, or that cannot be read, is told as such and spoils no other.
    pub async fn objects(
        &self,
        collection: &Location,
        kind: ObjectType,
        wanted: &[Location],
    ) -> Result<Vec<(Location, Result<Fetched, Unfetched>)>, DavError> {
        let mut found = Vec::with_capacity(wanted.len());
        let mut open: Vec<&[Location]> = wanted.chunks(MAX_BATCH).rev().collect();
        let mut failures = 0;
        while let Some(batch) = open.pop() {
            let asked = Multiget { collection: collection.clone(), kind, wanted: batch.to_vec() };
            let mut fetched = multiget::Batch::new(batch);
            let read = self
                .read_elements(Multiget::NAME, &asked.request()?, multiget::MAX_FETCHED_BYTES, |element| {
                    fetched.take(kind, element);
                })
                .await;
            match read {
                Ok(Read::Multistatus { .. }) => found.extend(fetched.finish()),
                Ok(Read::Other(response)) => match (failed_at(&refusal(&response)), batch) {
                    (Some(_), [only]) => {
                        let alone = self.alone(only, kind).await?;
                        failures = if alone.is_ok() { 0 } else { failures + 1 };
                        if failures > MAX_FAILURES {
                            // So many objects at once are not to blame.
                            return Err(refusal(&response));
                        }
                        found.push((only.clone(), alone));
                    }
                    (Some(_), several) => {
                        let (first, second) = several.split_at(several.len() / 2);
                        open.extend([second, first]);
                    }
                    (None, _) => return Err(refusal(&response)),
                },
                Err(error) => match (spoilt(&error), batch) {
                    (Some(reason), [only]) => found.push((only.clone(), Err(reason))),
                    (Some(_), several) => {
                        let (first, second) = several.split_at(several.len() / 2);
                        open.extend([second, first]);
                    }
                    (None, _) => return Err(error),
                },
            }
        }
        Ok(found)
    }

    /// One object that the server failed at among others, asked for by itself: a second failure is the object's.
    async fn alone(
        &self,
        location: &Location,
        kind: ObjectType,
    ) -> Result<Result<Fetched, Unfetched>, DavError> {
        match self.send(&ReadObject { location: location.clone(), kind }).await {
            Ok((etag, text)) => Ok(Ok(Fetched { etag, text })),
            Err(DavError::NotFound) => Ok(Err(Unfetched::Gone)),
            Err(DavError::TooLarge { .. }) => Ok(Err(Unfetched::TooLarge)),
            Err(DavError::Malformed { .. }) => Ok(Err(Unfetched::Unreadable)),
            Err(error) => failed_at(&error).map(|status| Err(Unfetched::Refused { status })).ok_or(error),
        }
    }

    /// Stores an object and says what is stored now. Where the server wrote something else than it was given, as it does
    /// after sending invitations, it is read again.
    pub async fn store_object(&self, put: &PutObject) -> Result<StoredObject, DavError> {
        let etag = self.send(put).await?;
        if let Some(etag) = etag.filter(|etag| !etag.is_weak()) {
            return Ok(StoredObject { etag, text: put.text.clone(), rewritten: false });
        }
        let (etag, text) = self.send(&ReadObject { location: put.location.clone(), kind: put.kind }).await?;
        let rewritten = text != put.text;
        Ok(StoredObject { etag, text, rewritten })
    }

    /// Deletes an object that is still what was seen.
    pub async fn delete_object(&self, location: &Location, etag: &ETag) -> Result<(), DavError> {
        self.send(&DeleteObject { location: location.clone(), etag: etag.clone() }).await
    }
}

/// Why an answer cannot be read, when one of the objects in it may be to blame.
fn spoilt(error: &DavError) -> Option<Unfetched> {
    match error {
        DavError::TooLarge { .. } => Some(Unfetched::TooLarge),
        DavError::Malformed { source: Malformation::Xml(_) } => Some(Unfetched::Unreadable),
        _ => None,
    }
}

/// The status of a server that failed at what it was asked for, and not because it is away or busy.
const fn failed_at(error: &DavError) -> Option<u16> {
    match error {
        DavError::Status { status: status @ 500..=599, .. } => Some(*status),
        _ => None,
    }
}

/// What a write expects, as a request carries it.
fn under(request: Request, expected: &Expected) -> Result<Request, DavError> {
    use crate::precondition::Precondition;
    match expected {
        Expected::Nothing => request.under(Precondition::Absent),
        Expected::Version(etag) => request.under(Precondition::Version(etag)),
    }
}
