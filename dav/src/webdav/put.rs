//! PUT (RFC 9110 section 9.3.4) of content whose length is said first.
//!
//! The length is what catches a body that ended early: Nextcloud answers 400 and stores nothing. `OC-Checksum` is not
//! sent, because the server stores it without looking and would repeat a wrong one for ever.

use http::{HeaderName, StatusCode};

use crate::content::Streamed;
use crate::error::DavError;
use crate::operation::{Access, Request, Response, Verb};
use crate::precondition::{Expected, Precondition};
use crate::refusal::refusal;

/// One PUT.
pub(crate) struct Put<'a> {
    /// Percent-encoded, relative to the base URL.
    pub(crate) target: &'a str,
    /// The bytes.
    pub(crate) content: Streamed,
    /// What is there now.
    pub(crate) expected: &'a Expected,
    /// The modification time to store, in seconds; the server's present time without one.
    pub(crate) modified: Option<i64>,
}

impl Put<'_> {
    pub(crate) fn request(&self) -> Result<Request, DavError> {
        let precondition = match self.expected {
            Expected::Nothing => Precondition::Absent,
            Expected::Version(etag) => Precondition::Version(etag),
        };
        let request = Request::new(Verb::Put, self.target, Access::Account)
            .under(precondition)?
            .streaming(self.content.clone());
        with_modified(request, self.modified)
    }

    pub(crate) fn parse(response: &Response) -> Result<(), DavError> {
        match response.status {
            StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(()),
            _ => Err(refusal(response)),
        }
    }
}

/// With the modification time to store.
pub(crate) fn with_modified(request: Request, modified: Option<i64>) -> Result<Request, DavError> {
    match modified {
        Some(seconds) => request.header_text(HeaderName::from_static("x-oc-mtime"), &seconds.to_string()),
        None => Ok(request),
    }
}
