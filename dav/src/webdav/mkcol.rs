//! MKCOL (RFC 4918 section 9.3): a new folder, whose parent must be there.
//!
//! Sent with `If-None-Match: *`, so that "already there" is a failed precondition (412) rather than the method's own
//! 405, which means other things as well. The staging folder of an upload in pieces is told where its file will go.

use http::StatusCode;

use crate::error::DavError;
use crate::operation::{Access, Request, Response, Verb};
use crate::precondition::Precondition;
use crate::refusal::refusal;

/// One MKCOL.
#[derive(Debug, Clone, Copy)]
pub struct Mkcol<'a> {
    /// Percent-encoded, relative to the base URL.
    pub target: &'a str,
    /// Where the file of an upload in pieces will go.
    pub destination: Option<&'a str>,
}

impl Mkcol<'_> {
    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        let request = Request::new(Verb::Mkcol, self.target, Access::Account).under(Precondition::Absent)?;
        Ok(match self.destination {
            Some(destination) => request.to(destination),
            None => request,
        })
    }

    pub(crate) fn parse(response: &Response) -> Result<(), DavError> {
        if response.status == StatusCode::CREATED { Ok(()) } else { Err(refusal(response)) }
    }
}
