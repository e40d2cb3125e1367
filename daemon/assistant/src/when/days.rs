//! Days: by their names, by dates, by how far they are.
//!
//! Each matcher looks at the tokens from one place on and says what it read and where it stopped. A date without a year is the
//! next such day, or the last one where the past is asked about.

mod months;
mod named;
mod written;

use chrono::{Datelike as _, Days, Months, NaiveDate, TimeDelta, Weekday};

use self::written::{ordinal, year};
use super::tokens::Token;
use super::vocabulary::{Unit, month, number, unit};
use super::{Bound, Dates, Direction, Remark};

/// The most of a unit that is counted.
const MAX_COUNT: u32 = 1_000;

const THIS: &[&str] = &["this", "diese", "diesen", "dieser", "diesem", "dieses"];
const NEXT: &[&str] =
    &["next", "nächste", "nächsten", "nächster", "nächstes", "nächstem", "naechste", "naechsten"];
const COMING: &[&str] = &["coming", "kommende", "kommenden", "kommender", "kommendes", "upcoming"];
const LAST: &[&str] = &[
    "last", "past", "previous", "letzte", "letzten", "letzter", "letztes", "letztem", "vergangene",
    "vergangenen", "vorige", "vorigen",
];

/// From where days are seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    pub(super) today: NaiveDate,
    pub(super) looks: Direction,
}

impl Sight {
    fn plus(self, days: i64) -> NaiveDate {
        shift(self.today, days)
    }

    fn monday(self) -> NaiveDate {
        shift(self.today, -i64::from(self.today.weekday().num_days_from_monday()))
    }

    /// The first such day to come, today included, or the last that was.
    fn weekday(self, day: Weekday) -> Dates {
        let ahead = (day.num_days_from_monday() + 7 - self.today.weekday().num_days_from_monday()) % 7;
        let date = match self.looks {
            Direction::Back if ahead > 0 => self.plus(i64::from(ahead) - 7),
            _ => self.plus(i64::from(ahead)),
        };
        Dates { remark: (ahead == 0).then_some(Remark::Today(day)), ..Dates::day(date) }
    }

    fn in_week(self, weeks: i64, day: Weekday) -> NaiveDate {
        shift(self.monday(), weeks * 7 + i64::from(day.num_days_from_monday()))
    }

    /// Such a day of this year, or of the one that the question looks to.
    fn date(self, month: u32, day: u32, year: Option<i32>) -> Option<NaiveDate> {
        if let Some(year) = year {
            return NaiveDate::from_ymd_opt(year, month, day);
        }
        let years: [i32; 5] = match self.looks {
            Direction::Ahead => [0, 1, 2, 3, 4],
            Direction::Back => [0, -1, -2, -3, -4],
        };
        years
            .into_iter()
            .filter_map(|years| NaiveDate::from_ymd_opt(self.today.year() + years, month, day))
            .find(|date| match self.looks {
                Direction::Ahead => *date >= self.today,
                Direction::Back => *date <= self.today,
            })
    }
}

/// Days that are said from one place on, and the place after them.
pub(super) fn dates(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    bounded(all, at, sight).or_else(|| counted(all, at, sight)).or_else(|| plain(all, at, sight))
}

/// "In 20 minutes", "vor zwei Stunden": how far from now.
pub(super) fn from_now(all: &[Token], at: usize) -> Option<(TimeDelta, usize)> {
    let delta = |count: u32, unit: Unit| match unit {
        Unit::Minute => Some(TimeDelta::minutes(i64::from(count))),
        Unit::Hour => Some(TimeDelta::hours(i64::from(count))),
        _ => None,
    };
    let first = all.get(at)?;
    if first.is(&["in", "vor"]) {
        let count = number(all.get(at + 1)?).filter(|count| *count <= MAX_COUNT)?;
        let delta = delta(count, unit(all.get(at + 2)?)?)?;
        return Some((if first.text == "vor" { -delta } else { delta }, at + 3));
    }
    let count = number(first).filter(|count| *count <= MAX_COUNT)?;
    let delta = delta(count, unit(all.get(at + 1)?)?)?;
    all.get(at + 2)?.is(&["ago"]).then_some((-delta, at + 3))
}

/// "Since March", "by Friday", "from Monday to Wednesday", "between 1 and 5 December".
fn bounded(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    let first = all.get(at)?;
    let skip = |mut at: usize| {
        while all.get(at).is_some_and(|token| {
            token.is(&["the", "zum", "zur", "dem", "der", "den", "end", "ende", "of", "von", "am", "on"])
        }) {
            at += 1;
        }
        at
    };
    let inner = |at: usize, sight: Sight| counted(all, at, sight).or_else(|| plain(all, at, sight));
    if first.is(&["from", "between", "von", "vom", "zwischen"]) {
        let (one, next) =
            inner(skip(at + 1), sight).or_else(|| day_before_month(all, skip(at + 1), sight))?;
        let joint = all.get(next)?;
        if !joint.is(&["to", "until", "till", "and", "through", "bis", "und", "-"]) {
            return None;
        }
        let (other, next) = inner(skip(next + 1), sight)?;
        // The second day comes after the first, wherever the first is.
        let mut last = other.last;
        while last < one.first {
            last = last.checked_add_days(Days::new(7))?;
        }
        return Some((Dates::of(one.first, last), next));
    }
    if first.is(&["since", "seit", "ab", "starting"]) {
        let back = if first.text == "ab" || first.text == "starting" {
            sight
        } else {
            Sight { looks: Direction::Back, ..sight }
        };
        let (found, next) = inner(skip(at + 1), back)?;
        return Some((Dates { bound: Bound::Since, ..found }, next));
    }
    if first.is(&["until", "till", "by", "bis", "through"]) {
        let (found, next) = inner(skip(at + 1), sight)?;
        return Some((Dates { bound: Bound::Until, ..found }, next));
    }
    if first.is(&["before", "vor"]) {
        let (found, next) = plain(all, skip(at + 1), sight)?;
        let last = found.first.checked_sub_days(Days::new(1))?;
        return Some((Dates { bound: Bound::Until, ..Dates::of(last, last) }, next));
    }
    if first.is(&["after", "nach"]) {
        let (found, next) = plain(all, skip(at + 1), sight)?;
        let first = found.last.checked_add_days(Days::new(1))?;
        return Some((Dates { bound: Bound::Since, ..Dates::of(first, first) }, next));
    }
    // "Monday to Wednesday", "1-5 December".
    let (one, next) = plain(all, at, sight).or_else(|| day_before_month(all, at, sight))?;
    if !all.get(next)?.is(&["to", "until", "till", "through", "bis", "-"]) {
        return None;
    }
    let (other, after) = plain(all, skip(next + 1), sight)?;
    let mut last = other.last;
    while last < one.first {
        last = last.checked_add_days(Days::new(7))?;
    }
    Some((Dates::of(one.first, last), after))
}

/// The first number of "1 to 5 December".
fn day_before_month(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    let day = ordinal(all.get(at)?)?;
    let joint = all.get(at + 1)?;
    if !joint.is(&["to", "and", "-", "bis", "und"]) {
        return None;
    }
    ordinal(all.get(at + 2)?)?;
    let month = month(all.get(at + 3)?)?;
    let year = all.get(at + 4).and_then(year);
    Some((Dates::day(sight.date(month, day, year)?), at + 1))
}

/// "The last 10 days", "in two weeks", "three days ago".
fn counted(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    let first = all.get(at)?;
    let at = if first.is(&["the", "die", "den", "der"]) { at + 1 } else { at };
    let first = all.get(at)?;
    let count = |at: usize| number(all.get(at)?).filter(|count| *count <= MAX_COUNT);
    let amount = |at: usize| {
        if all.get(at)?.is(&["fortnight"]) {
            return Some((2, Unit::Week, at + 1));
        }
        if all.get(at)?.is(&["a"]) && all.get(at + 1)?.is(&["fortnight"]) {
            return Some((2, Unit::Week, at + 2));
        }
        let count = count(at)?;
        let unit = unit(all.get(at + 1)?).filter(|unit| !matches!(unit, Unit::Minute | Unit::Hour))?;
        Some((count, unit, at + 2))
    };
    if first.is(LAST) {
        let (count, unit, next) = amount(at + 1)?;
        return Some((Dates::of(moved(sight.today, -i64::from(count), unit)?, sight.today), next));
    }
    if first.is(NEXT) || first.is(COMING) {
        let (count, unit, next) = amount(at + 1)?;
        return Some((Dates::of(sight.today, moved(sight.today, i64::from(count), unit)?), next));
    }
    if first.is(&["within", "innerhalb"]) {
        let at = if all.get(at + 1)?.is(&["the", "von"]) { at + 2 } else { at + 1 };
        let at = if all.get(at)?.is(NEXT) { at + 1 } else { at };
        let (count, unit, next) = amount(at)?;
        return Some((Dates::of(sight.today, moved(sight.today, i64::from(count), unit)?), next));
    }
    if first.is(&["in"]) {
        let (count, unit, next) = amount(at + 1)?;
        return Some((Dates::day(moved(sight.today, i64::from(count), unit)?), next));
    }
    if first.is(&["vor"]) {
        let (count, unit, next) = amount(at + 1)?;
        return Some((Dates::day(moved(sight.today, -i64::from(count), unit)?), next));
    }
    let (count, unit, next) = amount(at)?;
    all.get(next)?.is(&["ago"]).then_some(())?;
    Some((Dates::day(moved(sight.today, -i64::from(count), unit)?), next + 1))
}

/// A day, a week, a month or a date by its name.
fn plain(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    named::relative(all, at, sight)
        .or_else(|| named::weekdays(all, at, sight))
        .or_else(|| named::spans(all, at, sight))
        .or_else(|| written::written(all, at, sight))
}

fn shift(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_signed(TimeDelta::days(days)).unwrap_or(day)
}

fn moved(day: NaiveDate, count: i64, unit: Unit) -> Option<NaiveDate> {
    let months = |months: i64| {
        let far = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
        if months < 0 { day.checked_sub_months(far) } else { day.checked_add_months(far) }
    };
    match unit {
        Unit::Minute | Unit::Hour => None,
        Unit::Day => day.checked_add_signed(TimeDelta::days(count)),
        Unit::Week => day.checked_add_signed(TimeDelta::days(count * 7)),
        Unit::Month => months(count),
        Unit::Year => months(count * 12),
    }
}
