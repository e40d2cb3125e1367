//! The limits of searching and answering.
//!
//! Plain values; the program fills them from its configuration. What must never be exceeded whatever the
//! configuration says is a constant.

use std::time::Duration;

use chrono::TimeDelta;

/// The longest question, in code points. It is a question, not a document.
pub const MAX_QUERY_CHARS: usize = 2_000;

/// The most passages one search returns.
pub const MAX_RESULTS: usize = 50;

/// How the assistant behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long the mirror, or what Nextcloud said about a document, is believed. Beyond, Nextcloud is asked. A right
    /// that is taken away is without effect for at most this long, whatever else fails.
    pub freshness_bound: TimeDelta,
    /// How long Nextcloud may take to confirm; without an answer there is no passage.
    pub freshness_time: Duration,
    /// How long finding and choosing may take before a turn is given up.
    pub answer_time: Duration,
    /// How long the model may take to compare sentences with the question; beyond, words decide.
    pub meaning_time: Duration,
    /// How long a model may write before what holds by then must do.
    pub writing_time: Duration,
    /// How many passages an answer may be made from.
    pub answer_passages: usize,
    /// Whether a question that holds several is looked for in parts.
    pub decompose: bool,
    /// Whether a thing that is only described is looked up first.
    pub multi_hop: bool,
    /// How many turns run at once.
    pub turns: u32,
    /// How many of them may be one person's.
    pub turns_per_account: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            freshness_bound: TimeDelta::seconds(30),
            freshness_time: Duration::from_secs(3),
            answer_time: Duration::from_mins(1),
            meaning_time: Duration::from_secs(4),
            writing_time: Duration::from_secs(90),
            answer_passages: 24,
            decompose: true,
            multi_hop: true,
            turns: 128,
            turns_per_account: 4,
        }
    }
}
