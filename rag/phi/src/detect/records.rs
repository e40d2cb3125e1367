//! Text that a program wrote: tables, fields with names, messages of clinical systems.
//!
//! A cell of a table says what it is only by the head of its column, a field by its name, and a segment of a message by
//! its place. What is told so is found here, whatever it looks like: "Orange" under "city" is a city. Free text has none
//! of this and is passed over after a look at its separators.

mod columns;
mod fields;
mod segments;
mod titles;

use std::ops::Range;

use crate::detect::Candidate;
use crate::span::Kind;

/// The longest value that one field may have, in bytes; what is longer is text, and read as such.
const LONGEST_VALUE: usize = 120;

pub(super) fn find(text: &str, found: &mut Vec<Candidate>) {
    columns::find(text, found);
    fields::find(text, found);
    segments::find(text, found);
}

/// Adds a value of a kind that its place told, unless it is empty or says that nothing is known.
fn add(text: &str, range: Range<usize>, kind: Kind, rule: &'static str, found: &mut Vec<Candidate>) {
    let own = &text[range.clone()];
    let trimmed = own.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '*' | '_'));
    if trimmed.is_empty() || trimmed.len() > LONGEST_VALUE || !fits(trimmed, kind) {
        return;
    }
    let start = range.start + own.find(trimmed).unwrap_or(0);
    found.push(Candidate { range: start..start + trimmed.len(), kind, confidence: 0.9, rule });
}

/// Whether a value can be of a kind: numbers need digits, names letters.
fn fits(value: &str, kind: Kind) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let nothing = matches!(
        value.to_ascii_lowercase().as_str(),
        "n/a"
            | "na"
            | "none"
            | "null"
            | "unknown"
            | "nil"
            | "unk"
            | "yes"
            | "no"
            | "true"
            | "false"
            | "tbd"
            | "self"
    );
    match kind {
        _ if nothing => false,
        Kind::Name => letters >= 2 && digits <= 2,
        Kind::City | Kind::Facility | Kind::Employer => letters >= 2,
        Kind::Street => letters + digits >= 3,
        Kind::AgeOver89 => value.parse().is_ok_and(|age: u32| (90..130).contains(&age)),
        Kind::Date => digits >= 4,
        Kind::Email | Kind::Url | Kind::IpAddress | Kind::PhotoRef => value.contains(['.', ':', '@']),
        _ => digits >= 3,
    }
}
