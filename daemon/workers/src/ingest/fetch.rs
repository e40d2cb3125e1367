//! The document's bytes, as somebody who may read it.
//!
//! The bytes are streamed to a spooled file and hashed on the way. When the hash is the one already known, nothing is
//! read again: only the name or the etag had changed. A file that one reader can no longer open is tried through the
//! others before anybody is told.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use voiceassist_dav::files::{Download, Downloaded};
use voiceassist_dav::{DavError, FilePath};
use voiceassist_model::{DocumentState, Reason};
use voiceassist_store::documents::{ContentHash, Document, Fetched, Route};

use crate::connections::ConnectError;
use crate::job::with_sources;
use crate::spool::Spooled;
use crate::{Context, JobError};

/// Readers through whom the bytes are asked for before the file counts as unreadable.
const MAX_ROUTES: u32 = 3;

/// Media types nothing reads, so nothing is fetched.
const UNREAD_MEDIA: [&str; 4] = ["image/", "audio/", "video/", "font/"];
/// Types nothing reads, as Nextcloud names them.
const UNREAD_TYPES: [&str; 7] = [
    "application/zip",
    "application/gzip",
    "application/x-gzip",
    "application/x-7z-compressed",
    "application/x-rar-compressed",
    "application/x-tar",
    "application/dicom",
];

/// How fetching ended.
pub(super) enum Outcome {
    /// New bytes are here.
    Fetched(Spooled),
    /// The bytes are the ones already worked on, which got this far.
    Unchanged(DocumentState),
    /// A newer version arrived.
    Superseded,
    /// The bytes will not be read.
    Refused(Reason),
}

/// Why the document is left out without asking for its bytes.
pub(super) fn not_worth_fetching(context: &Context, document: &Document) -> Option<Reason> {
    let size = u64::try_from(document.size).unwrap_or(0);
    if size == 0 {
        return Some(Reason::Empty);
    }
    if size > context.settings.max_file_bytes {
        return Some(Reason::TooLarge);
    }
    let mime = document.mime.as_deref().unwrap_or_default();
    let unread = UNREAD_MEDIA.iter().any(|media| mime.starts_with(media)) || UNREAD_TYPES.contains(&mime);
    unread.then_some(Reason::UnsupportedType)
}

/// Bytes, and nothing recorded about them.
pub(super) enum Brought {
    /// They are in the spool, and have this hash.
    Bytes(Spooled, ContentHash),
    /// They will not be read.
    Refused(Reason),
}

/// Brings the bytes into the spool and records that they are there.
pub(super) async fn fetch(context: &Context, document: &Document) -> Result<Outcome, JobError> {
    match bring(context, document).await? {
        Brought::Bytes(spooled, hash) => record(context, document, spooled, hash).await,
        Brought::Refused(reason) => Ok(Outcome::Refused(reason)),
    }
}

/// Brings the bytes into the spool.
pub(super) async fn bring(context: &Context, document: &Document) -> Result<Brought, JobError> {
    let routes = context.store.documents().routes(document.id, MAX_ROUTES).await?;
    let mut last = None;
    for route in &routes {
        match through(context, route).await {
            Ok((spooled, hash)) => return Ok(Brought::Bytes(spooled, hash)),
            Err(FetchError::TooLarge) => return Ok(Brought::Refused(Reason::TooLarge)),
            Err(FetchError::NotThroughHere) => {}
            Err(FetchError::Job(error)) => last = Some(error),
        }
    }
    match last {
        Some(error) => Err(error),
        // Nobody who should see it can open it: the next look at the account will say why.
        None => Ok(Brought::Refused(Reason::Unreadable)),
    }
}

async fn record(
    context: &Context,
    document: &Document,
    spooled: Spooled,
    hash: ContentHash,
) -> Result<Outcome, JobError> {
    let fetched = context.store.documents().mark_fetched(document.id, document.version, &hash).await?;
    Ok(match fetched {
        // Bytes that were fetched before may not have been read: a killed run did not get to it.
        Fetched::New | Fetched::Unchanged(DocumentState::Pending | DocumentState::Fetched) => {
            Outcome::Fetched(spooled)
        }
        Fetched::Unchanged(state) => Outcome::Unchanged(state),
        Fetched::Superseded => Outcome::Superseded,
    })
}

enum FetchError {
    TooLarge,
    NotThroughHere,
    Job(JobError),
}

impl From<DavError> for FetchError {
    fn from(error: DavError) -> Self {
        match error {
            DavError::TooLarge { .. } => Self::TooLarge,
            DavError::NotFound | DavError::Forbidden | DavError::NotAFile | DavError::Unauthorized => {
                Self::NotThroughHere
            }
            // A portal or a proxy in trouble sends everybody elsewhere; no document is given up for that.
            DavError::Redirected => Self::Job(JobError::retry("asking Nextcloud", error)),
            error => Self::Job(error.into()),
        }
    }
}

async fn through(context: &Context, route: &Route) -> Result<(Spooled, ContentHash), FetchError> {
    let connected = context.connections.of(route.account).await.map_err(|error| match error {
        ConnectError::NotConnected => FetchError::NotThroughHere,
        error => FetchError::Job(JobError::retry("connecting the account", with_sources(&error))),
    })?;
    let path = FilePath::parse(route.path.trim_start_matches('/')).map_err(|_| FetchError::NotThroughHere)?;
    let request = Download {
        user: connected.user.clone(),
        path,
        if_none_match: None,
        range: None,
        max_bytes: context.settings.max_file_bytes,
    };
    let id = context.randomness.uuid(&*context.clock);
    let (spooled, file) = Spooled::create(&context.settings.spool, id).map_err(spool_trouble)?;
    let mut writer = Hashing { file, hasher: blake3::Hasher::new() };
    match connected.client.download(&request, &mut writer).await? {
        Downloaded::Written(_) => {}
        Downloaded::NotModified => return Err(FetchError::NotThroughHere),
    }
    writer.file.flush().await.map_err(spool_trouble)?;
    Ok((spooled, ContentHash(*writer.hasher.finalize().as_bytes())))
}

fn spool_trouble(error: std::io::Error) -> FetchError {
    FetchError::Job(JobError::retry("spooling the file", error))
}

/// Hashes what is written through it.
struct Hashing {
    file: tokio::fs::File,
    hasher: blake3::Hasher,
}

impl AsyncWrite for Hashing {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.file).poll_write(cx, bytes))?;
        self.hasher.update(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.file).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.file).poll_shutdown(cx)
    }
}
