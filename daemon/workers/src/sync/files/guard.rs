//! A listing that suddenly misses much is not believed at once.
//!
//! Storage that is not mounted, a server put back from a backup and a bug all look like mass deletion. Up to a few
//! entries, or less than half of what is known, a deletion is ordinary. Beyond that it is held: nothing is removed,
//! the account says so, and only a look that still misses the same after [`CONFIRM_AFTER`] is believed.

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_store::cursors::HeldDeletions;
use voiceassist_store::entries::Unseen;

/// This many entries may vanish at once without question.
const ORDINARY: u64 = 20;
/// How long a held deletion waits for the look that confirms it.
pub(super) const CONFIRM_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Whether missing entries are believed to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They are gone.
    Believe,
    /// They wait, for the reason given.
    Hold(&'static str),
}

/// Judges what is missing. `restored` means that the server says it was put back from a backup.
pub(super) fn judge(
    missing: Unseen,
    restored: bool,
    held: Option<&HeldDeletions>,
    now: DateTime<Utc>,
) -> Verdict {
    let Unseen { unseen, total } = missing;
    if unseen == 0 {
        return Verdict::Believe;
    }
    let confirmed = held
        .is_some_and(|held| u64::try_from(held.unseen) == Ok(unseen) && now - held.since >= CONFIRM_AFTER);
    if confirmed {
        return Verdict::Believe;
    }
    if restored {
        return Verdict::Hold("the server was put back from a backup");
    }
    if unseen <= ORDINARY || unseen.saturating_mul(2) < total {
        return Verdict::Believe;
    }
    Verdict::Hold("more than half of the files are suddenly missing")
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use voiceassist_store::cursors::HeldDeletions;

    use voiceassist_store::entries::Unseen;

    use super::{CONFIRM_AFTER, Verdict, judge};

    fn missing(unseen: u64, total: u64) -> Unseen {
        Unseen { unseen, total }
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
    }

    fn held(unseen: i64, ago: TimeDelta) -> HeldDeletions {
        HeldDeletions { since: now() - ago, unseen, total: 100, reason: String::new() }
    }

    #[test]
    fn a_few_missing_files_are_believed() {
        assert_eq!(judge(missing(20, 20), false, None, now()), Verdict::Believe);
        assert_eq!(judge(missing(49, 100), false, None, now()), Verdict::Believe);
    }

    #[test]
    fn an_emptied_tree_is_held() {
        assert!(matches!(judge(missing(100, 100), false, None, now()), Verdict::Hold(_)));
    }

    #[test]
    fn a_second_look_must_come_late_and_miss_the_same() {
        let early = held(100, CONFIRM_AFTER - TimeDelta::seconds(1));
        assert!(matches!(judge(missing(100, 100), false, Some(&early), now()), Verdict::Hold(_)));
        let other = held(90, CONFIRM_AFTER);
        assert!(matches!(judge(missing(100, 100), false, Some(&other), now()), Verdict::Hold(_)));
        assert_eq!(judge(missing(100, 100), false, Some(&held(100, CONFIRM_AFTER)), now()), Verdict::Believe);
    }

    #[test]
    fn after_a_restore_even_one_missing_file_is_held() {
        assert!(matches!(judge(missing(1, 100), true, None, now()), Verdict::Hold(_)));
        assert_eq!(judge(missing(0, 100), true, None, now()), Verdict::Believe);
    }
}
