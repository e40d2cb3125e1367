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
            || is_legal_form(word)
            || is_trade_word(word)
                && words[start..*place].iter().any(is_own)
                && !words.get(place + 1).is_some_and(|next| next.any(Marks::STANDARD_NOUN))
    })?;
    let legal = is_legal_form(&words[place]);
    words[start..place]
        .iter()
        .any(|word| is_own(word) || word.shape == Shape::Upper || legal && word.shape == Shape::Capital)
        .then_some(place)
}

/// What only the name of a company ends with.
fn is_legal_form(word: &Word<'_>) -> bool {
    matches!(
        word.text,
        "Inc"
            | "LLC"
            | "Ltd"
            | "Limited"
            | "Corp"
            | "Corporation"
            | "GmbH"
            | "LLP"
            | "Pty"
            | "SARL"
            | "Oyj"
            | "Incorporated"
    )
}

/// "Software", "Capital": with these a company's name ends, when a word of its own stands before.
fn is_trade_word(word: &Word<'_>) -> bool {
    word.shape == Shape::Capital
        && matches!(
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
                | "software"
                | "technologies"
                | "solutions"
                | "partners"
                | "associates"
                | "consulting"
                | "capital"
                | "agency"
                | "movers"
                | "freight"
                | "textiles"
                | "supercomputing"
                | "insurance"
                | "bakery"
                | "plumbing"
                | "roofing"
                | "landscaping"
                | "hardware"
                | "farms"
                | "foods"
        )
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
        // "Employer's name or school name:"
        "employer" | "employers"
            if let Some(colon) = (at + 1..at + 8).find(|place| matches!(next(*place), ":" | "?"))
                && words[at + 1..colon].iter().all(|word| word.on_line() && word.shape != Shape::Number) =>
        {
            colon + 1
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
        // "spent a year at", "we meet on Monday at"
        "year" | "years" | "stint" | "internship" | "career" | "meet" | "meeting" | "interview" | "shop"
            if word.shape == Shape::Lower =>
        {
            let place = (at + 1..at + 4).find(|place| next(*place) == "at")?;
            let house = words.get(place + 1).filter(|house| house.is_capital())?;
            if house.any(Marks::HEALTH.or(Marks::REGION).or(Marks::CITY)) || house.shape == Shape::Initial {
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

/// "The Legistorm office", "Telenav is a design agency": a run of capitals that its sentence calls a house.
pub(super) fn called_house(words: &[Word<'_>], start: usize, end: usize) -> bool {
    let run = &words[start..end];
    let plain = Marks::HEALTH
        .or(Marks::STAFF_TITLE)
        .or(Marks::TITLE)
        .or(Marks::FACILITY)
        .or(Marks::REGION)
        .or(Marks::MONTH)
        .or(Marks::WEEKDAY)
        .or(Marks::SMALL)
        .or(Marks::TERM);
    let named = run.iter().any(|word| word.shape == Shape::Capital && word.letters() > 2)
        && !run
            .iter()
            .any(|word| word.any(plain) && !matches!(word.folded.as_ref(), "of" | "and" | "the" | "can"))
        && (run.len() > 1 || run.iter().any(|word| is_own(word)));
    let next = |far: usize| {
        words.get(end + far).filter(|word| word.on_line()).map_or("", |word| word.folded.as_ref())
    };
    let housed = start > 0
        && words[start - 1].folded == "the"
        && matches!(
            next(0),
            "office"
                | "offices"
                | "website"
                | "store"
                | "headquarters"
                | "factory"
                | "warehouse"
                | "campus"
                | "plant"
        )
        || words[start].folded == "the"
            && run.len() > 1
            && matches!(next(0), "office" | "offices" | "headquarters");
    let called = matches!(next(0), "is" | "was")
        && matches!(next(1), "a" | "an" | "the")
        && (2..6).any(|far| {
            matches!(
                next(far),
                "company"
                    | "agency"
                    | "firm"
                    | "startup"
                    | "brainchild"
                    | "multinational"
                    | "nonprofit"
                    | "charity"
                    | "manufacturer"
                    | "retailer"
                    | "corporation"
                    | "employer"
            )
        });
    // "The address of Persint is"
    let addressed = start >= 2
        && words[start - 1].folded == "of"
        && matches!(
            words[start - 2].folded.as_ref(),
            "address" | "offices" | "headquarters" | "founder" | "ceo" | "employee" | "employees"
        )
        && next(0) == "is";
    named && (housed || called || addressed)
}
