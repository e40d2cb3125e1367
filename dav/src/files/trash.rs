//! Out of the trash again.
//!
//! What was deleted keeps its file id there and gets it back when it is restored. The server decides where it goes:
//! to its old place, to the files root when the old folder is gone, or under another name when the old one is
//! taken; hence the caller looks for the file id afterwards. `Overwrite: F` cannot be asked for (the server takes
//! every restore for an overwrite), and nothing is overwritten by one.

use chrono::{DateTime, Utc};
use http::StatusCode;

use crate::error::DavError;
use crate::href::{FilePath, encode_segment};
use crate::multistatus::{MultistatusParser, ResponseElement};
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::precondition::Precondition;
use crate::refusal::{MAX_REFUSAL_BYTES, refusal};
use crate::user_id::UserId;
use crate::webdav::{Depth, Move, PropertyName, Propfind};
use crate::xml::Namespace::{Nextcloud, OwnCloud};

/// The longest trash that is searched: about fifty thousand items.
const MAX_TRASH_BYTES: u64 = 32 * 1024 * 1024;
const TRASH_PROPERTIES: &[PropertyName] =
    &[(Nextcloud, "trashbin-original-location"), (Nextcloud, "trashbin-deletion-time"), (OwnCloud, "fileid")];

/// Looks for a file or folder in its user's trash.
#[derive(Debug, Clone)]
pub struct FindInTrash {
    /// Whose trash.
    pub user: UserId,
    /// The file.
    pub file_id: i64,
}

/// Something in the trash.
#[derive(Clone, PartialEq, Eq)]
pub struct TrashItem {
    /// What it is called there.
    name: String,
    /// Its identity, the same as before.
    pub file_id: i64,
    /// Where it was.
    pub original: FilePath,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for TrashItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TrashItem").field("file_id", &self.file_id).finish_non_exhaustive()
    }
}

/// Takes something out of the trash.
#[derive(Debug, Clone)]
pub struct RestoreEntry {
    /// Whose trash.
    pub user: UserId,
    /// What.
    pub item: TrashItem,
}

impl Operation for FindInTrash {
    type Output = Option<TrashItem>;
    const NAME: &'static str = "trash.find";
    const MAX_BODY_BYTES: u64 = MAX_TRASH_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let target = format!("{}/trash/", space(&self.user));
        Propfind { target: &target, depth: Depth::One, properties: TRASH_PROPERTIES }.request()
    }

    fn parse(&self, response: &Response) -> Result<Option<TrashItem>, DavError> {
        if response.status != StatusCode::MULTI_STATUS {
            return Err(refusal(response));
        }
        let mut parser = MultistatusParser::new();
        parser.push(&response.body);
        let mut found: Option<TrashItem> = None;
        while let Some(element) = parser.next_response()? {
            let item = item(&element).filter(|item| item.file_id == self.file_id);
            found = match (found, item) {
                (Some(known), Some(item)) if known.deleted_at >= item.deleted_at => Some(known),
                (known, item) => item.or(known),
            };
        }
        parser.finish()?;
        Ok(found)
    }
}

impl Operation for RestoreEntry {
    type Output = ();
    const NAME: &'static str = "trash.restore";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let (space, name) = (space(&self.user), encode_segment(&self.item.name));
        let original = self.item.original.name().unwrap_or(&self.item.name);
        Request::new(Verb::Move, format!("{space}/trash/{name}"), Access::Account)
            .to(format!("{space}/restore/{}", encode_segment(original)))
            .under(Precondition::Present)
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        Move::parse(response)
    }
}

fn space(user: &UserId) -> String {
    format!("remote.php/dav/trashbin/{}", encode_segment(user.as_str()))
}

fn item(element: &ResponseElement) -> Option<TrashItem> {
    let number = |namespace, local| element.text(namespace, local)?.parse::<i64>().ok();
    Some(TrashItem {
        name: element.href.as_ref().ok()?.name()?.to_owned(),
        file_id: number(OwnCloud, "fileid")?,
        original: FilePath::parse(element.text(Nextcloud, "trashbin-original-location")?).ok()?,
        deleted_at: number(Nextcloud, "trashbin-deletion-time")
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
    })
}
