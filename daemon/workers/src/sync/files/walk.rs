//! Which folders to list, in which way, and what to conclude when all have been.
//!
//! Listings run a few at a time. A folder below which nothing is known is listed with everything below it, in one
//! request; a known one by itself, after which the folders in it whose etag moved follow. Where that would cost the
//! server more requests than one listing of everything is worth, everything is listed. A listing of everything that
//! breaks, which slow links, proxies and servers that refuse it do, is not repeated: that folder is listed by itself,
//! and what had arrived is settled and not asked for again.
//!
//! What is missing is judged at the end, when everything that might have moved has been seen elsewhere.

use std::collections::HashSet;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use voiceassist_dav::files::FileEntry;
use voiceassist_dav::{DavError, FilePath, TransportKind};
use voiceassist_store::entries::Unseen;

use super::accept::accept;
use super::children::{self, Found};
use super::deep::{self, Subtree};
use super::guard::{Evidence, Verdict, judge};
use super::ledger::{Ledger, Settled, Standing};
use super::price::one_listing_is_cheaper;
use super::store_round::{ROUND, apply};
use super::{Look, LookError, SyncReport, Way, count_changes, moves};

/// Listings of everything below a folder that may break in one run; after that folders are listed by themselves.
const MOST_BROKEN: u32 = 3;
/// Entries that were uploaded around the last look and are read again after a listing of the whole tree, at most.
const MOST_RECHECKED: u32 = 1_000;

/// A folder to be listed.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) file_id: i64,
    pub(super) path: FilePath,
    /// The folder that led here.
    led_by: Option<i64>,
    reach: Reach,
}

/// How much of a folder to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// What is directly in it.
    Children,
    /// Everything below it, of which something is known.
    Everything,
    /// Everything below it, of which nothing is known.
    Unknown,
}

impl Target {
    /// A folder whose children are to be listed.
    pub(super) fn of_one(file_id: i64, path: FilePath, led_by: Option<i64>) -> Self {
        Self { file_id, path, led_by, reach: Reach::Children }
    }
}

enum Seen {
    Children(Found),
    Everything(Subtree),
}

struct Walk<'a> {
    look: &'a Look<'a>,
    root: &'a FileEntry,
    report: SyncReport,
    ledger: Ledger,
    waiting: Vec<Target>,
    missing: Vec<i64>,
    /// Entries that came from other folders, each with the one before.
    moved: Vec<(i64, i64)>,
    looked_into: HashSet<i64>,
    root_etag: Option<String>,
    /// The whole tree was listed in this run.
    listed_whole: bool,
    /// Something known was listed without comparing folder by folder.
    passed_over_etags: bool,
    broken: u32,
    /// Listings of everything are not tried over what is known: one broke, or the last run did not finish.
    only_forward: bool,
}

/// Brings the mirror of the account's tree in line with the server's.
pub(super) async fn run(look: &Look<'_>, root: &FileEntry) -> Result<SyncReport, LookError> {
    let mut walk = Walk {
        look,
        root,
        report: SyncReport::new(Way::Descent),
        ledger: Ledger::default(),
        waiting: Vec::new(),
        missing: Vec::new(),
        moved: Vec::new(),
        looked_into: HashSet::new(),
        root_etag: None,
        listed_whole: false,
        passed_over_etags: false,
        broken: 0,
        only_forward: look.cursor.unfinished,
    };
    let first = walk.first().await?;
    walk.waiting.push(first);
    walk.go().await?;
    walk.finish().await
}

impl Walk<'_> {
    /// The root, listed with everything below it when nothing is known or everything was forgotten.
    async fn first(&self) -> Result<Target, LookError> {
        let store = &self.look.context.store;
        // The root is listed by nobody, so its own entry is kept from this one.
        let root = accept(self.root, None);
        apply(self.look, &[root], &[]).await?;
        let mut target = Target::of_one(self.root.file_id, FilePath::root(), None);
        if !store.entries().childless(self.look.account, &[self.root.file_id]).await?.is_empty() {
            target.reach = Reach::Unknown;
        } else if (self.look.cursor.root_etag.is_none() || self.look.everything) && !self.only_forward {
            target.reach = Reach::Everything;
        }
        Ok(target)
    }

    /// Lists until nothing waits.
    async fn go(&mut self) -> Result<(), LookError> {
        let look = self.look;
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < look.context.settings.listings
                && let Some(target) = self.waiting.pop()
            {
                under_way.push(list(look, target));
            }
            let Some((target, seen)) = under_way.next().await else { return Ok(()) };
            match seen {
                Ok(Seen::Children(found)) => self.take_children(&target, found).await?,
                Ok(Seen::Everything(subtree)) => self.take_everything(&target, subtree).await?,
                Err(error) if target.reach != Reach::Children && may_list_less(&error) => {
                    self.fall_back(target, &error).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn fall_back(&mut self, target: Target, error: &LookError) -> Result<(), LookError> {
        tracing::info!(account.id = %self.look.account, cause = error.code(), "a long listing broke; going on by folder");
        if matches!(error, LookError::Disorder) {
            self.look.context.store.entries().unsettle_seen(self.look.account, self.look.run).await?;
            self.broken = MOST_BROKEN;
        }
        self.broken += 1;
        self.only_forward = true;
        self.waiting.push(Target { reach: Reach::Children, ..target });
        Ok(())
    }

    async fn take_children(&mut self, target: &Target, found: Found) -> Result<(), LookError> {
        self.report.folders_listed += 1;
        self.report.changed += count_changes(&found.applied);
        self.report.rechecked += found.plan.doubtful.len() as u64;
        self.moved.extend(moves(&found.applied));
        let mut inside = found.unsettled()?;
        if !self.only_forward && one_listing_is_cheaper(self.look, target.file_id, inside.len()).await? {
            self.waiting.push(Target { reach: Reach::Everything, ..target.clone() });
            return Ok(());
        }
        if self.broken < MOST_BROKEN {
            let ids: Vec<i64> = inside.iter().map(|folder| folder.file_id).collect();
            let unknown: HashSet<i64> = self
                .look
                .context
                .store
                .entries()
                .childless(self.look.account, &ids)
                .await?
                .into_iter()
                .collect();
            for folder in inside.iter_mut().filter(|folder| unknown.contains(&folder.file_id)) {
                folder.reach = Reach::Unknown;
            }
        }
        let Found { plan, whole, .. } = found;
        let standing = match whole {
            false => Standing::Unproved,
            true if plan.missing.is_empty() => Standing::Complete,
            true => Standing::Missing,
        };
        if target.led_by.is_none() {
            self.root_etag = Some(plan.etag.clone());
        }
        self.looked_into.insert(plan.folder);
        self.missing.extend(plan.missing);
        self.ledger.listed((plan.folder, plan.etag), target.led_by, inside.len(), standing);
        self.waiting.extend(inside);
        self.settle_ready().await
    }

    async fn take_everything(&mut self, target: &Target, subtree: Subtree) -> Result<(), LookError> {
        self.report.changed += subtree.changed;
        self.report.subtrees_listed += 1;
        self.moved.extend(subtree.moved);
        self.looked_into.extend(subtree.folders);
        self.ledger.defer(subtree.deferred);
        if target.led_by.is_none() {
            self.report.way = Way::Listing;
            self.listed_whole = subtree.whole;
            self.root_etag = subtree.whole.then_some(subtree.etag);
        }
        self.passed_over_etags |= target.reach == Reach::Everything;
        if subtree.whole {
            if target.led_by.is_some() {
                // Also where nothing was known below: a folder may have moved here with what was deleted in it.
                let (entries, account, run) =
                    (self.look.context.store.entries(), self.look.account, self.look.run);
                self.missing.extend(entries.unseen_below(account, run, target.file_id).await?);
            }
            self.ledger.below_done(target.led_by, subtree.complete);
        }
        self.settle_ready().await
    }

    async fn settle_ready(&mut self) -> Result<(), LookError> {
        settle(self.look, &self.ledger.take_ready()).await
    }

    /// Judges what is missing, takes it out, and closes the run.
    async fn finish(mut self) -> Result<SyncReport, LookError> {
        let mut missing = self.count_missing().await?;
        if missing.aliased && !self.listed_whole {
            // What stood at two places may still be at the other one, in a folder nothing told us to look into.
            self.list_whole_tree().await?;
            missing = self.count_missing().await?;
        }
        let look = self.look;
        let now = look.context.clock.now();
        let evidence = Evidence { restored: look.restored_from_backup(self.root) };
        if let Verdict::Hold(reason) = judge(missing, evidence, look.cursor.held.as_ref(), now) {
            self.report.held = missing.unseen;
            super::hold(look, missing, reason).await?;
            return Ok(self.report);
        }
        self.report.vanished += self.remove_missing().await?;
        self.note_second_places().await?;
        settle(look, &self.ledger.take_deferred()).await?;
        if let Some(root_etag) = self.root_etag.take()
            && self.ledger.is_closed()
        {
            self.recheck_after_listing().await?;
            look.finish(&root_etag, self.root.data_fingerprint.as_deref(), self.listed_whole).await?;
            look.context.store.cursors().release_deletions(look.account).await?;
            self.report.finished = true;
        }
        Ok(self.report)
    }

    async fn count_missing(&self) -> Result<Unseen, LookError> {
        let (entries, account, run) = (self.look.context.store.entries(), self.look.account, self.look.run);
        if self.listed_whole {
            return Ok(entries.count_unseen(account, run).await?);
        }
        if self.missing.is_empty() {
            return Ok(Unseen::default());
        }
        Ok(entries.count_missing(account, run, &self.missing).await?)
    }

    async fn remove_missing(&self) -> Result<u64, LookError> {
        let store = &self.look.context.store;
        if self.listed_whole {
            return Ok(store.entries().vanish_unseen(self.look.account, self.look.run).await?.entries);
        }
        self.remove(&self.missing).await
    }

    async fn remove(&self, file_ids: &[i64]) -> Result<u64, LookError> {
        let store = &self.look.context.store;
        let mut removed = 0;
        for some in file_ids.chunks(ROUND) {
            let mut tx = store.begin().await?;
            removed += store.entries().vanish(&mut tx, self.look.account, self.look.run, some).await?.entries;
            tx.commit().await?;
        }
        Ok(removed)
    }

    async fn list_whole_tree(&mut self) -> Result<(), LookError> {
        let mut target = Target::of_one(self.root.file_id, FilePath::root(), None);
        target.reach = Reach::Everything;
        let subtree = deep::list(self.look, &target, false).await?;
        self.ledger = Ledger::default();
        self.take_everything(&target, subtree).await
    }

    /// An entry that came from a folder nothing told us to look into is still there as well: it stands at two places.
    async fn note_second_places(&mut self) -> Result<(), LookError> {
        self.moved.retain(|(_, from)| !self.looked_into.contains(from));
        if self.moved.is_empty() {
            return Ok(());
        }
        let store = &self.look.context.store;
        let twice = store.entries().with_folder_left(self.look.account, &self.moved).await?;
        let mut tx = store.begin().await?;
        store.entries().mark_aliased(&mut tx, self.look.account, &twice).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A listing of everything compares no folder with its etag, so what was uploaded around the last look is read again.
    async fn recheck_after_listing(&mut self) -> Result<(), LookError> {
        let (true, Some(since)) = (self.passed_over_etags, self.look.known_since()) else { return Ok(()) };
        let since = (since - super::plan::ETAG_BLIND_SPOT).timestamp();
        let store = &self.look.context.store;
        let documents = store.entries().uploaded_since(self.look.account, since, MOST_RECHECKED).await?;
        if documents.is_empty() {
            return Ok(());
        }
        let mut tx = store.begin().await?;
        self.report.rechecked += store.documents().recheck(&mut tx, &documents).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn settle(look: &Look<'_>, folders: &[Settled]) -> Result<(), LookError> {
    for some in folders.chunks(ROUND) {
        apply(look, &[], some).await?;
    }
    Ok(())
}

async fn list(look: &Look<'_>, target: Target) -> (Target, Result<Seen, LookError>) {
    let seen = match target.reach {
        Reach::Children => children::look_into(look, &target).await.map(Seen::Children),
        reach => {
            let fresh = reach == Reach::Unknown && target.led_by.is_none();
            deep::list(look, &target, fresh).await.map(Seen::Everything)
        }
    };
    (target, seen)
}

/// Whether a smaller request may succeed where a listing of everything below a folder did not.
fn may_list_less(error: &LookError) -> bool {
    match error {
        LookError::Disorder => true,
        LookError::Remote(error) => match error {
            DavError::Transport { kind, .. } => {
                matches!(kind, TransportKind::Timeout | TransportKind::Other)
            }
            DavError::Truncated { .. }
            | DavError::TooLarge { .. }
            | DavError::Malformed { .. }
            | DavError::NotNextcloud { .. }
            | DavError::Unavailable { .. }
            | DavError::Forbidden
            | DavError::Conflict { .. }
            | DavError::Status { .. } => true,
            _ => false,
        },
        LookError::Job(_) => false,
    }
}
