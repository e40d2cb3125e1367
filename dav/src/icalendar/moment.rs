//! Points in time as iCalendar writes them, and lengths of time.
//!
//! A [`Moment`] keeps what was written: a date, a local time without zone, a local time in a zone, or an instant.
//! Whoever needs an instant of a date or of a floating time says whose zone to read it in. Refused: what is not a day
//! of the calendar or not a time of a day; a leap second is read as the second before it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::zone::{Zone, Zones};
use crate::content_line::Line;

/// The longest duration that is believed: ten years.
const MAX_SPAN_DAYS: i64 = 3_660;

/// A point in time, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// A whole day, wherever one is.
    Date(NaiveDate),
    /// What a clock shows, wherever one is.
    Floating(NaiveDateTime),
    /// What a clock shows in a zone.
    Zoned {
        /// What the clock shows.
        local: NaiveDateTime,
        /// Where.
        zone: Zone,
    },
    /// An instant.
    Utc(DateTime<Utc>),
}

/// Why a value is no point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoment {
    /// Not a date or a time.
    #[error("the value is not a date or a time")]
    Syntax,
    /// It names a zone that nobody knows.
    #[error("the value names an unknown time zone")]
    UnknownZone(
        /// What the clock shows there.
        NaiveDateTime,
    ),
}

impl Moment {
    /// What is written, without its zone; midnight for a date.
    pub fn local(&self) -> NaiveDateTime {
        match self {
            Self::Date(date) => date.and_time(NaiveTime::MIN),
            Self::Floating(local) | Self::Zoned { local, .. } => *local,
            Self::Utc(at) => at.naive_utc(),
        }
    }

    /// The instant, for somebody in this zone.
    pub fn instant(&self, viewer: &Zone) -> DateTime<Utc> {
        match self {
            Self::Date(_) | Self::Floating(_) => viewer.resolve(self.local()).at,
            Self::Zoned { local, zone } => zone.resolve(*local).at,
            Self::Utc(at) => *at,
        }
    }

    /// What clocks of `zone` show then. A date or a floating time is the same everywhere.
    pub fn local_in(&self, zone: &Zone) -> NaiveDateTime {
        match self {
            Self::Zoned { zone: own, local } if own == zone => *local,
            Self::Zoned { .. } | Self::Utc(_) => zone.local(self.instant(zone)),
            Self::Date(_) | Self::Floating(_) => self.local(),
        }
    }

    /// Whether it is a whole day.
    pub fn is_date(&self) -> bool {
        matches!(self, Self::Date(_))
    }

    /// The zone it is bound to; `None` for dates and floating times.
    pub fn zone(&self) -> Option<Zone> {
        match self {
            Self::Date(_) | Self::Floating(_) => None,
            Self::Zoned { zone, .. } => Some(zone.clone()),
            Self::Utc(_) => Some(Zone::Utc),
        }
    }

    /// The value as it is written, without `TZID`.
    pub fn value(&self) -> String {
        match self {
            Self::Date(date) => date.format("%Y%m%d").to_string(),
            Self::Floating(local) | Self::Zoned { local, .. } => local.format("%Y%m%dT%H%M%S").to_string(),
            Self::Utc(at) => at.format("%Y%m%dT%H%M%SZ").to_string(),
        }
    }
}

/// Reads one value of a line such as `DTSTART`, `EXDATE` or `RECURRENCE-ID`.
pub fn parse_moment(value: &str, line: &Line, zones: &Zones) -> Result<Moment, InvalidMoment> {
    let value = value.trim();
    let as_date = line.parameter("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
    if as_date || !value.contains('T') && !value.contains('t') {
        let date = value.get(..8).filter(|_| !value.contains('-')).and_then(parse_date);
        return date.or_else(|| parse_date(value)).map(Moment::Date).ok_or(InvalidMoment::Syntax);
    }
    if let Some(local) = value.strip_suffix(['Z', 'z']) {
        return parse_local(local).map(|local| Moment::Utc(local.and_utc())).ok_or(InvalidMoment::Syntax);
    }
    let local = parse_local(value).ok_or(InvalidMoment::Syntax)?;
    match line.parameter("TZID").filter(|name| !name.trim().is_empty()) {
        None => Ok(Moment::Floating(local)),
        Some(name) => match zones.find(name) {
            Some(Zone::Utc) => Ok(Moment::Utc(local.and_utc())),
            Some(zone) => Ok(Moment::Zoned { local, zone }),
            None => Err(InvalidMoment::UnknownZone(local)),
        },
    }
}

/// `20261123` or `2026-11-23`.
pub(crate) fn parse_date(text: &str) -> Option<NaiveDate> {
    let digits: String = text.chars().filter(|letter| *letter != '-').collect();
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let year = i32::try_from(part(0, 4)?).ok()?;
    // The proleptic years before the calendar's reform are somebody's sentinel.
    NaiveDate::from_ymd_opt(year, part(4, 6)?, part(6, 8)?).filter(|_| year >= 1)
}

/// `20261123T101500`, its seconds optional, with or without separators.
pub(crate) fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.trim().trim_end_matches(['Z', 'z']).split_once(['T', 't'])?;
    let digits: String = time.chars().filter(|letter| *letter != ':').collect();
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| digits.get(from..from + 2).map_or(Some(0), |text| text.parse::<u32>().ok());
    let time = NaiveTime::from_hms_opt(part(0)?, part(2)?, part(4)?.min(59))?;
    Some(parse_date(date)?.and_time(time))
}

/// A length of time: whole days by the calendar, and seconds by the clock (RFC 5545 section 3.3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Days, each as long as that day is.
    pub days: i64,
    /// Exact seconds.
    pub seconds: i64,
}

impl Span {
    /// Reads `P1DT2H`, `-PT15M`, `P2W`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let (sign, text) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(&text)),
        };
        let text = text.strip_prefix('P')?;
        let (mut span, mut number, mut in_time, mut parts) = (Self::default(), String::new(), false, 0);
        for letter in text.chars() {
            if letter.is_ascii_digit() {
                number.push(letter);
                continue;
            }
            if letter == 'T' && number.is_empty() {
                in_time = true;
                continue;
            }
            let count: i64 = number.parse().ok()?;
            number.clear();
            parts += 1;
            let (days, seconds) = match (letter, in_time) {
                ('W', false) => (count.checked_mul(7)?, 0),
                ('D', false) => (count, 0),
                ('H', true) => (0, count.checked_mul(3_600)?),
                ('M', true) => (0, count.checked_mul(60)?),
                ('S', true) => (0, count),
                _ => return None,
            };
            span.days = span.days.checked_add(days)?;
            span.seconds = span.seconds.checked_add(seconds)?;
        }
        let believed = span.days <= MAX_SPAN_DAYS && span.seconds <= MAX_SPAN_DAYS * 86_400;
        (parts > 0 && number.is_empty() && believed)
            .then_some(Self { days: sign * span.days, seconds: sign * span.seconds })
    }

    /// Whether it goes backwards.
    pub fn is_negative(self) -> bool {
        self.days < 0 || self.seconds < 0
    }

    /// The end of something that begins at a local time in a zone.
    pub fn after(self, local: NaiveDateTime, zone: &Zone) -> DateTime<Utc> {
        let day = local.checked_add_signed(TimeDelta::days(self.days)).unwrap_or(local);
        let at = zone.resolve(day).at;
        at.checked_add_signed(TimeDelta::seconds(self.seconds)).unwrap_or(at)
    }

    /// The same on a bare clock.
    pub fn after_local(self, local: NaiveDateTime) -> NaiveDateTime {
        local
            .checked_add_signed(TimeDelta::days(self.days))
            .and_then(|local| local.checked_add_signed(TimeDelta::seconds(self.seconds)))
            .unwrap_or(local)
    }
}
