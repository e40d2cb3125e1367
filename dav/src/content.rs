//! What is uploaded: bytes of a known length that can be read again from anywhere.
//!
//! A refused or interrupted request is sent again, and a large file travels in pieces, so content is not a stream
//! but a source of streams. Its length is said before the first byte; a source that then gives more or less breaks
//! the request off instead of storing something else. Nothing is held in memory beyond one piece of a stream.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

/// Bytes read from a file at once.
const PIECE_BYTES: usize = 64 * 1024;

/// Bytes to upload.
pub trait Content: Send + Sync + 'static {
    /// How many there are.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// These bytes, from the first one.
    fn open(&self, range: Range<u64>) -> BoxStream<'static, io::Result<Bytes>>;
}

impl Content for Bytes {
    fn len(&self) -> u64 {
        self.as_ref().len() as u64
    }

    fn open(&self, range: Range<u64>) -> BoxStream<'static, io::Result<Bytes>> {
        let within = usize::try_from(range.start)
            .ok()
            .zip(usize::try_from(range.end).ok())
            .filter(|(start, end)| start <= end && *end <= self.as_ref().len());
        let piece = within
            .map(|(start, end)| self.slice(start..end))
            .ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof));
        stream::iter([piece]).boxed()
    }
}

/// A file on this machine.
pub struct FileContent {
    path: PathBuf,
    length: u64,
}

impl FileContent {
    /// The file as long as it is now.
    pub async fn of(path: &Path) -> io::Result<Self> {
        let metadata = tokio::fs::metadata(path).await?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        Ok(Self { path: path.to_path_buf(), length: metadata.len() })
    }
}

impl fmt::Debug for FileContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileContent({} bytes)", self.length)
    }
}

impl Content for FileContent {
    fn len(&self) -> u64 {
        self.length
    }

    fn open(&self, range: Range<u64>) -> BoxStream<'static, io::Result<Bytes>> {
        let path = self.path.clone();
        async_stream::try_stream! {
            let mut file = tokio::fs::File::open(path).await?;
            file.seek(io::SeekFrom::Start(range.start)).await?;
            let mut rest = range.end.saturating_sub(range.start);
            while rest > 0 {
                let wanted = usize::try_from(rest).map_or(PIECE_BYTES, |rest| rest.min(PIECE_BYTES));
                let mut piece = vec![0; wanted];
                let read = file.read(&mut piece).await?;
                if read == 0 {
                    Err(io::Error::from(io::ErrorKind::UnexpectedEof))?;
                }
                piece.truncate(read);
                rest = rest.saturating_sub(read as u64);
                yield Bytes::from(piece);
            }
        }
        .boxed()
    }
}

/// A part of some content on its way.
#[derive(Clone)]
pub(crate) struct Streamed {
    content: Arc<dyn Content>,
    range: Range<u64>,
    failed: Arc<AtomicBool>,
}

impl Streamed {
    pub(crate) fn new(content: Arc<dyn Content>, range: Range<u64>) -> Self {
        Self { content, range, failed: Arc::default() }
    }

    pub(crate) fn len(&self) -> u64 {
        self.range.end.saturating_sub(self.range.start)
    }

    /// Whether the source failed while it was sent last.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// The bytes, exactly as many as announced or an error.
    pub(crate) fn open(&self) -> BoxStream<'static, io::Result<Bytes>> {
        self.failed.store(false, Ordering::Release);
        let (failed, mut source, mut rest) =
            (Arc::clone(&self.failed), self.content.open(self.range.clone()), self.len());
        async_stream::try_stream! {
            while let Some(piece) = source.try_next().await? {
                rest = rest
                    .checked_sub(piece.len() as u64)
                    .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "more bytes than announced"))?;
                yield piece;
            }
            if rest > 0 {
                Err(io::Error::from(io::ErrorKind::UnexpectedEof))?;
            }
        }
        .inspect_err(move |_: &io::Error| failed.store(true, Ordering::Release))
        .boxed()
    }
}
