//! Months by their names. Names that are words as well, such as "may", are months only where something leads to them.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::Sight;
use super::written::{ordinal, year};
use crate::when::tokens::Token;
use crate::when::vocabulary::month;
use crate::when::{Dates, Direction};

pub(super) fn month_of(year: i32, month: u32) -> Option<Dates> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let next = first.checked_add_months(Months::new(1))?;
    Some(Dates::of(first, next.checked_sub_days(Days::new(1))?))
}

/// Words behind which a month is one, although its name is a word as well.
const BEFORE_MONTHS: &[&str] = &[
    "in", "since", "until", "till", "by", "of", "from", "to", "and", "before", "after", "im", "seit", "bis",
    "during",
];

/// "In March", "December 2026".
pub(super) fn named_month(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    let token = all.get(at)?;
    let month = month(token)?;
    // "May I" and "March him" are no months.
    let is_word_too = token.is(&["may", "march", "mar"]);
    let is_led =
        at.checked_sub(1).and_then(|before| all.get(before)).is_some_and(|token| token.is(BEFORE_MONTHS));
    if is_word_too && !is_led && all.get(at + 1).and_then(year).is_none() {
        return None;
    }
    // "Dec 3" is a date.
    if all.get(at + 1).is_some_and(|token| ordinal(token).is_some() && year(token).is_none()) {
        return None;
    }
    if let Some(year) = all.get(at + 1).and_then(year) {
        return Some((month_of(year, month)?, at + 2));
    }
    let own = sight.today.month();
    let year = match sight.looks {
        Direction::Ahead => sight.today.year() + i32::from(month < own),
        Direction::Back => sight.today.year() - i32::from(month > own),
    };
    Some((month_of(year, month)?, at + 1))
}
