//! Exit codes. Scripts rely on them, so a code never changes its meaning.

/// Done.
pub const OK: u8 = 0;
/// Failed for a reason said on standard error.
pub const FAILED: u8 = 1;
/// The configuration could not be read or was refused.
pub const CONFIGURATION: u8 = 3;
/// A server it needs does not answer.
pub const UNREACHABLE: u8 = 4;
/// It worked and there is nothing to show.
pub const NOTHING_FOUND: u8 = 5;
/// Part of the work failed; which part has been said.
pub const PARTIAL: u8 = 6;

/// The audit log is not what it was; the first record that cannot be believed has been said.
pub const CHANGED: u8 = 7;

/// All codes with their meaning, for the generated reference. Code 2 is the argument parser's.
pub const TABLE: [(u8, &str); 8] = [
    (OK, "done"),
    (FAILED, "failed; the reason is on standard error"),
    (2, "wrong command line"),
    (CONFIGURATION, "the configuration could not be read or was refused"),
    (UNREACHABLE, "a server it needs does not answer"),
    (NOTHING_FOUND, "it worked and there is nothing to show"),
    (PARTIAL, "part of the work failed; which part was said"),
    (CHANGED, "the audit log is not what it was; the first record that cannot be believed was said"),
];
