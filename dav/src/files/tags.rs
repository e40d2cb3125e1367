//! System tags: labels that a whole server shares.
//!
//! A tag is known by its number; its name is unique regardless of case. Assigning and taking away carry a
//! precondition like every write: a tag is put where it is not yet (`If-None-Match: *`) and taken from where it is
//! (`If-Match: *`), so "nothing to do" is told from "done". A tag the person may not see does not exist for them, and
//! one they may not assign is refused by the server.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::error::DavError;
use crate::multistatus::MultistatusParser;
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::precondition::Precondition;
use crate::refusal::{MAX_REFUSAL_BYTES, refusal};
use crate::webdav::{Depth, PropertyName, Propfind};
use crate::xml::Namespace::OwnCloud;

/// The longest list of tags that is read.
const MAX_TAGS_BYTES: u64 = 8 * 1024 * 1024;
/// The longest name of a tag in characters; the server's column is this wide.
pub const MAX_TAG_CHARS: usize = 64;
const TAG_PROPERTIES: &[PropertyName] = &[
    (OwnCloud, "id"),
    (OwnCloud, "display-name"),
    (OwnCloud, "user-visible"),
    (OwnCloud, "user-assignable"),
    (OwnCloud, "can-assign"),
];

/// The number of a tag on its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TagId(pub u64);

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemTag {
    /// Its number.
    pub id: TagId,
    /// Its name.
    pub name: String,
    /// Whether people see it.
    pub user_visible: bool,
    /// Whether people in general may assign it.
    pub user_assignable: bool,
    /// Whether this person may assign it.
    pub can_assign: bool,
}

/// Lists the tags of the server that the person sees.
#[derive(Debug, Clone, Copy)]
pub struct ListTags;

/// Lists the tags of one file or folder.
#[derive(Debug, Clone, Copy)]
pub struct TagsOf {
    /// The file.
    pub file_id: i64,
}

/// Makes a tag that everybody sees and may assign. Refused with [`DavError::Conflict`] when the name is taken, in
/// whatever case, and with [`DavError::Forbidden`] where only administrators make tags.
#[derive(Debug, Clone)]
pub struct CreateTag {
    /// Its name.
    pub name: String,
}

/// Puts a tag on a file or folder that does not have it.
#[derive(Debug, Clone, Copy)]
pub struct AssignTag {
    /// The file.
    pub file_id: i64,
    /// The tag.
    pub tag: TagId,
}

/// Takes a tag from a file or folder that has it.
#[derive(Debug, Clone, Copy)]
pub struct UnassignTag {
    /// The file.
    pub file_id: i64,
    /// The tag.
    pub tag: TagId,
}

impl Operation for ListTags {
    type Output = Vec<SystemTag>;
    const NAME: &'static str = "tags.list";
    const MAX_BODY_BYTES: u64 = MAX_TAGS_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let target = "remote.php/dav/systemtags/";
        Propfind { target, depth: Depth::One, properties: TAG_PROPERTIES }.request()
    }

    fn parse(&self, response: &Response) -> Result<Vec<SystemTag>, DavError> {
        tags(response)
    }
}

impl Operation for TagsOf {
    type Output = Vec<SystemTag>;
    const NAME: &'static str = "tags.of_file";
    const MAX_BODY_BYTES: u64 = MAX_TAGS_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let target = format!("remote.php/dav/systemtags-relations/files/{}/", self.file_id);
        Propfind { target: &target, depth: Depth::One, properties: TAG_PROPERTIES }.request()
    }

    fn parse(&self, response: &Response) -> Result<Vec<SystemTag>, DavError> {
        tags(response)
    }
}

impl Operation for CreateTag {
    type Output = TagId;
    const NAME: &'static str = "tags.create";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > MAX_TAG_CHARS || name.chars().any(char::is_control) {
            return Err(DavError::Settings { what: "a tag's name has 1 to 64 printable characters" });
        }
        let body = serde_json::json!({ "name": name, "userVisible": true, "userAssignable": true });
        Ok(Request::new(Verb::Post, "remote.php/dav/systemtags/", Access::Account)
            .content("application/json", body.to_string()))
    }

    fn parse(&self, response: &Response) -> Result<TagId, DavError> {
        if response.status != StatusCode::CREATED {
            return Err(refusal(response));
        }
        let number = response.header("content-location").and_then(|place| place.rsplit('/').next());
        let number = number.and_then(|number| number.parse().ok());
        number.map(TagId).ok_or_else(|| DavError::protocol("the answer does not name the new tag"))
    }
}

impl Operation for AssignTag {
    type Output = ();
    const NAME: &'static str = "tags.assign";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let target = relation(self.file_id, self.tag);
        Request::new(Verb::Put, target, Access::Account).under(Precondition::Absent)
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        if response.status == StatusCode::CREATED { Ok(()) } else { Err(refusal(response)) }
    }
}

impl Operation for UnassignTag {
    type Output = ();
    const NAME: &'static str = "tags.unassign";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let target = relation(self.file_id, self.tag);
        Request::new(Verb::Delete, target, Access::Account).under(Precondition::Present)
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        if response.status == StatusCode::NO_CONTENT { Ok(()) } else { Err(refusal(response)) }
    }
}

fn relation(file_id: i64, tag: TagId) -> String {
    format!("remote.php/dav/systemtags-relations/files/{file_id}/{}", tag.0)
}

/// Every element that names a tag; the collection itself does not.
fn tags(response: &Response) -> Result<Vec<SystemTag>, DavError> {
    if response.status != StatusCode::MULTI_STATUS {
        return Err(refusal(response));
    }
    let mut parser = MultistatusParser::new();
    parser.push(&response.body);
    let mut tags = Vec::new();
    while let Some(element) = parser.next_response()? {
        let id = element.text(OwnCloud, "id").and_then(|text| text.parse().ok()).map(TagId);
        let name = element.text(OwnCloud, "display-name");
        let (Some(id), Some(name), false) = (id, name, element.damaged) else { continue };
        let flag = |local| element.text(OwnCloud, local) == Some("true");
        tags.push(SystemTag {
            id,
            name: name.to_owned(),
            user_visible: flag("user-visible"),
            user_assignable: flag("user-assignable"),
            can_assign: flag("can-assign"),
        });
    }
    parser.finish()?;
    Ok(tags)
}
