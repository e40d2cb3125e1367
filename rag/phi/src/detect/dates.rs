//! Dates more exact than a year.
//!
//! A year alone points at nobody and is left; a day of a year does, and so does a month of one. All written forms are
//! known: technical, American, European, clinical ("11JAN1993"), with ordinals, with the month in words of a dozen
//! languages, with a weekday before or a feast in their stead. A day and month alone as a fraction ("3/3") is a date
//! only behind a word that says so, because scores, doses and acuities look the same. Times of day and spans of time
//! are no dates.

use std::ops::Range;

use crate::detect::{Candidate, pattern};
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Shape, Text, Word};

pattern!(
    NUMERIC,
    r"\b(?:(?:19|20)\d{2}[\-/.](?:0?[1-9]|1[0-2])[\-/.](?:3[01]|[12]\d|0?[1-9])(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?)?|(?:3[01]|[12]\d|0?[1-9])(?:/|\s?\.\s?|-|\x{2011}|\x{2013})(?:3[01]|[12]\d|0?[1-9])(?:/|\s?\.\s?|-|\x{2011}|\x{2013})(?:(?:19|20)\d{2}|['’]?\d{2})|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))\b"
);
pattern!(MONTH_YEAR, r"\b(?:(?:0?[1-9]|1[0-2])[/\-](?:19|20)\d{2}|(?:19|20)\d{2}[/\-](?:0[1-9]|1[0-2]))\b");
pattern!(
    DAY_MONTH,
    r"\b(?:(?:3[01]|[12]\d|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])|(?:1[0-2]|0[1-9])-(?:3[01]|[12]\d|0[1-9])|(?:3[01]|[12]\d|0?[1-9])\.(?:1[0-2]|0?[1-9])\.)"
);
pattern!(
    CLINICAL,
    r"(?i)\b(?:3[01]|[12]\d|0?[1-9])[\-/. ]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|okt|dez|mai|mrz)[\-/. ]?(?:['’]?\d{2}|(?:19|20)\d{2})\b"
);
pattern!(
    FEAST,
    r"(?i)\b(?:christmas|thanksgiving|halloween|easter|new year'?s|independence|labor|memorial|valentine'?s|mother'?s|father'?s|boxing|veterans|columbus|presidents'?|st\.? patrick'?s)(?:\s+(?:eve|day|sunday|monday))?,?\s+(?:of\s+)?(?:19|20)\d{2}\b"
);

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if text.has_digits {
        numeric(text, found);
        for (pattern, confidence, rule) in [(&*CLINICAL, 0.95, "date.clinical"), (&*FEAST, 0.8, "date.feast")]
        {
            let hits = pattern.find_iter(text.text);
            found.extend(hits.map(|hit| {
                let rule = if text.follows_birth(hit.start()) { "date.birth" } else { rule };
                candidate(hit.range(), confidence, rule)
            }));
        }
    }
    for at in 0..text.words.len() {
        let word = &text.words[at];
        if word.any(Marks::MONTH) && word.letters() >= 3 {
            with_month(text, at, found);
        } else if word.shape == Shape::Number {
            ordinal_day(text, at, found);
        }
    }
}

fn candidate(range: Range<usize>, confidence: f32, rule: &'static str) -> Candidate {
    Candidate { range, kind: Kind::Date, confidence, rule }
}

fn numeric(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for hit in NUMERIC.find_iter(text.text) {
        let own = hit.as_str();
        let before = text.text[..hit.start()].chars().next_back();
        let after = text.text[hit.end()..].chars().next();
        // A longer chain of numbers is no date, nor are eight digits within an identifier.
        let chained = matches!(before, Some('.' | '-' | '/'))
            && text.text[..hit.start()]
                .trim_end_matches(['.', '-', '/'])
                .ends_with(|c: char| c.is_ascii_digit())
            || matches!(after, Some('-' | '/'))
                && text.text[hit.end() + 1..].starts_with(|c: char| c.is_ascii_digit());
        if chained || !is_possible(own) {
            continue;
        }
        let rule = if text.follows_birth(hit.start()) { "date.birth" } else { "date.numeric" };
        found.push(candidate(with_weekday(text, hit.range()), 0.95, rule));
    }
    for hit in MONTH_YEAR.find_iter(text.text) {
        found.push(candidate(hit.range(), 0.8, "date.month_year"));
    }
    for hit in DAY_MONTH.find_iter(text.text) {
        let glued = text.text[hit.end()..]
            .starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '%'))
            || text.text[..hit.start()].ends_with(['/', '-', '.', '#', '$', '%']);
        if !glued && is_day_and_month(hit.as_str()) && says_date(text, hit.range()) {
            found.push(candidate(with_weekday(text, hit.range()), 0.75, "date.day_month"));
        }
    }
}

/// Whether three numbers can be a day, a month and a year: one of the first two is a month.
fn is_possible(own: &str) -> bool {
    let numbers: Vec<u32> = own
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect();
    match numbers.as_slice() {
        [year, ..] if *year > 1000 => true,
        [first, second, ..] => *first <= 12 || *second <= 12,
        _ => true,
    }
}

fn is_day_and_month(own: &str) -> bool {
    is_possible(own) && !own.starts_with("00")
}

/// Whether the words around a fraction say that it is a day: a cue before it, and nothing behind it that makes it a
/// score, a dose or a count.
fn says_date(text: &Text<'_>, range: Range<usize>) -> bool {
    let at = text.at_byte(range.start);
    // "9/1 02:14": a time of day behind it.
    let timed = text.words[at..].iter().position(|word| word.start >= range.end).is_some_and(|behind| {
        text.words.get(at + behind..at + behind + 3).is_some_and(|three| {
            three[0].shape == Shape::Number
                && three[0].on_line()
                && three[0].text.len() == 2
                && three[1].is(":")
                && three[2].shape == Shape::Number
                && three[2].text.len() == 2
        })
    });
    if timed {
        return true;
    }
    let Some(mut place) = at.checked_sub(1) else { return false };
    let mut cue = &text.words[place];
    while (cue.is(":") || cue.is("(") || cue.is(",") || cue.is("~") || cue.is("-") || cue.is("–"))
        && place > 0
    {
        place -= 1;
        cue = &text.words[place];
    }
    let after = text.words[at..].iter().find(|word| word.start >= range.end);
    let counted = after.is_some_and(|word| {
        word.on_line()
            && (word.any(Marks::UNIT) && word.folded != "in"
                || word.is("%")
                || matches!(
                    word.folded.as_ref(),
                    "strength"
                        | "pain"
                        | "points"
                        | "score"
                        | "murmur"
                        | "systolic"
                        | "power"
                        | "bilaterally"
                        | "throughout"
                        | "reflexes"
                        | "fields"
                        | "strain"
                        | "dilution"
                ))
    });
    // "from 1.4." ends a sentence; only German cues stand before a day written so.
    let german = !text.text[range.clone()].ends_with('.')
        || matches!(cue.folded.as_ref(), "am" | "vom" | "seit" | "bis" | "zum" | "den");
    let strong = german
        && cue.any(Marks::DATE_CUE.or(Marks::WEEKDAY))
        && !matches!(cue.folded.as_ref(), "and" | "to" | "for" | "after" | "early" | "late");
    // "from 7/10 to 4/10" is a scale that falls.
    let scale = text.text[range.clone()].ends_with("/10")
        && matches!(
            cue.folded.as_ref(),
            "from" | "to" | "at" | "was" | "reported" | "between" | "by" | "started" | "and"
        );
    // "from 2/27 and 6/9"
    let paired = place >= 4
        && matches!(cue.folded.as_ref(), "and" | "to" | "-" | "–")
        && text.words[place - 1].shape == Shape::Number
        && text.words[place - 2].is("/")
        && text.words[place - 4].any(Marks::DATE_CUE)
        && !text.text[range.clone()].ends_with("/10");
    let joined = paired
        || german
            && matches!(cue.folded.as_ref(), "and" | "to" | "for" | "after" | "-" | "–")
            && text.words[place.saturating_sub(8)..place].iter().any(|word| {
                word.any(Marks::DATE_CUE) && !word.any(Marks::SMALL)
                    || word.any(Marks::MONTH)
                    || word.shape == Shape::Number && word.text.len() == 4
                    || word.folded == "between"
            });
    (strong || joined) && !counted && !scale
}

/// Dates around a month in words.
fn with_month(text: &Text<'_>, at: usize, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let month = &words[at];
    let (mut start, mut end) = (month.start, month.end);
    let (mut day, mut year) = (false, false);
    let mut before = at;
    // "3", "3rd", "3.", "the 3rd of", "3 de"
    if let Some((from, place)) = day_before(words, at) {
        (start, day, before) = (from, true, place);
    }
    let mut next = at + 1;
    if words.get(next).is_some_and(|word| word.is(".") && word.gap == crate::words::Gap::Glued) {
        next += 1;
    }
    if let Some((to, after)) = day_after(words, next).filter(|_| !day) {
        (end, day, next) = (to, true, after);
    }
    if let Some(to) = year_after(words, next) {
        (end, year) = (to, true);
    }
    // A month alone names no day of anybody, as a year alone does not.
    if !(day || year) {
        return;
    }
    // "may 3 tablets": such a word in lower case is a month only with a year, or behind its day.
    let doubtful =
        matches!(month.folded.as_ref(), "may" | "mar" | "march" | "mars" | "mart" | "set" | "sep" | "dec");
    if doubtful
        && month.shape == Shape::Lower
        && !year
        && before == at
        && !(at > 0 && words[at - 1].any(Marks::DATE_CUE))
    {
        return;
    }
    let rule = if text.follows_birth(start) { "date.birth" } else { "date.words" };
    found.push(candidate(with_weekday(text, start..end), 0.93, rule));
}

/// A day of the month that ends right before a place: where it starts, and its place.
fn day_before(words: &[Word<'_>], at: usize) -> Option<(usize, usize)> {
    let mut place = at.checked_sub(1)?;
    for _ in 0..4 {
        let word = &words[place];
        let joins = matches!(
            word.folded.as_ref(),
            "of" | "de" | "day" | "del" | "th" | "st" | "nd" | "rd" | "er" | "te" | "ten" | "do"
        ) || word.is(".")
            || word.is("-")
            || word.is(",")
            || word.is("º")
            || word.is("°")
            || word.is("/");
        if word.shape == Shape::Number {
            let day: u32 = word.text.parse().ok()?;
            let plain = place.checked_sub(1).is_none_or(|before| {
                let before = &words[before];
                !(word.gap == crate::words::Gap::Glued
                    && (before.is(".") || before.is("/") || before.is("-") || before.is(":")))
            });
            return (word.text.len() <= 2 && (1..=31).contains(&day) && plain).then_some((word.start, place));
        }
        if !joins || !words[place + 1].on_line() {
            return None;
        }
        place = place.checked_sub(1)?;
    }
    None
}

/// A day of the month behind a place: where it ends, and the place behind it.
fn day_after(words: &[Word<'_>], mut at: usize) -> Option<(usize, usize)> {
    if words.get(at).is_some_and(|word| word.folded == "the" || word.is("-") || word.is("/")) {
        at += 1;
    }
    let word = words.get(at).filter(|word| word.shape == Shape::Number && word.text.len() <= 2)?;
    let day: u32 = word.text.parse().ok()?;
    let next = words.get(at + 1);
    let gene = word.gap == crate::words::Gap::Glued && words[at - 1].is_word();
    let more = gene
        || next.is_some_and(|next| {
            next.gap == crate::words::Gap::Glued
                && (next.is(":")
                    && words.get(at + 2).is_some_and(|minutes| minutes.gap == crate::words::Gap::Glued)
                    || next.is("%")
                    || next.is("/"))
                || next.any(Marks::UNIT)
                    && next.on_line()
                    && !matches!(next.folded.as_ref(), "in" | "a" | "h" | "x" | "m")
                || next.is(".")
                    && next.gap == crate::words::Gap::Glued
                    && words
                        .get(at + 2)
                        .is_some_and(|two| two.shape == Shape::Number && two.gap == crate::words::Gap::Glued)
        });
    if !(1..=31).contains(&day) || more || !word.on_line() {
        return None;
    }
    match next {
        Some(next)
            if next.gap == crate::words::Gap::Glued
                && matches!(next.folded.as_ref(), "st" | "nd" | "rd" | "th") =>
        {
            Some((next.end, at + 2))
        }
        _ => Some((word.end, at + 1)),
    }
}

/// A year behind a place: where it ends.
fn year_after(words: &[Word<'_>], mut at: usize) -> Option<usize> {
    for _ in 0..3 {
        let word = words.get(at).filter(|word| word.on_line())?;
        if word.shape == Shape::Number {
            let century =
                word.text.len() == 4 && (word.text.starts_with("19") || word.text.starts_with("20"));
            let apostrophe =
                at > 0 && (words[at - 1].is("'") || words[at - 1].is("’")) && word.text.len() == 2;
            let dashed = at > 0 && words[at - 1].is("-") && word.text.len() == 2;
            return (century || apostrophe || dashed).then_some(word.end);
        }
        if !(word.is(",")
            || word.is("'")
            || word.is("’")
            || word.is("-")
            || word.is("/")
            || word.is(".")
            || matches!(word.folded.as_ref(), "of" | "de" | "del" | "in"))
        {
            return None;
        }
        at += 1;
    }
    None
}

/// "on the 14th": a day without its month, behind a word that says so.
fn ordinal_day(text: &Text<'_>, at: usize, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let ordinal = words.get(at + 1).is_some_and(|next| {
        next.gap == crate::words::Gap::Glued && matches!(next.folded.as_ref(), "st" | "nd" | "rd" | "th")
    });
    if !ordinal || at < 2 || words[at - 1].folded != "the" || words[at].text.len() > 2 {
        return;
    }
    let cue = matches!(words[at - 2].folded.as_ref(), "on" | "since" | "until" | "by" | "before" | "after");
    let day = words[at].text.parse().is_ok_and(|day: u32| (1..=31).contains(&day));
    let ends = words.get(at + 2).is_none_or(|next| {
        next.shape == Shape::Sign && !next.is("-") || !next.on_line() || next.any(Marks::SMALL)
    });
    if cue && day && ends {
        found.push(candidate(words[at].start..words[at + 1].end, 0.5, "date.ordinal"));
    }
}

/// The range with a weekday right before it.
fn with_weekday(text: &Text<'_>, range: Range<usize>) -> Range<usize> {
    let at = text.words.partition_point(|word| word.start < range.start);
    let mut before = text.words[..at]
        .iter()
        .rev()
        .take(3)
        .filter(|word| !word.is(",") && !word.is(".") && word.folded != "the");
    match before.next() {
        Some(word)
            if word.any(Marks::WEEKDAY) && word.shape != Shape::Upper && range.start - word.end <= 6 =>
        {
            word.start..range.end
        }
        _ => range,
    }
}
