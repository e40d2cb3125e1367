//! Ages above 89, which the law counts among the identifiers; younger ages stay.
//!
//! An age is told by what follows it ("94 y/o", "102-year-old", "93F") or by what stands before ("aged 95"). Spans of
//! months or days, scores, oxygen saturations and pulses of the same size are none.

use crate::detect::{Candidate, pattern};
use crate::span::Kind;
use crate::words::{Shape, Text};

const AGE: &str = r"(?:9\d|1[0-2]\d)";

macro_rules! ages {
    ($name:ident, $text:expr) => {
        static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| crate::detect::compile(&$text.replace("AGE", AGE)));
    };
}

ages!(
    BEHIND,
    r"(?i)\b(AGE)[\s\-]*(?:(?:y[./]?\s?o\b|yo[mfw]?\b|yrs?\b|years?\b|jahre?\b|-?jährig|ans\b|años\b|anni\b|anos\b|jaar\b|lat\b|yaşında)(?:[\s\-]*(?:old\b|of age\b|young\b|alt\b|m\b|f\b))?|(?:[\-/ ]?(?:m|f)\b[^%/\d]))"
);
ages!(
    BEFORE,
    r"(?i)\b(?:age[ds]?|turn(?:ed|s|ing)?|alter|edad|âge|aged about|aged over|age of|birthday)\s*(?:is|was|of|:|=|at|about|approximately|~)?\s*(AGE)\b"
);
ages!(SEX_BEFORE, r"\b(?:M|F|male|female|man|woman|Male|Female|lady|gentleman)[,/ ]{1,2}(AGE)\b");
ages!(
    APPOSED,
    r"\b(?:(?:Mr|Mrs|Ms|Miss|mr|mrs|ms|miss)\.? )?\p{L}[\p{L}'’\-]+(?:,\s(AGE),\s|\s\((AGE)\))(?:a\b|an\b|had|has|is|was|who|with|presents|presented|admitted|lives|came|on\b|s/p|from|fell|needs|takes|and)"
);
ages!(SEX_BEHIND, r"(?i)\b(AGE)[ \-/,]{0,2}(?:male|female|man|woman|lady|gentleman)\b");
pattern!(
    DECADE,
    r"(?i)\b(?:in|into|well into)\s+(?:his|her|their|the)\s+(?:mid|early|late)?[\s\-]*(9\d)['’]?s\b"
);
pattern!(
    IN_WORDS,
    r"(?i)\b((?:ninety|one hundred|a hundred)(?:[\s\-](?:and[\s\-])?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))?)[\s\-]+(?:years?|yrs?|yo\b|y/o)|\b(nonagenarian|centenarian|supercentenarian)\b"
);

// "is 97 and wants", "turned 94 on", "(91)" behind a person: an age without a unit.
ages!(
    ALONE,
    r"(?i)\b(?:he|she|they|who|patient|pt|mother|father|mom|dad|wife|husband|grandmother|grandfather|aunt|uncle|client|resident|lady|gentleman)(?:'s|\s+is|\s+was|\s+turns|\s+turned|\s+just turned|\s+will be)\s+(?:now\s+|already\s+|over\s+|almost\s+|nearly\s+)?(AGE)(?:\s+(?:and|now|years|yrs|with|who|on|but|so|today|next|this)\b|\s*[,.;?!)]|$)"
);

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let mut add = |pattern: &regex::Regex, confidence: f32, rule: &'static str| {
        for hit in pattern.captures_iter(text.text) {
            let Some(age) = hit.get(1).or_else(|| hit.get(2)) else { continue };
            let before = &text.text[..age.start()];
            let part_of_number = before.ends_with(['.', '/', '-', '>', '<', '≥', '≤', '+', ','])
                && before[..before.len().saturating_sub(1)].ends_with(|c: char| c.is_ascii_digit());
            let whole = text.text.get(hit.get(0).map_or(age.range(), |all| all.range())).unwrap_or("");
            let span = is_span(&text.text[age.end()..], whole);
            let fever =
                ["above", "over", "to", "of", "than", "fever > "].iter().any(|word| ends_with(before, word))
                    && whole.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with(" F")
                    || ["fever", "temp", "tmax", "temperature", "hr", "pulse", "spo2", "sat"]
                        .iter()
                        .any(|word| ends_with(before, word));
            if !part_of_number && !span && !fever {
                found.push(Candidate { range: age.range(), kind: Kind::AgeOver89, confidence, rule });
            }
        }
    };
    add(&IN_WORDS, 0.85, "age.words");
    if !text.has_great_number {
        return;
    }
    add(&BEHIND, 0.9, "age.behind");
    add(&BEFORE, 0.85, "age.before");
    add(&SEX_BEFORE, 0.7, "age.sex");
    add(&APPOSED, 0.6, "age.apposed");
    add(&SEX_BEHIND, 0.8, "age.sex");
    add(&DECADE, 0.8, "age.decade");
    add(&ALONE, 0.75, "age.alone");
}

/// A number of six digits or more right behind a name is the number of their record: "Orrin, Tessa 495160 67M".
pub(super) fn numbers_beside_names(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if text.longest_number < LEAST_RECORD_DIGITS {
        return;
    }
    let names: Vec<usize> =
        found.iter().filter(|one| one.kind == Kind::Name).map(|one| one.range.end).collect();
    for end in names {
        let at = text.at_byte(end);
        let at =
            at + text.words.get(at).map_or(0, |word| usize::from(matches!(word.text, "(" | "." | "|" | "#")));
        let number =
            text.words.get(at).filter(|word| word.on_line() && word.text.len() >= LEAST_RECORD_DIGITS);
        let Some(number) = number.filter(|word| word.shape == Shape::Number) else { continue };
        let range = number.start..number.end;
        found.push(Candidate { range, kind: Kind::Mrn, confidence: 0.6, rule: "mrn.name" });
    }
}

/// A record's number beside a name has at least this many digits.
const LEAST_RECORD_DIGITS: usize = 6;

/// An age beside a name that was found: "Orrin (94)", "Orrin, 94,", "Orrin is 94 and wants".
pub(super) fn beside_names(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if !text.has_great_number {
        return;
    }
    let names: Vec<usize> =
        found.iter().filter(|one| one.kind == Kind::Name).map(|one| one.range.end).collect();
    for end in names {
        let at = text.at_byte(end);
        let is = |place: usize, words: &[&str]| {
            text.words.get(place).is_some_and(|word| words.contains(&word.folded.as_ref()) && word.on_line())
        };
        let number = match () {
            () if is(at, &["(", ","]) => at + 1,
            () if is(at, &["is", "was", "turns", "turned", "aged"]) => {
                at + 1 + usize::from(is(at + 1, &["now", "already", "nearly", "almost", "about"]))
            }
            () => continue,
        };
        let closes = match text.words.get(number + 1) {
            None => true,
            Some(next) => {
                matches!(next.text, ")" | "," | "." | "?" | ";") && !text.follows_glued(number + 1)
                    || matches!(next.folded.as_ref(), "and" | "on" | "with" | "who" | "now" | "but" | "so")
            }
        };
        let Some(age) = text.words.get(number).filter(|age| {
            closes
                && age.on_line()
                && age.text.len() <= 3
                && age.text.parse().is_ok_and(|age: u32| (90..130).contains(&age))
        }) else {
            continue;
        };
        found.push(Candidate {
            range: age.start..age.end,
            kind: Kind::AgeOver89,
            confidence: 0.75,
            rule: "age.name",
        });
    }
}

/// Whether a text ends with a word, whatever its case and the blanks behind it.
fn ends_with(before: &str, word: &str) -> bool {
    let before = before.trim_end();
    let from = before.len().saturating_sub(word.len());
    before.get(from..).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// "95 years ago", "100 years of experience", "90 year survival": a span, not an age.
fn is_span(behind: &str, whole: &str) -> bool {
    if whole.to_ascii_lowercase().contains("old") {
        return false;
    }
    let mut words = behind
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase);
    let first = words.next().unwrap_or_default();
    if !first.starts_with("year") && !first.starts_with("yr") && first != "y" {
        return false;
    }
    matches!(
        words.next().as_deref(),
        Some("ago" | "survival" | "experience" | "later" | "earlier" | "before" | "after" | "supply")
    )
}
