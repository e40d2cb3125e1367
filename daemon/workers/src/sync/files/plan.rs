//! One folder's remote children against its local ones.
//!
//! Pure: two snapshots in, a plan out. The plan can be printed; its `Display` names numbers and ids only, because
//! names of files are nobody's business in a log. Whether something that arrived is new or moved here from elsewhere is
//! decided when the plan is applied, against the account's whole tree.

use std::collections::{HashMap, HashSet};
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_model::DocumentId;
use voiceassist_store::entries::{Entry, ObservedEntry};

/// Etags of files are made from times in whole seconds; a write this close to our last look can hide behind one.
pub(super) const ETAG_BLIND_SPOT: TimeDelta = TimeDelta::seconds(3);
/// Files of which nobody knows when they were uploaded, read again when a folder changed for no visible reason.
const MOST_UNDATED: usize = 32;

/// What a folder's listing says is to be done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FolderPlan {
    /// The folder.
    pub folder: i64,
    /// Its etag when it was listed.
    pub etag: String,
    /// Children that were not here before.
    pub arrived: Vec<i64>,
    /// Children whose etag, upload time or place differs.
    pub changed: Vec<i64>,
    /// Children that are no longer here.
    pub missing: Vec<i64>,
    /// Child folders whose content differs from what is stored, to be listed next.
    pub descend: Vec<i64>,
    /// Files whose content may have changed behind an unchanged etag.
    pub doubtful: Vec<DocumentId>,
    /// All children as listed.
    pub observed: Vec<ObservedEntry>,
}

impl FolderPlan {
    /// Compares the two snapshots. `known_since` is when, by the server's clock, this tree was last known to equal it.
    pub fn compare(
        folder: i64,
        etag: String,
        local: &[Entry],
        remote: Vec<ObservedEntry>,
        known_since: Option<DateTime<Utc>>,
    ) -> Self {
        let mut plan = Self { folder, etag, ..Self::default() };
        let before: HashMap<i64, &Entry> = local.iter().map(|entry| (entry.file_id, entry)).collect();
        for entry in &remote {
            match before.get(&entry.file_id) {
                None => plan.arrived.push(entry.file_id),
                Some(known) if differs(known, entry) => plan.changed.push(entry.file_id),
                Some(_) => {}
            }
            if entry.is_folder
                && before.get(&entry.file_id).is_none_or(|known| known.etag.as_deref() != Some(&*entry.etag))
            {
                plan.descend.push(entry.file_id);
            }
        }
        let here: HashSet<i64> = remote.iter().map(|entry| entry.file_id).collect();
        plan.missing = local.iter().map(|entry| entry.file_id).filter(|id| !here.contains(id)).collect();
        let visible: HashSet<i64> = plan.changed.iter().chain(&plan.missing).copied().collect();
        let hidden = || local.iter().filter(|entry| !entry.is_folder && !visible.contains(&entry.file_id));
        if let Some(known_since) = known_since {
            plan.doubtful = written_since(hidden(), known_since - ETAG_BLIND_SPOT);
            if plan.is_quiet() {
                plan.doubtful.extend(undated(hidden()));
            }
        }
        plan.observed = remote;
        plan
    }

    /// True when no listed child explains why the folder's etag moved.
    fn is_quiet(&self) -> bool {
        self.arrived.is_empty()
            && self.changed.is_empty()
            && self.missing.is_empty()
            && self.descend.is_empty()
    }
}

impl fmt::Display for FolderPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "folder {}: {} arrived, {} changed, {} missing, {} folders to list, {} to read again",
            self.folder,
            self.arrived.len(),
            self.changed.len(),
            self.missing.len(),
            self.descend.len(),
            self.doubtful.len(),
        )
    }
}

fn differs(known: &Entry, seen: &ObservedEntry) -> bool {
    let moved = known.path != seen.path || known.parent != seen.parent;
    let content = !seen.is_folder
        && (known.etag.as_deref() != Some(&*seen.etag) || known.upload_time != seen.upload_time);
    moved || content || known.permissions != seen.permissions
}

/// Files written so close to the last look that their etag proves nothing.
fn written_since<'a>(hidden: impl Iterator<Item = &'a Entry>, since: DateTime<Utc>) -> Vec<DocumentId> {
    let uploaded = |entry: &&Entry| entry.upload_time.is_some_and(|seconds| seconds >= since.timestamp());
    hidden.filter(uploaded).filter_map(|entry| entry.document).collect()
}

/// Files whose upload time the server does not tell this person, those modified last first. Their etag may be the only
/// sign, and it lies for those who keep the modification time.
fn undated<'a>(hidden: impl Iterator<Item = &'a Entry>) -> Vec<DocumentId> {
    let mut undated: Vec<&Entry> = hidden.filter(|entry| entry.upload_time.is_none()).collect();
    undated.sort_by_key(|entry| std::cmp::Reverse(entry.modified_at));
    undated.into_iter().take(MOST_UNDATED).filter_map(|entry| entry.document).collect()
}

#[cfg(test)]
mod tests;
