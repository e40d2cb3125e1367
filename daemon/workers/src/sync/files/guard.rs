//! A listing that suddenly misses much is not believed at once.
//!
//! Storage that is not mounted, a server put back from a backup and a bug all look like mass deletion. Up to a few
//! entries, or less than half of what is known, a deletion is ordinary. Beyond that it is held: nothing is removed,
//! the account says so, and a look that still misses the same after [`CONFIRM_AFTER`] is believed. When so much is
//! missing that having it all read again would take a day, no look is enough: a person has to agree. What others share
//! with the account does not need that person, for a share that ends must not wait for somebody to notice.

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_store::cursors::HeldDeletions;
use voiceassist_store::entries::Unseen;

/// This many entries may vanish at once without question.
const ORDINARY: u64 = 20;
/// How long a held deletion waits for the look that confirms it.
pub(super) const CONFIRM_AFTER: TimeDelta = TimeDelta::minutes(10);
/// More of the account's own entries than this go only after a person has agreed.
pub const UNATTENDED: u64 = 500;

/// Why deletions are held: the server's data fingerprint is another one.
pub const RESTORED: &str = "server_restored";
/// Why deletions are held: too much of the account is missing.
pub const SUDDENLY_MISSING: &str = "suddenly_missing";

/// What else is known about the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Evidence {
    /// It says that its data was put back from a backup.
    pub(super) restored: bool,
}

/// Whether missing entries are believed to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They are gone.
    Believe,
    /// They wait, for the reason given, which is a code.
    Hold(&'static str),
}

/// Judges what is missing.
pub(super) fn judge(
    missing: Unseen,
    evidence: Evidence,
    held: Option<&HeldDeletions>,
    now: DateTime<Utc>,
) -> Verdict {
    let Unseen { unseen, own, total, .. } = missing;
    if unseen == 0 {
        return Verdict::Believe;
    }
    // A person agreed to what was shown to them: so many, or fewer.
    let accepted =
        held.is_some_and(|held| held.accepted_at.is_some() && unseen <= held.unseen.unsigned_abs());
    let the_same =
        held.is_some_and(|held| held.unseen.unsigned_abs() == unseen && now - held.since >= CONFIRM_AFTER);
    if accepted || (the_same && own <= UNATTENDED) {
        return Verdict::Believe;
    }
    if evidence.restored {
        return Verdict::Hold(RESTORED);
    }
    if unseen <= ORDINARY || unseen.saturating_mul(2) < total {
        return Verdict::Believe;
    }
    Verdict::Hold(SUDDENLY_MISSING)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use voiceassist_store::cursors::HeldDeletions;

    use voiceassist_store::entries::Unseen;

    use super::{CONFIRM_AFTER, Evidence, UNATTENDED, Verdict, judge};

    const QUIET: Evidence = Evidence { restored: false };
    const RESTORED: Evidence = Evidence { restored: true };

    fn missing(unseen: u64, total: u64) -> Unseen {
        Unseen { unseen, own: unseen, total, aliased: false }
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
    }

    fn held(unseen: i64, ago: TimeDelta) -> HeldDeletions {
        HeldDeletions { since: now() - ago, unseen, total: 100, reason: String::new(), accepted_at: None }
    }

    #[test]
    fn a_few_missing_files_are_believed() {
        assert_eq!(judge(missing(20, 20), QUIET, None, now()), Verdict::Believe);
        assert_eq!(judge(missing(49, 100), QUIET, None, now()), Verdict::Believe);
    }

    #[test]
    fn an_emptied_tree_is_held() {
        assert!(matches!(judge(missing(100, 100), QUIET, None, now()), Verdict::Hold(_)));
    }

    #[test]
    fn a_second_look_must_come_late_and_miss_the_same() {
        let early = held(100, CONFIRM_AFTER - TimeDelta::seconds(1));
        assert!(matches!(judge(missing(100, 100), QUIET, Some(&early), now()), Verdict::Hold(_)));
        let other = held(90, CONFIRM_AFTER);
        assert!(matches!(judge(missing(100, 100), QUIET, Some(&other), now()), Verdict::Hold(_)));
        assert_eq!(judge(missing(100, 100), QUIET, Some(&held(100, CONFIRM_AFTER)), now()), Verdict::Believe);
    }

    #[test]
    fn after_a_restore_even_one_missing_file_is_held() {
        assert!(matches!(judge(missing(1, 100), RESTORED, None, now()), Verdict::Hold(_)));
        assert_eq!(judge(missing(0, 100), RESTORED, None, now()), Verdict::Believe);
    }

    #[test]
    fn beyond_a_number_only_a_person_is_believed() {
        let many = UNATTENDED + 1;
        let mut waiting = held(i64::try_from(many).expect("small"), CONFIRM_AFTER * 100);
        let judged = judge(missing(many, many), QUIET, Some(&waiting), now());
        assert!(matches!(judged, Verdict::Hold(_)), "no look is enough");
        waiting.accepted_at = Some(now());
        assert_eq!(judge(missing(many, many), QUIET, Some(&waiting), now()), Verdict::Believe);
        assert_eq!(judge(missing(many - 1, many), RESTORED, Some(&waiting), now()), Verdict::Believe);
        let more = judge(missing(many + 1, many + 1), QUIET, Some(&waiting), now());
        assert!(matches!(more, Verdict::Hold(_)), "agreed to fewer");
    }

    #[test]
    fn shares_that_ended_need_no_person() {
        let many = Unseen { own: 0, ..missing(UNATTENDED * 10, UNATTENDED * 10) };
        let waiting = held(i64::try_from(many.unseen).expect("small"), CONFIRM_AFTER);
        assert_eq!(judge(many, QUIET, Some(&waiting), now()), Verdict::Believe);
    }
}
