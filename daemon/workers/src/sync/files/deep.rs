//! Everything below one folder, in one streamed request.
//!
//! The next entries are read while the last ones are applied, and memory holds the folders on the way down, the ids of
//! the closed ones and three rounds of entries, however large the tree is. A folder is closed when the stream has left
//! it; then everything below it is applied and it is settled at once, unless something known in it was not shown. A
//! listing that breaks therefore leaves behind what it got, settled, and the next look goes on from there.
//!
//! Refused: an order in which a closed folder goes on. No server was seen to do that; what was settled is taken back, and
//! the caller lists folder by folder.

use std::collections::HashSet;

use futures::StreamExt as _;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use voiceassist_dav::files::{EntryKind, FileEntry, ListFolder, Listed};
use voiceassist_dav::{Depth, FilePath};
use voiceassist_store::StoreError;
use voiceassist_store::entries::{Applied, ObservedEntry};

use super::accept::accept;
use super::ledger::Settled;
use super::store_round::{ATTEMPTS, ROUND};
use super::walk::Target;
use super::{Look, LookError, count_changes};
use crate::JobError;

/// Rounds that are read ahead.
const AHEAD: usize = 1;

/// What a listing of everything below a folder left to do.
#[derive(Default)]
pub(super) struct Subtree {
    pub(super) changed: u64,
    /// Folders to be settled once the missing is taken out, children first.
    pub(super) deferred: Vec<Settled>,
    /// The folder's own etag when it was listed.
    pub(super) etag: String,
    /// False once an entry could not be read: then nothing is proved to be missing.
    pub(super) whole: bool,
    /// Nothing is missing from it.
    pub(super) complete: bool,
    /// Entries that came from other folders, each with the one before.
    pub(super) moved: Vec<(i64, i64)>,
    /// Every folder that was listed.
    pub(super) folders: HashSet<i64>,
}

/// A folder the stream has left.
#[derive(Clone, Debug)]
struct Closed {
    folder: Settled,
    parent: Option<i64>,
    /// False when something in it or below it could not be read.
    proved: bool,
}

/// Entries, and the folders of which these are the last.
#[derive(Default)]
struct Round {
    entries: Vec<ObservedEntry>,
    closed: Vec<Closed>,
}

/// Lists everything below a folder and applies it. `fresh` says that nothing is known of the
/// account's tree, so that nothing can be missing.
pub(super) async fn list(look: &Look<'_>, target: &Target, fresh: bool) -> Result<Subtree, LookError> {
    let (sender, receiver) = channel(AHEAD);
    // What arrived before a stream broke is applied all the same: nothing of it is asked for again.
    let (read, written) =
        tokio::join!(Reading::new(look, target, sender).run(), write(look, receiver, fresh));
    let (mut subtree, read) = (written?, read?);
    subtree.etag = read.etag;
    subtree.whole = read.whole;
    subtree.folders = read.closed_ids;
    subtree.complete = subtree.deferred.is_empty() && subtree.whole;
    Ok(subtree)
}

// === reading ===

/// A folder the stream is in.
struct Frame {
    folder: Settled,
    path: FilePath,
    proved: bool,
}

struct Reading<'a> {
    look: &'a Look<'a>,
    target: &'a Target,
    sender: Sender<Round>,
    round: Round,
    stack: Vec<Frame>,
    closed_ids: HashSet<i64>,
    whole: bool,
}

struct Read {
    etag: String,
    closed_ids: HashSet<i64>,
    whole: bool,
}

impl<'a> Reading<'a> {
    fn new(look: &'a Look<'a>, target: &'a Target, sender: Sender<Round>) -> Self {
        Self {
            look,
            target,
            sender,
            round: Round::default(),
            stack: Vec::new(),
            closed_ids: HashSet::new(),
            whole: true,
        }
    }

    async fn run(mut self) -> Result<Read, LookError> {
        let request = ListFolder {
            user: self.look.connected.user.clone(),
            path: self.target.path.clone(),
            depth: Depth::Infinity,
        };
        let mut entries = std::pin::pin!(self.look.connected.client.list(request));
        let mut etag = None;
        while let Some(next) = entries.next().await {
            let next = match next {
                Ok(next) => next,
                Err(error) => {
                    _ = self.hand_over().await;
                    return Err(error.into());
                }
            };
            match next {
                Listed::Entry(entry) if etag.is_none() => {
                    let own = entry.etag.to_string();
                    let folder = (self.target.file_id, own.clone());
                    self.stack.push(Frame { folder, path: entry.path, proved: true });
                    etag = Some(own);
                }
                Listed::Entry(entry) => self.place(entry)?,
                Listed::Skipped(defect) => {
                    self.whole = false;
                    self.stack.iter_mut().for_each(|frame| frame.proved = false);
                    tracing::warn!(?defect, "an entry of the listing could not be read");
                }
            }
            if self.round.entries.len() >= ROUND && !self.hand_over().await {
                break;
            }
        }
        self.leave_until(0)?;
        _ = self.hand_over().await;
        let etag = etag.ok_or_else(|| JobError::retry("listing a tree", "the listing was empty"))?;
        let Self { closed_ids, whole, .. } = self;
        Ok(Read { etag, closed_ids, whole })
    }

    /// Puts an entry under its folder.
    fn place(&mut self, entry: FileEntry) -> Result<(), LookError> {
        // A name told twice in a row is told once.
        if self.stack.last().is_some_and(|frame| frame.path == entry.path) {
            return Ok(());
        }
        let parent = entry.path.parent();
        let Some(at) = self.stack.iter().rposition(|frame| Some(&frame.path) == parent.as_ref()) else {
            return Err(LookError::Disorder);
        };
        self.leave_until(at + 1)?;
        let parent = self.stack.get(at).map(|frame| frame.folder.0);
        let observed = accept(&entry, parent);
        if entry.kind == EntryKind::Folder {
            let folder = (entry.file_id, observed.etag.clone());
            self.stack.push(Frame { folder, path: entry.path, proved: true });
        }
        self.round.entries.push(observed);
        Ok(())
    }

    /// Closes folders until so many are left open.
    fn leave_until(&mut self, depth: usize) -> Result<(), LookError> {
        while self.stack.len() > depth {
            let Some(frame) = self.stack.pop() else { break };
            if !self.closed_ids.insert(frame.folder.0) {
                return Err(LookError::Disorder);
            }
            let parent = self.stack.last().map(|frame| frame.folder.0);
            self.round.closed.push(Closed { folder: frame.folder, parent, proved: frame.proved });
        }
        Ok(())
    }

    /// False when the other side is gone, which it is only after it failed; then it is that failure which counts.
    async fn hand_over(&mut self) -> bool {
        self.sender.send(std::mem::take(&mut self.round)).await.is_ok()
    }
}

// === writing ===

async fn write(look: &Look<'_>, mut rounds: Receiver<Round>, fresh: bool) -> Result<Subtree, LookError> {
    let mut subtree = Subtree::default();
    let mut held_back = HeldBack::default();
    while let Some(round) = rounds.recv().await {
        let (applied, holding) = apply(look, &round, &mut held_back, fresh).await?;
        subtree.changed += count_changes(&applied);
        subtree.moved.extend(super::moves(&applied));
        subtree.deferred.extend(holding);
    }
    Ok(subtree)
}

/// Folders that cannot be settled yet, because something below them is missing or unread.
#[derive(Clone, Default)]
struct HeldBack {
    missing: HashSet<i64>,
    unread: HashSet<i64>,
}

impl HeldBack {
    /// Sorts closed folders into those to settle now and those to settle after the missing is taken out.
    fn sort(&mut self, closed: &[Closed], holding: &[i64]) -> (Vec<Settled>, Vec<Settled>) {
        self.missing.extend(holding);
        let (mut ready, mut deferred) = (Vec::new(), Vec::new());
        for Closed { folder, parent, proved } in closed {
            let id = folder.0;
            if !proved || self.unread.contains(&id) {
                self.unread.extend(parent);
            } else if self.missing.remove(&id) {
                self.missing.extend(parent);
                deferred.push(folder.clone());
            } else {
                ready.push(folder.clone());
            }
        }
        (ready, deferred)
    }
}

/// Applies a round and settles what it closes; returns what has to wait.
async fn apply(
    look: &Look<'_>,
    round: &Round,
    held_back: &mut HeldBack,
    fresh: bool,
) -> Result<(Vec<Applied>, Vec<Settled>), StoreError> {
    let mut attempt = 1;
    loop {
        let mut sorted = held_back.clone();
        match once(look, round, &mut sorted, fresh).await {
            Err(error) if error.is_transient() && attempt < ATTEMPTS => {
                tracing::debug!(attempt, %error, "a transaction is made again");
                attempt += 1;
            }
            done => {
                *held_back = sorted;
                return done;
            }
        }
    }
}

async fn once(
    look: &Look<'_>,
    round: &Round,
    held_back: &mut HeldBack,
    fresh: bool,
) -> Result<(Vec<Applied>, Vec<Settled>), StoreError> {
    let store = &look.context.store;
    let mut tx = store.begin().await?;
    let applied = store.entries().apply(&mut tx, look.account, look.run, &round.entries).await?;
    let holding = if fresh {
        Vec::new()
    } else {
        let closed: Vec<i64> = round.closed.iter().map(|closed| closed.folder.0).collect();
        store.entries().holding_unseen(&mut tx, look.account, look.run, &closed).await?
    };
    let (ready, deferred) = held_back.sort(&round.closed, &holding);
    store.entries().settle_folders(&mut tx, look.account, &ready).await?;
    tx.commit().await?;
    Ok((applied, deferred))
}
