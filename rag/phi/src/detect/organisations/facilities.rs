//! Facilities in a run of capitalised words.

use crate::lexicon::Marks;
use crate::words::{Shape, Word};

/// Where in a run a facility stands: from its first own word to its last facility's word.
pub(super) fn facility_in(words: &[Word<'_>], start: usize, end: usize) -> Option<(usize, usize)> {
    // "Mercy Poughkeepsie": a house of an order named by its place.
    if matches!(
        words[start].folded.as_ref(),
        "mercy" | "providence" | "kaiser" | "ascension" | "sutter" | "banner" | "intermountain" | "advocate"
    ) && end > start + 1
        && words[start + 1].shape == Shape::Capital
        && !words[start + 1].any(Marks::SMALL.or(Marks::HEALTH))
    {
        return Some((start, end - 1));
    }
    let last = (start..end).rev().find(|place| is_facility_word(&words[*place]))?;
    let mut from = start;
    let city = (from..last)
        .any(|place| crate::detect::places::listed_city(words, place).is_some_and(|end| end <= last));
    // A title, a label or a sentence's first word before the name is no part of it.
    while from < last
        && !words[from].any(Marks::CITY_HEAD)
        && words[from].text != "Mayo"
        && (words[from]
            .any(Marks::TITLE.or(Marks::NAME_LABEL).or(Marks::SMALL).or(Marks::WEEKDAY).or(Marks::MONTH))
            && !words[from].any(Marks::FACILITY_PART)
            || words[from].shape == Shape::Sign)
    {
        from += 1;
    }
    let own = city
        || is_home(words, from, last)
        || (from..=last).any(|place| {
            is_own(&words[place])
                || words[place].any(Marks::REGION) && words[place].shape == Shape::Capital
                || is_saint(words, place)
                || words[place].any(Marks::FACILITY_ORDER)
        });
    if !own || last == from {
        return None;
    }
    // "Skilled Nursing Facility", "Nursing & Rehab", "St. Agnes's ER"
    let mut last = last;
    while last + 1 < end
        && (words[last + 1].any(Marks::FACILITY_PART) && words[last + 1].is_capital()
            || words[last + 1].is("&"))
    {
        last += 1;
    }
    // "University of Ohio Medical Center": the place behind belongs to it.
    let to = (last + 1..end).rev().find(|place| {
        words[*place].any(Marks::CITY.or(Marks::NAME))
            || words[*place].marks.is_unlisted() && words[*place].is_word()
    });
    let of = to.is_some_and(|_| {
        words.get(last + 1).is_some_and(|next| {
            matches!(next.folded.as_ref(), "of" | "at" | "de" | "der" | "di" | "-" | "des")
        })
    });
    Some((from, if of { to.unwrap_or(last) } else { last }))
}

pub(super) fn is_facility_word(word: &Word<'_>) -> bool {
    word.any(Marks::FACILITY)
        && (word.shape == Shape::Capital || word.text == "VA" || word.text == "VAMC")
        && !matches!(word.folded.as_ref(), "se" | "care" if word.letters() < 3)
        || word.is_word()
            && word.letters() > 8
            && ["klinikum", "krankenhaus", "klinik", "spital", "hospital", "apotheke", "praxis"]
                .iter()
                .any(|ending| word.folded.ends_with(ending))
}

/// A word that is a facility's own name: a person, a place, or nothing the lists know.
pub(super) fn is_own(word: &Word<'_>) -> bool {
    if word.text == "Mayo" {
        return true;
    }
    let generic = word.any(
        Marks::FACILITY
            .or(Marks::FACILITY_PART)
            .or(Marks::TITLE)
            .or(Marks::STAFF_TITLE)
            .or(Marks::SMALL)
            .or(Marks::MONTH)
            .or(Marks::WEEKDAY)
            .or(Marks::HEALTH),
    );
    let name = word.any(Marks::NAME.or(Marks::CITY).or(Marks::CITY_HEAD)) && !word.any(Marks::TERM)
        || word.any(Marks::TOWN) && !word.any(Marks::SMALL);
    word.shape == Shape::Capital
        && word.letters() > 1
        && !generic
        && (name || !word.any(Marks::KNOWN.or(Marks::EPONYM_NOUN)))
}

/// "Harbor View Senior Living": words of any sort before what only homes are called.
fn is_home(words: &[Word<'_>], from: usize, last: usize) -> bool {
    let pair = |first: &str, second: &str| {
        last > from + 1 && words[last - 1].folded == first && words[last].folded == second
    };
    let home = pair("senior", "living")
        || pair("assisted", "living")
        || pair("nursing", "home")
        || pair("care", "center")
        || pair("memory", "care")
        || pair("rehabilitation", "center")
        || pair("retirement", "home")
        || pair("health", "center");
    home && words[from..last - 1].iter().filter(|word| word.shape == Shape::Capital).count() > 1
        && !words[from..last - 1].iter().any(|word| {
            word.any(
                Marks::HEALTH
                    .or(Marks::TERM)
                    .or(Marks::TERM_ENDING)
                    .or(Marks::FACILITY_PART)
                    .or(Marks::STAFF_TITLE),
            )
        })
}

/// A facility told by its first word: "VA Irving", "Hospital La Paz", "Klinikum Bremen-Mitte", "Marienkrankenhaus Essen",
/// "St. Agnes's".
pub(super) fn told_by_head(words: &[Word<'_>], start: usize, end: usize) -> Option<(usize, usize)> {
    let own = |word: &Word<'_>| {
        word.shape == Shape::Capital
            && (word
                .any(Marks::NAME.or(Marks::CITY).or(Marks::CITY_HEAD).or(Marks::PLACE_HEAD).or(Marks::TOWN))
                || word.marks.is_unlisted())
    };
    let plain = Marks::HEALTH.or(Marks::TERM).or(Marks::TERM_ENDING).or(Marks::MONTH).or(Marks::WEEKDAY);
    for at in start..end {
        let next = words.get(at + 1).filter(|next| at + 1 < end && next.on_line());
        let head = &words[at];
        let compound = is_compound_house(head);
        if compound {
            let city = next.is_some_and(own);
            return Some((at, if city { at + 1 } else { at }));
        }
        if head.text == "VA" && next.is_some_and(own) {
            return Some((at, end - 1));
        }
        let joined = next.is_some_and(|next| {
            next.any(Marks::PARTICLE)
                || matches!(next.folded.as_ref(), "clinico" | "universitario" | "general" | "de")
        });
        let foreign = head.any(Marks::FACILITY_HEAD)
            && !matches!(head.folded.as_ref(), "hospital" | "hospice" | "reha");
        let named = next.is_some_and(|next| {
            next.is_capital()
                && (!next.any(plain) || next.any(Marks::TOWN))
                && !next.any(Marks::TITLE.or(Marks::STAFF_TITLE))
                && (own(next) || foreign)
        });
        if head.any(Marks::FACILITY_HEAD) && head.is_capital() && at + 1 < end && (joined || foreign && named)
        {
            return Some((at, end - 1));
        }
        // "St. Agnes's", "St. Jude's ER": a saint's house needs the possessive.
        let dot = usize::from(next.is_some_and(|next| next.is(".")));
        let owned = matches!(head.folded.as_ref(), "st" | "saint")
            && words.get(at + dot + 1).is_some_and(|saint| saint.shape == Shape::Capital)
            && words.get(at + dot + 2).is_some_and(|sign| matches!(sign.text, "'" | "’"))
            && words
                .get(at + dot + 3)
                .is_some_and(|s| s.folded == "s" && at + dot + 3 < end.max(at + dot + 4));
        if owned && head.is_capital() {
            return Some((at, (end - 1).max(at + dot + 3)));
        }
    }
    None
}

/// "Marienkrankenhaus", "Universitätsklinik": a house in one word.
fn is_compound_house(word: &Word<'_>) -> bool {
    word.is_word()
        && word.letters() > 10
        && !word.any(Marks::TERM)
        && !matches!(
            word.folded.as_ref(),
            "poliklinik" | "tagesklinik" | "fachklinik" | "rehaklinik" | "augenklinik"
        )
        && ["klinikum", "krankenhaus", "klinik", "spital", "ziekenhuis", "apotheke"]
            .iter()
            .any(|ending| word.folded.ends_with(ending))
}

fn is_saint(words: &[Word<'_>], at: usize) -> bool {
    matches!(words[at].folded.as_ref(), "st" | "saint" | "sankt" | "san" | "santa" | "our" | "mount" | "mt")
        && words.get(at + 1).is_some()
        && words[at].is_capital()
}
