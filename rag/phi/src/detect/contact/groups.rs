//! Telephone numbers as groups of digits without a word for telephones before them: "78 651 450", "98268 98904".
//!
//! Amounts and results stand in groups as well, so such a number needs a word behind which people are reached ("to",
//! "under", "on"), the signs of a list around it, or what it is behind it ("781 1704 office").

use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

/// Digits of a telephone number without a cue: not fewer, lest amounts be taken for one, and not more.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=11;
/// How many of them suffice behind a word for telephones.
const LEAST_BEHIND_CUE: usize = 7;

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let mut at = 0;
    while at < words.len() {
        let end = row_end(words, at);
        if end > at + 1 && is_telephone(words, at, end) {
            let range = words[at].start..words[end - 1].end;
            found.push(Candidate { range, kind: Kind::Phone, confidence: 0.6, rule: "phone.groups" });
        }
        at = end.max(at + 1);
    }
}

/// Behind a row of two to five groups of digits with a blank, point or hyphen between; the place itself without one.
fn row_end(words: &[Word<'_>], at: usize) -> usize {
    let group = |place: usize| {
        words.get(place).is_some_and(|word| word.shape == Shape::Number && (2..=6).contains(&word.text.len()))
    };
    let free =
        words[at].gap != Gap::Glued || matches!(words[at - 1].text, "(" | "\"" | ":" | "|" | ">" | ";" | ",");
    if !group(at) || !free {
        return at;
    }
    let mut end = at + 1;
    loop {
        let sign = words.get(end).is_some_and(|sign| {
            sign.gap == Gap::Glued
                && matches!(sign.text, "." | "-")
                && words.get(end + 1).is_some_and(|next| next.gap == Gap::Glued)
        });
        let next = end + usize::from(sign);
        if !group(next) || !(sign || words[next].gap == Gap::Blank) {
            return end;
        }
        end = next + 1;
    }
}

fn is_telephone(words: &[Word<'_>], at: usize, end: usize) -> bool {
    let groups: Vec<&str> =
        words[at..end].iter().filter(|word| word.shape == Shape::Number).map(|word| word.text).collect();
    let digits: usize = groups.iter().map(|group| group.len()).sum();
    let signs = end - at - groups.len();
    let blanks = groups.len() - 1 - signs;
    if groups.len() < 2 || groups.len() > 5 || digits < LEAST_BEHIND_CUE {
        return false;
    }
    let before = at.checked_sub(1).map(|before| &words[before]);
    let last = before.map_or("", |before| before.folded.as_ref());
    let called = matches!(
        last,
        "to" | "at"
            | "on"
            | "from"
            | "under"
            | "unter"
            | "au"
            | "al"
            | "registered"
            | "number"
            | "call"
            | "ring"
            | "or"
            | "dial"
    );
    let listed = before
        .is_none_or(|before| matches!(before.text, "," | ")" | "(" | "\"" | "|" | ";" | ":" | ">"))
        || words[at].gap >= Gap::Line;
    let named = is_named(words, end);
    let next = words.get(end);
    let closes = named
        || next.is_none_or(|next| {
            !next.on_line() || matches!(next.text, "," | ")" | "|" | "?" | ";" | "." | "\"")
        });
    let quantity = next.is_some_and(|unit| {
        unit.on_line()
            && (unit.any(Marks::UNIT) && !matches!(unit.folded.as_ref(), "in" | "x" | "a") || unit.is("%"))
    });
    // "12 03 2024" is a day, "100 200 300" are amounts, "1234.56" and "1.5 200" are values.
    let day = groups.len() == 3 && digits == 8 && is_year(groups[2]);
    let round = groups.iter().filter(|group| group.ends_with("00")).count() > 1;
    let value = signs > 0 && (blanks > 0 || signs < 2);
    let long = DIGITS.contains(&digits) && (called || listed && (closes || groups.len() >= 3));
    let short = digits == LEAST_BEHIND_CUE
        && groups.len() == 2
        && closes
        && (matches!(last, "registered" | "number" | "call" | "ring" | "dial" | "at" | "to")
            || listed && named);
    (long || short) && !(day || round || value || quantity)
}

/// "781 1704 office", "3660170548-Fax": what a number is stands behind it.
fn is_named(words: &[Word<'_>], end: usize) -> bool {
    let dash = usize::from(words.get(end).is_some_and(|sign| matches!(sign.text, "-" | "(")));
    words.get(end + dash).is_some_and(|word| {
        word.on_line()
            && matches!(
                word.folded.as_ref(),
                "office" | "fax" | "mobile" | "desk" | "home" | "work" | "cell" | "phone" | "tel"
            )
    })
}

fn is_year(group: &str) -> bool {
    group.len() == 4 && (group.starts_with("19") || group.starts_with("20"))
}

#[cfg(test)]
mod tests {
    use crate::detect::detect;
    use crate::span::Kind;

    #[test]
    fn groups_of_digits_are_telephones_where_people_are_reached() {
        for (text, number) in [
            ("They're not answering at 78 651 450", "78 651 450"),
            ("Emergency contact: her son, 98268 98904", "98268 98904"),
            ("joignable au 468 47 36 38.", "468 47 36 38"),
            ("781 1704 office", "781 1704"),
            ("mobile: \"92347 29640\"", "92347 29640"),
        ] {
            let found = detect(text);
            assert!(
                found.iter().any(|one| one.kind == Kind::Phone && &text[one.range.clone()] == number),
                "{text:?} {found:?}"
            );
        }
    }

    #[test]
    fn groups_of_digits_are_no_telephones_among_results() {
        for text in [
            "Platelets 150 000 to 400 000",
            "rose from 10 20 30 to 40 50 mg",
            "on 12 03 2024",
            "at 1200 1300 1400 1500 1600 1700 h",
        ] {
            assert!(detect(text).iter().all(|one| one.rule != "phone.groups"), "{text:?}");
        }
    }
}
