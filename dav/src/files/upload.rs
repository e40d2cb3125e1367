//! A file's new content in one request.
//!
//! A file's entity tag follows its modification time and its length, so two versions of one length within one second
//! share it, and `If-Match` cannot tell them apart: whoever saw the first would replace the second unseen. Hence a
//! version is replaced only once its second has passed by the server's own clock, and always with a modification
//! time later than the one it replaces, so that our version never has the tag of the one before. Content that is
//! refused is sent again from its start; nothing is held in memory.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::sleep;

use super::change::Seen;
use super::properties::FileEntry;
use crate::client::Client;
use crate::content::{Content, Streamed};
use crate::error::DavError;
use crate::href::{FilePath, files_target};
use crate::precondition::Expected;
use crate::refusal::MAX_REFUSAL_BYTES;
use crate::user_id::UserId;
use crate::webdav::Put;

const NAME: &str = "files.upload";
/// Looks at a file that was written this very second before giving up.
const MAX_LOOKS: u32 = 4;
/// The slowest upload that is waited for.
const SLOWEST_BYTES_PER_SECOND: u64 = 32 * 1024;

/// New content of one file.
#[derive(Clone)]
pub struct Upload {
    /// Whose files.
    pub user: UserId,
    /// The file.
    pub path: FilePath,
    /// The bytes.
    pub content: Arc<dyn Content>,
    /// What is there now.
    pub expected: Expected,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("bytes", &self.content.len())
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Uploads in one request, and reads the entry again.
    pub async fn upload(&self, upload: &Upload) -> Result<FileEntry, DavError> {
        let modified = self.settled(upload).await?;
        let length = upload.content.len();
        let target = files_target(&upload.user, &upload.path);
        let content = Streamed::new(Arc::clone(&upload.content), 0..length);
        let put = Put { target: &target, content, expected: &upload.expected, modified };
        self.put(NAME, &put).await?;
        self.stored(upload).await
    }

    pub(super) async fn put(&self, name: &'static str, put: &Put<'_>) -> Result<(), DavError> {
        let settings = self.settings();
        // The answer comes after the whole body.
        let sending = Duration::from_secs(put.content.len() / SLOWEST_BYTES_PER_SECOND);
        let patience = settings.request_timeout.saturating_add(sending).min(settings.stream_timeout);
        let answer = self.exchange(name, &put.request()?, patience, settings.request_timeout).await?;
        Put::parse(&answer.hold_beginning(MAX_REFUSAL_BYTES).await?)
    }

    /// The entry after a write, if it is as long as what was sent.
    pub(super) async fn stored(&self, upload: &Upload) -> Result<FileEntry, DavError> {
        let entry = self.entry(&upload.user, &upload.path).await?;
        let sent = upload.content.len();
        if entry.size == sent { Ok(entry) } else { Err(DavError::NotAsSent { sent, stored: entry.size }) }
    }

    /// Waits until the version to replace can be told from others, and gives the modification time of the next one,
    /// in seconds. `None` for a file that is not there yet: the server's present time will do.
    pub(super) async fn settled(&self, upload: &Upload) -> Result<Option<i64>, DavError> {
        let Expected::Version(etag) = &upload.expected else { return Ok(None) };
        for _ in 0..MAX_LOOKS {
            let seen = self.look(&upload.user, &upload.path).await?;
            if !seen.entry.etag.strong_eq(etag) {
                return Err(DavError::PreconditionFailed);
            }
            match next_modification(&seen) {
                Some(next) => return Ok(Some(next.timestamp())),
                None => sleep(self.settings().settle_pause).await,
            }
        }
        Err(DavError::Unsettled)
    }
}

/// When the next version may say it was modified; `None` while another write could still share this one's second.
/// Seconds still to come were chosen by a client and not by the clock, so no other write falls into them by chance.
fn next_modification(seen: &Seen) -> Option<DateTime<Utc>> {
    let now = seen.server_time?;
    let arrived_now = seen.entry.upload_time.is_some_and(|uploaded| uploaded >= now);
    match seen.entry.modified {
        Some(modified) if modified == now => None,
        _ if arrived_now => None,
        Some(modified) => Some(now.max(modified + TimeDelta::seconds(1))),
        None => Some(now),
    }
}
