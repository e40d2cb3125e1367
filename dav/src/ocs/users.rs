//! The directory of users, page by page.
//!
//! For an administrator's account; others get [`DavError::Forbidden`]. With several user back ends each contributes
//! up to `limit` names, so a page may be longer than asked for, and only a short page is the last.

use serde::Deserialize;

use super::{MAX_OCS_BODY_BYTES, data, next_offset, page_query, request};
use crate::error::DavError;
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::user_id::UserId;

/// Asks for one page of user ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListUsers {
    /// Part of an id, name or e-mail address.
    pub search: Option<String>,
    /// Names per page, at most [`super::MAX_PAGE`].
    pub limit: u32,
    /// Where the page begins.
    pub offset: u64,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPage {
    /// The ids.
    pub ids: Vec<UserId>,
    /// Asks for the next page; `None` after the last.
    pub next: Option<ListUsers>,
}

#[derive(Deserialize)]
pub(super) struct Users {
    users: Vec<String>,
}

impl Users {
    pub(super) fn ids(self) -> Result<Vec<UserId>, DavError> {
        let id = |id| UserId::new(id).map_err(|_| DavError::protocol("an account has an impossible id"));
        self.users.into_iter().map(id).collect()
    }
}

impl Operation for ListUsers {
    type Output = UserPage;
    const NAME: &'static str = "ocs.list_users";
    const MAX_BODY_BYTES: u64 = MAX_OCS_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let query = page_query(self.search.as_deref(), self.limit, self.offset);
        Ok(request(Verb::Get, format!("ocs/v2.php/cloud/users?{query}"), Access::Account))
    }

    fn parse(&self, response: &Response) -> Result<UserPage, DavError> {
        let ids = data::<Users>(response)?.ids()?;
        let next = next_offset(ids.len(), self.limit, self.offset);
        Ok(UserPage { ids, next: next.map(|offset| Self { offset, ..self.clone() }) })
    }
}
