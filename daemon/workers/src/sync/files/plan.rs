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
const ETAG_BLIND_SPOT: TimeDelta = TimeDelta::seconds(3);

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
    /// Compares the two snapshots. `known_since` is when this tree was last known to equal the server's.
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
        if plan.is_quiet() {
            plan.doubtful = doubtful(local, known_since);
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
fn doubtful(local: &[Entry], known_since: Option<DateTime<Utc>>) -> Vec<DocumentId> {
    let Some(known_since) = known_since else { return Vec::new() };
    let blind_from = known_since - ETAG_BLIND_SPOT;
    local
        .iter()
        .filter(|entry| !entry.is_folder)
        .filter(|entry| {
            let uploaded = entry.upload_time.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
            uploaded.max(entry.modified_at).is_some_and(|written| written >= blind_from)
        })
        .filter_map(|entry| entry.document)
        .collect()
}

#[cfg(test)]
mod tests;
