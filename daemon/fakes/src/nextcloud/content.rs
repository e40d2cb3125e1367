//! What a file holds. A tree of tens of thousands of files must not hold tens of thousands of buffers, so a content
//! may be bytes in memory, a pattern or a function computed while it is read, or a file on disk.
//! A content's length is known without reading it, because listings show it.

use std::fmt;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

/// Bytes read or computed at a time.
const READ_CHUNK: usize = 64 * 1024;

/// The content of one file.
#[derive(Clone)]
pub enum Content {
    /// Held in memory, shared between copies.
    Bytes(Bytes),
    /// Text computed from a seed: no memory at all.
    Pattern {
        /// Length in bytes.
        len: u64,
        /// Two different seeds give two different texts.
        seed: u64,
    },
    /// Computed byte by byte while it is sent; see [`Content::generated`].
    Generated {
        /// Length in bytes.
        len: u64,
        /// The byte at an offset.
        byte_at: Arc<dyn Fn(u64) -> u8 + Send + Sync>,
    },
    /// Read from disk each time; see [`Content::file`].
    File {
        /// Length when it was registered.
        len: u64,
        /// Where it lies.
        path: Arc<Path>,
    },
}

impl Content {
    /// A function from offset to byte; a gigabyte of it costs no memory.
    pub fn generated(len: u64, byte_at: impl Fn(u64) -> u8 + Send + Sync + 'static) -> Self {
        Self::Generated { len, byte_at: Arc::new(byte_at) }
    }

    /// A file on disk, which must not change its length while it is served.
    pub fn file(path: impl AsRef<Path>) -> io::Result<Self> {
        let len = std::fs::metadata(path.as_ref())?.len();
        Ok(Self::File { len, path: path.as_ref().into() })
    }

    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Pattern { len, .. } | Self::Generated { len, .. } | Self::File { len, .. } => *len,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The whole content in memory; `None` when the file on disk cannot be read.
    pub fn to_bytes(&self) -> Option<Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes.clone()),
            Self::Pattern { len, seed } => Some(pattern(*len, *seed).into()),
            Self::Generated { len, byte_at } => Some((0..*len).map(|offset| byte_at(offset)).collect()),
            Self::File { path, .. } => std::fs::read(path).ok().map(Bytes::from),
        }
    }

    /// A part of the content as a stream; the range must lie inside.
    pub(super) fn stream(&self, range: Range<u64>) -> BoxStream<'static, io::Result<Bytes>> {
        match self {
            Self::File { path, .. } => return file_stream(Arc::clone(path), range),
            Self::Generated { byte_at, .. } => return generated_stream(Arc::clone(byte_at), range),
            Self::Bytes(_) | Self::Pattern { .. } => {}
        }
        let whole = self.to_bytes().unwrap_or_default();
        let start = usize::try_from(range.start).unwrap_or(usize::MAX).min(whole.len());
        let end = usize::try_from(range.end).unwrap_or(usize::MAX).clamp(start, whole.len());
        stream::iter([Ok(whole.slice(start..end))]).boxed()
    }
}

fn generated_stream(
    byte_at: Arc<dyn Fn(u64) -> u8 + Send + Sync>,
    range: Range<u64>,
) -> BoxStream<'static, io::Result<Bytes>> {
    let starts = range.clone().step_by(READ_CHUNK);
    stream::iter(starts)
        .map(move |start| {
            let end = range.end.min(start + READ_CHUNK as u64);
            Ok((start..end).map(|offset| byte_at(offset)).collect())
        })
        .boxed()
}

fn file_stream(path: Arc<Path>, range: Range<u64>) -> BoxStream<'static, io::Result<Bytes>> {
    let opened = async move {
        let mut file = tokio::fs::File::open(&path).await?;
        file.seek(SeekFrom::Start(range.start)).await?;
        Ok::<_, io::Error>(ReaderStream::with_capacity(file.take(range.end - range.start), READ_CHUNK))
    };
    stream::once(opened)
        .flat_map(|opened| match opened {
            Ok(chunks) => chunks.boxed(),
            Err(error) => stream::iter([Err(error)]).boxed(),
        })
        .boxed()
}

/// Readable lines that differ from seed to seed.
fn pattern(len: u64, seed: u64) -> Vec<u8> {
    let len = usize::try_from(len).unwrap_or(0);
    let mut text = Vec::with_capacity(len + 64);
    let mut line = 0_u64;
    while text.len() < len {
        let word = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17) ^ line;
        text.extend_from_slice(format!("line {line} of note {seed}, mark {word:016x}.\n").as_bytes());
        line += 1;
    }
    text.truncate(len);
    text
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.len())
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Bytes::copy_from_slice(bytes))
    }
}

impl<const N: usize> From<&[u8; N]> for Content {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Bytes(Bytes::copy_from_slice(bytes))
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Bytes(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Bytes(text.into())
    }
}
