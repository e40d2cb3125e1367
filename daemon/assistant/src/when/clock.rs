//! Hours: parts of the day, and times of the clock in twelve and twenty-four hours.
//!
//! A bare number is an hour only behind a word that says so ("at 3", "um 15") and before none that says otherwise ("at 3 mg"). Hours
//! from one to six without more are in the afternoon; a second hour that would come before the first is twelve hours later.

use super::tokens::Token;
use super::vocabulary::{number, unit, weekday, weekday_and_part};

/// Minutes of an hour and of half a day.
const HOUR: u32 = 60;
const NOON: u32 = 12 * HOUR;
const MIDNIGHT: u32 = 24 * HOUR;
/// Hours up to this one are in the afternoon when nothing else is said.
const AFTERNOON_UNTIL: u32 = 6;

/// Minutes of a day; more than a day's reach into the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Hours {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) is_moment: bool,
    /// Whether a clock was named, rather than a part of the day.
    pub(super) is_by_clock: bool,
}

impl Hours {
    const fn span(from: u32, to: u32, is_by_clock: bool) -> Self {
        Self { from, to, is_moment: false, is_by_clock }
    }

    const fn moment(at: u32) -> Self {
        Self { from: at, to: at + 1, is_moment: true, is_by_clock: true }
    }

    /// A clock and a part of the day together: "at 8 in the evening".
    pub(super) fn within(self, other: Self) -> Option<Self> {
        let (clock, part) = match (self.is_by_clock, other.is_by_clock) {
            (true, false) => (self, other),
            (false, true) => (other, self),
            _ => return None,
        };
        // "At 3 in the night" of a day is before that day's dawn, though its night reaches into the next.
        let inside = |minute: u32| {
            (part.from..=part.to).contains(&minute) || (part.from..=part.to).contains(&(minute + MIDNIGHT))
        };
        if inside(clock.from) {
            return Some(clock);
        }
        // As read, or half a day to either side.
        let others = [clock.from.checked_sub(NOON), Some(clock.from + NOON)];
        let from = others.into_iter().flatten().find(|from| inside(*from)).unwrap_or(clock.from);
        let to = if clock.to >= clock.from { from + (clock.to - clock.from) } else { clock.to };
        Some(Self { from, to, ..clock })
    }
}

/// The hours of a part of the day.
pub(super) fn part(text: &str) -> Option<(u32, u32)> {
    Some(match text {
        "morning" | "mornings" | "morgens" | "früh" | "vormittag" | "vormittags" | "forenoon" => {
            (5 * HOUR, NOON)
        }
        "afternoon" | "afternoons" | "nachmittag" | "nachmittags" => (NOON, 18 * HOUR),
        "evening" | "evenings" | "abend" | "abends" | "tonight" => (18 * HOUR, MIDNIGHT),
        "night" | "nacht" | "nachts" => (20 * HOUR, MIDNIGHT + 6 * HOUR),
        "lunchtime" | "mittag" | "mittags" => (NOON, 14 * HOUR),
        _ => return None,
    })
}

/// The part of the day that a weekday in one word has: `Donnerstagnachmittag`.
pub(super) fn of_weekday(token: &Token) -> Option<Hours> {
    let (_, rest) = weekday_and_part(&token.text)?;
    part(rest).map(|(from, to)| Hours::span(from, to, false))
}

/// A time of the clock.
#[derive(Clone, Copy, Debug)]
struct Clock {
    minute: u32,
    /// Whether nothing but this can be meant.
    is_certain: bool,
}

/// Nouns that a part of the day names.
const NAMED: &[&str] = &[
    "shift", "shifts", "round", "rounds", "report", "clinic", "meeting", "handover", "dose", "doses", "call",
    "huddle", "sickness", "sweats",
];
/// Words behind which a part of the day is a time all the same.
const LED: &[&str] = &["this", "tomorrow", "yesterday", "today"];

/// Hours that are said from one place on, and the place after them.
pub(super) fn hours(all: &[Token], at: usize) -> Option<(Hours, usize)> {
    let first = all.get(at)?;
    if first.is(&["between", "from", "zwischen", "von"])
        && let Some((one, next)) = clock(all, at + 1, true)
        && all.get(next).is_some_and(|token| token.is(&["and", "to", "until", "till", "und", "bis", "-"]))
        && let Some((two, next)) = clock(all, next + 1, true)
    {
        return Some((range(one, two), next));
    }
    if first.is(&["after", "nach", "ab"])
        && let Some((one, next)) = clock(all, at + 1, true)
    {
        return Some((Hours::span(said(one), MIDNIGHT, true), next));
    }
    if first.is(&["before", "vor", "until", "till", "bis", "by"])
        && let Some((one, next)) = clock(all, at + 1, true)
    {
        return Some((Hours::span(0, said(one), true), next));
    }
    if first.is(&["at", "um", "gegen", "around"])
        && let Some((one, next)) = clock(all, at + 1, true)
    {
        return Some(or_range(all, one, next));
    }
    if let Some((one, next)) = clock(all, at, false) {
        return Some(or_range(all, one, next));
    }
    // "9-11", "9 to 11 am".
    if let Some((one, next)) = bare(all, at)
        && all.get(next).is_some_and(|token| token.text == "-")
        && let Some((two, next)) = clock(all, next + 1, true)
        && (two.is_certain
            || all.get(next - 1).is_some_and(|token| token.is(&["uhr", "h"]))
            || at
                .checked_sub(1)
                .and_then(|before| all.get(before))
                .is_some_and(|token| weekday(token).is_some()))
    {
        return Some((range(one, two), next));
    }
    // A "night shift" is a name and no time, unless a day stands before it.
    let is_led = at
        .checked_sub(1)
        .and_then(|before| all.get(before))
        .is_some_and(|token| token.is(LED) || weekday(token).is_some());
    if !is_led && part(&first.text).is_some() && all.get(at + 1).is_some_and(|token| token.is(NAMED)) {
        return None;
    }
    // The morning, told from tomorrow by what stands before it.
    let is_morning = first.text == "morgen"
        && at > 0
        && all.get(at - 1).is_some_and(|token| {
            token.is(&["am", "heute", "diesen", "gestern", "übermorgen"]) || weekday(token).is_some()
        });
    let (from, to) = if is_morning { (5 * HOUR, NOON) } else { part(&first.text)? };
    Some((Hours::span(from, to, false), at + 1))
}

/// "10", or "10 to 11".
fn or_range(all: &[Token], one: Clock, next: usize) -> (Hours, usize) {
    if all.get(next).is_some_and(|token| token.is(&["-", "to", "until", "till", "bis"]))
        && let Some((two, after)) = clock(all, next + 1, true)
    {
        return (range(one, two), after);
    }
    (Hours::moment(said(one)), next)
}

fn range(one: Clock, two: Clock) -> Hours {
    let mut from = said(one);
    let mut to = if two.is_certain { two.minute } else { said(two) };
    // "9 to 11 pm": both are in the evening.
    if !one.is_certain
        && two.is_certain
        && two.minute >= NOON
        && one.minute < NOON
        && one.minute + NOON < two.minute
    {
        from = one.minute + NOON;
    }
    if to <= from && to + NOON > from && !two.is_certain {
        to += NOON;
    }
    // Past midnight.
    if to <= from {
        to += MIDNIGHT;
    }
    Hours::span(from, to, true)
}

/// The minute that is meant.
const fn said(clock: Clock) -> u32 {
    if clock.is_certain || clock.minute / HOUR == 0 || clock.minute / HOUR > AFTERNOON_UNTIL {
        clock.minute
    } else {
        clock.minute + NOON
    }
}

/// A bare number from 0 to 24.
fn bare(all: &[Token], at: usize) -> Option<(Clock, usize)> {
    let hour = all.get(at)?.number().filter(|hour| *hour <= 24)?;
    Some((Clock { minute: hour * HOUR, is_certain: hour > 12 || hour == 0 }, at + 1))
}

/// A time of the clock. `asked` says that a word before wants one, so that a bare number is enough.
fn clock(all: &[Token], at: usize, asked: bool) -> Option<(Clock, usize)> {
    let at = if all.get(at)?.is(&["etwa", "about", "around", "ungefähr"]) { at + 1 } else { at };
    let first = all.get(at)?;
    match first.text.as_str() {
        "noon" | "midday" => return Some((Clock { minute: NOON, is_certain: true }, at + 1)),
        "midnight" | "mitternacht" => return Some((Clock { minute: MIDNIGHT, is_certain: true }, at + 1)),
        _ => {}
    }
    if let Some(found) = in_words(all, at) {
        return Some(found);
    }
    let (hour, minute, mark) = digits(&first.text)?;
    let mut next = at + 1;
    let half = match mark {
        Some(half) => Some(half),
        None => all.get(next).and_then(|token| half_of(&token.text)).inspect(|_| next += 1),
    };
    let mut minutes = minute;
    let mut certain =
        minute.is_some() && first.text.contains(':') && (hour >= 10 || first.text.starts_with('0'));
    let mut named = half.is_some() || first.text.contains(':');
    if half.is_none() && all.get(next).is_some_and(|token| token.is(&["uhr", "h", "o'clock", "hrs"])) {
        named = true;
        next += 1;
        if minutes.is_none()
            && let Some(more) = all.get(next).and_then(Token::number).filter(|more| *more < 60)
            && all.get(next).is_some_and(|token| token.text.len() == 2)
        {
            (minutes, next) = (Some(more), next + 1);
        }
    }
    if first.text.contains('.') && !named {
        return None;
    }
    if !(named || asked && ends_a_time(all.get(next))) {
        return None;
    }
    let mut total = hour * HOUR + minutes.unwrap_or(0);
    if let Some(is_afternoon) = half {
        if hour > 12 {
            return None;
        }
        total = total % NOON + if is_afternoon { NOON } else { 0 };
        certain = true;
    }
    certain = certain || hour > 12 || hour == 0;
    (total <= MIDNIGHT).then_some((Clock { minute: total, is_certain: certain }, next))
}

/// "Half past three", "quarter to four", "halb vier", "zehn nach drei".
fn in_words(all: &[Token], at: usize) -> Option<(Clock, usize)> {
    let first = all.get(at)?;
    let hour = |at: usize| {
        all.get(at).and_then(number).filter(|hour| {
            (1..=24).contains(hour)
                && all
                    .get(at)
                    .is_none_or(|token| !token.is(&["a", "an", "ein", "eine", "einem", "einer", "einen"]))
        })
    };
    let with = |minute: Option<u32>, mut next: usize| {
        let mut minute = minute?;
        let mut is_certain = minute >= 13 * HOUR;
        if let Some(half) = all.get(next).and_then(|token| half_of(&token.text)) {
            minute = minute % NOON + if half { NOON } else { 0 };
            (is_certain, next) = (true, next + 1);
        } else if all.get(next).is_some_and(|token| token.is(&["uhr", "o'clock"])) {
            next += 1;
        }
        Some((Clock { minute, is_certain }, next))
    };
    if first.text == "half" && all.get(at + 1)?.text == "past" {
        return with(hour(at + 2).map(|hour| hour * HOUR + 30), at + 3);
    }
    if first.text == "halb" {
        return with(hour(at + 1).map(|hour| hour * HOUR - 30), at + 2);
    }
    let minutes = match first.text.as_str() {
        "quarter" | "viertel" => 15,
        _ => number(first).filter(|minutes| [5, 10, 20, 25].contains(minutes))?,
    };
    let (sign, next) = match all.get(at + 1)?.text.as_str() {
        "past" | "nach" => (1, at + 2),
        "to" | "vor" => (-1, at + 2),
        _ => return None,
    };
    // "5 to 7" is a range, and "zehn vor drei Tagen" is no time.
    if minutes != 15 && first.number().is_some()
        || all.get(next + 1).is_some_and(|token| unit(token).is_some())
    {
        return None;
    }
    let found = hour(next).map(|hour| if sign > 0 { hour * HOUR + minutes } else { hour * HOUR - minutes });
    with(found, next + 1)
}

/// Hour, minute and half of the day of `15:30`, `3pm`, `15h`, `9.30`.
fn digits(text: &str) -> Option<(u32, Option<u32>, Option<bool>)> {
    let (text, half) = match text {
        _ if text.ends_with("am") && text.len() > 2 => (text.trim_end_matches("am"), Some(false)),
        _ if text.ends_with("pm") && text.len() > 2 => (text.trim_end_matches("pm"), Some(true)),
        _ => (text, None),
    };
    let mut parts = text.split([':', '.']);
    let hour = parts.next().filter(|hour| hour.len() <= 2)?.parse().ok().filter(|hour| *hour <= 24)?;
    let minute = match parts.next() {
        Some(minute) => Some(minute)
            .filter(|minute| minute.len() == 2)?
            .parse()
            .ok()
            .filter(|minute| *minute < 60)
            .map(Some)?,
        None => None,
    };
    parts.next().is_none().then_some((hour, minute, half))
}

/// Whether it is before noon or after.
fn half_of(text: &str) -> Option<bool> {
    match text {
        "am" | "a.m" => Some(false),
        "pm" | "p.m" => Some(true),
        _ => None,
    }
}

/// Whether a bare number before this is a time and not an amount.
fn ends_a_time(next: Option<&Token>) -> bool {
    let Some(next) = next else { return true };
    weekday(next).is_some()
        || part(&next.text).is_some()
        || next.is(&[
            "and", "to", "till", "until", "-", "on", "or", "today", "tomorrow", "in", "this", "next", "with",
            "for", "um", "am", "und", "bis", "oder", "heute", "morgen", "übermorgen", "mit", "für", "uhr",
            "sharp", "i", "is", "do", "the", "at", "every", "frei", "free", "noch", "habe", "bin", "was",
            "what",
        ])
}
