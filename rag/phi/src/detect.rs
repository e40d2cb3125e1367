//! Runs the detectors and settles what overlaps.
//!
//! Each detector looks for its kinds alone and reports byte ranges; here ranges that overlap are settled for the
//! surer one and offsets become code points. Detectors prefer to find too much: a number that could be a record's
//! counts as one when a word beside it says so, and a capitalised word after "Patient:" is a name.

mod contact;
mod dates;
mod identifiers;
mod names;

use std::ops::Range;

use voiceassist_model::TextSpan;

use crate::span::{Finding, Kind};

/// A finding in bytes, before overlaps are settled.
#[derive(Clone, Debug)]
struct Found {
    range: Range<usize>,
    kind: Kind,
    confidence: f32,
    rule: &'static str,
}

/// Everything in a text that can point at a person, in order, without overlap.
pub fn findings(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    contact::find(text, &mut found);
    identifiers::find(text, &mut found);
    dates::find(text, &mut found);
    names::find(text, &mut found);
    in_code_points(text, settle(found))
}

/// Of overlapping findings the surer stays, of equally sure ones the longer.
fn settle(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| {
        b.confidence
            .total_cmp(&a.confidence)
            .then(b.range.len().cmp(&a.range.len()))
            .then(a.range.start.cmp(&b.range.start))
    });
    let mut taken: std::collections::BTreeMap<usize, Found> = std::collections::BTreeMap::new();
    for one in found {
        let before = taken.range(..one.range.end).next_back();
        if before.is_none_or(|(_, other)| other.range.end <= one.range.start) {
            taken.insert(one.range.start, one);
        }
    }
    taken.into_values().collect()
}

fn in_code_points(text: &str, found: Vec<Found>) -> Vec<Finding> {
    let (mut byte, mut point) = (0, 0);
    let mut to_point = |at: usize| {
        point += u32::try_from(text[byte..at].chars().count()).unwrap_or(u32::MAX);
        byte = at;
        point
    };
    found
        .into_iter()
        .map(|one| {
            let start = to_point(one.range.start);
            let end = to_point(one.range.end);
            Finding {
                span: TextSpan { start, end },
                kind: one.kind,
                confidence: one.confidence,
                rule: one.rule,
            }
        })
        .collect()
}

/// A compiled pattern.
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| crate::detect::compile($text));
    };
}
use pattern;

/// Compiles a pattern of this module with word boundaries of ASCII: those of Unicode leave the fast automaton at the
/// first umlaut.
#[expect(
    clippy::expect_used,
    reason = "every pattern is a constant, and the tests of each detector compile them"
)]
fn compile(text: &str) -> regex::Regex {
    regex::Regex::new(&text.replace(r"\b", r"(?-u:\b)")).expect("a constant pattern compiles")
}

/// Adds every match of a pattern: its first group where it has one, else all of it.
fn add(
    found: &mut Vec<Found>,
    text: &str,
    pattern: &regex::Regex,
    kind: Kind,
    confidence: f32,
    rule: &'static str,
) {
    if pattern.captures_len() == 1 {
        found.extend(pattern.find_iter(text).map(|hit| Found { range: hit.range(), kind, confidence, rule }));
        return;
    }
    for hit in pattern.captures_iter(text) {
        if let Some(group) = hit.get(1).or_else(|| hit.get(0)) {
            found.push(Found { range: group.range(), kind, confidence, rule });
        }
    }
}
