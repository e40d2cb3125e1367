//! Whether the server still knows a user (RFC 3744 principals).
//!
//! The refused app password of a deleted user is answered like any wrong password, so the account itself cannot be
//! asked. Anybody else who is signed in can: the principal of an existing user is answered 207, a disabled one's too, and
//! that of a deleted user 404. Only a 404 that the server's DAV side itself gives is believed.

use http::StatusCode;

use crate::error::DavError;
use crate::href::encode_segment;
use crate::operation::{Operation, Request, Response};
use crate::refusal::{MAX_REFUSAL_BYTES, refusal};
use crate::user_id::UserId;
use crate::webdav::{Depth, Propfind};
use crate::xml::Namespace;

/// Asks whether a user exists, as another one.
#[derive(Debug, Clone)]
pub struct FindPrincipal {
    /// Who is asked about.
    pub user: UserId,
}

impl Operation for FindPrincipal {
    /// Whether the server knows the user.
    type Output = bool;
    const NAME: &'static str = "principal.find";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let target = format!("remote.php/dav/principals/users/{}/", encode_segment(self.user.as_str()));
        Propfind { target: &target, depth: Depth::Zero, properties: &[(Namespace::Dav, "resourcetype")] }
            .request()
    }

    fn parse(&self, response: &Response) -> Result<bool, DavError> {
        if response.status == StatusCode::MULTI_STATUS {
            return Ok(true);
        }
        match refusal(response) {
            DavError::NotFound => Ok(false),
            other => Err(other),
        }
    }
}
