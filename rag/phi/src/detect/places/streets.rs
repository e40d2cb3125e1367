//! Streets: a house number and words before a street's last word, or a street's word with a number behind it.
//!
//! Flat, suite and floor belong to the street; the words behind it up to a state or a postal code are its city.

use std::ops::Range;

use crate::detect::Candidate;
use crate::detect::places::cities::has_place_ending;
use crate::detect::places::codes::beside_city;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

/// The most words between a house number and the street's last word.
const MOST_STREET_WORDS: usize = 5;

/// "9650 Quince Ln", "123 main st apt 4", "12 rue de la Paix".
pub(super) fn street_from_number(text: &Text<'_>, at: usize) -> Option<(Range<usize>, usize)> {
    let words = &text.words;
    let number = &words[at];
    let glued = at > 0 && number.gap == Gap::Glued && !matches!(words[at - 1].text, "(" | ":" | "#");
    if number.text.len() > 6 || glued {
        return None;
    }
    let mut place = at + 1;
    // "12A", "12-14", "12,"
    while let Some(word) = words.get(place).filter(|word| word.gap == Gap::Glued && place < at + 4) {
        if !(word.shape == Shape::Initial
            || word.is("-")
            || word.is("/")
            || word.is(",")
            || word.shape == Shape::Number
            || word.shape == Shape::Lower && word.letters() == 1)
        {
            return None;
        }
        place += 1;
    }
    let first = words
        .get(place)
        .filter(|word| word.on_line() && (word.is_word() || place > at && is_ordinal_number(words, place)))?;
    if first.any(Marks::STREET_HEAD) && words.get(place + 1).is_some_and(Word::is_word) {
        let behind = romance_end(words, place + 1);
        return Some((number.start..words[behind - 1].end, behind));
    }
    let lower = first.shape == Shape::Lower && !is_ordinal(words, place);
    let mut behind = last_street_word(words, place, lower)? + 1;
    if words.get(behind).is_some_and(|word| {
        word.is(".")
            && words.get(behind + 1).is_some_and(|next| next.on_line() && (next.is(",") || next.is("#")))
    }) {
        behind += 1;
    }
    // "100 N Main St SW"
    if words.get(behind).is_some_and(|word| {
        word.on_line()
            && matches!(
                word.text,
                "N" | "S" | "E" | "W" | "NE" | "NW" | "SE" | "SW" | "North" | "South" | "East" | "West"
            )
    }) {
        behind += 1;
    }
    behind = flat_end(words, behind);
    Some((words[lot_start(words, at)].start..words[behind - 1].end, behind))
}

/// Before "Lot 42, 17335 Sirois Trail" the lot, else the number itself.
fn lot_start(words: &[Word<'_>], number: usize) -> usize {
    let comma = usize::from(number > 0 && words[number - 1].is(","));
    let lot = number.checked_sub(2 + comma).filter(|place| {
        words[place + 1].text.len() <= 4
            && words[place + 1].shape != Shape::Sign
            && matches!(
                words[*place].folded.as_ref(),
                "lot" | "apt" | "unit" | "flat" | "suite" | "apartment"
            )
    });
    lot.unwrap_or(number)
}

/// The place of the last word of a street whose name starts at a word: "Quince Ln", "N. 5th Ave".
fn last_street_word(words: &[Word<'_>], place: usize, lower: bool) -> Option<usize> {
    let mut last = None;
    let (mut seen, mut next) = (0, place);
    while let Some(word) = words.get(next).filter(|word| word.on_line() && seen < MOST_STREET_WORDS) {
        let joint =
            word.is(".") && words[next - 1].letters() <= 4 || word.is("-") || word.is("'") || word.is("’");
        let part = word.is_word()
            || word.shape == Shape::Number
                && (next == place
                    || words
                        .get(next + 1)
                        .is_some_and(|ending| matches!(ending.folded.as_ref(), "st" | "nd" | "rd" | "th")))
            || joint;
        if !part
            || word.any(Marks::UNIT)
                && word.shape == Shape::Lower
                && word.letters() < 6
                && !is_ordinal(words, next)
                && !word.any(Marks::STREET)
        {
            break;
        }
        let suffix = if lower { Marks::SURE_STREET } else { Marks::STREET };
        let lower_suffix = word.shape == Shape::Lower
            && !word.any(Marks::SURE_STREET)
            && !matches!(word.folded.as_ref(), "st" | "dr" | "drive" | "court" | "place");
        let lower_sure = lower
            && matches!(
                word.folded.as_ref(),
                "st" | "dr"
                    | "drive"
                    | "court"
                    | "ct"
                    | "way"
                    | "place"
                    | "pl"
                    | "circle"
                    | "cir"
                    | "terrace"
                    | "ter"
                    | "loop"
                    | "trl"
                    | "trail"
            );
        let flat = lower
            && word.any(Marks::STREET)
            && words
                .get(next + 1)
                .is_some_and(|more| matches!(more.folded.as_ref(), "apt" | "suite" | "ste" | "unit" | "#"));
        let before_comma = lower
            && place > 0
            && words[place - 1].text.len() >= 3
            && word.any(Marks::STREET)
            && !word.any(Marks::UNIT)
            && words.get(next + 1).is_some_and(|comma| comma.is(","));
        if seen > 0
            && (flat
                || before_comma
                || word.any(suffix) && !lower_suffix
                || lower_sure && !words[next - 1].any(Marks::SMALL))
        {
            last = Some(next);
        }
        // A lower-case word that is no street's word ends what is written in capitals.
        if !lower
            && word.shape == Shape::Lower
            && !word.any(Marks::STREET.or(Marks::PARTICLE).or(Marks::SMALL))
            && !is_ordinal(words, next)
        {
            break;
        }
        if lower
            && word.any(Marks::SMALL.or(Marks::HEALTH))
            && !word.any(Marks::PLACE_HEAD.or(Marks::PARTICLE))
        {
            break;
        }
        if !joint {
            seen += 1;
        }
        next += 1;
    }
    last
}

/// "5th": a number that counts a street.
fn is_ordinal_number(words: &[Word<'_>], at: usize) -> bool {
    words[at].shape == Shape::Number
        && words.get(at + 1).is_some_and(|ending| {
            ending.gap == Gap::Glued && matches!(ending.folded.as_ref(), "st" | "nd" | "rd" | "th")
        })
}

fn is_ordinal(words: &[Word<'_>], at: usize) -> bool {
    words[at].shape == Shape::Number
        || words[at].gap == Gap::Glued && matches!(words[at].folded.as_ref(), "st" | "nd" | "rd" | "th")
}

/// "Hauptstraße 12", "Calle Mayor 5", "ul. Długa 5", "Via Roma 131".
pub(super) fn street_from_word(text: &Text<'_>, at: usize) -> Option<(Range<usize>, usize)> {
    let words = &text.words;
    let word = &words[at];
    let number_at = |place: usize| {
        words
            .get(place)
            .filter(|number| number.shape == Shape::Number && number.text.len() <= 4 && number.on_line())
            .map(|_| place)
    };
    if word.any(Marks::STREET_HEAD) && (word.is_capital() || word.folded == "ul") {
        let name = at + 1 + usize::from(words.get(at + 1).is_some_and(|dot| dot.is(".")));
        words.get(name).filter(|name| name.is_capital() || name.any(Marks::PARTICLE))?;
        let behind = romance_end(words, name);
        let numbered = words[name..behind].iter().any(|word| word.shape == Shape::Number);
        return numbered.then(|| (word.start..words[behind - 1].end, behind));
    }
    let german = word.is_word()
        && word.letters() > 6
        && [
            "strasse", "straat", "gasse", "allee", "platz", "damm", "ufer", "laan", "gracht", "katu",
            "gatan", "vagen", "weg", "ring", "plein", "utca", "caddesi", "sokak", "veien", "vej",
        ]
        .iter()
        .any(|ending| word.folded.ends_with(ending));
    let abbreviated = word.is_word()
        && word.letters() > 5
        && word.folded.ends_with("str")
        && words.get(at + 1).is_some_and(|dot| dot.is("."));
    let second = word.is_capital()
        && words.get(at + 1).is_some_and(|next| {
            next.on_line()
                && matches!(
                    next.folded.as_ref(),
                    "strasse"
                        | "str"
                        | "allee"
                        | "platz"
                        | "weg"
                        | "utca"
                        | "u"
                        | "ut"
                        | "caddesi"
                        | "cad"
                        | "sokak"
                        | "sk"
                        | "tie"
                        | "katu"
                )
        });
    let mut place = if german {
        at + 1
    } else if abbreviated || second {
        at + 2
    } else {
        return None;
    };
    if words.get(place).is_some_and(|dot| dot.is(".")) {
        place += 1;
    }
    if words.get(place).is_some_and(|no| no.folded == "no" || no.is(":")) {
        place += 1 + usize::from(words.get(place + 1).is_some_and(|sign| sign.is(":") || sign.is(".")));
    }
    let number = number_at(place)?;
    let mut behind = number + 1;
    if words.get(behind).is_some_and(|letter| letter.is_word() && letter.letters() == 1) {
        behind += 1;
    }
    let behind = flat_end(words, behind);
    Some((word.start..words[behind - 1].end, behind))
}

/// Where a street that begins with its kind ends: capitalised words, particles and a number.
fn romance_end(words: &[Word<'_>], from: usize) -> usize {
    let mut end = from;
    let mut at = from;
    while let Some(word) = words.get(at).filter(|word| word.on_line() && at < from + 8) {
        let name = word.is_capital() || word.any(Marks::PARTICLE);
        let number = word.shape == Shape::Number && word.text.len() <= 4;
        let joint = word.is("-")
            || word.is(".")
            || word.is(",")
            || word.is("'")
            || word.is("’")
            || matches!(word.folded.as_ref(), "no" | "n" | "nr");
        if number {
            return at + 1;
        }
        if name {
            end = at + 1;
        } else if !joint {
            break;
        }
        at += 1;
    }
    end.max(from + 1).min(words.len())
}

/// Past "#118", "Apt 24A", "Suite 849", "2nd floor" behind a street.
fn flat_end(words: &[Word<'_>], from: usize) -> usize {
    let mut at = from;
    while words.get(at).is_some_and(|word| word.is(",") || word.is(".")) {
        at += 1;
    }
    let Some(word) = words.get(at) else { return from };
    let labelled = matches!(
        word.folded.as_ref(),
        "apt"
            | "apartment"
            | "suite"
            | "ste"
            | "unit"
            | "no"
            | "floor"
            | "fl"
            | "rm"
            | "room"
            | "bldg"
            | "building"
            | "lot"
            | "flat"
            | "trlr"
            | "trailer"
            | "spc"
            | "space"
            | "wohnung"
            | "piso"
            | "depto"
            | "int"
            | "interior"
            | "box"
    ) || word.is("#");
    if !labelled || word.gap >= Gap::Paragraph {
        return from;
    }
    at += 1;
    while words.get(at).is_some_and(|word| word.is(".") || word.is("#")) {
        at += 1;
    }
    let Some(value) =
        words.get(at).filter(|value| value.shape == Shape::Number || value.shape == Shape::Initial)
    else {
        return from;
    };
    let _ = value;
    at += 1;
    while words.get(at).is_some_and(|word| {
        word.gap == Gap::Glued
            && (word.shape == Shape::Number
                || word.letters() == 1 && word.is_word()
                || word.is("-")
                    && words
                        .get(at + 1)
                        .is_some_and(|next| next.gap == Gap::Glued && next.shape != Shape::Sign))
    }) {
        at += 1;
    }
    at
}

/// The words behind a street up to the state or postal code are its city.
pub(super) fn city_behind_street(text: &Text<'_>, from: usize, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let mut at = from;
    while words.get(at).is_some_and(|word| word.is(",") || word.is(".")) {
        at += 1;
    }
    if matches!(words.get(at).map(|word| word.folded.as_ref()), Some("in" | "near")) {
        at += 1;
    }
    // Behind a full stop begins a sentence, unless a state or a code follows.
    let stopped =
        at > from && words[at - 1].is(".") && words[at - 1].gap == Gap::Glued && words[at - 1].start > 0;
    let start = at;
    let lower = words.get(at).is_some_and(|word| word.shape == Shape::Lower);
    while let Some(word) = words.get(at).filter(|word| word.gap < Gap::Paragraph && at < start + 5) {
        let joint = word.is(".") || word.is("-") || word.is("'");
        let code =
            word.any(Marks::STATE_CODE) && word.letters() == 2 && (word.shape == Shape::Upper || lower);
        let name = word.is_capital()
            || lower
                && word.shape == Shape::Lower
                && (word.any(Marks::CITY.or(Marks::CITY_HEAD).or(Marks::PLACE_HEAD).or(Marks::TOWN))
                    || has_place_ending(&word.folded)
                    || at > start && words[at - 1].any(Marks::CITY_HEAD.or(Marks::PLACE_HEAD)));
        if code && at > start
            || word.any(Marks::NUMBER_CUE.or(Marks::NAME_LABEL)) && word.letters() > 2
            || !(name || joint && at > start)
            || word.gap == Gap::Line && at > start
        {
            break;
        }
        at += 1;
    }
    while at > start && words[at - 1].shape == Shape::Sign {
        at -= 1;
    }
    let labelled = words.get(at).is_some_and(|colon| colon.is(":"));
    let placed = words.get(at).is_some_and(|word| word.is(",") || word.shape == Shape::Number)
        || words.get(at).is_some_and(|word| word.any(Marks::STATE_CODE) && word.letters() == 2);
    if at > start
        && !labelled
        && (!stopped || placed)
        && !(at == start + 1
            && words[start].any(Marks::REGION.or(Marks::SMALL))
            && !words[start].any(Marks::CITY))
    {
        let range = words[start].start..words[at - 1].end;
        beside_city(text, &range, found);
        found.push(Candidate { range, kind: Kind::City, confidence: 0.85, rule: "city.street" });
    }
}
