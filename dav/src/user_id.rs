//! The id of a Nextcloud account, as the server's OCS interface reports it.
//!
//! It is neither the login name nor the e-mail address: people may log in with either, but every DAV path takes the
//! id, and a path with another name answers 207 with a bare collection instead of an error. Take it from
//! [`crate::ocs::ReadOwnUser`]. A value that could leave its path segment is refused.

use std::fmt;

use crate::href::{SegmentDefect, check_segment};

/// The longest id Nextcloud stores.
pub const MAX_USER_ID_BYTES: usize = 256;

/// A Nextcloud user id that is safe to place in a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(String);

/// The text cannot be a user id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUserId {
    /// Longer than [`MAX_USER_ID_BYTES`].
    #[error("a user id is longer than {MAX_USER_ID_BYTES} bytes")]
    TooLong,
    /// Not a single path segment.
    #[error("a user id is not a path segment")]
    Segment(#[source] SegmentDefect),
}

impl UserId {
    /// Checks the id; its letter case and its Unicode form are kept.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidUserId> {
        let id = id.into();
        if id.len() > MAX_USER_ID_BYTES {
            return Err(InvalidUserId::TooLong);
        }
        check_segment(&id).map_err(InvalidUserId::Segment)?;
        Ok(Self(id))
    }

    /// The id as the server spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
