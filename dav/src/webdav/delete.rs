//! DELETE (RFC 4918 section 9.6) of what is still what was seen.
//!
//! Nextcloud moves it to the trash, and the header that would skip the trash is never sent. A folder goes with
//! everything in it, of which no entity tag is compared: the caller looks first.

use http::StatusCode;

use crate::error::DavError;
use crate::operation::{Access, Request, Response, Verb};
use crate::precondition::Standing;
use crate::refusal::refusal;

/// One DELETE.
#[derive(Debug, Clone, Copy)]
pub struct Delete<'a> {
    /// Percent-encoded, relative to the base URL.
    pub target: &'a str,
    /// What is to be deleted, as it was last seen.
    pub standing: &'a Standing,
}

impl Delete<'_> {
    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        Request::new(Verb::Delete, self.target, Access::Account).under(self.standing.precondition())
    }

    pub(crate) fn parse(response: &Response) -> Result<(), DavError> {
        if response.status == StatusCode::NO_CONTENT { Ok(()) } else { Err(refusal(response)) }
    }
}
