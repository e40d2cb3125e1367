//! Whose app password this is.
//!
//! People log in with a name or an e-mail address, DAV paths take the user id, and only this answer connects them.
//! It is the first request of every new account.

use serde::Deserialize;

use super::{MAX_OCS_BODY_BYTES, data, request};
use crate::error::DavError;
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::user_id::UserId;

/// Asks for the account behind the credentials.
#[derive(Debug, Clone, Copy)]
pub struct ReadOwnUser;

/// An account, as it sees itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnUser {
    /// The id to use in paths.
    pub id: UserId,
    /// The name to show.
    pub display_name: String,
    /// The e-mail address, where one is set.
    pub email: Option<String>,
    /// Ids of the groups it belongs to.
    pub groups: Vec<String>,
    /// Whether it may be used.
    pub enabled: bool,
    /// The language it chose, as `en` or `de_DE`.
    pub language: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(default, rename = "displayname")]
    display_name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    enabled: Option<bool>,
    #[serde(default)]
    language: Option<String>,
}

impl Operation for ReadOwnUser {
    type Output = OwnUser;
    const NAME: &'static str = "ocs.read_own_user";
    const MAX_BODY_BYTES: u64 = MAX_OCS_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        Ok(request(Verb::Get, "ocs/v2.php/cloud/user", Access::Account))
    }

    fn parse(&self, response: &Response) -> Result<OwnUser, DavError> {
        let wire: Wire = data(response)?;
        let id = UserId::new(wire.id).map_err(|_| DavError::protocol("the account has an impossible id"))?;
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(OwnUser {
            display_name: given(wire.display_name).unwrap_or_else(|| id.as_str().to_owned()),
            id,
            email: given(wire.email),
            groups: wire.groups,
            enabled: wire.enabled.unwrap_or(true),
            language: given(wire.language),
        })
    }
}
