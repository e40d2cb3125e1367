//! Which listed folders may be settled, and when.
//!
//! A folder is done when it was listed and every folder below it that had to be looked into is done. Done folders from
//! which nothing is missing are settled at once, so that a run that is killed need not list them again. A folder from
//! which something is missing waits, with all above it, until everything has been seen and the missing is judged. A
//! folder with an entry that could not be read is never done. *Invariant:* children come out before their parents.

use std::collections::HashMap;

/// A folder with the etag it had when it was listed.
pub(super) type Settled = (i64, String);

#[derive(Debug)]
struct Open {
    etag: String,
    parent: Option<i64>,
    /// Folders in it still to be looked into.
    pending: usize,
    /// Nothing is missing from it or from below it.
    complete: bool,
}

/// The folders of one run.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    open: HashMap<i64, Open>,
    ready: Vec<Settled>,
    deferred: Vec<Settled>,
}

/// How a folder stands after it was listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Everything that is known in it was seen.
    Complete,
    /// Something is missing.
    Missing,
    /// Something in it could not be read.
    Unproved,
}

impl Ledger {
    /// Enters a folder that was listed, of which `pending` folders are still to be looked into.
    pub(super) fn listed(
        &mut self,
        (folder, etag): Settled,
        parent: Option<i64>,
        pending: usize,
        standing: Standing,
    ) {
        // One more than there are: an unreadable entry is a folder that never gets done.
        let never = usize::from(standing == Standing::Unproved);
        let complete = standing == Standing::Complete;
        self.open.insert(folder, Open { etag, parent, pending: pending + never, complete });
        if pending + never == 0 {
            self.close(folder);
        }
    }

    /// Everything below a folder was applied and settled, in one listing, for the folder that led to it.
    pub(super) fn below_done(&mut self, parent: Option<i64>, complete: bool) {
        let Some(parent) = parent else { return };
        let Some(open) = self.open.get_mut(&parent) else { return };
        open.complete &= complete;
        open.pending = open.pending.saturating_sub(1);
        if open.pending == 0 {
            self.close(parent);
        }
    }

    /// The folders that may be settled now, children first.
    pub(super) fn take_ready(&mut self) -> Vec<Settled> {
        std::mem::take(&mut self.ready)
    }

    /// The folders that may be settled once the missing is taken out, children first.
    pub(super) fn take_deferred(&mut self) -> Vec<Settled> {
        std::mem::take(&mut self.deferred)
    }

    /// Has these settled once the missing is taken out.
    pub(super) fn defer(&mut self, folders: Vec<Settled>) {
        self.deferred.extend(folders);
    }

    /// Whether every listed folder is done.
    pub(super) fn is_closed(&self) -> bool {
        self.open.is_empty()
    }

    fn close(&mut self, folder: i64) {
        let mut next = Some(folder);
        while let Some(folder) = next.take() {
            let Some(done) = self.open.remove(&folder) else { return };
            if done.complete {
                self.ready.push((folder, done.etag));
            } else {
                self.deferred.push((folder, done.etag));
            }
            let Some(parent) = done.parent else { return };
            let Some(open) = self.open.get_mut(&parent) else { return };
            open.complete &= done.complete;
            open.pending = open.pending.saturating_sub(1);
            if open.pending == 0 {
                next = Some(parent);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ledger, Settled, Standing};

    fn folder(id: i64) -> Settled {
        (id, format!("etag {id}"))
    }

    fn ids(settled: &[Settled]) -> Vec<i64> {
        settled.iter().map(|(id, _)| *id).collect()
    }

    #[test]
    fn a_folder_is_settled_after_all_that_led_through_it() {
        let mut ledger = Ledger::default();
        ledger.listed(folder(1), None, 2, Standing::Complete);
        ledger.listed(folder(2), Some(1), 1, Standing::Complete);
        ledger.listed(folder(3), Some(1), 0, Standing::Complete);
        assert_eq!(ids(&ledger.take_ready()), [3]);
        ledger.listed(folder(4), Some(2), 0, Standing::Complete);
        assert_eq!(ids(&ledger.take_ready()), [4, 2, 1]);
        assert!(ledger.is_closed());
    }

    #[test]
    fn what_is_missing_keeps_all_above_it_waiting_and_nothing_beside_it() {
        let mut ledger = Ledger::default();
        ledger.listed(folder(1), None, 2, Standing::Complete);
        ledger.listed(folder(2), Some(1), 0, Standing::Missing);
        ledger.listed(folder(3), Some(1), 0, Standing::Complete);
        assert_eq!(ids(&ledger.take_ready()), [3]);
        assert_eq!(ids(&ledger.take_deferred()), [2, 1]);
        assert!(ledger.is_closed());
    }

    #[test]
    fn an_unreadable_entry_leaves_its_folder_and_all_above_open() {
        let mut ledger = Ledger::default();
        ledger.listed(folder(1), None, 1, Standing::Complete);
        ledger.listed(folder(2), Some(1), 1, Standing::Unproved);
        ledger.listed(folder(3), Some(2), 0, Standing::Complete);
        assert_eq!(ids(&ledger.take_ready()), [3]);
        assert!(ledger.take_deferred().is_empty());
        assert!(!ledger.is_closed());
    }

    #[test]
    fn a_subtree_listed_at_once_counts_for_the_folder_that_led_to_it() {
        let mut ledger = Ledger::default();
        ledger.listed(folder(1), None, 1, Standing::Complete);
        ledger.below_done(Some(1), false);
        assert!(ledger.take_ready().is_empty());
        assert_eq!(ids(&ledger.take_deferred()), [1]);
    }
}
