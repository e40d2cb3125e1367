//! Which of these files does this person see, and where? One SEARCH (RFC 5323) by file id.
//!
//! It costs as much as one PROPFIND, however many ids are asked about, and it is stricter than any entity tag: advanced
//! permissions of a team folder take a file from a person without moving a single etag, and a SEARCH leaves it out all
//! the same (measured on Nextcloud 32.0.1 with Team folders 20.1). What the answer does not name is not seen now. Ids
//! say nothing by themselves, so the question is safe to ask about files that may be gone.

use std::fmt::Write as _;

use http::StatusCode;

use crate::error::DavError;
use crate::etag::ETag;
use crate::href::{FilePath, encode_segment};
use crate::multistatus::{MultistatusParser, ResponseElement};
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::refusal::refusal;
use crate::user_id::UserId;
use crate::xml::Namespace::{Dav, OwnCloud};

/// Ids of one question. A server builds one database condition from them.
pub const MAX_FIND_IDS: usize = 64;

/// One file can be seen through several mounts, each a hit.
const MAX_HITS: usize = 4 * MAX_FIND_IDS;

/// Paths are bounded by 4,000 characters on the server.
const MAX_FIND_BYTES: u64 = 4 * 1024 * 1024;

/// Asks where files are, by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindByIds {
    /// Whose view.
    pub user: UserId,
    /// The files, at most [`MAX_FIND_IDS`].
    pub ids: Vec<i64>,
}

/// A file the person sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its identity.
    pub file_id: i64,
    /// Where the person has it.
    pub path: FilePath,
    /// Its entity tag.
    pub etag: ETag,
}

impl FindByIds {
    fn body(&self) -> String {
        let mut body = String::from(concat!(
            r#"<?xml version="1.0" encoding="utf-8"?>"#,
            r#"<d:searchrequest xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:basicsearch>"#,
            r"<d:select><d:prop><oc:fileid/><d:getetag/></d:prop></d:select><d:from><d:scope><d:href>/files/",
        ));
        body.extend(encode_segment(self.user.as_str()));
        body.push_str("</d:href><d:depth>infinity</d:depth></d:scope></d:from><d:where><d:or>");
        for id in &self.ids {
            // Writing into a String cannot fail.
            let _ = write!(body, "<d:eq><d:prop><oc:fileid/></d:prop><d:literal>{id}</d:literal></d:eq>");
        }
        let _ = write!(
            body,
            "</d:or></d:where><d:limit><d:nresults>{MAX_HITS}</d:nresults></d:limit></d:basicsearch></d:searchrequest>"
        );
        body
    }

    /// A hit, if it says enough; anything less does not count as seen.
    fn read(&self, response: &ResponseElement) -> Option<Found> {
        let href = response.href.as_ref().ok()?;
        let file_id = response.text(OwnCloud, "fileid")?.parse().ok()?;
        let failed = response.status.is_some_and(|status| !(200..300).contains(&status));
        if failed || response.damaged || !self.ids.contains(&file_id) {
            return None;
        }
        let path = href.below_files_root(&self.user)?;
        Some(Found { file_id, path, etag: ETag::parse(response.text(Dav, "getetag")?).ok()? })
    }
}

impl Operation for FindByIds {
    type Output = Vec<Found>;
    const NAME: &'static str = "files.find_by_ids";
    const MAX_BODY_BYTES: u64 = MAX_FIND_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        if self.ids.is_empty() || self.ids.len() > MAX_FIND_IDS {
            return Err(DavError::Settings {
                what: "a search asks about one file at least and a bounded number at most",
            });
        }
        Ok(Request::new(Verb::Search, "remote.php/dav/", Access::Account)
            .content("text/xml; charset=utf-8", self.body()))
    }

    fn parse(&self, response: &Response) -> Result<Vec<Found>, DavError> {
        let is_xml = ["application/xml", "text/xml"].iter().any(|xml| response.is_type(xml));
        if response.status != StatusCode::MULTI_STATUS || !is_xml {
            return Err(refusal(response));
        }
        let mut multistatus = MultistatusParser::new();
        multistatus.push(&response.body);
        let mut found = Vec::new();
        while let Some(element) = multistatus.next_response()? {
            found.extend(self.read(&element));
        }
        multistatus.finish()?;
        Ok(found)
    }
}
