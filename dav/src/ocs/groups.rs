//! The directory of groups, and who is in them. For an administrator's account, like the directory of users.

use serde::Deserialize;

use super::users::Users;
use super::{MAX_OCS_BODY_BYTES, data, next_offset, page_query, request};
use crate::error::DavError;
use crate::href::encode_segment;
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::user_id::UserId;

/// Asks for one page of group ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListGroups {
    /// Part of an id or name.
    pub search: Option<String>,
    /// Names per page, at most [`super::MAX_PAGE`].
    pub limit: u32,
    /// Where the page begins.
    pub offset: u64,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPage {
    /// The ids.
    pub ids: Vec<String>,
    /// Asks for the next page; `None` after the last.
    pub next: Option<ListGroups>,
}

#[derive(Deserialize)]
struct Groups {
    groups: Vec<String>,
}

impl Operation for ListGroups {
    type Output = GroupPage;
    const NAME: &'static str = "ocs.list_groups";
    const MAX_BODY_BYTES: u64 = MAX_OCS_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let query = page_query(self.search.as_deref(), self.limit, self.offset);
        Ok(request(Verb::Get, format!("ocs/v2.php/cloud/groups?{query}"), Access::Account))
    }

    fn parse(&self, response: &Response) -> Result<GroupPage, DavError> {
        let ids = data::<Groups>(response)?.groups;
        let next = next_offset(ids.len(), self.limit, self.offset);
        Ok(GroupPage { ids, next: next.map(|offset| Self { offset, ..self.clone() }) })
    }
}

/// Asks who is in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListGroupMembers {
    /// The group's id.
    pub group: String,
}

impl Operation for ListGroupMembers {
    type Output = Vec<UserId>;
    const NAME: &'static str = "ocs.list_group_members";
    const MAX_BODY_BYTES: u64 = MAX_OCS_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        crate::href::check_segment(&self.group)
            .map_err(|_| DavError::Settings { what: "a group id is not a path segment" })?;
        let target = format!("ocs/v2.php/cloud/groups/{}/users", encode_segment(&self.group));
        Ok(request(Verb::Get, target, Access::Account))
    }

    fn parse(&self, response: &Response) -> Result<Vec<UserId>, DavError> {
        data::<Users>(response)?.ids()
    }
}
