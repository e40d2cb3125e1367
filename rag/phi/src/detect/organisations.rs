//! Hospitals, practices and other facilities, and employers.
//!
//! A facility is a run of capitalised words with a facility's word in it and at least one word of its own: a person's,
//! a place's, a saint's. What every clinic has (an emergency department, a heart failure clinic) is none. An employer
//! stands behind "works at" or "Employer:", or ends as companies end.

use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

/// The most words of one name.
const MOST_WORDS: usize = 9;

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let words = &text.words;
    if !words.iter().any(Word::is_capital) {
        lower_case(words, found);
        return;
    }
    let mut at = 0;
    while at < words.len() {
        if let Some(start) = employer_cue(words, at)
            && let Some(end) = employer_end(words, start)
        {
            let range = words[start].start..words[end - 1].end;
            found.push(Candidate { range, kind: Kind::Employer, confidence: 0.85, rule: "employer.cue" });
            at = end;
            continue;
        }
        if words[at].is_capital()
            && (!words[at].any(Marks::MONTH.or(Marks::WEEKDAY))
                || words.get(at + 1).is_some_and(is_facility_word))
            && (at == 0 || words[at].gap != Gap::Glued || words[at - 1].shape == Shape::Sign)
        {
            let end = run_end(words, at);
            add_run(text, at, end, found);
            at = end;
        } else {
            at += 1;
        }
    }
}

/// A run of capitalised words, with "of", "and", "&", apostrophes and hyphens between.
fn run_end(words: &[Word<'_>], at: usize) -> usize {
    let mut end = at + 1;
    let mut next = at + 1;
    while let Some(word) = words.get(next).filter(|word| word.gap < Gap::Column && next < at + 2 * MOST_WORDS)
    {
        let joint = word.is("-") && word.gap == Gap::Glued
            || word.is("'")
            || word.is("’")
            || word.is("&")
            || word.folded == "s" && word.gap == Gap::Glued
            || word.is(".") && matches!(words[next - 1].folded.as_ref(), "st" | "mt" | "ste")
            || matches!(
                word.folded.as_ref(),
                "of" | "and" | "for" | "the" | "at" | "de" | "la" | "del" | "der" | "des" | "di" | "du" | "y"
            );
        if words[next - 1].folded == "at" && words[at].any(Marks::MONTH.or(Marks::SMALL)) {
            break;
        }
        if word.is_capital()
            || word.shape == Shape::Lower && (word.folded.starts_with("d'") || word.folded.starts_with("l'"))
        {
            end = next + 1;
        } else if !joint {
            break;
        }
        next += 1;
    }
    end
}

fn add_run(text: &Text<'_>, start: usize, end: usize, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let run = &words[start..end];
    if let Some(company) = company_in(words, start, end) {
        let range = run[0].start..words[company].end;
        found.push(Candidate { range, kind: Kind::Employer, confidence: 0.6, rule: "employer.form" });
        return;
    }
    if let Some((from, to)) = facility_in(words, start, end) {
        let range = words[from].start..words[to].end;
        found.push(Candidate { range, kind: Kind::Facility, confidence: 0.75, rule: "facility.form" });
    }
}

/// The place of the company's word at the end of a run: "Brown LLC", "Tate and Sons".
fn company_in(words: &[Word<'_>], start: usize, end: usize) -> Option<usize> {
    let place = (start + 1..end).find(|place| {
        let word = &words[*place];
        matches!(
            word.folded.as_ref(),
            "inc"
                | "llc"
                | "ltd"
                | "plc"
                | "corp"
                | "corporation"
                | "gmbh"
                | "ag"
                | "kg"
                | "llp"
                | "sarl"
                | "sas"
                | "srl"
                | "bv"
                | "sons"
                | "bros"
                | "pty"
                | "spa"
                | "oy"
        ) && (word.shape == Shape::Capital || word.letters() <= 4)
            && !matches!(word.text, "AG" | "SPA" | "SAS" | "Spa")
            || matches!(
                word.folded.as_ref(),
                "group"
                    | "industries"
                    | "holdings"
                    | "enterprises"
                    | "logistics"
                    | "motors"
                    | "airlines"
                    | "construction"
                    | "manufacturing"
                    | "foundry"
                    | "brewery"
                    | "trucking"
            ) && word.shape == Shape::Capital
                && words[start..*place].iter().any(is_own)
                && !words.get(place + 1).is_some_and(|next| next.any(Marks::STANDARD_NOUN))
    })?;
    words[start..place].iter().any(|word| is_own(word) || word.shape == Shape::Upper).then_some(place)
}

/// Where in a run a facility stands: from its first own word to its last facility's word.
fn facility_in(words: &[Word<'_>], start: usize, end: usize) -> Option<(usize, usize)> {
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
        || (from..=last).any(|place| {
            is_own(&words[place])
                || words[place].any(Marks::REGION) && words[place].shape == Shape::Capital
                || is_saint(words, place)
                || matches!(
                    words[place].folded.as_ref(),
                    "mercy"
                        | "providence"
                        | "sacred"
                        | "holy"
                        | "methodist"
                        | "baptist"
                        | "presbyterian"
                        | "lutheran"
                        | "adventist"
                        | "samaritan"
                )
        });
    if !own || last == from {
        return None;
    }
    // "Mercy Poughkeepsie", "University of Ohio Medical Center": the place behind belongs to it.
    let to = (last + 1..end).rev().find(|place| {
        words[*place].any(Marks::CITY.or(Marks::NAME))
            || words[*place].marks == Marks::NONE && words[*place].is_word()
    });
    let of = to.is_some_and(|_| {
        words.get(last + 1).is_some_and(|next| {
            matches!(next.folded.as_ref(), "of" | "at" | "de" | "der" | "di" | "-" | "des")
        })
    });
    Some((from, if of { to.unwrap_or(last) } else { last }))
}

fn is_facility_word(word: &Word<'_>) -> bool {
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
fn is_own(word: &Word<'_>) -> bool {
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
    let name = word.any(Marks::NAME.or(Marks::CITY).or(Marks::CITY_HEAD)) && !word.any(Marks::TERM);
    word.shape == Shape::Capital
        && word.letters() > 1
        && !generic
        && (name || !word.any(Marks::KNOWN.or(Marks::EPONYM_NOUN)))
}

fn is_saint(words: &[Word<'_>], at: usize) -> bool {
    matches!(words[at].folded.as_ref(), "st" | "saint" | "sankt" | "san" | "santa" | "our" | "mount" | "mt")
        && words.get(at + 1).is_some()
        && words[at].is_capital()
}

/// The place where an employer's name starts when its cue stands at a word.
fn employer_cue(words: &[Word<'_>], at: usize) -> Option<usize> {
    let word = &words[at];
    let next = |place: usize| words.get(place).map_or("", |word| word.folded.as_ref());
    let start = match word.folded.as_ref() {
        "employer" | "employers" | "arbeitgeber" | "employeur" | "empleador" | "workplace"
            if next(at + 1) == ":" =>
        {
            at + 2
        }
        "employer" | "arbeitgeber" if matches!(next(at + 1), "is" | "," | "-" | "ist") => at + 2,
        "employer" => at + 1,
        "works" | "work" | "worked" | "working" | "job" | "position" | "employed" | "retired" | "hired"
        | "laid" | "fired" | "employee" | "shift" | "clerk" | "manager" | "teacher" | "driver"
        | "technician" | "welder" | "engineer" | "accountant" | "cashier" | "supervisor" | "foreman"
        | "cook" | "machinist" | "secretary" | "janitor" | "electrician" | "mechanic" | "analyst"
        | "colleague" | "coworker" | "job's" | "arbeitet" => {
            let place = (at + 1..at + 7)
                .find(|place| matches!(next(*place), "at" | "for" | "by" | "from" | "with" | "bei" | "of"))?;
            let gap = words[at + 1..place].iter().all(|word| word.shape == Shape::Lower);
            if !gap {
                return None;
            }
            place + 1
        }
        _ => return None,
    };
    let start = if next(start) == "the" || next(start) == "a" { start + 1 } else { start };
    words.get(start).filter(|word| word.is_capital() && word.gap < Gap::Line).map(|_| start)
}

/// Where the employer's name ends: capitalised words, with commas only where "and" follows.
fn employer_end(words: &[Word<'_>], start: usize) -> Option<usize> {
    let first = &words[start];
    if first.any(Marks::SMALL.or(Marks::MONTH).or(Marks::WEEKDAY).or(Marks::TITLE).or(Marks::STAFF_TITLE))
        || first.any(Marks::REGION) && !words.get(start + 1).is_some_and(Word::is_capital)
    {
        return None;
    }
    let mut end = run_end(words, start);
    // "Leblanc, Silva and Murray"
    if words.get(end).is_some_and(|word| word.is(","))
        && words.get(end + 1).is_some_and(|word| word.is_capital() && word.gap == Gap::Blank)
    {
        let more = run_end(words, end + 1);
        if words[end + 1..more].iter().any(|word| {
            matches!(word.folded.as_ref(), "and" | "inc" | "llc" | "ltd" | "corp") || word.is("&")
        }) {
            end = more;
        }
    }
    // "the Ford plant"
    if words.get(end).is_some_and(|word| {
        matches!(
            word.folded.as_ref(),
            "plant"
                | "factory"
                | "warehouse"
                | "store"
                | "mill"
                | "mine"
                | "farm"
                | "school"
                | "bakery"
                | "restaurant"
                | "depot"
                | "shipyard"
        ) && word.on_line()
    }) {
        end += 1;
    }
    Some(end)
}

/// Facilities and employers of texts without capitals: "admitted to mayo clinic", "works at boeing".
fn lower_case(words: &[Word<'_>], found: &mut Vec<Candidate>) {
    for at in 1..words.len() {
        let word = &words[at];
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
        let cue = matches!(word.folded.as_ref(), "at" | "by" | "for")
            && matches!(
                words[at - 1].folded.as_ref(),
                "works" | "worked" | "working" | "employed" | "job" | "hired"
            )
            || word.is(":") && words[at - 1].folded == "employer";
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
                || word.marks == Marks::NONE
                || matches!(word.folded.as_ref(), "mayo" | "mercy" | "providence"));
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
    }
    start.filter(|start| {
        start.checked_sub(1).is_none_or(|before| {
            matches!(
                words[before].folded.as_ref(),
                "at" | "from"
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
