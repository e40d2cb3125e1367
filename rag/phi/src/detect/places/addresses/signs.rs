//! The signs by which a run of words is an address, and how much each of them weighs.
//!
//! A flat, a box, a street's word beside a number, a postal code behind a state or country weigh two; a number before a
//! capitalised word, a country, a code before a city weigh one; so a number and a word alone never suffice.

use std::ops::Range;

use crate::detect::places::addresses::tokens::{is_flat_word, is_street_kind};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text, Word};

/// How far before a run a word may stand that announces an address.
const REACH: usize = 7;

/// The signs of one run.
pub(super) struct Signs {
    pub(super) weight: u32,
    /// The place of the first sign of a street, and behind the last sign of anything.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Behind the last sign of the street itself.
    pub(super) street_end: usize,
    announced: bool,
}

impl Signs {
    pub(super) fn of(text: &Text<'_>, run: &Range<usize>) -> Self {
        let words = &text.words;
        let mut signs =
            Self { weight: 0, first: run.end, last: run.start, street_end: run.start, announced: false };
        let mut seen = Seen::default();
        for at in run.clone() {
            signs.street(words, run, at, &mut seen);
            signs.place(words, run, at, &mut seen);
        }
        if seen.flat + seen.boxed + seen.street + seen.number == 0 {
            return Self { weight: 0, ..signs };
        }
        signs.announced = is_announced(words, run.start);
        signs.weight += u32::from(signs.announced) * 2;
        signs
    }

    /// What belongs to a street: its word, a flat, a box, a house number.
    fn street(&mut self, words: &[Word<'_>], run: &Range<usize>, at: usize, seen: &mut Seen) {
        let word = &words[at];
        if let Some(end) = numbered_end(words, at, run.end).filter(|_| is_flat_word(word) || word.is("#")) {
            self.weigh(&mut seen.flat, if word.is("#") { 1 } else { 2 });
            self.mark(at, end, true);
        }
        if let Some(end) = box_end(words, at, run.end) {
            self.weigh(&mut seen.boxed, 2);
            self.mark(at, end, true);
        }
        if is_street_word(words, run, at) {
            let end = house_number_end(words, at + 1, run.end);
            let numbered = end > at + 1
                || words[at + 1..run.end.min(at + 7)]
                    .iter()
                    .take_while(|behind| behind.on_line())
                    .any(|behind| behind.shape == Shape::Number && behind.text.len() <= 4)
                || words[run.start.max(at.saturating_sub(7))..at]
                    .iter()
                    .rev()
                    .take_while(|before| before.on_line() || before.shape == Shape::Number)
                    .any(|before| before.shape == Shape::Number);
            if numbered {
                self.weigh(&mut seen.street, 2);
                self.mark(at, end, true);
            }
        }
        if word.shape == Shape::Number && word.gap != Gap::Glued && self.street_end <= at {
            let leads = words.get(at + 1).filter(|_| at + 1 < run.end).is_some_and(|next| {
                next.on_line() && next.is_capital() && next.gap != Gap::Glued && is_own(next)
            });
            let trails = at > run.start
                && word.on_line()
                && word.text.len() <= 4
                && (words[at - 1].is_capital()
                    && words[at - 1].shape != Shape::Upper
                    && is_own(&words[at - 1])
                    || words[at - 1].shape == Shape::Lower
                        && at > run.start + 1
                        && words[at - 2].is_capital());
            if leads || trails {
                self.weigh(&mut seen.number, 1);
                let end = house_number_end(words, at, run.end);
                self.mark(at, end, seen.place == 0 && (trails || !code_before_city(words, at, run.end)));
            }
        }
    }

    /// What belongs to the city: its code, state and country.
    fn place(&mut self, words: &[Word<'_>], run: &Range<usize>, at: usize, seen: &mut Seen) {
        let word = &words[at];
        if let Some(end) = country_end(words, at).filter(|end| at > run.start && *end <= run.end) {
            let apart = words[at - 1].is(",") || words[at].gap >= Gap::Line || seen.place > 0;
            if apart {
                self.weigh(&mut seen.country, 1);
                self.mark(at, end, false);
            }
            return;
        }
        // "APO AE 09217": the post of the armed forces.
        if matches!(word.text, "APO" | "FPO" | "DPO" | "apo" | "fpo" | "dpo") && at > run.start {
            self.weigh(&mut seen.boxed, 2);
        }
        let Some(code) = code_end(words, at, run.end) else { return };
        let digits = word.text.len();
        let before = at.checked_sub(1).filter(|_| at > run.start).map(|before| &words[before]);
        let state = before.is_some_and(|before| {
            (before.shape == Shape::Upper && !before.any(Marks::CODE_CUE)
                || before.shape == Shape::Lower && before.any(Marks::STATE_CODE))
                && before.letters() <= 3
                && before.gap >= Gap::Blank
                || before.any(Marks::REGION)
                || before.is(")")
                || is_missing(before)
                || before.shape == Shape::Number
                    && before.text.len() <= 2
                    && at >= run.start + 2
                    && words[at - 2].is(",")
        });
        let lettered =
            words[at..code].iter().any(|part| part.shape != Shape::Number && part.shape != Shape::Sign);
        let beside_city = code < run.end && words[code].is_capital() && words[code].on_line()
            || before.is_some_and(|before| before.is_capital() || before.is("-") || before.is(","));
        let own_line = word.gap >= Gap::Line || before.is_some_and(|before| before.is(","));
        let weight = match () {
            () if lettered && code > at + 1 => 2,
            () if state && digits >= 4 => 2,
            () if beside_city && own_line && (digits >= 5 || code > at + 1) => 2,
            () if beside_city && (digits >= 5 || code > at + 1) => 1,
            () if beside_city && own_line && digits == 4 => 1,
            () => 0,
        };
        if weight > 0 && at > run.start {
            self.weigh(&mut seen.place, weight);
            let mut end = code;
            // "80331 München": the city behind its code.
            if code < run.end && words[code].is_capital() && words[code].on_line() && own_line {
                end = city_end(words, code, run.end);
            }
            self.mark(at, end, false);
        }
    }

    /// Each sort of sign counts once, with the greatest weight it was seen with.
    fn weigh(&mut self, sort: &mut u32, weight: u32) {
        if weight > *sort {
            self.weight += weight - *sort;
            *sort = weight;
        }
    }

    fn mark(&mut self, at: usize, end: usize, street: bool) {
        self.first = self.first.min(at);
        self.last = self.last.max(end);
        if street {
            self.street_end = self.street_end.max(end);
        }
    }

    /// Where the address starts: on the line of its first sign, or the line before when a flat opens its own.
    pub(super) fn start(&self, words: &[Word<'_>], run: &Range<usize>) -> usize {
        let line = |from: usize| {
            (run.start..=from)
                .rev()
                .find(|at| *at == run.start || words[*at].gap >= Gap::Line)
                .unwrap_or(run.start)
        };
        let mut start = line(self.first);
        while start < self.first && words[start].shape == Shape::Sign {
            start += 1;
        }
        if is_flat_word(&words[start]) && start > run.start && !words[start].any(Marks::STREET) {
            start = line(start - 1);
        }
        start
    }

    /// Where it ends: behind its last sign, and where it was announced or a comma stands there, behind the words that
    /// still follow on the line.
    pub(super) fn end(&self, words: &[Word<'_>], run: &Range<usize>) -> usize {
        let mut end = self.last;
        while end < run.end && words[end].on_line() && end < self.last + MOST_BEHIND {
            end += 1;
        }
        // In the midst of a sentence only what a comma parts off belongs to it.
        let closes = words.get(end).is_none_or(|next| next.shape == Shape::Sign || !next.on_line());
        let comma = words.get(self.last).is_some_and(|word| word.is(","));
        if !(closes || comma || self.announced) {
            return self.last;
        }
        while end > self.last
            && !(words[end - 1].is_capital() && words[end - 1].is_word() || is_missing(&words[end - 1]))
        {
            end -= 1;
        }
        end
    }
}

/// How many words behind the last sign may be the city.
const MOST_BEHIND: usize = 6;

/// What programs print where a state is missing.
fn is_missing(word: &Word<'_>) -> bool {
    matches!(word.folded.as_ref(), "nan" | "null")
}

/// Behind the name of a country: "Estonia", "New Zealand", "United Kingdom", "Cyprus (Greek)".
fn country_end(words: &[Word<'_>], at: usize) -> Option<usize> {
    let word = &words[at];
    let next = words.get(at + 1).map_or("", |next| next.folded.as_ref());
    let end = match word.folded.as_ref() {
        "united" if matches!(next, "kingdom" | "states") => at + 2,
        "czech" if next == "republic" => at + 2,
        "new" if next == "zealand" => at + 2,
        "south" if matches!(next, "africa" | "korea") => at + 2,
        "northern" if next == "ireland" => at + 2,
        "sri" if next == "lanka" => at + 2,
        _ if word.any(Marks::REGION) && word.is_word() && word.letters() > 2 => at + 1,
        _ => return None,
    };
    let bracketed = words.get(end).is_some_and(|open| open.is("("))
        && words.get(end + 1).is_some_and(|people| people.any(Marks::REGION))
        && words.get(end + 2).is_some_and(|close| close.is(")"));
    Some(if bracketed { end + 3 } else { end })
}

/// The greatest weight each sort of sign was seen with.
#[derive(Default)]
struct Seen {
    flat: u32,
    boxed: u32,
    street: u32,
    number: u32,
    place: u32,
    country: u32,
}

/// A word that is not everyday English alone.
fn is_own(word: &Word<'_>) -> bool {
    let name = Marks::NAME
        .or(Marks::CITY)
        .or(Marks::CITY_HEAD)
        .or(Marks::TOWN)
        .or(Marks::STREET)
        .or(Marks::PLACE_HEAD);
    word.letters() > 2
        && (word.any(name)
            || !word.any(Marks::KNOWN.or(Marks::UNIT).or(Marks::NUMBER_CUE).or(Marks::FACILITY)))
        && !word.any(Marks::REGION)
}

/// "Lane", "Bahnhofstraße", "Rue": the word of a street with a name beside it.
fn is_street_word(words: &[Word<'_>], run: &Range<usize>, at: usize) -> bool {
    let word = &words[at];
    if !word.is_word() {
        return false;
    }
    let named = |place: Option<&Word<'_>>| {
        place.is_some_and(|name| {
            name.is_word()
                && (name.is_capital()
                    || name.any(Marks::PARTICLE.or(Marks::NOT_ENGLISH))
                    || word.shape == Shape::Lower)
        })
    };
    let before = at.checked_sub(1).filter(|_| at > run.start).map(|before| &words[before]);
    let dot = usize::from(words.get(at + 1).is_some_and(|dot| dot.is(".") || dot.is("/")));
    let after = words.get(at + 1 + dot).filter(|_| at + 1 + dot < run.end && words[at + 1 + dot].on_line());
    let head =
        word.any(Marks::STREET_HEAD) || matches!(word.folded.as_ref(), "c" | "avda" | "pza") && dot == 1;
    // "Hi Dr. Bell" and "St. Agnes" are no streets.
    let titled =
        matches!(word.folded.as_ref(), "dr" | "st") && dot == 1 && after.is_some_and(Word::is_capital);
    let head = head
        || word.shape == Shape::Lower
            && word.any(Marks::SURE_STREET.or(Marks::STREET_HEAD))
            && before.is_some_and(|before| before.shape == Shape::Number);
    word.any(Marks::SURE_STREET) && named(before)
        || word.any(Marks::STREET)
            && word.shape == Shape::Capital
            && !titled
            && before.is_some_and(|before| before.is_word() && before.is_capital() || before.is("."))
        || head && named(after)
        || is_compound_street(word)
        || before.is_some_and(Word::is_capital) && is_street_kind(word)
}

/// "Lindenstraße", "Nybyvägen", "Koskikatu": street and name in one word.
pub(super) fn is_compound_street(word: &Word<'_>) -> bool {
    const ENDINGS: [&str; 38] = [
        "strasse", "straat", "gasse", "allee", "platz", "damm", "ufer", "laan", "gracht", "katu", "gatan",
        "vagen", "weg", "ring", "plein", "utca", "caddesi", "sokak", "veien", "vej", "kade", "singel",
        "stig", "gata", "gate", "vei", "vegur", "braut", "kuja", "polku", "raitti", "tie", "gade", "hof",
        "steig", "stieg", "dijk", "stra\u{df}e",
    ];
    word.is_word()
        && word.letters() > 6
        && !word.any(Marks::KNOWN)
        && ENDINGS.iter().any(|ending| word.folded.ends_with(ending))
}

/// "Apt. 595", "Flat No. 12", "#4", "Suite B": behind the number of a label.
fn numbered_end(words: &[Word<'_>], at: usize, limit: usize) -> Option<usize> {
    let mut place = at + 1;
    while place < limit
        && (words[place].is(".")
            || words[place].is("#")
            || matches!(words[place].folded.as_ref(), "no" | "nr"))
    {
        place += 1;
    }
    let value = words.get(place).filter(|value| place < limit && value.on_line())?;
    let fits = value.shape == Shape::Number && value.text.len() <= 5
        || value.shape == Shape::Initial
        || value.shape == Shape::Lower && value.letters() == 1 && value.folded != "a";
    fits.then(|| house_number_end(words, place, limit))
}

/// "P.O. Box 12", "PSC 1437, Box 3833", "RR 4 Box 12": behind the number of a box.
fn box_end(words: &[Word<'_>], at: usize, limit: usize) -> Option<usize> {
    let head = matches!(
        words[at].folded.as_ref(),
        "box" | "postbox" | "postfach" | "psc" | "rr" | "cmr" | "apartado"
    );
    let number =
        words.get(at + 1).filter(|number| head && at + 1 < limit && number.shape == Shape::Number)?;
    let _ = number;
    Some(at + 2)
}

/// Behind a house number and what is glued to it: "12", "12b", "28/4", "15."; the place itself where there is none.
fn house_number_end(words: &[Word<'_>], from: usize, limit: usize) -> usize {
    let mut at = from;
    while at < limit
        && (words[at].is(",") || words[at].is(".") || matches!(words[at].folded.as_ref(), "no" | "nr"))
    {
        at += 1;
    }
    if !words.get(at).is_some_and(|number| {
        at < limit && number.shape == Shape::Number && number.text.len() <= 5 && number.on_line()
    }) {
        return from;
    }
    at += 1;
    while at < limit
        && (words[at].gap == Gap::Glued && !words[at].is(",") && !words[at].is("(")
            || matches!(words[at].folded.as_ref(), "bis" | "ter") && words[at].on_line()
            || matches!(words[at].text, "º" | "°" | "ª")
            || words[at].shape == Shape::Initial && words[at].on_line())
    {
        at += 1;
    }
    at
}

/// Behind a postal code that starts at a word: "12345-6789", "340 12", "1571 PV", "OX3 7LF", "M4Y 2W9", "53-320".
pub(super) fn code_end(words: &[Word<'_>], at: usize, limit: usize) -> Option<usize> {
    let word = words
        .get(at)
        .filter(|word| at < limit && (word.gap != Gap::Glued || at > 0 && words[at - 1].is("-")))?;
    let next = |place: usize| words.get(place).filter(|next| place < limit && next.on_line());
    let digits = |place: usize| {
        next(place).filter(|next| next.shape == Shape::Number).map_or(0, |next| next.text.len())
    };
    if word.shape == Shape::Number {
        let long = word.text.len();
        if long == 5 || long == 2 {
            let tail = next(at + 1).is_some_and(|dash| dash.is("-") && dash.gap == Gap::Glued);
            if tail && matches!((long, digits(at + 2)), (5, 3 | 4) | (2, 3)) {
                return Some(at + 3);
            }
        }
        let blank = next(at + 1).is_some_and(|next| next.gap == Gap::Blank);
        if blank && matches!((long, digits(at + 1)), (3, 2 | 3)) {
            return Some(at + 2);
        }
        let upper = next(at + 1).is_some_and(|two| two.shape == Shape::Upper && two.letters() == 2);
        if blank && long == 4 && upper && next(at + 2).is_none_or(|city| city.is_capital() || city.is(",")) {
            return Some(at + 2);
        }
        return (4..=6).contains(&long).then_some(at + 1);
    }
    // Letters and digits in turn: "OX3 7LF", "SW1A 1AA", "M4Y 2W9".
    let lead = matches!(word.shape, Shape::Upper | Shape::Initial) && word.letters() <= 2
        || word.shape == Shape::Lower && word.letters() <= 2;
    if !(lead
        && words
            .get(at + 1)
            .is_some_and(|number| number.gap == Gap::Glued && (1..=2).contains(&number.text.len())))
        || digits(at + 1) == 0
    {
        return None;
    }
    let mut place = at + 2;
    if next(place).is_some_and(|letter| letter.gap == Gap::Glued && letter.letters() == 1) {
        place += 1;
    }
    let inner = digits(place) == 1 && words[place].gap == Gap::Blank;
    if !inner {
        return None;
    }
    place += 1;
    while next(place)
        .is_some_and(|part| part.gap == Gap::Glued && part.shape != Shape::Sign && part.text.len() <= 2)
    {
        place += 1;
    }
    (place > at + 3).then_some(place)
}

/// "50931 Querfurt": a number before a capital at the start of a line or behind a comma is a code, no house number.
fn code_before_city(words: &[Word<'_>], at: usize, limit: usize) -> bool {
    at > 0
        && (words[at].gap >= Gap::Line || words[at - 1].is(",") || words[at - 1].is("-"))
        && code_end(words, at, limit).is_some_and(|end| end < limit && words[end].is_capital())
}

/// Behind the name of a city: words up to a comma, a line or a number.
fn city_end(words: &[Word<'_>], from: usize, limit: usize) -> usize {
    let mut at = from;
    while at < limit
        && at < from + 6
        && (at == from || words[at].on_line())
        && words[at].shape != Shape::Number
    {
        if words[at].is(",") {
            break;
        }
        at += 1;
    }
    while at > from && words[at - 1].shape == Shape::Sign && !words[at - 1].is(")") {
        at -= 1;
    }
    at
}

/// "the corner of Lark Street and Ohlsen Coves".
pub(super) fn is_corner(words: &[Word<'_>], start: usize) -> bool {
    let of = |at: usize| words.get(at).is_some_and(|word| word.folded == "of");
    start >= 2 && of(start - 1) && matches!(words[start - 2].folded.as_ref(), "corner" | "intersection")
        || words[start].folded == "corner" && of(start + 1)
}

pub(super) fn corner_is_whole(words: &[Word<'_>], run: &Range<usize>) -> bool {
    let and = run.clone().find(|at| words[*at].folded == "and" || words[*at].is("&"));
    and.is_some_and(|and| and > run.start && and + 1 < run.end)
}

/// Whether words before a run say that an address follows: "lives at", "Address:", "send it to".
fn is_announced(words: &[Word<'_>], start: usize) -> bool {
    let from = start.saturating_sub(REACH);
    let Some(last) = start.checked_sub(1).map(|last| &words[last]) else { return false };
    let joint = matches!(last.text, ":" | "," | "\"" | "“" | "?")
        || matches!(
            last.folded.as_ref(),
            "at" | "to"
                | "is"
                | "in"
                | "on"
                | "of"
                | "with"
                | "are"
                | "at:"
                | "wohnhaft"
                | "demeurant"
                | "en"
                | "em"
                | "o"
                | "live"
                | "lives"
                | "r"
                | "now"
                | "was"
                | "the"
                | "a"
                | "place"
        )
        || is_announcing(last);
    joint && words[from..start].iter().rev().take_while(|word| !word.is(".")).any(is_announcing)
}

fn is_announcing(word: &Word<'_>) -> bool {
    matches!(
        word.folded.as_ref(),
        "address"
            | "addresses"
            | "addr"
            | "live"
            | "lives"
            | "living"
            | "lived"
            | "resides"
            | "residing"
            | "resident"
            | "residence"
            | "located"
            | "deliver"
            | "delivered"
            | "delivery"
            | "ship"
            | "shipped"
            | "shipping"
            | "send"
            | "sent"
            | "mail"
            | "mailed"
            | "post"
            | "posted"
            | "return"
            | "office"
            | "restaurant"
            | "anschrift"
            | "adresse"
            | "domicilio"
            | "direccion"
            | "endereco"
            | "indirizzo"
            | "adres"
            | "wohnhaft"
            | "wohnt"
            | "wohne"
            | "demeurant"
            | "domicilie"
            | "residente"
            | "moved"
            | "meet"
            | "side"
            | "home"
            | "house"
            | "property"
            | "parcel"
            | "where"
            | "r/o"
            | "wohnort"
            | "habite"
            | "vive"
            | "vivo"
            | "morada"
            | "residencia"
            | "drop"
            | "station"
            | "drops"
            | "dropped"
            | "pick"
            | "branch"
            | "store"
    )
}
