//! What of a user's files carries a system tag, asked by the REPORT `oc:filter-files`.
//!
//! A tag moves no etag, which is why this has to be asked at all. Folders in the answer have no slash at their end, so
//! what is a folder is read from `resourcetype`; an answer about nothing is one empty element. A tag that is gone
//! meanwhile, or that the user may not see, is answered with 412 and counts as carried by nothing. An entry that cannot be
//! read spoils the whole answer: passing over it would let a file through that somebody tagged.

use http::StatusCode;

use super::tags::TagId;
use crate::error::DavError;
use crate::href::{FilePath, files_target};
use crate::multistatus::{MultistatusParser, ResponseElement};
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::refusal::refusal;
use crate::user_id::UserId;
use crate::xml::Namespace::{Dav, OwnCloud};

/// About 250,000 files.
const MAX_CARRIERS_BYTES: u64 = 96 * 1024 * 1024;

/// Lists what carries a tag, directly.
#[derive(Debug, Clone)]
pub struct ListTagged {
    /// Whose files.
    pub user: UserId,
    /// The tag.
    pub tag: TagId,
}

/// A file or folder that carries a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagCarrier {
    /// Its identity on the server.
    pub file_id: i64,
    /// Whether it is a folder.
    pub is_folder: bool,
}

impl Operation for ListTagged {
    type Output = Vec<TagCarrier>;
    const NAME: &'static str = "tags.carriers";
    const MAX_BODY_BYTES: u64 = MAX_CARRIERS_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let body = format!(
            concat!(
                r#"<?xml version="1.0" encoding="utf-8"?>"#,
                r#"<oc:filter-files xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns">"#,
                "<d:prop><oc:fileid/><d:resourcetype/></d:prop>",
                "<oc:filter-rules><oc:systemtag>{}</oc:systemtag></oc:filter-rules></oc:filter-files>",
            ),
            self.tag.0
        );
        let target = files_target(&self.user, &FilePath::root());
        Ok(Request::new(Verb::Report, target, Access::Account)
            .content("application/xml; charset=utf-8", body))
    }

    fn parse(&self, response: &Response) -> Result<Vec<TagCarrier>, DavError> {
        if response.status == StatusCode::PRECONDITION_FAILED {
            // Only the server's own word counts; a proxy's 412 says nothing about tags.
            return match refusal(response) {
                DavError::PreconditionFailed if is_xml(response) => Ok(Vec::new()),
                error => Err(error),
            };
        }
        if response.status != StatusCode::MULTI_STATUS || !is_xml(response) {
            return Err(refusal(response));
        }
        let mut multistatus = MultistatusParser::new();
        multistatus.push(&response.body);
        let mut carriers = Vec::new();
        while let Some(element) = multistatus.next_response()? {
            let unreadable = || DavError::protocol("an entry with the tag cannot be read");
            carriers.push(carrier(&element).ok_or_else(unreadable)?);
        }
        multistatus.finish()?;
        Ok(carriers)
    }
}

fn is_xml(response: &Response) -> bool {
    ["application/xml", "text/xml"].iter().any(|xml| response.is_type(xml))
}

fn carrier(element: &ResponseElement) -> Option<TagCarrier> {
    let file_id = element.text(OwnCloud, "fileid")?.parse().ok().filter(|id| *id > 0)?;
    let types = element.property(Dav, "resourcetype")?;
    let is_folder = types.has(Dav, "collection");
    Some(TagCarrier { file_id, is_folder })
}
