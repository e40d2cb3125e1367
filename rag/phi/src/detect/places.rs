//! Streets, cities and postal codes: everything below a state.
//!
//! A street is a house number with words before a street's last word, or a street's word with a number behind it as on
//! the continent, or a post-office box; flat and floor belong to it. A city is one of the list, or stands before the
//! code of a state, behind "lives in" and the like, or looks like a place ("North ...", "...borough"). States, countries
//! and peoples stay, and so do cities after which a classification is named.

use std::ops::Range;

use crate::detect::{Candidate, add, pattern};
use crate::lexicon::{self, Marks};
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

pattern!(
    BOX,
    r"(?i)\b(?:p\.?\s?o\.?\s?box|post office box|postfach|apartado(?: postal)?|casilla|bo[iî]te postale|postbus|skr\.? poczt\.?|locked bag)\s*(?:no\.?|#|nr\.?)?\s*\d[\d\-]*\b|\bPSC\s+\d+,?\s+Box\s+\d+|\bUnit\s+\d+\s+Box\s+\d+"
);
pattern!(
    RURAL,
    r"(?i)\b(?:rural route|r\.?r\.?|hc|star route|county road|county rd|co rd|state route|state road|state highway|fm|us highway|us hwy|hwy|highway|interstate|route)\s*#?\s*\d{1,4}[a-z]?(?:,?\s+box\s+\d+[a-z]?)\b|\b\d{1,5}\s+(?i:(?:county road|county rd|co rd|cr|state route|state road|state highway|fm|us highway|us hwy|hwy|highway|route|rt))\s*#?\s*\d{1,4}\b"
);
pattern!(ZIP_LONG, r"\b\d{5}-\d{4}\b");
pattern!(
    ZIP_STATE,
    r"(?:\b(?:AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR|GU|VI|AS|MP|FM|MH|PW|AA|AE|AP)|(?i:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|Hampshire|Jersey|Mexico|York|Carolina|Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Island|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming))[\s,.]{1,3}(\d{5}(?:-\d{4})?)\b"
);
pattern!(
    ZIP_LOWER,
    r",\s*(?:al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|dc)\s+(\d{5}(?:-\d{4})?)\b|\b(?:tx|ny|pa|nc|nj|oh|ga|fl|il|ca|wa|mi|mn|wi|va|tn|az|ct|ut|nv|nm|ky|ia|ks|ri|vt|nh|wv|wy|sd|nd|ak)\s+(\d{5}(?:-\d{4})?)\b"
);
pattern!(
    ZIP_CUED,
    r"(?i)\b(?:zip(?: ?code)?|postal code|postcode|post code|plz|postleitzahl|code postal|código postal|codigo postal|c\.?p\.?|cap|cep|postcode|kod pocztowy)\s*(?:is|:|#|=|of|was)?\s*((?:\d{5}(?:-\d{4})?|\d{4,6}|\d{2}-\d{3}|\d{5}-\d{3}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d))\b"
);
pattern!(ZIP_BRITISH, r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b");
pattern!(ZIP_CANADIAN, r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d\b");
pattern!(
    ZIP_CITY,
    r"(?:,|\n|\bin|\baus|\bà|\ben|D-|A-|CH-|F-)\s?(\d{4,5})\s+(\p{Lu}[\p{Ll}\-]{2,}(?:[ \-](?:am|an der|im|sur|de|la|le|del|[\p{Lu}][\p{Ll}]+)){0,3})"
);
pattern!(COUNTY, r"\b((?:\p{Lu}[\p{L}'’.]+[ \-]){1,2})(?:County|Parish|Borough|Township|Twp)\b");

/// Words before "in", "from" and "to" that make what follows a place.
const OF_PLACES: &str = "lives live living lived resides residing reside resided moved moving relocated born raised \
    traveled travelled travels travel returned flew drove drives commutes grew resident native city \
    town village county hometown based stays staying home trip visiting originally coming came \
    comes house apartment farm family vacation works shelter transferred transported wohnhaft wohnt \
    vive patient pt woman man female male is out up back old yo year neighbor friend";

/// The most words between a house number and the street's last word.
const MOST_STREET_WORDS: usize = 5;

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if ["County", "Parish", "Borough", "Township", "Twp"].iter().any(|word| text.text.contains(word)) {
        add(found, text.text, &COUNTY, Kind::City, 0.7, "county.form");
    }
    if text.has_digits {
        codes(text, found);
    }
    let mut at = 0;
    while at < text.words.len() {
        let word = &text.words[at];
        let street = if word.shape == Shape::Number {
            street_from_number(text, at)
        } else {
            street_from_word(text, at)
        };
        if let Some((range, behind)) = street {
            found.push(Candidate { range, kind: Kind::Street, confidence: 0.9, rule: "street.form" });
            city_behind_street(text, behind, found);
            at = behind.max(at + 1);
            continue;
        }
        if let Some((range, confidence, rule)) = city_at(text, at) {
            found.push(Candidate { range, kind: Kind::City, confidence, rule });
        }
        at += 1;
    }
}

fn codes(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for hit in BOX.find_iter(text.text) {
        found.push(Candidate {
            range: hit.range(),
            kind: Kind::Street,
            confidence: 0.95,
            rule: "street.box",
        });
        city_behind_street(text, text.at_byte(hit.end()), found);
    }
    for hit in RURAL.find_iter(text.text) {
        found.push(Candidate {
            range: hit.range(),
            kind: Kind::Street,
            confidence: 0.8,
            rule: "street.road",
        });
        city_behind_street(text, text.at_byte(hit.end()), found);
    }
    add(found, text.text, &ZIP_BRITISH, Kind::Zip, 0.7, "zip.british");
    add(found, text.text, &ZIP_CANADIAN, Kind::Zip, 0.8, "zip.canadian");
    if text.longest_number < 3 {
        return;
    }
    add(found, text.text, &ZIP_LONG, Kind::Zip, 0.85, "zip.long");
    add(found, text.text, &ZIP_STATE, Kind::Zip, 0.9, "zip.state");
    for hit in ZIP_LOWER.captures_iter(text.text) {
        if let Some(zip) = hit.get(1).or_else(|| hit.get(2)) {
            found.push(Candidate { range: zip.range(), kind: Kind::Zip, confidence: 0.8, rule: "zip.state" });
        }
    }
    add(found, text.text, &ZIP_CUED, Kind::Zip, 0.9, "zip.cue");
    for hit in ZIP_CITY.captures_iter(text.text) {
        let (Some(zip), Some(city)) = (hit.get(1), hit.get(2)) else { continue };
        let first = city.as_str().split([' ', '-']).next().unwrap_or("");
        let marks = lexicon::marks(&crate::words::fold(first));
        if !marks.any(Marks::KNOWN.or(Marks::UNIT).or(Marks::MONTH)) && !is_year(zip.as_str()) {
            found.push(Candidate { range: zip.range(), kind: Kind::Zip, confidence: 0.75, rule: "zip.city" });
            found.push(Candidate {
                range: city.range(),
                kind: Kind::City,
                confidence: 0.75,
                rule: "city.zip",
            });
        }
    }
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
}

/// "9650 Quince Ln", "123 main st apt 4", "12 rue de la Paix".
fn street_from_number(text: &Text<'_>, at: usize) -> Option<(Range<usize>, usize)> {
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
    let first = words.get(place).filter(|word| word.is_word() && word.on_line())?;
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
    Some((number.start..words[behind - 1].end, behind))
}

/// The place of the last word of a street whose name starts at a word: "Quince Ln", "N. 5th Ave".
fn last_street_word(words: &[Word<'_>], place: usize, lower: bool) -> Option<usize> {
    let mut last = None;
    let (mut seen, mut next) = (0, place);
    while let Some(word) = words.get(next).filter(|word| word.on_line() && seen < MOST_STREET_WORDS) {
        let joint = word.is(".") || word.is("-") || word.is("'") || word.is("’");
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
                    | "trail"
            );
        let flat = lower
            && word.any(Marks::STREET)
            && words
                .get(next + 1)
                .is_some_and(|more| matches!(more.folded.as_ref(), "apt" | "suite" | "ste" | "unit" | "#"));
        if seen > 0
            && (flat || word.any(suffix) && !lower_suffix || lower_sure && !words[next - 1].any(Marks::SMALL))
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

fn is_ordinal(words: &[Word<'_>], at: usize) -> bool {
    words[at].shape == Shape::Number
        || words[at].gap == Gap::Glued && matches!(words[at].folded.as_ref(), "st" | "nd" | "rd" | "th")
}

/// "Hauptstraße 12", "Calle Mayor 5", "ul. Długa 5", "Via Roma 131".
fn street_from_word(text: &Text<'_>, at: usize) -> Option<(Range<usize>, usize)> {
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
fn city_behind_street(text: &Text<'_>, from: usize, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let mut at = from;
    while words.get(at).is_some_and(|word| word.is(",") || word.is(".")) {
        at += 1;
    }
    if matches!(words.get(at).map(|word| word.folded.as_ref()), Some("in" | "near")) {
        at += 1;
    }
    let start = at;
    let lower = words.get(at).is_some_and(|word| word.shape == Shape::Lower);
    while let Some(word) = words.get(at).filter(|word| word.gap < Gap::Paragraph && at < start + 5) {
        let joint = word.is(".") || word.is("-") || word.is("'");
        let code =
            word.any(Marks::STATE_CODE) && word.letters() == 2 && (word.shape == Shape::Upper || lower);
        let name = word.is_capital()
            || lower
                && word.shape == Shape::Lower
                && (word.any(Marks::CITY.or(Marks::CITY_HEAD).or(Marks::PLACE_HEAD))
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
    if at > start
        && !(at == start + 1
            && words[start].any(Marks::REGION.or(Marks::SMALL))
            && !words[start].any(Marks::CITY))
    {
        found.push(Candidate {
            range: words[start].start..words[at - 1].end,
            kind: Kind::City,
            confidence: 0.85,
            rule: "city.street",
        });
    }
}

/// A city at a word: where it is, how sure, by which rule.
fn city_at(text: &Text<'_>, at: usize) -> Option<(Range<usize>, f32, &'static str)> {
    let words = &text.words;
    let word = &words[at];
    if !word.is_word()
        || word.gap == Gap::Glued
            && at > 0
            && !matches!(words[at - 1].text, "(" | "/" | "\"" | "“" | ":" | "," | "'")
    {
        return None;
    }
    let behind_cue = is_place_cue(words, at);
    if let Some(end) = listed_city(words, at) {
        let capital = word.is_capital();
        let before = at.checked_sub(1).map_or("", |before| words[before].folded.as_ref());
        let near = matches!(before, "from" | "in" | "near") && word.letters() >= 4;
        if is_standard(words, end) || !(capital || behind_cue || near) {
            return None;
        }
        return Some((word.start..words[end - 1].end, 0.7, "city.listed"));
    }
    let near = at > 0
        && matches!(words[at - 1].folded.as_ref(), "from" | "in" | "near")
        && word.marks == Marks::NONE;
    if word.shape == Shape::Lower
        && (behind_cue || near || word.any(Marks::PLACE_HEAD) && at > 0 && words[at - 1].folded == "from")
        && !word.any(Marks::KNOWN.or(Marks::RELATION).or(Marks::FACILITY).or(Marks::HEALTH))
    {
        return lower_city(words, at);
    }
    if !word.is_capital() {
        return None;
    }
    let end = capital_end(words, at);
    let range = word.start..words[end - 1].end;
    let only_region = words[at..end].iter().all(|word| {
        word.any(Marks::REGION.or(Marks::PLACE_HEAD).or(Marks::STATE_CODE)) || word.shape == Shape::Sign
    });
    if only_region || is_standard(words, end) {
        return None;
    }
    if state_follows(words, end) && !words[at].any(Marks::DEGREE) {
        return Some((range, 0.8, "city.state"));
    }
    let plain = words[at..end].iter().any(|word| {
        word.any(
            Marks::KNOWN
                .or(Marks::TITLE)
                .or(Marks::MONTH)
                .or(Marks::WEEKDAY)
                .or(Marks::RELATION)
                .or(Marks::FACILITY),
        ) && !word.any(Marks::NAME.or(Marks::CITY).or(Marks::PLACE_HEAD))
    });
    if behind_cue && !plain {
        return Some((range, 0.75, "city.cue"));
    }
    let second = words
        .get(at + 1)
        .filter(|next| next.on_line() && next.shape == Shape::Capital && next.gap != Gap::Glued);
    let headed = word.any(Marks::PLACE_HEAD)
        && word.shape == Shape::Capital
        && word.letters() >= 3
        && second.is_some_and(|next| {
            !next.any(Marks::REGION.or(Marks::KNOWN).or(Marks::EPONYM_NOUN).or(Marks::FACILITY))
                || next.any(Marks::CITY)
        });
    if headed && !is_standard(words, at + 2) {
        return Some((word.start..words[at + 1].end, 0.6, "city.headed"));
    }
    if word.marks == Marks::NONE
        && word.shape == Shape::Capital
        && has_place_ending(&word.folded)
        && !crate::detect::names::is_eponymous(words, at, at + 1)
    {
        return Some((word.start..word.end, 0.5, "city.ending"));
    }
    None
}

/// "lives in south shannon", "from billyside": a place in lower case behind a cue.
fn lower_city(words: &[Word<'_>], at: usize) -> Option<(Range<usize>, f32, &'static str)> {
    let word = &words[at];
    let next = words.get(at + 1).filter(|next| {
        next.shape == Shape::Lower && next.gap == Gap::Blank && !next.any(Marks::KNOWN.or(Marks::REGION))
    });
    if word.any(Marks::PLACE_HEAD)
        && let Some(next) = next
    {
        return Some((word.start..next.end, 0.5, "city.cue"));
    }
    let place = word.marks == Marks::NONE && has_place_ending(&word.folded);
    place.then_some((word.start..word.end, 0.5, "city.ending"))
}

/// Where a city of the list ends that starts at a word.
pub(super) fn listed_city(words: &[Word<'_>], at: usize) -> Option<usize> {
    let word = &words[at];
    if word.any(Marks::CITY_HEAD) {
        for rest in lexicon::cities_from(&word.folded) {
            let mut place = at + 1;
            let matches = rest.iter().all(|wanted| {
                while words.get(place).is_some_and(|word| word.is("-") || word.is(".")) {
                    place += 1;
                }
                let hit =
                    words.get(place).is_some_and(|word| word.folded == *wanted && word.gap < Gap::Paragraph);
                place += 1;
                hit
            });
            if matches {
                return Some(place);
            }
        }
    }
    word.any(Marks::CITY).then_some(at + 1)
}

/// Where a run of capitalised words ends: "Coeur d'Alene", "San Luis Obispo", "Winston-Salem".
fn capital_end(words: &[Word<'_>], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(word) = words.get(end).filter(|word| word.on_line() && end < at + 4) {
        let joint = word.is("-") && word.gap == Gap::Glued
            || word.is(".") && matches!(words[end - 1].folded.as_ref(), "st" | "ft" | "mt");
        let particle = word.any(Marks::PARTICLE)
            && word.shape == Shape::Lower
            && words.get(end + 1).is_some_and(Word::is_capital);
        let name =
            word.shape == Shape::Capital || word.shape == Shape::Lower && word.folded.starts_with("d'");
        if !(joint || particle || name) || word.any(Marks::STATE_CODE) && word.shape == Shape::Upper {
            break;
        }
        end += 1;
    }
    while end > at + 1 && !words[end - 1].is_word() {
        end -= 1;
    }
    end
}

/// ", TX", ", Ohio", " TX 78701".
fn state_follows(words: &[Word<'_>], at: usize) -> bool {
    let comma = words.get(at).is_some_and(|word| word.is(","));
    let Some(state) = words.get(at + usize::from(comma)).filter(|word| word.on_line()) else { return false };
    let code = state.shape == Shape::Upper && state.letters() == 2 && state.any(Marks::STATE_CODE);
    let zip = words
        .get(at + usize::from(comma) + 1)
        .is_some_and(|word| word.shape == Shape::Number && word.text.len() == 5);
    let degree = matches!(state.text, "MD" | "DO" | "PA" | "MS" | "MA" | "OT" | "PT" | "RN");
    code && (zip || comma && !degree) || comma && state.any(Marks::REGION) && state.is_capital()
}

/// "lives in", "moved from", "near", "born in" before a place.
fn is_place_cue(words: &[Word<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| words[before].folded.as_ref()) else { return false };
    if !words[at].on_line() && words[at].gap >= Gap::Paragraph {
        return false;
    }
    let verb = at.checked_sub(2).map_or("", |before| words[before].folded.as_ref());
    let verb_before = at.checked_sub(3).map_or("", |before| words[before].folded.as_ref());
    let moves = |word: &str| OF_PLACES.split_ascii_whitespace().any(|one| one == word);
    match before {
        "near" | "outside" | "downtown" | "visited" | "toured" | "visiting" | "city" | "town"
        | "hometown" | "residence" | "birthplace" | "lieu" | "wohnort" | "ciudad" => true,
        "in" | "from" | "to" | "of" | "at" | "around" | "into" | "aus" | "en" => {
            moves(verb) || verb == "," || verb == "here" || moves(verb_before) && verb != "."
        }
        ":" => matches!(
            verb,
            "city"
                | "town"
                | "hometown"
                | "residence"
                | "birthplace"
                | "location"
                | "wohnort"
                | "ciudad"
                | "ville"
                | "stadt"
        ),
        _ => false,
    }
}

/// Whether a standard is named after the place: "Los Angeles classification".
fn is_standard(words: &[Word<'_>], end: usize) -> bool {
    words[end.min(words.len())..]
        .iter()
        .take(2)
        .take_while(|word| word.on_line())
        .any(|word| word.any(Marks::STANDARD_NOUN))
}

fn has_place_ending(word: &str) -> bool {
    const ENDINGS: &str = "burgh borough boro ville shire mouth haven stad chester furt bury view fort port side town land ton berg burg \
        dorf hausen heim stadt wick worth ford field minster ham hurst";
    word.len() >= 7
        && ENDINGS
            .split_ascii_whitespace()
            .any(|ending| word.len() >= ending.len() + 3 && word.ends_with(ending))
}
