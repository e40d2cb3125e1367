//! The whole tree in one streamed request.
//!
//! Entries are applied in batches as they arrive, so memory holds the folders' ids and etags and one batch. Nothing is
//! taken for deleted, and no etag is stored, until the listing has ended well: a body that was cut, or an entry that
//! could not be read, proves nothing about what is missing.

use std::collections::HashMap;

use futures::StreamExt as _;
use voiceassist_dav::files::{EntryKind, FileEntry, ListFolder, Listed};
use voiceassist_dav::{Depth, FilePath};
use voiceassist_store::entries::ObservedEntry;

use super::guard::{Verdict, judge};
use super::{Look, LookError, SyncReport, Way, observed};
use crate::JobError;

/// Entries applied in one transaction.
const BATCH: usize = 500;
/// Folders whose etags are stored in one transaction.
const SETTLE_BATCH: usize = 1_000;

/// Folders seen so far: what their children's `parent` is looked up in, and what is settled at the end.
#[derive(Default)]
struct Folders {
    ids: HashMap<String, i64>,
    etags: Vec<(i64, String)>,
}

/// Lists everything and applies it.
pub(super) async fn run(look: &Look<'_>, root: &FileEntry) -> Result<SyncReport, LookError> {
    let mut report = SyncReport::new(Way::Listing);
    let mut folders = Folders::default();
    let mut batch = Vec::with_capacity(BATCH);
    let mut whole = true;
    let request =
        ListFolder { user: look.connected.user.clone(), path: FilePath::root(), depth: Depth::Infinity };
    let mut entries = std::pin::pin!(look.connected.client.list(request));
    while let Some(next) = entries.next().await {
        match next? {
            Listed::Entry(entry) => batch.push(folders.place(&entry)?),
            Listed::Skipped(defect) => {
                whole = false;
                tracing::warn!(?defect, "an entry of the listing could not be read");
            }
        }
        if batch.len() == BATCH {
            report.changed += apply(look, &batch).await?;
            batch.clear();
        }
    }
    report.changed += apply(look, &batch).await?;
    let believed = whole && remove_unseen(look, root, &mut report).await?;
    if believed {
        settle(look, root, folders).await?;
    }
    Ok(report)
}

impl Folders {
    /// The entry with its parent's id; a folder is remembered.
    fn place(&mut self, entry: &FileEntry) -> Result<ObservedEntry, JobError> {
        let parent = match entry.path.parent() {
            None => None,
            Some(parent) => Some(*self.ids.get(parent.as_str()).ok_or_else(|| {
                JobError::retry("listing the tree", "an entry came before the folder that holds it")
            })?),
        };
        let observed = observed(entry, parent);
        if entry.kind == EntryKind::Folder {
            self.ids.insert(entry.path.as_str().to_owned(), entry.file_id);
            self.etags.push((entry.file_id, observed.etag.clone()));
        }
        Ok(observed)
    }
}

async fn apply(look: &Look<'_>, batch: &[ObservedEntry]) -> Result<u64, JobError> {
    let store = &look.context.store;
    let mut tx = store.begin().await?;
    let applied = store.entries().apply(&mut tx, look.account, look.run, batch).await?;
    tx.commit().await?;
    Ok(super::count_changes(&applied))
}

/// Removes what the listing did not show, if that can be believed.
async fn remove_unseen(look: &Look<'_>, root: &FileEntry, report: &mut SyncReport) -> Result<bool, JobError> {
    let store = &look.context.store;
    let count = store.entries().count_unseen(look.account, look.run).await?;
    let now = look.context.clock.now();
    match judge(count, look.restored_from_backup(root), look.cursor.held.as_ref(), now) {
        Verdict::Believe => {
            report.vanished = store.entries().vanish_unseen(look.account, look.run).await?.entries;
            store.cursors().release_deletions(look.account).await?;
            Ok(true)
        }
        Verdict::Hold(reason) => {
            report.held = count.unseen;
            super::hold(look, count, reason).await?;
            Ok(false)
        }
    }
}

/// Stores the folders' etags, deepest first, and the root's with the end of the run.
async fn settle(look: &Look<'_>, root: &FileEntry, folders: Folders) -> Result<(), JobError> {
    let store = &look.context.store;
    let mut etags = folders.etags;
    // The listing starts at the root, whose etag closes the run.
    let Some((_, root_etag)) = etags.first().cloned() else {
        return Err(JobError::retry("listing the tree", "the listing was empty"));
    };
    etags.reverse();
    for batch in etags.chunks(SETTLE_BATCH) {
        let mut tx = store.begin().await?;
        for (folder, etag) in batch {
            store.entries().settle_folder(&mut tx, look.account, *folder, etag).await?;
        }
        tx.commit().await?;
    }
    let mut tx = store.begin().await?;
    let fingerprint = root.data_fingerprint.as_deref();
    store.cursors().finish_run(&mut tx, look.account, look.run, &root_etag, fingerprint).await?;
    tx.commit().await?;
    Ok(())
}
