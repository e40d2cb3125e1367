//! Days, weeks, weekends and years by their names, as seen from a day: "tomorrow", "next Thursday", "the rest of the week".
//!
//! What is said of a weekday goes by where the question looks; a name that may mean two days carries a remark.

use chrono::{Datelike as _, NaiveDate};

use super::months::{month_of, named_month};
use super::{COMING, LAST, NEXT, Sight, THIS, moved, shift};
use crate::when::tokens::Token;
use crate::when::vocabulary::{Unit, month, unit, weekday, weekday_and_part};
use crate::when::{Dates, Direction, Remark};

pub(super) fn relative(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
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
            && all.get(at + 1).is_some_and(|token| crate::when::clock::part(&token.text).is_some()) =>
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

pub(super) fn weekdays(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
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
pub(super) fn spans(all: &[Token], at: usize, sight: Sight) -> Option<(Dates, usize)> {
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
