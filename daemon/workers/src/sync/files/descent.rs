//! Folders whose etag moved, listed one by one.
//!
//! Each listed folder is compared with what is stored and its children are applied at once; child folders whose etag
//! differs are listed next, several at a time. What is missing is judged at the end, when everything that might have
//! moved has been seen elsewhere. Then etags are stored, children before parents. When very many folders moved, the
//! descent gives up, because one listing of everything is then cheaper for the server.

use std::collections::HashMap;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use voiceassist_dav::files::{FileEntry, ListFolder, Listed};
use voiceassist_dav::{Depth, FilePath};
use voiceassist_store::entries::ObservedEntry;

use super::guard::{Verdict, judge};
use super::plan::FolderPlan;
use super::{Look, LookError, SyncReport, Way, observed};
use crate::JobError;

/// Listing this many folders one by one costs the server more than one listing of 10,000 files.
const MAX_FOLDERS: usize = 64;

/// A folder to be listed.
struct Target {
    file_id: i64,
    path: FilePath,
}

/// What the descent has learnt so far.
struct Progress {
    report: SyncReport,
    /// Listed folders with the etag each had when it was listed, parents first.
    listed: Vec<(i64, String)>,
    missing: Vec<i64>,
    /// False once an entry could not be read: then nothing is proved to be missing.
    whole: bool,
}

/// Descends from the root. `None` means that too much moved and everything should be listed instead.
pub(super) async fn run(look: &Look<'_>, root: &FileEntry) -> Result<Option<SyncReport>, LookError> {
    let mut progress = Progress {
        report: SyncReport::new(Way::Descent),
        listed: Vec::new(),
        missing: Vec::new(),
        whole: true,
    };
    let mut waiting = vec![Target { file_id: root.file_id, path: FilePath::root() }];
    let mut listing = FuturesUnordered::new();
    let mut taken = 0;
    loop {
        while listing.len() < look.context.settings.listings
            && let Some(target) = waiting.pop()
        {
            taken += 1;
            listing.push(list(look, target));
        }
        if taken + waiting.len() > MAX_FOLDERS {
            return Ok(None);
        }
        let Some(listed) = listing.next().await else { break };
        let (plan, whole) = listed?;
        tracing::debug!(%plan, "folder compared");
        progress.whole &= whole;
        waiting.extend(apply(look, plan, &mut progress).await?);
    }
    finish(look, root, progress).await.map(Some).map_err(LookError::from)
}

/// Lists one folder and compares it with what is stored.
async fn list(look: &Look<'_>, target: Target) -> Result<(FolderPlan, bool), LookError> {
    let request = ListFolder { user: look.connected.user.clone(), path: target.path, depth: Depth::One };
    let mut entries = std::pin::pin!(look.connected.client.list(request));
    let mut own_etag = None;
    let mut children = Vec::new();
    let mut whole = true;
    while let Some(next) = entries.next().await {
        match next? {
            Listed::Entry(entry) if own_etag.is_none() => own_etag = Some(entry.etag.to_string()),
            Listed::Entry(entry) => children.push(observed(&entry, Some(target.file_id))),
            Listed::Skipped(defect) => {
                whole = false;
                tracing::warn!(?defect, "an entry of the listing could not be read");
            }
        }
    }
    let etag = own_etag.ok_or_else(|| JobError::retry("listing a folder", "the listing was empty"))?;
    let local = look.context.store.entries().children(look.account, target.file_id).await?;
    let plan = FolderPlan::compare(target.file_id, etag, &local, children, look.cursor.known_since);
    Ok((plan, whole))
}

/// Stores a folder's children and says which of them to list next.
async fn apply(look: &Look<'_>, plan: FolderPlan, progress: &mut Progress) -> Result<Vec<Target>, JobError> {
    let store = &look.context.store;
    let mut tx = store.begin().await?;
    let applied = store.entries().apply(&mut tx, look.account, look.run, &plan.observed).await?;
    if !plan.doubtful.is_empty() {
        store.documents().recheck(&mut tx, &plan.doubtful).await?;
    }
    tx.commit().await?;
    progress.report.folders_listed += 1;
    progress.report.changed += super::count_changes(&applied);
    progress.listed.push((plan.folder, plan.etag));
    progress.missing.extend(plan.missing);
    let by_id: HashMap<i64, &ObservedEntry> =
        plan.observed.iter().map(|entry| (entry.file_id, entry)).collect();
    // What the store says is unsettled decides, not the folder's local listing: a folder that moved here with its
    // subtree unchanged keeps its etag and need not be listed.
    applied
        .iter()
        .filter(|entry| entry.change.unsettled)
        .filter_map(|entry| by_id.get(&entry.file_id))
        .filter(|entry| entry.is_folder)
        .map(|entry| {
            let path = FilePath::parse(entry.path.trim_start_matches('/'))
                .map_err(|error| JobError::give_up("naming a folder", error))?;
            Ok(Target { file_id: entry.file_id, path })
        })
        .collect()
}

/// Judges what is missing, then stores the etags, children before parents.
async fn finish(look: &Look<'_>, root: &FileEntry, progress: Progress) -> Result<SyncReport, JobError> {
    let store = &look.context.store;
    let mut report = progress.report;
    if !progress.whole {
        return Ok(report);
    }
    let missing = store.entries().count_missing(look.account, look.run, &progress.missing).await?;
    let now = look.context.clock.now();
    let verdict = judge(missing, look.restored_from_backup(root), look.cursor.held.as_ref(), now);
    if let Verdict::Hold(reason) = verdict {
        report.held = missing.unseen;
        super::hold(look, missing, reason).await?;
        return Ok(report);
    }
    let Some((_, root_etag)) = progress.listed.first().cloned() else {
        return Err(JobError::retry("listing the root", "it was not listed"));
    };
    let mut tx = store.begin().await?;
    if !progress.missing.is_empty() {
        report.vanished =
            store.entries().vanish(&mut tx, look.account, look.run, &progress.missing).await?.entries;
    }
    for (folder, etag) in progress.listed.iter().rev() {
        store.entries().settle_folder(&mut tx, look.account, *folder, etag).await?;
    }
    store
        .cursors()
        .finish_run(&mut tx, look.account, look.run, &root_etag, root.data_fingerprint.as_deref())
        .await?;
    tx.commit().await?;
    store.cursors().release_deletions(look.account).await?;
    Ok(report)
}
