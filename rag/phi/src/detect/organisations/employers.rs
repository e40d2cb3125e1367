//! Employers: behind "works at" or "Employer:", or ending as companies end.

use crate::detect::organisations::facilities::is_own;
use crate::detect::organisations::run_end;
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Word};

/// The place of the company's word at the end of a run: "Brown LLC", "Tate and Sons".
pub(super) fn company_in(words: &[Word<'_>], start: usize, end: usize) -> Option<usize> {
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
/// The place where an employer's name starts when its cue stands at a word.
pub(super) fn employer_cue(words: &[Word<'_>], at: usize) -> Option<usize> {
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
        | "colleague" | "coworker" | "job's" | "arbeitet" | "let" => {
            let place = (at + 1..at + 7)
                .find(|place| matches!(next(*place), "at" | "for" | "by" | "from" | "with" | "bei" | "of"))?;
            let gap = words[at + 1..place].iter().all(|word| word.shape == Shape::Lower);
            if !gap {
                return None;
            }
            place + 1
        }
        _ if word.any(Marks::OCCUPATION) && matches!(next(at + 1), "at" | "for") => at + 2,
        _ => return None,
    };
    let start = if next(start) == "the" || next(start) == "a" { start + 1 } else { start };
    words.get(start).filter(|word| word.is_capital() && word.gap < Gap::Line).map(|_| start)
}

/// Where the employer's name ends: capitalised words, with commas only where "and" follows.
pub(super) fn employer_end(words: &[Word<'_>], start: usize) -> Option<usize> {
    let first = &words[start];
    if first.shape != Shape::Upper && first.any(Marks::SMALL)
        || first.any(Marks::MONTH.or(Marks::WEEKDAY).or(Marks::TITLE).or(Marks::STAFF_TITLE))
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
