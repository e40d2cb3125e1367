//! A user's files on Nextcloud, `/remote.php/dav/files/{user id}/`.
//!
//! Listings stream: a tree of a million files is read in the memory of one entry. Three traps of the real server are
//! closed here: with another account's id in the path it answers 207 and a bare collection, which would read as
//! "everything was deleted" ([`DavError::NotOwnFiles`]); an entry that cannot be read must not look absent
//! ([`Listed::Skipped`]); and a GET of a folder succeeds ([`DavError::NotAFile`]).
//!
//! Every write says what it expects to find, in a field that cannot be left out, and returns the entry as the server
//! shows it afterwards: what a write reports is what was looked at, not what was hoped.

mod change;
mod download;
mod find;
mod listing;
mod names;
mod properties;
mod tagged;
mod tags;
mod trash;
mod upload;
mod upload_chunked;

use chrono::{DateTime, TimeDelta, Utc};
use futures::Stream;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::Instant;

pub use self::change::{CreateFolder, DeleteEntry, LookAt, MoveEntry, Seen};
pub use self::download::{Download, Downloaded, Written};
pub use self::find::{FindByIds, Found, MAX_FIND_IDS};
pub use self::listing::{Defect, ListFolder, Listed, ListingParser, MAX_LISTING_BYTES, ReadEntry};
pub use self::names::{MAX_NAME_BYTES, NameRefusal, NameRules};
pub use self::properties::{EntryKind, FileEntry};
pub use self::tagged::{ListTagged, TagCarrier};
pub use self::tags::{AssignTag, CreateTag, ListTags, MAX_TAG_CHARS, SystemTag, TagId, TagsOf, UnassignTag};
pub use self::trash::{FindInTrash, RestoreEntry, TrashItem};
pub use self::upload::Upload;
pub use self::upload_chunked::{ChunkPlan, MAX_CHUNK_BYTES, MAX_CHUNKS, UploadId};
use crate::client::Client;
use crate::error::DavError;
use crate::href::FilePath;
use crate::refusal::{MAX_REFUSAL_BYTES, refusal};
use crate::user_id::UserId;
pub use crate::webdav::ByteRange;
use crate::webdav::{Depth, GetAnswer};

impl Client {
    /// The files root, with its entity tag: one request tells whether anything below changed.
    pub async fn root(&self, user: &UserId) -> Result<FileEntry, DavError> {
        self.entry(user, &FilePath::root()).await
    }

    /// The files root, and what the server's clock showed when it was asked; what is uploaded later bears a later time.
    pub async fn root_at(&self, user: &UserId) -> Result<(FileEntry, Option<DateTime<Utc>>), DavError> {
        let asked = Instant::now();
        let root = self.root(user).await?;
        let took = TimeDelta::from_std(asked.elapsed()).unwrap_or_default();
        Ok((root, self.server_time().and_then(|now| now.checked_sub_signed(took))))
    }

    /// One file or folder.
    pub async fn entry(&self, user: &UserId, path: &FilePath) -> Result<FileEntry, DavError> {
        self.send(&ReadEntry { user: user.clone(), path: path.clone() }).await
    }

    /// A folder and what is in it, as it arrives. An error ends the stream, and then the listing is not whole.
    pub fn list(&self, folder: ListFolder) -> impl Stream<Item = Result<Listed, DavError>> + Send + 'static {
        let client = self.clone();
        async_stream::try_stream! {
            let settings = client.settings();
            let whole_tree = folder.depth == Depth::Infinity;
            let first_byte = if whole_tree { settings.collect_timeout } else { settings.request_timeout };
            let request = folder.request()?;
            let mut answer =
                client.exchange(ListFolder::NAME, &request, first_byte, settings.stream_timeout).await?;
            let mut listing = folder.parser();
            if !listing.accepts(answer.status(), answer.headers()) {
                Err(refusal(&answer.hold_beginning(MAX_REFUSAL_BYTES).await?))?;
                return;
            }
            while let Some(chunk) = answer.chunk(MAX_LISTING_BYTES).await? {
                listing.push(&chunk);
                while let Some(listed) = listing.next_listed()? {
                    yield listed;
                }
            }
            listing.finish()?;
        }
    }

    /// A file's content, written to `destination` as it arrives. After an error the destination holds a part of it.
    pub async fn download<W>(&self, download: &Download, destination: &mut W) -> Result<Downloaded, DavError>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        let settings = self.settings();
        let request = download.request()?;
        let mut answer = self
            .exchange(Download::NAME, &request, settings.request_timeout, settings.stream_timeout)
            .await?;
        let head = match download.answer(answer.status(), answer.headers())? {
            GetAnswer::NotModified => return Ok(Downloaded::NotModified),
            GetAnswer::Refused => return Err(refusal(&answer.hold_beginning(MAX_REFUSAL_BYTES).await?)),
            GetAnswer::File(head) => head,
        };
        let failed = |source| DavError::Destination { source };
        while let Some(chunk) = answer.chunk(download.max_bytes).await? {
            destination.write_all(&chunk).await.map_err(failed)?;
        }
        destination.flush().await.map_err(failed)?;
        Ok(Downloaded::Written(Written::new(head, answer.received())))
    }
}
