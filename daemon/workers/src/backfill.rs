//! Documents for events, tasks, contacts and messages that were mirrored before there were any.
//!
//! Whatever is written now gets its document in the same transaction; this catches up with the rest, a batch at a time and
//! only while the queue is short, so that a mailbox of half a million messages never stands in the way of today's work. It
//! goes over each table once from its beginning; a start that breaks off begins again and finds only what is missing.

use voiceassist_model::{CollectionObjectId, MailContentId};
use voiceassist_store::Store;

use crate::JobError;

/// Documents made at once.
const BATCH: u32 = 500;
/// Nothing is added while so many jobs wait.
const SHORT_QUEUE: u64 = 1_000;

/// How far the catching up has come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backfill {
    objects: Place<CollectionObjectId>,
    contents: Place<MailContentId>,
}

/// Where one of the tables stands.
#[derive(Clone, Copy, Debug)]
enum Place<Id> {
    After(Option<Id>),
    End,
}

impl<Id> Default for Place<Id> {
    fn default() -> Self {
        Self::After(None)
    }
}

impl Backfill {
    /// Goes on if the queue is short. Returns how many documents were made.
    pub async fn go_on(&mut self, store: &Store, waiting: u64) -> Result<u64, JobError> {
        if waiting >= SHORT_QUEUE {
            return Ok(0);
        }
        let mut made = 0;
        if let Place::After(after) = self.objects {
            let (found, last) = store.items().backfill_objects(after, BATCH).await?;
            made += found;
            self.objects = last.map_or(Place::End, |last| Place::After(Some(last)));
        }
        if let Place::After(after) = self.contents {
            let (found, last) = store.items().backfill_contents(after, BATCH).await?;
            made += found;
            self.contents = last.map_or(Place::End, |last| Place::After(Some(last)));
        }
        Ok(made)
    }

    /// Whether everything has a document.
    pub const fn is_done(&self) -> bool {
        matches!((self.objects, self.contents), (Place::End, Place::End))
    }
}
