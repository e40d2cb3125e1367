//! What makes a request the same request, and content the same content.
//!
//! BLAKE3 of the request as it is recorded, and of every byte of its content: a key used again for other content of the
//! same name is another request. Content is hashed as it streams by and never held.

use std::io;

use futures::TryStreamExt as _;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use voiceassist_dav::Content;
use voiceassist_store::ContentHash;

/// The hash of some content.
pub async fn content_hash(content: &dyn Content) -> io::Result<ContentHash> {
    let mut hasher = blake3::Hasher::new();
    let mut pieces = content.open(0..content.len());
    let mut length: u64 = 0;
    while let Some(piece) = pieces.try_next().await? {
        length = length.saturating_add(piece.len() as u64);
        hasher.update(&piece);
    }
    if length != content.len() {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
    }
    Ok(ContentHash(*hasher.finalize().as_bytes()))
}

/// Hashes what is written to it.
#[derive(Default)]
pub(super) struct HashingSink(blake3::Hasher);

impl HashingSink {
    pub(super) async fn finish(mut self) -> io::Result<ContentHash> {
        self.flush().await?;
        Ok(ContentHash(*self.0.finalize().as_bytes()))
    }
}

impl AsyncWrite for HashingSink {
    fn poll_write(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<io::Result<usize>> {
        self.0.update(bytes);
        std::task::Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}
