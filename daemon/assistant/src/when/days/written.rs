//! Dates as they are written, in words and in figures. Where figures can be read as two days, both are kept.

use chrono::{Datelike as _, Months, NaiveDate};

use super::Sight;
use crate::when::tokens::Token;
use crate::when::vocabulary::month;
use crate::when::{Dates, Direction};

/// "3 December", "December 3rd, 2026", "3.12.", "2026-12-03", "12/03".
pub(super) fn written(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    let first = all.get(at)?;
    if let Ok(date) = NaiveDate::parse_from_str(&first.text, "%Y-%m-%d") {
        return Some((Dates::day(date), at + 1));
    }
    if let Some(found) = dotted(first, sight) {
        return Some((found, at + 1));
    }
    if let Some(found) = slashed(first, sight) {
        return Some((found, at + 1));
    }
    if let Some(month) = month(first) {
        let day = ordinal(all.get(at + 1)?)?;
        let year = all.get(at + 2).and_then(year);
        return Some((Dates::day(sight.date(month, day, year)?), at + 2 + usize::from(year.is_some())));
    }
    let day = ordinal(first)?;
    let next =
        if all.get(at + 1).is_some_and(|token| token.is(&["of", "day", "the"])) { at + 2 } else { at + 1 };
    if let Some(month) = all.get(next).and_then(month) {
        let year = all.get(next + 1).and_then(year);
        return Some((Dates::day(sight.date(month, day, year)?), next + 1 + usize::from(year.is_some())));
    }
    // "On the 3rd", "am 3.": of this month or the next that has one.
    let is_alone = first.text.ends_with("st")
        || first.text.ends_with("nd")
        || first.text.ends_with("rd")
        || first.text.ends_with("th")
        || first.has_dot
            && at > 0
            && all.get(at - 1).is_some_and(|token| token.is(&["am", "vom", "dem", "zum"]));
    let before = at > 0 && all.get(at - 1).is_some_and(|token| token.is(&["the", "am", "vom", "dem", "zum"]));
    (is_alone && before).then_some(())?;
    let months = (0..12).filter_map(|months| match sight.looks {
        Direction::Ahead => sight.today.with_day(1)?.checked_add_months(Months::new(months)),
        Direction::Back => sight.today.with_day(1)?.checked_sub_months(Months::new(months)),
    });
    let fits = |date: &NaiveDate| match sight.looks {
        Direction::Ahead => *date >= sight.today,
        Direction::Back => *date <= sight.today,
    };
    let date = months.filter_map(|first| first.with_day(day)).find(fits)?;
    Some((Dates::day(date), at + 1))
}

/// `3.12.` and `3.12.2026`.
fn dotted(token: &Token, sight: Sight) -> Option<Dates> {
    let (day, month, year) = numbers(&token.text, '.')?;
    // A number such as 3.5 is no date.
    if year.is_none() && !token.has_dot {
        return None;
    }
    Some(Dates::day(sight.date(month, day, year)?))
}

/// `12/24`, `24/12/2026`; where both readings are days, both.
fn slashed(token: &Token, sight: Sight) -> Option<Dates> {
    let (one, two, year) = numbers(&token.text, '/')?;
    let day_first = sight.date(two, one, year);
    let month_first = sight.date(one, two, year);
    match (day_first, month_first) {
        (Some(first), Some(other)) if first != other => {
            Some(Dates { other: Some(other), ..Dates::day(first) })
        }
        (first, other) => first.or(other).map(Dates::day),
    }
}

/// Two numbers and perhaps a year, and nothing else.
fn numbers(text: &str, between: char) -> Option<(u32, u32, Option<i32>)> {
    let mut parts = text.split(between);
    let one = parts.next()?.parse().ok()?;
    let two = parts.next()?.parse().ok()?;
    let year = match parts.next() {
        Some(year) => Some(full_year(year)?),
        None => None,
    };
    parts.next().is_none().then_some((one, two, year))
}

fn full_year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        2 => Some(2_000 + year),
        4 => Some(year),
        _ => None,
    }
}

pub(super) fn year(token: &Token) -> Option<i32> {
    let year = token.number().filter(|year| token.text.len() == 4 && (1_900..=2_200).contains(year))?;
    i32::try_from(year).ok()
}

/// The day of a month: `3`, `3rd`, `3.`.
pub(super) fn ordinal(token: &Token) -> Option<u32> {
    let text = &token.text;
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text);
    if bare.len() > 2 {
        return None;
    }
    bare.parse().ok().filter(|day| (1..=31).contains(day))
}
