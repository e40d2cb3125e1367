//! Days: by their names, by dates, by how far they are.
//!
//! Each matcher looks at the tokens from one place on and says what it read and where it stopped. A date without a year is the
//! next such day, or the last one where the past is asked about.

use chrono::{Datelike as _, Days, Months, NaiveDate, TimeDelta, Weekday};

use super::tokens::Token;
use super::vocabulary::{Unit, month, number, unit, weekday, weekday_and_part};
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
    relative(all, at, sight)
        .or_else(|| weekdays(all, at, sight))
        .or_else(|| spans(all, at, sight))
        .or_else(|| written(all, at, sight))
}

fn relative(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    let first = all.get(at)?;
    let after = |words: &[&str]| {
        words.iter().enumerate().all(|(far, word)| all.get(at + far).is_some_and(|token| token.text == *word))
    };
    if after(&["day", "after", "tomorrow"]) {
        return Some((Dates::day(sight.plus(2)), at + 3));
    }
    if after(&["day", "before", "yesterday"]) {
        return Some((Dates::day(sight.plus(-2)), at + 3));
    }
    // The first letter tells "am Morgen" and "guten Morgen" from "morgen".
    let is_morning = |at: usize| {
        at > 0
            && all.get(at - 1).is_some_and(|token| {
                token.is(&["am", "heute", "guten", "jeden", "diesen", "gestern", "übermorgen"])
                    || weekday(token).is_some()
            })
    };
    let days = match first.text.as_str() {
        "today" | "today's" | "heute" | "heutige" | "heutigen" => 0,
        "tomorrow" | "tomorrow's" | "morgige" | "morgigen" => 1,
        "morgen" if !is_morning(at) => 1,
        "übermorgen" | "uebermorgen" => 2,
        "yesterday" | "yesterday's" | "gestern" | "gestrige" | "gestrigen" => -1,
        "vorgestern" => -2,
        _ if first.is(THIS)
            && all.get(at + 1).is_some_and(|token| super::clock::part(&token.text).is_some()) =>
        {
            0
        }
        _ if first.is(&["last"]) && all.get(at + 1).is_some_and(|token| token.is(&["night", "evening"])) => {
            -1
        }
        _ => return None,
    };
    Some((Dates::day(sight.plus(days)), at + 1))
}

fn weekdays(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    let first = all.get(at)?;
    if let Some(day) = weekday(first) {
        return Some((sight.weekday(day), at + 1));
    }
    if let Some((day, _)) = weekday_and_part(&first.text) {
        // The hours are read from the same word.
        return Some((sight.weekday(day), at + 1));
    }
    let day = weekday(all.get(at + 1)?)?;
    let found = if first.is(NEXT) {
        let (soon, next) =
            (Sight { looks: Direction::Ahead, ..sight }.weekday(day).first, sight.in_week(1, day));
        Dates {
            remark: (soon != next && soon > sight.today).then_some(Remark::NextWeek(next)),
            ..Dates::day(next)
        }
    } else if first.is(COMING) {
        let soon = Sight { looks: Direction::Ahead, ..sight }.weekday(day).first;
        Dates::day(if soon == sight.today { shift(soon, 7) } else { soon })
    } else if first.is(THIS) {
        Dates::day(sight.in_week(0, day))
    } else if first.is(LAST) {
        let back = Sight { looks: Direction::Back, ..sight }.weekday(day).first;
        Dates::day(if back == sight.today { shift(back, -7) } else { back })
    } else {
        return None;
    };
    Some((found, at + 2))
}

/// Weeks, weekends, months and years.
fn spans(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    let first = all.get(at)?;
    if first.is(&["übernächste", "übernächsten"]) && all.get(at + 1)?.is(&["woche"]) {
        return Some((week(sight, 2), at + 2));
    }
    let weekend = |token: &Token| token.is(&["weekend", "wochenende"]);
    if weekend(first) {
        return Some((weekend_of(sight, 0), at + 1));
    }
    let steps = if first.is(THIS) || first.is(&["current", "aktuelle"]) {
        0
    } else if first.is(NEXT) || first.is(COMING) {
        1
    } else if first.is(LAST) {
        -1
    } else if first.is(&["rest"]) {
        return rest(all, at, sight);
    } else {
        return named_month(all, at, sight);
    };
    let second = all.get(at + 1)?;
    if weekend(second) {
        let steps =
            if first.is(COMING) && sight.today.weekday().num_days_from_monday() < 5 { 0 } else { steps };
        return Some((weekend_of(sight, steps), at + 2));
    }
    if let Some(month) = month(second) {
        let year = sight.today.year() + i32::from(steps == 1 && month <= sight.today.month())
            - i32::from(steps == -1 && month >= sight.today.month());
        return Some((month_of(year, month)?, at + 2));
    }
    let mut found = match unit(second)? {
        Unit::Week => (week(sight, steps), at + 2),
        Unit::Month => {
            let day = moved(sight.today.with_day(1)?, steps, Unit::Month)?;
            (month_of(day.year(), day.month())?, at + 2)
        }
        Unit::Year => {
            let year = sight.today.year() + i32::try_from(steps).ok()?;
            (Dates::of(NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?), at + 2)
        }
        _ => return None,
    };
    // "Next week Thursday".
    if let Some(day) = all.get(found.1).and_then(weekday)
        && unit(second) == Some(Unit::Week)
    {
        found = (Dates::day(sight.in_week(steps, day)), found.1 + 1);
    }
    Some(found)
}

/// "The rest of the week".
fn rest(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
    let mut next = at + 1;
    while all.get(next)?.is(&["of", "the", "this", "der", "des", "dieser"]) {
        next += 1;
    }
    let last = match unit(all.get(next)?)? {
        Unit::Week => week(sight, 0).last,
        Unit::Month => month_of(sight.today.year(), sight.today.month())?.last,
        Unit::Day => sight.today,
        _ => return None,
    };
    Some((Dates::of(sight.today, last), next + 1))
}

fn week(sight: Sight, weeks: i64) -> Dates {
    let monday = shift(sight.monday(), weeks * 7);
    Dates::of(monday, shift(monday, 6))
}

fn weekend_of(sight: Sight, weeks: i64) -> Dates {
    let monday = shift(sight.monday(), weeks * 7);
    Dates::of(shift(monday, 5), shift(monday, 6))
}

fn month_of(year: i32, month: u32) -> Option<Dates> {
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
fn named_month(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
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

/// "3 December", "December 3rd, 2026", "3.12.", "2026-12-03", "12/03".
fn written(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
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
    let mut parts = token.text.split('.');
    let day: u32 = parts.next()?.parse().ok()?;
    let month: u32 = parts.next()?.parse().ok()?;
    let year = match parts.next() {
        Some(year) => Some(full_year(year)?),
        // A number such as 3.5 is no date.
        None if !token.has_dot => return None,
        None => None,
    };
    parts.next().is_none().then_some(())?;
    Some(Dates::day(sight.date(month, day, year)?))
}

/// `12/24`, `24/12/2026`; where both readings are days, both.
fn slashed(token: &Token, sight: Sight) -> Option<Dates> {
    let mut parts = token.text.split('/');
    let one: u32 = parts.next()?.parse().ok()?;
    let two: u32 = parts.next()?.parse().ok()?;
    let year = match parts.next() {
        Some(year) => Some(full_year(year)?),
        None => None,
    };
    parts.next().is_none().then_some(())?;
    let day_first = sight.date(two, one, year);
    let month_first = sight.date(one, two, year);
    match (day_first, month_first) {
        (Some(first), Some(other)) if first != other => {
            Some(Dates { other: Some(other), ..Dates::day(first) })
        }
        (first, other) => first.or(other).map(Dates::day),
    }
}

fn full_year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        2 => Some(2_000 + year),
        4 => Some(year),
        _ => None,
    }
}

fn year(token: &Token) -> Option<i32> {
    let year = token.number().filter(|year| token.text.len() == 4 && (1_900..=2_200).contains(year))?;
    i32::try_from(year).ok()
}

/// The day of a month: `3`, `3rd`, `3.`.
fn ordinal(token: &Token) -> Option<u32> {
    let text = &token.text;
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text);
    if bare.len() > 2 {
        return None;
    }
    bare.parse().ok().filter(|day| (1..=31).contains(day))
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
