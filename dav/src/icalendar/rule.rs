//! One recurrence rule (RFC 5545 section 3.3.10), read and expanded on a bare clock.
//!
//! The instances of a rule are local times; which instants they are is for [`super::zone`] to say, so that a meeting at
//! nine stays at nine across a clock change. The start counts as the first instance, as the RFC has it for `COUNT`,
//! also where the rule would not hit it. Rules of the calendars of RFC 7529 (`RSCALE`) are refused rather than read
//! wrongly. Every expansion has a [`Budget`]: a rule that repeats each second for a century costs no more than it.

use std::ops::Range;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _, Weekday};
use rrule::{Frequency, NWeekday, RRule, RRuleSet, Tz, Unvalidated};

use super::moment::{parse_date, parse_local};
use super::zone::Zone;

/// The longest rule that is read.
pub const MAX_RULE_BYTES: usize = 8 * 1024;
/// The years in which a rule is followed at all.
const FOLLOWED_YEARS: Range<i32> = 1583..3000;

/// Why a rule is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRule {
    /// Not a rule.
    #[error("the recurrence rule cannot be read")]
    Syntax,
    /// A rule in another calendar system.
    #[error("the recurrence rule counts in another calendar system")]
    OtherCalendar,
}

/// How many instances may still be looked at.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    left: usize,
}

impl Budget {
    /// This many.
    pub fn new(steps: usize) -> Self {
        Self { left: steps }
    }

    /// Takes one; `false` when none is left.
    pub fn take(&mut self) -> bool {
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        some
    }

    /// Whether it ran out.
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Date(NaiveDate),
    Local(NaiveDateTime),
    Utc(NaiveDateTime),
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    parts: RRule<Unvalidated>,
    frequency: Frequency,
    interval: u16,
    count: Option<u32>,
    until: Option<Until>,
    timed: bool,
}

impl Rule {
    /// Reads the value of an `RRULE`. Parts of later standards are ignored, except those that change the meaning.
    pub fn parse(text: &str) -> Result<Self, InvalidRule> {
        if text.len() > MAX_RULE_BYTES {
            return Err(InvalidRule::Syntax);
        }
        let parts: Vec<(String, &str)> = text
            .trim()
            .split(';')
            .filter(|part| !part.trim().is_empty())
            .map(|part| {
                part.split_once('=').map(|(name, value)| (name.trim().to_ascii_uppercase(), value.trim()))
            })
            .collect::<Option<_>>()
            .ok_or(InvalidRule::Syntax)?;
        let value = |name: &str| parts.iter().find(|(part, _)| part == name).map(|(_, value)| *value);
        if value("RSCALE").is_some_and(|scale| !scale.eq_ignore_ascii_case("GREGORIAN"))
            || value("SKIP").is_some()
        {
            return Err(InvalidRule::OtherCalendar);
        }
        let frequency = frequency(value("FREQ").ok_or(InvalidRule::Syntax)?).ok_or(InvalidRule::Syntax)?;
        let interval = match value("INTERVAL") {
            Some(text) => {
                text.parse::<u16>().ok().filter(|interval| *interval > 0).ok_or(InvalidRule::Syntax)?
            }
            None => 1,
        };
        let count = value("COUNT").map(str::parse::<u32>).transpose().map_err(|_| InvalidRule::Syntax)?;
        let until = value("UNTIL").map(until).transpose()?;
        let mut rule = RRule::new(frequency).interval(interval);
        if let Some(day) = value("WKST") {
            rule = rule.week_start(weekday(day).ok_or(InvalidRule::Syntax)?);
        }
        let mut constrained = false;
        let mut timed = false;
        for (name, text) in &parts {
            constrained |= name.starts_with("BY") && name != "BYSETPOS";
            timed |= matches!(name.as_str(), "BYHOUR" | "BYMINUTE" | "BYSECOND");
            rule = by(rule, name, text)?;
        }
        // Alone it selects from sets of one.
        if let Some(text) = value("BYSETPOS").filter(|_| constrained) {
            rule = rule.by_set_pos(numbers(text)?);
        }
        Ok(Self { parts: rule, frequency, interval, count, until, timed })
    }

    /// The last local time at which an instance may lie, for a series in this zone.
    pub fn until_local(&self, zone: &Zone) -> Option<NaiveDateTime> {
        self.until.map(|until| match until {
            Until::Date(date) => date.and_hms_opt(23, 59, 59).unwrap_or_default(),
            Until::Local(local) => local,
            Until::Utc(utc) => zone.local(utc.and_utc()),
        })
    }

    /// Whether it never ends by itself.
    pub fn is_endless(&self) -> bool {
        self.count.is_none() && self.until.is_none()
    }

    /// The instances within a window, sorted, the start among them. `whole_days` leaves parts of days out of the rule.
    pub fn expand(
        &self,
        start: NaiveDateTime,
        until: Option<NaiveDateTime>,
        window: Range<NaiveDateTime>,
        whole_days: bool,
        budget: &mut Budget,
    ) -> Vec<NaiveDateTime> {
        let mut found = Vec::new();
        if self.count == Some(0) || !FOLLOWED_YEARS.contains(&start.year()) {
            return only_start(start, &window);
        }
        let sub_daily =
            matches!(self.frequency, Frequency::Hourly | Frequency::Minutely | Frequency::Secondly);
        if until.is_some_and(|until| until < start) || whole_days && (sub_daily || self.timed) {
            return only_start(start, &window);
        }
        let from = self.forwarded(start, window.start);
        let Some(set) = self.set(from, until) else { return only_start(start, &window) };
        let mut met_start = false;
        let mut counted = 0_u32;
        for at in &set {
            let at = at.naive_utc();
            if counted == 0 && from == start && at != start {
                // The rule does not hit its own start, which is an instance all the same.
                counted += 1;
                if window.contains(&start) {
                    found.push(start);
                }
                if self.count == Some(1) {
                    return found;
                }
            }
            met_start |= at == start;
            counted += 1;
            if at >= window.end || !budget.take() {
                break;
            }
            if at >= window.start {
                found.push(at);
            }
            if self.count.is_some_and(|count| counted >= count) {
                break;
            }
        }
        if counted == 0 && !met_start {
            return only_start(start, &window);
        }
        found
    }

    fn set(&self, start: NaiveDateTime, until: Option<NaiveDateTime>) -> Option<RRuleSet> {
        let bare = |local: NaiveDateTime| -> DateTime<Tz> { Tz::UTC.from_utc_datetime(&local) };
        let mut rule = self.parts.clone();
        if let Some(until) = until {
            rule = rule.until(bare(until));
        }
        rule.build(bare(start)).ok().map(RRuleSet::limit)
    }

    /// A start as near to the window as whole periods allow. With `COUNT`, and where months differ in length, every
    /// instance has to be walked.
    fn forwarded(&self, start: NaiveDateTime, window_start: NaiveDateTime) -> NaiveDateTime {
        let unit: i64 = match self.frequency {
            Frequency::Weekly => 7 * 86_400,
            Frequency::Daily => 86_400,
            Frequency::Hourly => 3_600,
            Frequency::Minutely => 60,
            Frequency::Secondly => 1,
            Frequency::Yearly | Frequency::Monthly => return start,
        };
        if self.count.is_some() || window_start <= start {
            return start;
        }
        let period = unit * i64::from(self.interval);
        // One period stays in front: a week that holds the window's start may have begun before it.
        let periods = (window_start - start).num_seconds() / period - 1;
        if periods <= 0 {
            return start;
        }
        start.checked_add_signed(TimeDelta::seconds(periods * period)).unwrap_or(start)
    }
}

fn only_start(start: NaiveDateTime, window: &Range<NaiveDateTime>) -> Vec<NaiveDateTime> {
    if window.contains(&start) { vec![start] } else { Vec::new() }
}

fn frequency(text: &str) -> Option<Frequency> {
    Some(match text.to_ascii_uppercase().as_str() {
        "YEARLY" => Frequency::Yearly,
        "MONTHLY" => Frequency::Monthly,
        "WEEKLY" => Frequency::Weekly,
        "DAILY" => Frequency::Daily,
        "HOURLY" => Frequency::Hourly,
        "MINUTELY" => Frequency::Minutely,
        "SECONDLY" => Frequency::Secondly,
        _ => return None,
    })
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

fn until(text: &str) -> Result<Until, InvalidRule> {
    if !text.contains(['T', 't']) {
        return parse_date(text).map(Until::Date).ok_or(InvalidRule::Syntax);
    }
    let local = parse_local(text).ok_or(InvalidRule::Syntax)?;
    Ok(if text.ends_with(['Z', 'z']) { Until::Utc(local) } else { Until::Local(local) })
}

fn numbers<T: std::str::FromStr>(text: &str) -> Result<Vec<T>, InvalidRule> {
    text.split(',')
        .map(|number| number.trim().trim_start_matches('+').parse().map_err(|_| InvalidRule::Syntax))
        .collect()
}

fn by(rule: RRule<Unvalidated>, name: &str, text: &str) -> Result<RRule<Unvalidated>, InvalidRule> {
    Ok(match name {
        "BYSECOND" => rule.by_second(numbers::<u8>(text)?.into_iter().map(|second| second.min(59)).collect()),
        "BYMINUTE" => rule.by_minute(numbers(text)?),
        "BYHOUR" => rule.by_hour(numbers(text)?),
        "BYDAY" => {
            let days = text.split(',').map(|day| nth_weekday(day.trim()).ok_or(InvalidRule::Syntax));
            rule.by_weekday(days.collect::<Result<_, _>>()?)
        }
        "BYMONTHDAY" => rule.by_month_day(numbers(text)?),
        "BYYEARDAY" => rule.by_year_day(numbers(text)?),
        "BYWEEKNO" => rule.by_week_no(numbers(text)?),
        "BYMONTH" => {
            let months = numbers::<u8>(text)?;
            let months: Result<Vec<_>, _> = months.into_iter().map(chrono::Month::try_from).collect();
            rule.by_month(&months.map_err(|_| InvalidRule::Syntax)?)
        }
        _ => rule,
    })
}

fn nth_weekday(text: &str) -> Option<NWeekday> {
    let split = text.len().checked_sub(2)?;
    let day = weekday(text.get(split..)?)?;
    let number = text.get(..split)?.trim_start_matches('+');
    if number.is_empty() {
        return Some(NWeekday::Every(day));
    }
    number.parse::<i16>().ok().filter(|number| *number != 0).map(|number| NWeekday::Nth(number, day))
}
