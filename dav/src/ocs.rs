//! Open Collaboration Services, version 2: who is there, and what the server can do.
//!
//! Only `/ocs/v2.php`, where the HTTP status means something; version 1 answers 200 for everything. Requests carry
//! `OCS-APIRequest`, without which Nextcloud takes them for a forged form and answers 412. Answers are JSON in an
//! envelope; PHP writes an empty map as `[]`, which is accepted where a map is expected. Reading the directory of
//! users takes an administrator's account; files are never read with it.

mod capabilities;
mod groups;
mod status;
mod user;
mod users;

use http::{HeaderName, StatusCode, header::ACCEPT};
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use self::capabilities::{Capabilities, ReadCapabilities};
pub use self::groups::{GroupPage, ListGroupMembers, ListGroups};
pub use self::status::{ReadStatus, ServerStatus, ServerVersion};
pub use self::user::{OwnUser, ReadOwnUser};
pub use self::users::{ListUsers, UserPage};
use crate::error::DavError;
use crate::operation::{Access, Request, Response, Verb};
use crate::refusal::refusal;

/// The largest answer of OCS that is read.
pub const MAX_OCS_BODY_BYTES: u64 = 4 * 1024 * 1024;
/// The most names one page may ask for.
pub const MAX_PAGE: u32 = 1000;

#[derive(Deserialize)]
struct Envelope {
    ocs: Body,
}

#[derive(Deserialize)]
struct Body {
    meta: Meta,
    #[serde(default)]
    data: serde_json::Value,
}

#[derive(Deserialize)]
struct Meta {
    statuscode: i64,
}

pub(crate) fn request(verb: Verb, target: impl Into<String>, access: Access) -> Request {
    Request::new(verb, target, access)
        .header(HeaderName::from_static("ocs-apirequest"), "true")
        .header(ACCEPT, "application/json")
}

/// The data of a successful answer.
pub(crate) fn data<T: DeserializeOwned>(response: &Response) -> Result<T, DavError> {
    if response.status != StatusCode::OK || !response.is_type("application/json") {
        return Err(refusal(response));
    }
    let envelope: Envelope =
        serde_json::from_slice(&response.body).map_err(|error| DavError::json(&error))?;
    if envelope.ocs.meta.statuscode != i64::from(StatusCode::OK.as_u16()) {
        return Err(DavError::protocol("the envelope contradicts the HTTP status"));
    }
    T::deserialize(envelope.ocs.data).map_err(|error| DavError::json(&error))
}

/// The query of a page.
fn page_query(search: Option<&str>, limit: u32, offset: u64) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(search) = search {
        query.append_pair("search", search);
    }
    query.append_pair("limit", &limit.clamp(1, MAX_PAGE).to_string());
    query.append_pair("offset", &offset.to_string());
    query.finish()
}

/// Where the next page begins, if this one was full.
fn next_offset(received: usize, limit: u32, offset: u64) -> Option<u64> {
    let full = u64::from(limit.clamp(1, MAX_PAGE));
    if received as u64 >= full { Some(offset.saturating_add(full)) } else { None }
}
