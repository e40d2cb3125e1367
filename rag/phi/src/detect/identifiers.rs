//! Numbers and codes that stand for a person, a record or a thing of theirs.
//!
//! Most are told by the words before them: each kind has its cues, and between cue and number may stand "number", "is",
//! "on file" or a colon. A value needs digits; what is a date, a dose or a code of a public catalogue (ICD, CPT, NCT) is
//! none. Social security numbers, vehicle numbers, bank accounts and payment cards are also told by their own form, and
//! long numbers that nothing explains count as identifiers too, because nothing harmless in a clinic is that long.

mod cues;
mod forms;
mod national;
mod plates;

use std::ops::Range;

use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

pub(super) use cues::first_words;

/// How many words may stand between a cue and its value.
const MOST_BETWEEN: usize = 7;

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    forms::pictures(text.text, found);
    if !text.has_digits {
        return;
    }
    forms::find(text, found);
    plates::find(text, found);
    national::find(text, found);
    for at in 0..text.words.len() {
        // The "dL" of "mg/dL" is no driver's licence.
        if at > 0 && text.words[at - 1].is("/") && text.words[at].folded == "dl" {
            continue;
        }
        if let Some((cue, behind)) = cues::at(&text.words, at)
            && let Some(range) = value_behind(text, behind, cue.kind, cue.least)
        {
            found.push(Candidate { range, kind: cue.kind, confidence: 0.95, rule: cue.rule });
        }
    }
}

/// The value that follows a cue, past the words that may stand between.
fn value_behind(text: &Text<'_>, behind: usize, kind: Kind, least: usize) -> Option<Range<usize>> {
    let words = &text.words;
    for at in behind..behind + MOST_BETWEEN {
        let word = words.get(at)?;
        if word.gap == Gap::Paragraph {
            return None;
        }
        if let Some(range) = value_at(text, at, kind, least) {
            return Some(range);
        }
        if !may_stand_between(word) {
            return None;
        }
    }
    None
}

fn may_stand_between(word: &Word<'_>) -> bool {
    if word.shape == Shape::Sign {
        return matches!(
            word.text,
            ":" | "#" | "." | "=" | "-" | "–" | "(" | "№" | "'" | "’" | "*" | "\"" | "|" | "/" | ")"
        );
    }
    matches!(
        word.folded.as_ref(),
        "no" | "nr"
            | "num"
            | "number"
            | "numbers"
            | "id"
            | "ids"
            | "is"
            | "was"
            | "of"
            | "on"
            | "file"
            | "s"
            | "ending"
            | "ends"
            | "in"
            | "with"
            | "last"
            | "four"
            | "digits"
            | "the"
            | "his"
            | "her"
            | "their"
            | "my"
            | "code"
            | "card"
            | "and"
            | "ref"
            | "reads"
            | "listed"
            | "as"
            | "shows"
            | "identifier"
            | "record"
            | "under"
            | "starting"
            | "numero"
            | "nummer"
            | "lautet"
            | "template"
            | "scan"
            | "hash"
            | "plate"
            | "for"
            | "patient"
            | "pt"
            | "this"
            | "tag"
            | "plan"
            | "member"
            | "policy"
            | "we"
            | "have"
            | "has"
            | "n"
            | "holder"
            | "registered"
            | "assigned"
            | "to"
            | "at"
            | "from"
            | "device"
            | "unit"
            | "state"
            | "full"
    ) || word.any(Marks::STATE_CODE) && word.shape == Shape::Upper
}

/// The value that starts at a word, when it has the digits a value needs and is nothing else.
pub(super) fn value_at(text: &Text<'_>, at: usize, kind: Kind, least: usize) -> Option<Range<usize>> {
    let words = &text.words;
    let first = &words[at];
    if first.shape == Shape::Sign && !first.is("*") && !first.is("+") {
        return None;
    }
    let mut end = chunk_end(words, at);
    let mut digits = digits_of(text, first.start, words[end - 1].end);
    let masked = matches!(first.folded.as_ref(), "x" | "xx" | "xxx" | "xxxx" | "xxxxx") || first.is("*");
    let lettered = digits == 0;
    if lettered && !(masked || may_lead(first, end - at, kind)) {
        return None;
    }
    // Groups parted by blanks belong together: "943 476 5919", "UYM 8569", "1EG4 TE5 MK73".
    while let Some(next) = words.get(end).filter(|next| matches!(next.gap, Gap::Blank)) {
        let after = chunk_end(words, end);
        let more = digits_of(text, next.start, words[after - 1].end);
        let group = &text.text[next.start..words[after - 1].end];
        let plate = kind == Kind::VehicleId
            && digits >= 1
            && first.gap != Gap::Glued
            && group.len() <= 4
            && (group.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
                || group.len() == 3 && next.marks.is_unlisted())
            && !next.any(Marks::SMALL.or(Marks::STATE_CODE).or(Marks::NUMBER_CUE));
        if plate && text.text[first.start..words[end - 1].end].len() <= 4 {
            (end, digits) = (after, digits + more);
            continue;
        }
        let continues = more > 0
            && group.len() <= 6
            && group.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '-')
            && (lettered || masked || more >= 2)
            && !words.get(after).is_some_and(|unit| {
                unit.on_line()
                    && unit.any(Marks::UNIT)
                    && unit.shape == Shape::Lower
                    && !unit.any(Marks::SMALL)
            })
            && (lettered || text.text[first.start..words[end - 1].end].len() <= 19);
        if !continues {
            break;
        }
        (end, digits) = (after, digits + more);
    }
    let range = first.start..words[end - 1].end;
    let own = &text.text[range.clone()];
    let unit = words.get(end).is_some_and(|unit| {
        unit.on_line()
            && (unit.any(Marks::UNIT) && !unit.any(Marks::SMALL) && unit.shape == Shape::Lower && digits <= 4
                || unit.is("%"))
    });
    (digits >= least && !unit && !is_date(own) && !is_time(own) && !is_year(own, kind)).then_some(range)
}

/// Whether letters without digits can open a value: the plate of a car, a prefix.
fn may_lead(word: &Word<'_>, pieces: usize, kind: Kind) -> bool {
    kind == Kind::VehicleId
        && pieces == 1
        && word.shape == Shape::Lower
        && (2..=4).contains(&word.letters())
        && !word.any(Marks::SMALL.or(Marks::COMMON))
        || kind == Kind::HealthPlan
            && pieces == 1
            && word.shape == Shape::Lower
            && word.letters() == 3
            && word.marks.is_unlisted()
        || kind == Kind::VehicleId
            && pieces == 3
            && matches!(word.shape, Shape::Upper | Shape::Initial | Shape::Lower)
            && word.letters() <= 3
            && !word.any(Marks::SMALL)
        || pieces <= 2
            && word.shape == Shape::Upper
            && word.text.len() <= 5
            && (kind == Kind::VehicleId || !word.any(Marks::STATE_CODE.or(Marks::SMALL)))
            && matches!(
                kind,
                Kind::VehicleId
                    | Kind::HealthPlan
                    | Kind::LicenseNumber
                    | Kind::AccountNumber
                    | Kind::DeviceId
                    | Kind::OtherId
                    | Kind::Mrn
            )
        || pieces == 1 && word.shape == Shape::Initial && word.is_word()
}

/// The place behind the glued words that one starts: "1UK5-HC7-HZ41", "S26-65497", "36-37-88".
pub(super) fn chunk_end(words: &[Word<'_>], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(word) = words.get(end).filter(|word| word.gap == Gap::Glued) {
        let joint = matches!(word.text, "-" | "_" | "/" | "." | "‑" | "–" | "*" | "+" | ":" | "#");
        let more = words.get(end + 1).is_some_and(|next| {
            next.gap == Gap::Glued && (next.shape != Shape::Sign || matches!(next.text, "-" | "*" | "/"))
        });
        if word.shape == Shape::Sign && !(joint && (more || word.is("*"))) {
            break;
        }
        end += 1;
    }
    end
}

fn digits_of(text: &Text<'_>, start: usize, end: usize) -> usize {
    text.text[start..end].bytes().filter(u8::is_ascii_digit).count()
}

/// A time of day.
fn is_time(own: &str) -> bool {
    let mut parts = own.split(':');
    let short = |part: Option<&str>| {
        part.is_some_and(|part| {
            (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    short(parts.next()) && short(parts.next()) && parts.all(|part| short(Some(part)))
}

fn is_date(own: &str) -> bool {
    let parts: Vec<&str> = own.split(['/', '-', '.']).collect();
    let slashes = own.contains('/');
    parts.len() == 3
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        && (parts[0].len() == 4 && parts[1].len() <= 2
            || parts[2].len() == 4 && parts[0].len() <= 2 && parts[1].len() <= 2
            || slashes && parts[2].len() == 2)
}

fn is_year(own: &str, kind: Kind) -> bool {
    own.len() == 4
        && (own.starts_with("19") || own.starts_with("20"))
        && kind != Kind::Ssn
        && own.bytes().all(|byte| byte.is_ascii_digit())
}
