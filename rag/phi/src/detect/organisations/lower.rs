//! Facilities and employers of texts without capitals: "admitted to mayo clinic", "works at boeing".

use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Word};

/// Facilities and employers of texts without capitals: "admitted to mayo clinic", "works at boeing".
pub(super) fn find(words: &[Word<'_>], found: &mut Vec<Candidate>) {
    for at in 1..words.len() {
        let word = &words[at];
        if let Some(end) = told_by_head(words, at) {
            found.push(Candidate {
                range: word.start..words[end - 1].end,
                kind: Kind::Facility,
                confidence: 0.55,
                rule: "facility.lower",
            });
        }
        let core = matches!(
            word.folded.as_ref(),
            "hospital"
                | "clinic"
                | "center"
                | "centre"
                | "pharmacy"
                | "hospice"
                | "medicine"
                | "care"
                | "home"
                | "practice"
                | "living"
                | "school"
                | "va"
                | "regional"
                | "memorial"
                | "klinikum"
                | "krankenhaus"
                | "elementary"
                | "college"
                | "health"
                | "rehab"
                | "institute"
                | "associates"
                | "pediatrics"
                | "dental"
                | "imaging"
                | "orthopedics"
                | "facility"
        );
        if core
            && !words.get(at + 1).is_some_and(|next| next.on_line() && next.any(Marks::FACILITY))
            && let Some(from) = lower_facility_start(words, at)
        {
            found.push(Candidate {
                range: words[from].start..word.end,
                kind: Kind::Facility,
                confidence: 0.6,
                rule: "facility.lower",
            });
        }
        let trade = matches!(word.folded.as_ref(), "at" | "for") && words[at - 1].any(Marks::OCCUPATION);
        let cue = trade
            || matches!(word.folded.as_ref(), "at" | "by" | "for")
                && matches!(
                    words[at - 1].folded.as_ref(),
                    "works" | "worked" | "working" | "employed" | "job" | "hired" | "go" | "fired" | "off"
                )
            || matches!(word.folded.as_ref(), "at" | "for")
                && words[at.saturating_sub(3)..at]
                    .iter()
                    .any(|verb| matches!(verb.folded.as_ref(), "works" | "worked" | "employed"))
            || word.is(":") && words[at - 1].folded == "employer"
            || word.folded == "employer"
                && words.get(at + 1).is_some_and(|next| next.gap == Gap::Blank && !next.any(Marks::SMALL));
        if cue {
            let end = (at + 1..words.len().min(at + 6))
                .find(|place| {
                    words[*place].any(Marks::SMALL) && words[*place].folded != "and"
                        || words[*place].shape == Shape::Sign && !matches!(words[*place].text, "-" | ",")
                })
                .unwrap_or(words.len().min(at + 6));
            let end = (at + 1..end)
                .rev()
                .find(|place| words[*place].is_word() && !words[*place].any(Marks::SMALL))
                .map_or(at, |last| last + 1);
            if end > at + 1
                && !matches!(words[at + 1].folded.as_ref(), "home" | "night" | "nights" | "least" | "work")
            {
                found.push(Candidate {
                    range: words[at + 1].start..words[end - 1].end,
                    kind: Kind::Employer,
                    confidence: 0.5,
                    rule: "employer.lower",
                });
            }
        }
    }
}

/// "va irving", "klinikum bremen-mitte", "hospital la paz", "st vincent's", "marienkrankenhaus essen": the place behind a
/// house told by its first word.
fn told_by_head(words: &[Word<'_>], at: usize) -> Option<usize> {
    let head = &words[at];
    let next = words.get(at + 1).filter(|next| next.on_line())?;
    let before = at.checked_sub(1).map_or("", |before| words[before].folded.as_ref());
    let named = |word: &Word<'_>| {
        word.is_word()
            && (word.any(Marks::CITY.or(Marks::CITY_HEAD))
                || word.marks.is_unlisted()
                || word.any(Marks::NAME))
            && !word.any(Marks::SMALL.or(Marks::HEALTH))
    };
    let dot = usize::from(next.is("."));
    let saint = matches!(head.folded.as_ref(), "st" | "saint" | "sankt")
        && words.get(at + 1 + dot).is_some_and(named);
    if saint {
        let mut end = at + 2 + dot;
        let owned = words.get(end).is_some_and(|sign| matches!(sign.text, "'" | "’"));
        if owned {
            end +=
                1 + usize::from(words.get(end + 1).is_some_and(|s| s.folded == "s" && s.gap == Gap::Glued));
        }
        let more = facility_words_end(words, end);
        let there = matches!(before, "at" | "from" | "to" | "in" | "near" | "the");
        return (owned || more > end || there).then_some(more);
    }
    let joined = next.any(Marks::PARTICLE)
        && words.get(at + 2).is_some_and(|third| third.on_line() && third.is_word());
    let compound = head.letters() > 12
        && ["krankenhaus", "klinikum", "klinik"].iter().any(|ending| head.folded.ends_with(ending));
    let foreign = head.any(Marks::FACILITY_HEAD)
        && !matches!(head.folded.as_ref(), "hospital" | "hospice" | "reha")
        || head.folded == "va"
        || compound;
    let there = matches!(
        before,
        "at" | "from" | "to" | "in" | "is" | "for" | "the" | ":" | "im" | "al" | "del" | "en" | "au"
    );
    if head.any(Marks::FACILITY_HEAD) && joined && there {
        let mut end = at + 3;
        let mut next = end;
        while words.get(next).is_some_and(|word| word.on_line() && (named(word) || word.any(Marks::PARTICLE)))
            && next < at + 6
        {
            next += 1;
            if named(&words[next - 1]) {
                end = next;
            }
        }
        return Some(end);
    }
    let place = |word: &Word<'_>| {
        word.is_word()
            && (word.any(Marks::TOWN) || !word.any(Marks::TERM))
            && !word.any(
                Marks::SMALL.or(Marks::HEALTH).or(Marks::PERSON_VERB).or(Marks::DATE_CUE).or(Marks::FACILITY),
            )
    };
    if foreign && (there || compound) && place(next) {
        let mut end = crate::detect::places::listed_city(words, at + 1).unwrap_or(at + 2);
        while words.get(end).is_some_and(|word| {
            word.on_line()
                && (word.gap == Gap::Glued && (word.is("-") || word.is_word())
                    || named(word)
                    || words[end - 1].is("-"))
        }) && end < at + 6
        {
            end += 1;
        }
        return Some(end);
    }
    (compound && there).then_some(at + 1)
}

/// Past "hospital", "medical center", "er" behind a saint.
fn facility_words_end(words: &[Word<'_>], from: usize) -> usize {
    let mut end = from;
    while words.get(end).is_some_and(|word| {
        word.on_line()
            && word.is_word()
            && (word.any(Marks::FACILITY.or(Marks::FACILITY_PART)) && !word.any(Marks::SMALL)
                || word.folded == "er")
    }) {
        end += 1;
    }
    end
}

/// Where a facility in lower case starts: past what any clinic is called to one or two words of its own.
fn lower_facility_start(words: &[Word<'_>], core: usize) -> Option<usize> {
    let mut at = core;
    let mut own = 0;
    let mut start = None;
    while at > 0 && core - at < 9 && words[at].on_line() {
        at -= 1;
        let word = &words[at];
        let named = !word.any(Marks::SMALL)
            && word.is_word()
            && word.letters() > 1
            && (word.any(Marks::CITY.or(Marks::CITY_HEAD))
                || word.any(Marks::SURNAME.or(Marks::GIVEN))
                    && !word.any(Marks::TERM.or(Marks::HEALTH).or(Marks::FACILITY_PART))
                    && (!word.any(Marks::COMMON))
                || word.marks.is_unlisted()
                || word.any(Marks::FACILITY_ORDER));
        // "sioux falls health center"
        let city = (at.saturating_sub(2)..at)
            .find(|place| crate::detect::places::listed_city(words, *place) == Some(at + 1));
        if let Some(place) = city.filter(|_| own == 0) {
            (own, start, at) = (1, Some(place), place);
            continue;
        }
        let compound = own > 0
            && words[at + 1].is("-")
            && words[at + 1].gap == Gap::Glued
            && word.is_word()
            && !word.any(Marks::SMALL);
        if compound {
            start = Some(at);
            continue;
        }
        if named && own < 2 {
            own += 1;
            start = Some(at);
            continue;
        }
        let saint = matches!(
            word.folded.as_ref(),
            "st" | "saint"
                | "mount"
                | "university"
                | "of"
                | "south"
                | "north"
                | "port"
                | "lake"
                | "new"
                | "east"
                | "west"
        );
        if saint && own > 0 {
            start = Some(if word.folded == "of" { start? } else { at });
            continue;
        }
        let region = word.any(Marks::REGION);
        let part = (word.any(Marks::FACILITY_PART.or(Marks::FACILITY))
            || matches!(word.folded.as_ref(), "elementary" | "middle" | "high" | "sunrise"))
            && own == 0
            || own > 0
                && matches!(
                    word.folded.as_ref(),
                    "good" | "sacred" | "holy" | "our" | "north" | "south" | "east" | "west"
                )
            || own == 0 && at > 0 && words[at - 1].any(Marks::FACILITY_ORDER)
            || matches!(word.text, "'" | "’" | "." | "-")
            || word.folded == "s" && word.gap == Gap::Glued;
        if region {
            own += 1;
            start = Some(at);
            continue;
        }
        if !part {
            break;
        }
        if own > 0 && word.is_word() && word.letters() > 1 && word.gap != Gap::Glued {
            start = Some(at);
        }
    }
    start.filter(|start| {
        words[*start].gap >= Gap::Line
            || start.checked_sub(1).is_none_or(|before| {
                matches!(
                    words[before].folded.as_ref(),
                    "at" | "from"
                        | "is"
                        | "to"
                        | "in"
                        | "the"
                        | "with"
                        | "by"
                        | ":"
                        | "@"
                        | ","
                        | "for"
                        | "of"
                        | "near"
                        | "and"
                )
            })
    })
}
