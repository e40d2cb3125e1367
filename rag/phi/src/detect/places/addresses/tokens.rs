//! What may stand within an address: numbers, capitalised words, the small words of place names, and the signs between.
//!
//! A label, a title, a day, a word of health or anything in lower case ends it; so does a column. In a text that has no
//! capitals at all any word may belong to one that is neither small nor of health.

use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text, Word};

/// The most digits of a number within an address.
const MOST_DIGITS: usize = 6;

/// What no address goes on past.
const NEVER: Marks =
    Marks::HEALTH.or(Marks::WEEKDAY).or(Marks::MONTH).or(Marks::STAFF_TITLE).or(Marks::CODE_CUE);

/// Whether a text has no capitals but those that open something.
pub(super) fn is_lower(text: &Text<'_>) -> bool {
    let words = &text.words;
    !(0..words.len()).any(|at| {
        words[at].is_capital()
            && (!text.opens(at) || words[at].shape == Shape::Upper)
            && words[at].letters() > 1
    })
}

/// Whether a run of an address may start at a word.
pub(super) fn starts(text: &Text<'_>, at: usize, lower: bool) -> bool {
    let word = &text.words[at];
    let glued = word.gap == Gap::Glued
        && at > 0
        && !matches!(text.words[at - 1].text, "(" | ":" | "\"" | "“" | "|" | "?" | ">" | "\u{2022}" | "'");
    let head = word.shape == Shape::Lower && (word.any(Marks::STREET_HEAD) || word.folded == "corner");
    !glued
        && (word.shape == Shape::Number && word.text.len() <= MOST_DIGITS
            || (head || is_part(text, at, lower)) && word.is_word())
}

/// Whether a word goes on with the run that the word before it is in.
pub(super) fn belongs(text: &Text<'_>, at: usize, lower: bool) -> bool {
    let words = &text.words;
    let word = &words[at];
    match word.gap {
        Gap::Column => return false,
        Gap::Paragraph if !country_after_gap(words, at) => return false,
        _ => {}
    }
    match word.shape {
        Shape::Number => word.text.len() <= MOST_DIGITS,
        Shape::Sign => is_joint(words, at),
        _ => {
            is_part(text, at, lower) || is_small_part(words, at) || lower && is_behind_street_head(words, at)
        }
    }
}

/// "Riisa\n\n Estonia 62488": an empty line within an address is followed by its country.
fn country_after_gap(words: &[Word<'_>], at: usize) -> bool {
    words[at].any(Marks::REGION)
        && words[at].is_capital()
        && words[at..words.len().min(at + 4)]
            .iter()
            .any(|word| word.shape == Shape::Number && word.text.len() >= 4)
}

/// A word by itself.
fn is_part(text: &Text<'_>, at: usize, lower: bool) -> bool {
    let words = &text.words;
    let word = &words[at];
    let labels = words.get(at + 1).is_some_and(|sign| sign.is(":") && sign.gap == Gap::Glued);
    let road = word.any(Marks::MONTH)
        && words
            .get(at + 1)
            .is_some_and(|next| next.on_line() && (next.any(Marks::STREET) || is_street_kind(next)));
    // "Lee's Summit"
    let owner =
        word.folded == "s" && word.gap == Gap::Glued && at > 0 && matches!(words[at - 1].text, "'" | "’");
    if is_state(words, at) || is_numbering(words, at) || road || owner {
        return true;
    }
    let double = word.gap == Gap::Glued && at > 1 && words[at - 1].is("-") && words[at - 2].is_capital();
    if labels || word.any(NEVER) && !is_of_places(word) && !double {
        return false;
    }
    match word.shape {
        Shape::Capital => {
            let small = word.any(Marks::SMALL) && !is_article(word) && !word.any(Marks::STREET_HEAD);
            let term = word.any(Marks::TERM) && !is_of_places(word) && !double;
            let title = word.any(Marks::TITLE) && words.get(at + 1).is_some_and(|dot| dot.is("."));
            !small && !term && !title && !is_way_to_reach(word)
        }
        Shape::Upper => {
            (!word.any(Marks::DEGREE.or(Marks::NUMBER_CUE)) || word.any(Marks::STATE_CODE))
                && !is_way_to_reach(word)
        }
        Shape::Initial | Shape::Caseless => true,
        Shape::Lower => {
            let glued = word.gap == Gap::Glued && at > 0 && words[at - 1].shape == Shape::Number;
            let trailing = at > 0
                && words[at - 1].is_capital()
                && word.letters() >= 3
                && !word.any(Marks::SMALL)
                && words.get(at + 1).is_some_and(|next| {
                    next.shape == Shape::Number && next.text.len() <= 4 || is_street_kind(next)
                });
            glued && word.letters() <= 2
                || trailing && (word.marks.is_unlisted() || word.any(Marks::FOREIGN) || is_street_kind(word))
                || is_street_kind(word) && at > 0 && words[at - 1].is_word() && words[at - 1].letters() > 3
                || is_flat_word(word)
                || word.any(Marks::SURE_STREET.or(Marks::STREET_HEAD)) && !word.any(Marks::SMALL)
                || matches!(word.folded.as_ref(), "bis" | "ter" | "nan" | "str")
                || !word.text.is_ascii() && word.marks.is_unlisted() && lower
                || lower && may_be_lower(word)
        }
        Shape::Number | Shape::Sign => false,
    }
}

/// A code of a state, whatever else its letters mean: ", MI 08212", "1571 MD Arnhem".
fn is_state(words: &[Word<'_>], at: usize) -> bool {
    let word = &words[at];
    let before = at.checked_sub(1).map(|before| &words[before]);
    let after = words.get(at + 1).filter(|next| next.gap < Gap::Paragraph);
    let closes = words.get(at + 1).is_none_or(|next| next.shape == Shape::Sign || !next.on_line());
    word.shape == Shape::Upper
        && word.letters() <= 3
        && !word.any(Marks::CODE_CUE)
        && (word.letters() == 2 || !word.any(Marks::NUMBER_CUE))
        && (word.letters() == 2 && closes && before.is_some_and(|before| before.shape == Shape::Capital)
            || after.is_some_and(|code| code.shape == Shape::Number && (4..=5).contains(&code.text.len()))
            || before.is_some_and(|before| {
                before.is(",") || before.shape == Shape::Number && before.text.len() == 4
            }))
        || word.shape == Shape::Lower
            && word.letters() == 2
            && word.any(Marks::STATE_CODE)
            && after.is_some_and(|code| code.shape == Shape::Number && code.text.len() == 5)
        || matches!(word.text, "RR" | "HC" | "PSC" | "CMR")
            && after.is_some_and(|number| number.shape == Shape::Number)
}

/// "Flat No. 3": the word between a label and its number.
fn is_numbering(words: &[Word<'_>], at: usize) -> bool {
    matches!(words[at].folded.as_ref(), "no" | "nr") && at > 0 && is_flat_word(&words[at - 1])
}

/// "utca", "tee", "katu": the word of a street that stands by itself behind its name.
pub(super) fn is_street_kind(word: &Word<'_>) -> bool {
    matches!(
        word.folded.as_ref(),
        "str"
            | "strasse"
            | "utca"
            | "ut"
            | "utja"
            | "u"
            | "tee"
            | "tie"
            | "katu"
            | "cad"
            | "sok"
            | "vag"
            | "marg"
            | "nagar"
            | "layout"
            | "enclave"
            | "chowk"
            | "colony"
            | "ulice"
            | "trg"
            | "ulica"
            | "terrasse"
            | "tn"
            | "mnt"
            | "puiestee"
            | "korut"
            | "sor"
            | "koz"
            | "namesti"
            | "trida"
            | "krt"
            | "rkp"
            | "kapu"
    )
}

fn may_be_lower(word: &Word<'_>) -> bool {
    let hindered = Marks::SMALL
        .or(Marks::UNIT)
        .or(Marks::PERSON_VERB)
        .or(Marks::RELATION)
        .or(Marks::TERM)
        .or(Marks::DATE_CUE);
    !is_way_to_reach(word)
        && (!word.any(hindered) || word.any(Marks::STATE_CODE) && word.letters() == 2 || is_of_places(word))
}

/// A word of health or a clinical term that is a place or a name as well.
fn is_of_places(word: &Word<'_>) -> bool {
    let place = Marks::CITY
        .or(Marks::CITY_HEAD)
        .or(Marks::TOWN)
        .or(Marks::REGION)
        .or(Marks::PLACE_HEAD)
        .or(Marks::STREET)
        .or(Marks::NAME);
    word.any(place) && !word.any(Marks::HEALTH.or(Marks::WEEKDAY))
}

fn is_article(word: &Word<'_>) -> bool {
    matches!(
        word.folded.as_ref(),
        "la" | "le"
            | "les"
            | "los"
            | "las"
            | "el"
            | "al"
            | "am"
            | "an"
            | "im"
            | "de"
            | "den"
            | "der"
            | "das"
            | "di"
            | "du"
    )
}

/// Small words within names of places: "Stratford upon Avon", "Am Hof", "Turkovice u Prelouce".
fn is_small_part(words: &[Word<'_>], at: usize) -> bool {
    let word = &words[at];
    let small = word.any(Marks::PARTICLE.or(Marks::NOT_ENGLISH))
        || matches!(
            word.folded.as_ref(),
            "of" | "the"
                | "upon"
                | "on"
                | "u"
                | "y"
                | "am"
                | "an"
                | "im"
                | "bei"
                | "sur"
                | "sous"
                | "les"
                | "pres"
                | "nad"
                | "pod"
                | "na"
                | "v"
                | "ved"
                | "i"
                | "and"
                | "le"
                | "d"
                | "l"
                | "del"
                | "do"
                | "da"
                | "c"
                | "n"
                | "no"
                | "nr"
        );
    word.shape == Shape::Lower
        && small
        && word.on_line()
        && words[at + 1..words.len().min(at + if word.folded == "of" { 5 } else { 3 })]
            .iter()
            .take_while(|next| next.on_line())
            .any(|next| next.is_capital() || next.shape == Shape::Number)
}

/// "rue des lilas": in a text without capitals the small words behind a street's first word.
fn is_behind_street_head(words: &[Word<'_>], at: usize) -> bool {
    words[at].any(Marks::PARTICLE.or(Marks::NOT_ENGLISH))
        && words[at.saturating_sub(2)..at].iter().any(|head| head.any(Marks::STREET_HEAD))
}

/// A sign between the parts of an address.
fn is_joint(words: &[Word<'_>], at: usize) -> bool {
    let word = &words[at];
    let next = words.get(at + 1);
    match word.text {
        "," | "-" | "–" | "/" | "'" | "’" | "#" | "º" | "°" | "ª" | "&" => true,
        // The point of an abbreviation belongs to it: "ul.", "St."; that of a number only before a flat or a new line.
        "." => {
            let before = &words[at - 1];
            let number = before.shape == Shape::Number
                && next.is_some_and(|next| !next.on_line() || next.on_line() && is_flat_word(next));
            number || before.shape == Shape::Initial || is_shortened(before)
        }
        "(" => next.is_some_and(|inner| inner.is_word() && inner.gap == Gap::Glued),
        ")" => words[..at].iter().rev().take(4).any(|open| open.is("(")),
        // What a mail quotes, and what stands for letters that were lost.
        ">" | "?" | "|" | "*" => {
            word.gap >= Gap::Line || at > 0 && words[at - 1].text == word.text && word.gap == Gap::Glued
        }
        _ => false,
    }
}

/// "Apt", "Suite", "Flat": what a number follows that belongs to a street.
pub(super) fn is_flat_word(word: &Word<'_>) -> bool {
    matches!(
        word.folded.as_ref(),
        "apt"
            | "apartment"
            | "suite"
            | "ste"
            | "unit"
            | "flat"
            | "apto"
            | "depto"
            | "piso"
            | "lot"
            | "plot"
            | "wohnung"
            | "bldg"
            | "building"
            | "floor"
            | "fl"
            | "sector"
            | "phase"
            | "block"
            | "house"
            | "trlr"
            | "spc"
            | "lgh"
            | "lokal"
            | "daire"
            | "appt"
            | "bat"
            | "box"
    )
}

/// Words that are written with a point at their end.
fn is_shortened(word: &Word<'_>) -> bool {
    is_street_kind(word)
        || word.any(Marks::STREET.or(Marks::STREET_HEAD)) && word.letters() <= 4
        || is_flat_word(word) && word.letters() <= 4
        || matches!(
            word.folded.as_ref(),
            "no" | "nr" | "st" | "ste" | "mt" | "ft" | "avda" | "gen" | "o" | "p" | "sta" | "dr"
        )
}

fn is_way_to_reach(word: &Word<'_>) -> bool {
    matches!(
        word.folded.as_ref(),
        "tel"
            | "telephone"
            | "phone"
            | "ph"
            | "mobile"
            | "mob"
            | "fax"
            | "email"
            | "mail"
            | "cell"
            | "dob"
            | "mrn"
            | "ssn"
            | "npi"
            | "dea"
            | "born"
            | "age"
            | "sex"
            | "website"
            | "re"
            | "ref"
            | "telefon"
            | "telefono"
            | "telefone"
            | "handy"
            | "date"
            | "geb"
            | "patient"
            | "name"
            | "attn"
            | "dear"
            | "id"
            | "nhs"
            | "uhid"
            | "gp"
    )
}
