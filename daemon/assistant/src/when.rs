//! When somebody means: a natural expression of time becomes a span of instants by the asker's clock.
//!
//! ```text
//! words ─▶ tokens ─▶ days ("next week", "on 3 December", "since March") and hours ("afternoon", "between 9 and 11", "at half past three")
//!       ─▶ a half-open span of the asker's local time ─▶ instants of their zone, also where clocks change
//! ```
//!
//! English and German. Weeks begin on Monday. What can be meant in two ways is read by these rules, and the reading is told
//! beside the span ([`Remark`]) so that an answer can say it: a weekday alone is the first to come, today included, or the last that was
//! where the past is asked about; "next Thursday" is the one of next week; an hour from one to six without more is in the afternoon. A
//! date such as 03/04 has no rule: both readings are given, to be asked back. Nothing here knows the time: it is an argument.

mod clock;
mod days;
mod tokens;
mod vocabulary;

use std::ops::Range;

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};
use voiceassist_dav::icalendar::{Fit, Zone};

use clock::Hours;
use tokens::{Token, tokens};

/// Letters of a question that are read.
const MAX_CHARS: usize = 2_000;
/// Minutes of a day.
const DAY: u32 = 24 * 60;
/// How far a span without an end reaches.
const FAR: TimeDelta = TimeDelta::days(366);

/// Where a weekday or a date without a year is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// From now on.
    Ahead,
    /// Up to now.
    Back,
}

/// Who asks, and when.
#[derive(Clone, Debug)]
pub struct Standpoint {
    /// The time.
    pub now: DateTime<Utc>,
    /// The asker's zone.
    pub zone: Zone,
    /// Which way the question looks.
    pub looks: Direction,
}

/// What a span is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Shape {
    /// A minute of the clock.
    Moment,
    /// Some hours.
    Hours,
    /// Whole days.
    Days,
    /// From a day on.
    Since,
    /// Up to a day.
    Until,
}

/// How words were read that can be meant otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Remark {
    /// The weekday is today's, and today is meant.
    Today(Weekday),
    /// "Next" is the day of next week, although one comes sooner.
    NextWeek(NaiveDate),
    /// The weekday and the date do not go together; the date is taken.
    OtherWeekday(NaiveDate),
    /// The local time does not exist that day, because clocks go forward.
    Skipped,
    /// The local time comes twice that day, because clocks go back; both are meant.
    Twice,
}

/// A span of time somebody said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct When {
    /// From this instant.
    pub from: DateTime<Utc>,
    /// Until this one, which is not part of it.
    pub to: DateTime<Utc>,
    /// What kind of span it is.
    pub shape: Shape,
    /// How it was read.
    pub remarks: Vec<Remark>,
}

/// What was found in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// The span, or the spans it may be.
    pub when: OneOrTwo,
    /// Where in the text, in octets, in order.
    pub places: Vec<Range<usize>>,
}

/// One reading, or two between which nothing decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OneOrTwo {
    /// It can be meant in one way.
    One(When),
    /// In two: the days they begin with.
    Two([NaiveDate; 2]),
}

impl Said {
    /// The text without it.
    pub fn without(&self, text: &str) -> String {
        let mut rest = String::with_capacity(text.len());
        let mut at = 0;
        for place in &self.places {
            rest.push_str(text.get(at..place.start).unwrap_or_default());
            rest.push(' ');
            at = place.end;
        }
        rest.push_str(text.get(at..).unwrap_or_default());
        rest.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Days, as they were said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Dates {
    first: NaiveDate,
    last: NaiveDate,
    bound: Bound,
    remark: Option<Remark>,
    /// Another day it may be.
    other: Option<NaiveDate>,
}

/// Which side of it is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bound {
    Within,
    Since,
    Until,
}

impl Dates {
    const fn of(first: NaiveDate, last: NaiveDate) -> Self {
        Self { first, last, bound: Bound::Within, remark: None, other: None }
    }

    const fn day(day: NaiveDate) -> Self {
        Self::of(day, day)
    }
}

/// Finds what a text says of time; `None` when it says nothing.
pub fn read(text: &str, standpoint: &Standpoint) -> Option<Said> {
    let all = tokens(text, MAX_CHARS);
    let today = standpoint.zone.local(standpoint.now).date();
    let sight = days::Sight { today, looks: standpoint.looks };
    let (mut dates, mut hours, mut places): (Option<Dates>, Option<Hours>, Vec<Range<usize>>) =
        (None, None, Vec::new());
    let mut moment: Option<When> = None;
    let mut at = 0;
    while at < all.len() {
        if moment.is_none()
            && let Some((delta, next)) = days::from_now(&all, at)
        {
            let from = standpoint.now + delta;
            moment = Some(When {
                from,
                to: from + TimeDelta::minutes(1),
                shape: Shape::Moment,
                remarks: Vec::new(),
            });
            places.push(place(&all, at, next));
            at = next;
        } else if let Some((found, next)) = days::dates(&all, at, sight) {
            let found = dates.map_or(Some(found), |earlier| together(&all, at, earlier, found));
            if found.is_some() {
                dates = found;
                places.push(place(&all, at, next));
                // "Donnerstagnachmittag" says both.
                hours = hours.or_else(|| clock::of_weekday(all.get(at)?));
            }
            at = next;
        } else if let Some((found, next)) = clock::hours(&all, at) {
            let found = hours.map_or(Some(found), |earlier: Hours| earlier.within(found));
            if found.is_some() {
                hours = found;
                places.push(place(&all, at, next));
            }
            at = next;
        } else {
            at += 1;
        }
    }
    if let Some(Dates { first, other: Some(other), .. }) = dates {
        return Some(Said { when: OneOrTwo::Two([first, other]), places });
    }
    let when = match (dates, hours, moment) {
        (None, None, None) => return None,
        (None, None, Some(moment)) => moment,
        (dates, hours, _) => span(dates, hours, standpoint, today),
    };
    Some(Said { when: OneOrTwo::One(when), places })
}

/// The same with a day that was chosen of two.
pub fn on(day: NaiveDate, standpoint: &Standpoint) -> When {
    span(Some(Dates::day(day)), None, standpoint, standpoint.zone.local(standpoint.now).date())
}

fn place(all: &[Token], from: usize, to: usize) -> Range<usize> {
    let start = all.get(from).map_or(0, |token| token.at.start);
    let end = all.get(to.saturating_sub(1)).map_or(start, |token| token.at.end);
    start..end
}

/// "Monday and Tuesday", "Thursday, 3 December", "on Thursday next week"; anything else beside a first is left out.
fn together(all: &[Token], at: usize, earlier: Dates, found: Dates) -> Option<Dates> {
    let before = at.checked_sub(1).and_then(|before| all.get(before));
    if before.is_some_and(|token| token.is(&["and", "und", "or", "oder"])) {
        return Some(Dates::of(earlier.first.min(found.first), earlier.last.max(found.last)));
    }
    let is_day = |dates: &Dates| dates.first == dates.last && dates.bound == Bound::Within;
    if !is_day(&earlier) {
        // "Next week on Thursday".
        let day = found.first.weekday();
        let same = (0..7).filter_map(|days| earlier.first.checked_add_days(Days::new(days)));
        let inside = same.filter(|date| *date <= earlier.last).find(|date| date.weekday() == day);
        return (is_day(&found) && earlier.bound == Bound::Within).then_some(()).and(inside).map(Dates::day);
    }
    if is_day(&found) {
        if all.get(at).is_some_and(|token| vocabulary::weekday(token).is_some()) {
            return None;
        }
        // The weekday only goes along with the date.
        let agrees = earlier.first.weekday() == found.first.weekday();
        let remark = (!agrees).then_some(Remark::OtherWeekday(found.first));
        return Some(Dates { remark, ..found });
    }
    // "Thursday next week".
    let inside = (0..7).filter_map(|days| found.first.checked_add_days(Days::new(days)));
    let day = inside.into_iter().find(|date| date.weekday() == earlier.first.weekday());
    (found.bound == Bound::Within).then_some(()).and(day).filter(|day| *day <= found.last).map(Dates::day)
}

/// Days and hours as instants.
fn span(dates: Option<Dates>, hours: Option<Hours>, standpoint: &Standpoint, today: NaiveDate) -> When {
    let now = standpoint.now;
    let dates = dates.unwrap_or_else(|| Dates::day(day_of_hours(hours, standpoint, today)));
    let mut remarks: Vec<Remark> = dates.remark.into_iter().collect();
    let Some(hours) = hours else {
        let from = start(&standpoint.zone, dates.first.and_time(NaiveTime::MIN));
        let after = dates.last.checked_add_days(Days::new(1)).unwrap_or(dates.last);
        let to = start(&standpoint.zone, after.and_time(NaiveTime::MIN));
        let (from, to, shape) = match dates.bound {
            Bound::Within => (from, to, Shape::Days),
            Bound::Since if standpoint.looks == Direction::Back => {
                (from, now.max(from) + TimeDelta::seconds(1), Shape::Since)
            }
            Bound::Since => (from, from + FAR, Shape::Since),
            Bound::Until if standpoint.looks == Direction::Back => (to - FAR, to, Shape::Until),
            Bound::Until => (now.min(to - TimeDelta::seconds(1)), to, Shape::Until),
        };
        return When { from, to, shape, remarks };
    };
    let at = |day: NaiveDate, minute: u32| {
        let day = day.checked_add_days(Days::new(u64::from(minute / DAY))).unwrap_or(day);
        let time = NaiveTime::from_num_seconds_from_midnight_opt(minute % DAY * 60, 0).unwrap_or_default();
        day.and_time(time)
    };
    let (opens, closes) = (at(dates.first, hours.from), at(dates.last, hours.to));
    let fit = standpoint.zone.resolve(opens).fit;
    if hours.is_moment && fit != Fit::Exact {
        remarks.push(if fit == Fit::Gap { Remark::Skipped } else { Remark::Twice });
    }
    let from = start(&standpoint.zone, opens);
    let to = if hours.is_moment {
        end(&standpoint.zone, opens) + TimeDelta::minutes(1)
    } else {
        end(&standpoint.zone, closes)
    };
    let shape = if hours.is_moment { Shape::Moment } else { Shape::Hours };
    When { from, to: to.max(from + TimeDelta::minutes(1)), shape, remarks }
}

/// The day of hours that name none: today, or tomorrow when they are over and the question looks ahead.
fn day_of_hours(hours: Option<Hours>, standpoint: &Standpoint, today: NaiveDate) -> NaiveDate {
    let local = standpoint.zone.local(standpoint.now);
    let minute = (local.time() - NaiveTime::MIN).num_minutes();
    let is_over = hours.is_some_and(|hours| hours.is_by_clock && i64::from(hours.to) <= minute);
    if is_over && standpoint.looks == Direction::Ahead {
        today.checked_add_days(Days::new(1)).unwrap_or(today)
    } else {
        today
    }
}

/// The instant of a local time that begins a span: the first, where it comes twice.
fn start(zone: &Zone, local: NaiveDateTime) -> DateTime<Utc> {
    zone.resolve(local).at
}

/// The instant of a local time that ends a span: the last, where it comes twice.
fn end(zone: &Zone, local: NaiveDateTime) -> DateTime<Utc> {
    let resolved = zone.resolve(local);
    if resolved.fit != Fit::Overlap {
        return resolved.at;
    }
    let after = zone.offset(resolved.at + TimeDelta::hours(3));
    let later = (local - TimeDelta::seconds(i64::from(after.local_minus_utc()))).and_utc();
    later.max(resolved.at)
}

#[cfg(test)]
mod tests;
