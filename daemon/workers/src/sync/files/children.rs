//! One folder, listed by itself and compared with what is kept.
//!
//! The listing is held in memory, for a folder has a bounded number of children; the store refuses more. What is
//! missing is only collected: it may turn up elsewhere before the run ends.

use std::collections::HashMap;

use futures::StreamExt as _;
use voiceassist_dav::files::{ListFolder, Listed};
use voiceassist_dav::{Depth, FilePath};
use voiceassist_store::entries::{Applied, ObservedEntry};

use super::accept::accept;
use super::plan::FolderPlan;
use super::store_round::{ROUND, apply};
use super::walk::Target;
use super::{Look, LookError};
use crate::JobError;

/// One folder as it was found.
pub(super) struct Found {
    pub(super) plan: FolderPlan,
    /// False when an entry could not be read: then nothing is proved to be missing.
    pub(super) whole: bool,
    pub(super) applied: Vec<Applied>,
}

/// Lists a folder and applies its children.
pub(super) async fn look_into(look: &Look<'_>, target: &Target) -> Result<Found, LookError> {
    let request =
        ListFolder { user: look.connected.user.clone(), path: target.path.clone(), depth: Depth::One };
    let mut entries = std::pin::pin!(look.connected.client.list(request));
    let mut own_etag = None;
    let mut children = Vec::new();
    let mut whole = true;
    while let Some(next) = entries.next().await {
        match next? {
            Listed::Entry(entry) if own_etag.is_none() => own_etag = Some(entry.etag.to_string()),
            Listed::Entry(entry) => children.push(accept(&entry, Some(target.file_id))),
            Listed::Skipped(defect) => {
                whole = false;
                tracing::warn!(?defect, "an entry of the listing could not be read");
            }
        }
    }
    let etag = own_etag.ok_or_else(|| JobError::retry("listing a folder", "the listing was empty"))?;
    let local = look.context.store.entries().children(look.account, target.file_id).await?;
    let mut plan = FolderPlan::compare(target.file_id, etag, &local, children, look.known_since());
    if !whole {
        plan.missing.clear();
    }
    tracing::debug!(%plan, "folder compared");
    let mut applied = Vec::with_capacity(plan.observed.len());
    for round in plan.observed.chunks(ROUND) {
        applied.extend(apply(look, round, &[]).await?);
    }
    recheck(look, &plan).await?;
    Ok(Found { plan, whole, applied })
}

impl Found {
    /// The folders in it that have to be looked into. What the store says is unsettled decides, not the local listing:
    /// a folder that moved here with its subtree unchanged keeps its etag and need not be listed.
    pub(super) fn unsettled(&self) -> Result<Vec<Target>, JobError> {
        let by_id: HashMap<i64, &ObservedEntry> =
            self.plan.observed.iter().map(|entry| (entry.file_id, entry)).collect();
        self.applied
            .iter()
            .filter(|entry| entry.change.unsettled)
            .filter_map(|entry| by_id.get(&entry.file_id))
            .map(|entry| {
                let path = FilePath::parse(entry.path.trim_start_matches('/'))
                    .map_err(|error| JobError::give_up("naming a folder", error))?;
                Ok(Target::of_one(entry.file_id, path, Some(self.plan.folder)))
            })
            .collect()
    }
}

/// Has files read again whose content may have changed behind an unchanged etag.
async fn recheck(look: &Look<'_>, plan: &FolderPlan) -> Result<(), LookError> {
    if plan.doubtful.is_empty() {
        return Ok(());
    }
    let mut tx = look.context.store.begin().await?;
    look.context.store.documents().recheck(&mut tx, &plan.doubtful).await?;
    tx.commit().await?;
    Ok(())
}
