//! Whole addresses, on one line or several, as any country writes them.
//!
//! An address is a run of numbers and capitalised words that nothing else interrupts. One sign alone says little: a
//! ward is a "Unit 5" and a drug a "Plaza 20". So the signs of a run are added up (a flat, a street's word beside a number,
//! a box, a state or country with a postal code, a word before it that addresses follow), and only enough of them make it
//! one. Within an address the state and the country go with the rest, which elsewhere stay.

mod signs;
mod tokens;

use std::ops::Range;

use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

use signs::Signs;

/// The weight from which on a run is an address.
const ENOUGH: u32 = 3;
/// The same in a text without capitals, where any word could belong to a run.
const ENOUGH_IN_LOWER_CASE: u32 = 4;
/// The most words, numbers and signs of one address.
const MOST: usize = 60;

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if !text.has_digits {
        return;
    }
    let lower = tokens::is_lower(text);
    let mut at = 0;
    while at < text.words.len() {
        if !tokens::starts(text, at, lower) {
            at += 1;
            continue;
        }
        let end = run_end(text, at, lower);
        for part in parts(text, at..end) {
            judge(text, part, lower, found);
        }
        at = end.max(at + 1);
    }
}

/// Where the run that starts at a word ends.
fn run_end(text: &Text<'_>, at: usize, lower: bool) -> usize {
    let words = &text.words;
    let mut end = at + 1;
    while end < words.len() && end < at + MOST && tokens::belongs(text, end, lower) {
        end += 1;
    }
    // "…\nPatient name: …": what leads to a colon is the label of the next field.
    if words.get(end).is_some_and(|sign| sign.is(":") && sign.gap == Gap::Glued) {
        end = line_start(words, at, end);
    }
    end
}

/// The start of the line on which the word before a place stands, not before the start of its run.
fn line_start(words: &[Word<'_>], at: usize, end: usize) -> usize {
    (at + 1..end).rev().find(|place| words[*place].gap >= Gap::Line).unwrap_or(at)
}

/// A run is read as one address; where "and" parts two streets, as two.
fn parts(text: &Text<'_>, run: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let words = &text.words;
    // A street with "and" has one name on either side of a corner, and two addresses a number behind it.
    let corner = signs::is_corner(words, run.start);
    let and = run.clone().find(|at| {
        words[*at].folded == "and"
            && words[*at].shape == Shape::Lower
            && !corner
            && words.get(at + 1).is_some_and(|next| next.shape == Shape::Number || next.folded == "the")
    });
    let (first, second) = match and {
        Some(and) => (run.start..and, Some(and + 1..run.end)),
        None => (run, None),
    };
    std::iter::once(first).chain(second)
}

fn judge(text: &Text<'_>, run: Range<usize>, lower: bool, found: &mut Vec<Candidate>) {
    if run.len() < 2 {
        return;
    }
    let words = &text.words;
    if signs::is_corner(words, run.start) && signs::corner_is_whole(words, &run) {
        let the = run.start.checked_sub(1).filter(|the| words[*the].folded == "the").unwrap_or(run.start);
        found.push(whole(words, the..run.end, "street.corner"));
        return;
    }
    if !run.clone().any(|at| words[at].shape == Shape::Number) {
        return;
    }
    let signs = Signs::of(text, &run);
    let enough = if lower { ENOUGH_IN_LOWER_CASE } else { ENOUGH };
    if signs.weight < enough || signs.last <= signs.first {
        return;
    }
    let start = signs.start(words, &run);
    let end = signs.end(words, &run);
    emit(text, start..end, signs.street_end.clamp(start + 1, end), found);
}

fn whole(words: &[Word<'_>], run: Range<usize>, rule: &'static str) -> Candidate {
    let range = words[run.start].start..words[run.end - 1].end;
    Candidate { range, kind: Kind::Street, confidence: 0.75, rule }
}

/// The street as one finding; what follows it word by word as its city, state and country, and as its code.
fn emit(text: &Text<'_>, address: Range<usize>, street_end: usize, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let street = trimmed(words, address.start..street_end);
    if !street.is_empty() {
        let range = words[street.start].start..words[street.end - 1].end;
        found.push(Candidate { range, kind: Kind::Street, confidence: 0.85, rule: "street.address" });
    }
    let mut at = street_end;
    while at < address.end {
        if words[at].shape == Shape::Sign {
            at += 1;
            continue;
        }
        let coded = signs::code_end(words, at, address.end);
        let (end, kind, rule) = match coded {
            Some(end) => (end, Kind::Zip, "zip.address"),
            None => (place_end(words, at, address.end), Kind::City, "city.address"),
        };
        let range = words[at].start..words[end - 1].end;
        // Less sure than what the detectors of cities and codes find by themselves, so that their kind prevails.
        found.push(Candidate { range, kind, confidence: 0.55, rule });
        at = end;
    }
}

/// Where the words of one place end: a comma, a line or a code.
fn place_end(words: &[Word<'_>], at: usize, end: usize) -> usize {
    let mut place = at + 1;
    while place < end
        && words[place].on_line()
        && !words[place].is(",")
        && signs::code_end(words, place, end).is_none()
    {
        place += 1;
    }
    while place > at + 1 && words[place - 1].shape == Shape::Sign && !words[place - 1].is(")") {
        place -= 1;
    }
    place
}

/// A range without the signs at its ends.
fn trimmed(words: &[Word<'_>], range: Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (range.start, range.end);
    while start < end && words[start].shape == Shape::Sign {
        start += 1;
    }
    while end > start && words[end - 1].shape == Shape::Sign && !words[end - 1].any(Marks::UNIT) {
        end -= 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use crate::detect::detect;

    /// Whether every letter and digit of a part is covered.
    fn covers(text: &str, part: &str) -> bool {
        let start = text.find(part).expect("the part stands in its text");
        let found = detect(text);
        part.char_indices()
            .filter(|(_, c)| c.is_alphanumeric())
            .all(|(at, _)| found.iter().any(|one| one.range.contains(&(start + at))))
    }

    #[test]
    fn an_address_of_several_lines_is_covered_wholly_with_state_and_country() {
        for (text, address) in [
            (
                "Please ship to:\n4410 Varnell Turnpike\n Suite 212\n Ostwick\n OH 44812\nThanks",
                "4410 Varnell Turnpike\n Suite 212\n Ostwick\n OH 44812",
            ),
            (
                "New address: 88 Harnwell Crescent\nUpper Drayle\nLeeds LS6 2QT\nMobile: none",
                "88 Harnwell Crescent\nUpper Drayle\nLeeds LS6 2QT",
            ),
            ("wohnhaft Tannenweg 12b\n50931 Querfurt\nDiagnose: Asthma", "Tannenweg 12b\n50931 Querfurt"),
            (
                "demeurant 14 bis, rue des Tilleuls\n69110 Brissac, adressé pour avis",
                "14 bis, rue des Tilleuls\n69110 Brissac",
            ),
            (
                "Domicilio: Calle Olivar, 9, 3º B\n28013 Montero\nMotivo: tos",
                "Calle Olivar, 9, 3º B\n28013 Montero",
            ),
            (
                "R/o Flat No. 302, Sai Residency, Kelkar Nagar\nPune 411 038\nPh: none",
                "Flat No. 302, Sai Residency, Kelkar Nagar\nPune 411 038",
            ),
            (
                "sent to 7120 Harkola 31\n Apt. 118\n Vellamo\n Finland 33210?",
                "7120 Harkola 31\n Apt. 118\n Vellamo\n Finland 33210",
            ),
            ("Meet me at PSC 4410, Box 2291\nAPO AE 09217", "PSC 4410, Box 2291\nAPO AE 09217"),
            (
                "She lives at Oude Kade 41, 1571 PV Arnemuiden, Netherlands.",
                "Oude Kade 41, 1571 PV Arnemuiden, Netherlands",
            ),
            (
                "Our flat: 12 Wattle Parade\nBendigo VIC 3550\nAustralia",
                "12 Wattle Parade\nBendigo VIC 3550\nAustralia",
            ),
            (
                "it is the corner of 14 Larkin Str. and Ohlsen Coves, ring twice",
                "the corner of 14 Larkin Str. and Ohlsen Coves",
            ),
        ] {
            assert!(covers(text, address), "{text:?} {:?}", detect(text));
        }
    }

    #[test]
    fn numbers_and_capitals_of_a_ward_are_no_address() {
        for text in [
            "Transferred to Unit 5 West, Bed 14. Norepinephrine 5 mcg/min.",
            "BP 128/76, HR 88, SpO2 97 % on 2 L; Na 138, K 4.1, Cl 101.",
            "Stage III, Gleason 7 (3+4), PSA 12. Grade Group 2 of 5.",
            "In Germany 36903 patients and in Finland 11507 controls took part.",
            "Take Vitamin D 1000 Units daily. Insulin Glargine 20 Units at Bedtime.",
        ] {
            let streets: Vec<_> =
                detect(text).into_iter().filter(|one| one.rule.ends_with(".address")).collect();
            assert!(streets.is_empty(), "{text:?} {streets:?}");
        }
    }
}
