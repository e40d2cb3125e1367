//! What has to be done in a folder, from what is known and what the server shows when it is opened.
//!
//! Pure: two snapshots in, a plan out. When in doubt it says to compare, never to believe.

use std::fmt;

use voiceassist_dav::imap::Opened;
use voiceassist_store::mail::FolderCursor;

/// What the server shows of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The epoch of its UIDs.
    pub uid_validity: u32,
    /// The UID the next message will have at least, if the server says.
    pub uid_next: Option<u32>,
    /// How many messages there are.
    pub exists: u32,
    /// The highest mod-sequence, where there are any.
    pub mod_seq: Option<u64>,
}

impl Observed {
    /// What an open folder shows.
    pub fn of(opened: &Opened<'_>) -> Self {
        Self {
            uid_validity: opened.uid_validity(),
            uid_next: opened.uid_next(),
            exists: opened.exists(),
            mod_seq: opened.highest_mod_seq(),
        }
    }
}

/// How changes to known messages are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changes {
    /// There are none.
    None,
    /// The server tells what changed since this mod-sequence.
    Since(u64),
    /// All known messages are compared, range by range.
    Compare,
}

/// What has to be done in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What is known is of another epoch and void.
    pub reset: bool,
    /// Messages with this UID and higher ones are new.
    pub fresh_from: Option<u32>,
    /// How changes are found.
    pub changes: Changes,
    /// Messages below this UID are still to be listed; `Some(None)` begins at the newest.
    pub backfill: Option<Option<u32>>,
}

impl Plan {
    /// Compares what is known with what is shown. `count` is how many messages are known.
    pub fn make(cursor: &FolderCursor, count: u64, observed: &Observed) -> Self {
        let known = cursor.uid_validity == Some(observed.uid_validity);
        if !known {
            return Self {
                reset: cursor.uid_validity.is_some(),
                fresh_from: None,
                changes: Changes::None,
                backfill: Some(None),
            };
        }
        let fresh = observed.uid_next.is_none_or(|next| next > cursor.uid_next);
        let changes = match (cursor.mod_seq, observed.mod_seq) {
            (Some(before), Some(now)) if now == before => Changes::None,
            (Some(before), Some(now)) if now > before => Changes::Since(before),
            // No numbers, or numbers that went down, as after a restore: nothing can be concluded from them.
            _ => Changes::Compare,
        };
        // Where everything is listed, equal numbers and no changes mean that nobody has to look.
        let agrees = cursor.backfill_below.is_some() || u64::from(observed.exists) == count;
        let changes = if !fresh && !agrees && changes == Changes::None { Changes::Compare } else { changes };
        Self {
            reset: false,
            fresh_from: fresh.then_some(cursor.uid_next),
            changes,
            backfill: cursor.backfill_below.map(Some),
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        !self.reset && self.fresh_from.is_none() && self.changes == Changes::None && self.backfill.is_none()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing to do");
        }
        let mut parts: Vec<String> = Vec::new();
        if self.reset {
            parts.push("forget the numbering of before".to_owned());
        }
        if let Some(from) = self.fresh_from {
            parts.push(format!("list messages from {from} on"));
        }
        match self.changes {
            Changes::None => {}
            Changes::Since(mod_seq) => parts.push(format!("ask what changed since {mod_seq}")),
            Changes::Compare => parts.push("compare all known messages".to_owned()),
        }
        match self.backfill {
            None => {}
            Some(None) => parts.push("list everything, newest first".to_owned()),
            Some(Some(below)) => parts.push(format!("go on listing below {below}")),
        }
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Changes, Observed, Plan};
    use voiceassist_store::mail::FolderCursor;

    const CURSOR: FolderCursor =
        FolderCursor { uid_validity: Some(7), uid_next: 100, mod_seq: Some(50), backfill_below: None };
    const SHOWN: Observed = Observed { uid_validity: 7, uid_next: Some(100), exists: 80, mod_seq: Some(50) };

    #[test]
    fn an_unchanged_folder_needs_nothing() {
        assert!(Plan::make(&CURSOR, 80, &SHOWN).is_empty());
    }

    #[test]
    fn each_difference_asks_for_what_it_needs() {
        let plan = |cursor, count, shown| Plan::make(&cursor, count, &shown);
        let first = plan(FolderCursor::default(), 0, SHOWN);
        assert_eq!((first.reset, first.backfill), (false, Some(None)));
        let reset = plan(CURSOR, 80, Observed { uid_validity: 8, ..SHOWN });
        assert_eq!((reset.reset, reset.backfill), (true, Some(None)));
        let fresh =
            plan(CURSOR, 80, Observed { uid_next: Some(103), exists: 83, mod_seq: Some(53), ..SHOWN });
        assert_eq!((fresh.fresh_from, fresh.changes), (Some(100), Changes::Since(50)));
        let restored = plan(CURSOR, 80, Observed { mod_seq: Some(49), ..SHOWN });
        assert_eq!(restored.changes, Changes::Compare);
        let without = plan(FolderCursor { mod_seq: None, ..CURSOR }, 80, Observed { mod_seq: None, ..SHOWN });
        assert_eq!(without.changes, Changes::Compare);
        let fewer = plan(CURSOR, 80, Observed { exists: 79, ..SHOWN });
        assert_eq!(fewer.changes, Changes::Compare);
        let on = plan(FolderCursor { backfill_below: Some(40), ..CURSOR }, 30, SHOWN);
        assert_eq!((on.changes, on.backfill), (Changes::None, Some(Some(40))));
        assert_eq!(on.to_string(), "go on listing below 40");
    }
}
