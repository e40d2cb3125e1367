//! A large file in pieces (Nextcloud's chunked upload, version 2).
//!
//! A staging folder that nobody sees takes the pieces; moving its `.file` puts the whole in place in one step, under
//! the precondition of the write. The folder is named by the caller, who uses the same name for the same content
//! again, so that an upload that was cut off continues: pieces already there in full length are not sent again. Pieces
//! that fit no plan of ours make the folder start anew. The server checks the sum of the lengths and so do we; content
//! is not downloaded again to be compared, since each piece travelled under its own length. A refusal that no retry
//! can cure removes the folder; whatever else is left over, the server clears after a day.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use http::{HeaderName, StatusCode};

use super::properties::FileEntry;
use super::upload::Upload;
use crate::client::Client;
use crate::content::Streamed;
use crate::error::DavError;
use crate::href::{check_segment, encode_segment, files_target};
use crate::multistatus::MultistatusParser;
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::precondition::{Expected, Precondition};
use crate::refusal::{MAX_REFUSAL_BYTES, refusal};
use crate::user_id::UserId;
use crate::webdav::{Depth, Mkcol, Move, Propfind, with_modified};
use crate::xml::Namespace::Dav;

/// Pieces are numbered from 1 to this. The measured server takes more without complaint and may assemble them wrongly.
pub const MAX_CHUNKS: u64 = 10_000;
/// The largest piece.
pub const MAX_CHUNK_BYTES: u64 = 100 * 1024 * 1024;
/// The longest list of pieces that is read.
const MAX_LIST_BYTES: u64 = 16 * 1024 * 1024;
/// How often a staging folder that is not ours or vanished is made anew.
const MAX_STARTS: u32 = 2;

/// The name of a staging folder.
#[derive(Clone, PartialEq, Eq)]
pub struct UploadId(String);

impl UploadId {
    /// A name of letters, digits and dashes.
    pub fn new(name: &str) -> Option<Self> {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = !name.is_empty() && name.len() <= 64 && name.bytes().all(legal);
        (fits && check_segment(name).is_ok()).then(|| Self(name.to_owned()))
    }
}

impl fmt::Debug for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UploadId")
    }
}

/// How content is cut into pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkPlan {
    total: u64,
    chunk: u64,
}

impl ChunkPlan {
    /// Pieces of about `wanted` bytes: larger where [`MAX_CHUNKS`] of them would not do. `None` when the content is
    /// too large for any.
    pub fn new(total: u64, wanted: u64) -> Option<Self> {
        let chunk = wanted.clamp(1, MAX_CHUNK_BYTES).max(total.div_ceil(MAX_CHUNKS));
        (chunk <= MAX_CHUNK_BYTES).then_some(Self { total, chunk })
    }

    /// How many pieces.
    pub fn count(&self) -> u64 {
        self.total.div_ceil(self.chunk).max(1)
    }

    /// Which bytes piece `number` holds, counted from 1.
    pub fn range(&self, number: u64) -> Range<u64> {
        let start = (number - 1).saturating_mul(self.chunk).min(self.total);
        start..start.saturating_add(self.chunk).min(self.total)
    }

    fn length(&self, number: u64) -> u64 {
        let range = self.range(number);
        range.end - range.start
    }

    /// Whether these pieces can be part of it.
    fn has(&self, pieces: &BTreeMap<u64, u64>) -> bool {
        pieces
            .iter()
            .all(|(number, length)| (1..=self.count()).contains(number) && *length == self.length(*number))
    }
}

/// One upload in pieces.
struct Staged<'a> {
    upload: &'a Upload,
    folder: String,
    destination: String,
    plan: ChunkPlan,
}

struct MakeStage<'a>(&'a Staged<'a>);
struct ListStage<'a>(&'a Staged<'a>);
struct DropStage<'a>(&'a Staged<'a>);

impl Client {
    /// Uploads in pieces of `chunk_bytes`, continuing what an earlier attempt under the same `id` left, and reads
    /// the entry again. The same `id` must always mean the same content.
    pub async fn upload_chunked(
        &self,
        upload: &Upload,
        id: &UploadId,
        chunk_bytes: u64,
    ) -> Result<FileEntry, DavError> {
        let total = upload.content.len();
        let plan = ChunkPlan::new(total, chunk_bytes)
            .ok_or(DavError::TooLarge { limit: MAX_CHUNKS * MAX_CHUNK_BYTES })?;
        let staged = Staged {
            upload,
            folder: staging_folder(&upload.user, id),
            destination: files_target(&upload.user, &upload.path),
            plan,
        };
        // Before anything travels; and once more below, because the pieces take their time.
        self.settled(upload).await?;
        let sent = self.send_pieces(&staged).await;
        let assembled = match sent {
            Ok(()) => self.assemble(&staged).await,
            Err(error) => Err(error),
        };
        if let Err(error) = assembled {
            if !error.is_transient() && !error.leaves_outcome_open() && !error.stops_account() {
                // What cannot succeed should not take up quota; if this fails too, the server clears it in a day.
                let _ = self.send(&DropStage(&staged)).await;
            }
            return Err(error);
        }
        self.stored(upload).await
    }

    async fn send_pieces(&self, staged: &Staged<'_>) -> Result<(), DavError> {
        let mut start = 1;
        loop {
            let present = self.present(staged).await?;
            match self.send_missing(staged, &present).await {
                // The server cleared the folder while pieces were sent.
                Err(DavError::NotFound) if start < MAX_STARTS => start += 1,
                sent => return sent,
            }
        }
    }

    /// The pieces that are there, in a folder that is.
    async fn present(&self, staged: &Staged<'_>) -> Result<BTreeMap<u64, u64>, DavError> {
        match self.send(&MakeStage(staged)).await {
            Ok(()) => return Ok(BTreeMap::new()),
            Err(DavError::Conflict { .. } | DavError::PreconditionFailed) => {}
            Err(error) => return Err(error),
        }
        let pieces = self.send(&ListStage(staged)).await?;
        if staged.plan.has(&pieces) {
            return Ok(pieces);
        }
        self.send(&DropStage(staged)).await?;
        self.send(&MakeStage(staged)).await?;
        Ok(BTreeMap::new())
    }

    async fn send_missing(&self, staged: &Staged<'_>, present: &BTreeMap<u64, u64>) -> Result<(), DavError> {
        let settings = self.settings();
        for number in (1..=staged.plan.count()).filter(|number| !present.contains_key(number)) {
            let request = staged.piece(number)?;
            let (name, patience) = ("files.upload_piece", settings.stream_timeout);
            let answer = self.exchange(name, &request, patience, settings.request_timeout).await?;
            if !matches!(answer.status(), StatusCode::CREATED | StatusCode::NO_CONTENT) {
                return Err(refusal(&answer.hold_beginning(MAX_REFUSAL_BYTES).await?));
            }
        }
        let pieces = self.send(&ListStage(staged)).await?;
        let stored = pieces.values().sum();
        let whole = pieces.len() as u64 == staged.plan.count() && staged.plan.has(&pieces);
        if whole { Ok(()) } else { Err(DavError::NotAsSent { sent: staged.plan.total, stored }) }
    }

    async fn assemble(&self, staged: &Staged<'_>) -> Result<(), DavError> {
        let modified = self.settled(staged.upload).await?;
        let settings = self.settings();
        let request = staged.assembly(modified)?;
        // The server copies the pieces together before it answers.
        let answer = self
            .exchange("files.assemble", &request, settings.stream_timeout, settings.request_timeout)
            .await?;
        match Move::parse(&answer.hold_beginning(MAX_REFUSAL_BYTES).await?) {
            // The version to replace is gone; there is nothing at the destination to compare with.
            Err(DavError::NotFound) if matches!(staged.upload.expected, Expected::Version(_)) => {
                Err(DavError::PreconditionFailed)
            }
            moved => moved,
        }
    }
}

impl Staged<'_> {
    fn piece(&self, number: u64) -> Result<Request, DavError> {
        let content = Streamed::new(Arc::clone(&self.upload.content), self.plan.range(number));
        let request = Request::new(Verb::Put, format!("{}{number:05}", self.folder), Access::Account)
            .to(self.destination.clone())
            .streaming(content);
        self.with_total(request)
    }

    fn assembly(&self, modified: Option<i64>) -> Result<Request, DavError> {
        let precondition = match &self.upload.expected {
            Expected::Nothing => Precondition::FreeDestination,
            Expected::Version(etag) => Precondition::DestinationVersion(etag),
        };
        let request = Request::new(Verb::Move, format!("{}.file", self.folder), Access::Account)
            .to(self.destination.clone())
            .under(precondition)?;
        with_modified(self.with_total(request)?, modified)
    }

    /// Lets the server check the quota before it takes a piece, and the sum before it assembles them.
    fn with_total(&self, request: Request) -> Result<Request, DavError> {
        let total = self.plan.total.to_string();
        request.header_text(HeaderName::from_static("oc-total-length"), &total)
    }
}

impl Operation for MakeStage<'_> {
    type Output = ();
    const NAME: &'static str = "files.stage";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let target = self.0.folder.trim_end_matches('/');
        Mkcol { target, destination: Some(&self.0.destination) }.request()
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        Mkcol::parse(response)
    }
}

impl Operation for ListStage<'_> {
    type Output = BTreeMap<u64, u64>;
    const NAME: &'static str = "files.list_pieces";
    const MAX_BODY_BYTES: u64 = MAX_LIST_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let properties = &[(Dav, "getcontentlength")];
        Propfind { target: &self.0.folder, depth: Depth::One, properties }.request()
    }

    /// Lengths by number. Names that are no number, `.file` aside, count as piece 0, which no plan has.
    fn parse(&self, response: &Response) -> Result<Self::Output, DavError> {
        if response.status != StatusCode::MULTI_STATUS {
            return Err(refusal(response));
        }
        let mut parser = MultistatusParser::new();
        parser.push(&response.body);
        let mut pieces = BTreeMap::new();
        while let Some(element) = parser.next_response()? {
            let Ok(href) = &element.href else { continue };
            let name = href.name().unwrap_or_default();
            if href.is_collection() || name == ".file" {
                continue;
            }
            let length = element.text(Dav, "getcontentlength").and_then(|text| text.parse().ok());
            pieces.insert(name.parse().unwrap_or(0), length.unwrap_or(u64::MAX));
        }
        parser.finish()?;
        Ok(pieces)
    }
}

impl Operation for DropStage<'_> {
    type Output = ();
    const NAME: &'static str = "files.drop_stage";
    const MAX_BODY_BYTES: u64 = MAX_REFUSAL_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        Ok(Request::new(Verb::Delete, self.0.folder.trim_end_matches('/'), Access::Account))
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        match response.status {
            StatusCode::NO_CONTENT => Ok(()),
            _ => match refusal(response) {
                DavError::NotFound => Ok(()),
                error => Err(error),
            },
        }
    }
}

fn staging_folder(user: &UserId, id: &UploadId) -> String {
    format!("remote.php/dav/uploads/{}/{}/", encode_segment(user.as_str()), id.0)
}
