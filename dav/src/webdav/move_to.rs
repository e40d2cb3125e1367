//! MOVE (RFC 4918 section 9.9) to a place that is free.
//!
//! The default of RFC 4918, to replace what is at the destination, is never asked for: `Overwrite: F` is always
//! sent. What is moved must still be what was seen. A move keeps the file id, and for a file its entity tag too.

use http::StatusCode;

use crate::error::DavError;
use crate::operation::{Access, Request, Response, Verb};
use crate::precondition::{Precondition, Standing};
use crate::refusal::refusal;

/// One MOVE.
#[derive(Debug, Clone, Copy)]
pub struct Move<'a> {
    /// Percent-encoded, relative to the base URL.
    pub target: &'a str,
    /// Where it goes, in the same form.
    pub destination: &'a str,
    /// What is to be moved, as it was last seen.
    pub standing: &'a Standing,
}

impl Move<'_> {
    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        Request::new(Verb::Move, self.target, Access::Account)
            .to(self.destination)
            .under(self.standing.precondition())?
            .under(Precondition::FreeDestination)
    }

    pub(crate) fn parse(response: &Response) -> Result<(), DavError> {
        match response.status {
            StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(()),
            _ => Err(refusal(response)),
        }
    }
}
