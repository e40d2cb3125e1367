//! Local times into instants, and back.
//!
//! A `TZID` is looked for as an IANA name (with the prefixes old programs put before it), as a name of Windows, as a
//! bare offset, by the `X-LIC-LOCATION` of its `VTIMEZONE`, and last by that `VTIMEZONE`'s own rules. A name that leads
//! nowhere is no zone: nobody guesses one. A local time that a clock change skips is read with the offset before the
//! change, one that comes twice is the first (RFC 5545 section 3.3.5). Rules of a `VTIMEZONE` are followed until
//! [`LAST_YEAR`].

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;

use chrono::{
    DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, Offset as _, TimeDelta, TimeZone as _,
    Utc,
};
use chrono_tz::Tz;

use super::moment::{parse_local, parse_moment};
use super::rule::{Budget, Rule};
use crate::content_line::{Component, ContentLines, Line};

/// Until when the rules of a `VTIMEZONE` are followed.
pub const LAST_YEAR: i32 = 2100;
/// The most `VTIMEZONE` components of one object that are read.
pub const MAX_ZONES: usize = 64;
/// The most `STANDARD` and `DAYLIGHT` parts of one zone that are read.
pub const MAX_OBSERVANCES: usize = 256;
/// The most clock changes of one zone.
const MAX_TRANSITIONS: usize = 20_000;
/// The longest `TZID`.
const MAX_NAME_BYTES: usize = 256;

/// A time zone.
#[derive(Clone, PartialEq, Eq)]
pub enum Zone {
    /// UTC.
    Utc,
    /// A zone of the IANA database.
    Iana(Tz),
    /// A bare offset.
    Fixed(FixedOffset),
    /// The rules of a `VTIMEZONE`.
    Private(Arc<PrivateZone>),
}

/// The rules of a `VTIMEZONE`.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateZone {
    name: String,
    /// Sorted by instant.
    transitions: Vec<Transition>,
    before_first: FixedOffset,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Transition {
    at: NaiveDateTime,
    from: i32,
    to: i32,
}

/// How a local time met the clock changes of its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It comes once.
    Exact,
    /// It is skipped; the instant is by the offset before the change.
    Gap,
    /// It comes twice; the instant is the first.
    Overlap,
}

/// The instant of a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// When.
    pub at: DateTime<Utc>,
    /// How it met the clock changes.
    pub fit: Fit,
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl Zone {
    /// The zone of this name: IANA, Windows or a bare offset.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().trim_matches('"').trim();
        if name.is_empty() || name.len() > MAX_NAME_BYTES {
            return None;
        }
        if matches!(name, "UTC" | "Etc/UTC" | "GMT" | "Etc/GMT" | "Z" | "Zulu") || name.ends_with("/Utc") {
            return Some(Self::Utc);
        }
        // The offset comes before the library's map, which reads `UTC-02` one way and `UTC+01:00` not at all.
        if let Some(offset) = bare_offset(name) {
            return Some(Self::Fixed(offset));
        }
        if let Ok(calcard::common::timezone::Tz::Tz(zone)) = calcard::common::timezone::Tz::from_str(name) {
            return Some(Self::Iana(zone));
        }
        let spaced = name.replace(' ', "_");
        if let Some(zone) = iana(&spaced) {
            return Some(Self::Iana(zone));
        }
        // `/mozilla.org/20050126_1/Europe/Berlin`, `freeassociation.sourceforge.net/Tzfile/Europe/Berlin`.
        let mut rest = name;
        while let Some((_, tail)) = rest.split_once('/') {
            if tail.contains('/')
                && let Some(zone) = iana(tail)
            {
                return Some(Self::Iana(zone));
            }
            rest = tail;
        }
        None
    }

    /// The zone of this IANA name and of nothing else: what a browser calls its own.
    pub fn by_iana_name(name: &str) -> Option<Self> {
        if matches!(name, "UTC" | "Etc/UTC") { Some(Self::Utc) } else { iana(name).map(Self::Iana) }
    }

    /// Its name, as an answer says it.
    pub fn name(&self) -> String {
        match self {
            Self::Utc => "UTC".to_owned(),
            Self::Iana(zone) => zone.name().to_owned(),
            Self::Fixed(offset) => format!("UTC{offset}"),
            Self::Private(zone) => zone.name.clone(),
        }
    }

    /// The instant of a local time.
    pub fn resolve(&self, local: NaiveDateTime) -> Resolved {
        let exact = |offset: i32| Resolved { at: instant(local, offset), fit: Fit::Exact };
        match self {
            Self::Utc => exact(0),
            Self::Fixed(offset) => exact(offset.local_minus_utc()),
            Self::Iana(zone) => match zone.from_local_datetime(&local) {
                MappedLocalTime::Single(at) => Resolved { at: at.to_utc(), fit: Fit::Exact },
                MappedLocalTime::Ambiguous(first, second) => {
                    Resolved { at: first.to_utc().min(second.to_utc()), fit: Fit::Overlap }
                }
                MappedLocalTime::None => {
                    Resolved { at: instant(local, offset_before(*zone, local)), fit: Fit::Gap }
                }
            },
            Self::Private(zone) => zone.resolve(local),
        }
    }

    /// What clocks show at an instant.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let offset = self.offset(at);
        at.naive_utc().checked_add_offset(offset).unwrap_or_else(|| at.naive_utc())
    }

    /// How far clocks are ahead of UTC at an instant.
    pub fn offset(&self, at: DateTime<Utc>) -> FixedOffset {
        match self {
            Self::Utc => Utc.fix(),
            Self::Fixed(offset) => *offset,
            Self::Iana(zone) => zone.offset_from_utc_datetime(&at.naive_utc()).fix(),
            Self::Private(zone) => east(zone.offset(at.naive_utc())),
        }
    }
}

/// The IANA zone of this name, whatever its letter case.
fn iana(name: &str) -> Option<Tz> {
    chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name)).copied()
}

/// `UTC+02:00`, `GMT-0330`, `+01:00`.
fn bare_offset(name: &str) -> Option<FixedOffset> {
    let digits = name.strip_prefix("UTC").or_else(|| name.strip_prefix("GMT")).unwrap_or(name);
    if !digits.starts_with(['+', '-']) || digits.len() < 3 {
        return None;
    }
    parse_offset(&digits.replace(':', "")).and_then(FixedOffset::east_opt)
}

/// A UTC-OFFSET of RFC 5545 section 3.3.14, in seconds.
fn parse_offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, text.get(1..)?),
        b'-' => (-1, text.get(1..)?),
        _ => (1, text),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !matches!(digits.len(), 2 | 4 | 6) {
        return None;
    }
    let part = |from: usize| digits.get(from..from + 2).map_or(Some(0), |text| text.parse::<i32>().ok());
    let (hours, minutes, seconds) = (part(0)?, part(2)?, part(4)?);
    // Clocks were never further apart; what is written beyond is an error of the program that wrote it.
    (hours <= 23 && minutes < 60 && seconds < 60).then_some(sign * (hours * 3600 + minutes * 60 + seconds))
}

fn east(seconds: i32) -> FixedOffset {
    FixedOffset::east_opt(seconds).unwrap_or_else(|| Utc.fix())
}

fn instant(local: NaiveDateTime, offset: i32) -> DateTime<Utc> {
    local.checked_sub_signed(TimeDelta::seconds(i64::from(offset))).unwrap_or(local).and_utc()
}

/// The offset in force before the change that skips a local time; one whole day was skipped too.
fn offset_before(zone: Tz, local: NaiveDateTime) -> i32 {
    [24, 48]
        .into_iter()
        .filter_map(|hours| local.checked_sub_signed(TimeDelta::hours(hours)))
        .find_map(|earlier| zone.from_local_datetime(&earlier).earliest())
        .map_or(0, |at| at.offset().fix().local_minus_utc())
}

impl PrivateZone {
    fn offset(&self, utc: NaiveDateTime) -> i32 {
        let after = self.transitions.partition_point(|transition| transition.at <= utc);
        match after.checked_sub(1).and_then(|index| self.transitions.get(index)) {
            Some(transition) => transition.to,
            None => self.before_first.local_minus_utc(),
        }
    }

    fn resolve(&self, local: NaiveDateTime) -> Resolved {
        let seconds = |offset: i32| TimeDelta::seconds(i64::from(offset));
        let near = self.transitions.partition_point(|transition| {
            transition.at.checked_add_signed(TimeDelta::days(2)).is_some_and(|until| until <= local)
        });
        let mut candidates = vec![self.offset(local.checked_sub_signed(TimeDelta::days(2)).unwrap_or(local))];
        for transition in self.transitions.iter().skip(near).take(8) {
            candidates.extend([transition.from, transition.to]);
        }
        let mut fitting: Vec<NaiveDateTime> = candidates
            .iter()
            .filter_map(|offset| {
                let utc = local.checked_sub_signed(seconds(*offset))?;
                (self.offset(utc) == *offset).then_some(utc)
            })
            .collect();
        fitting.sort_unstable();
        fitting.dedup();
        if let Some(first) = fitting.first() {
            let fit = if fitting.len() > 1 { Fit::Overlap } else { Fit::Exact };
            return Resolved { at: first.and_utc(), fit };
        }
        let skipping = self.transitions.iter().skip(near).take(8).find(|transition| {
            let wall = |offset| transition.at.checked_add_signed(seconds(offset));
            wall(transition.from).is_some_and(|from| from <= local)
                && wall(transition.to).is_some_and(|to| local < to)
        });
        let offset =
            skipping.map_or_else(|| self.before_first.local_minus_utc(), |transition| transition.from);
        Resolved { at: instant(local, offset), fit: Fit::Gap }
    }
}

/// The zones an object's `TZID` parameters may name.
#[derive(Debug, Clone, Default)]
pub struct Zones {
    own: HashMap<String, Zone>,
}

impl Zones {
    /// Reads the `VTIMEZONE` components of a calendar. Those that cannot be read are as if they were not there.
    pub fn read(lines: &ContentLines, calendar: &Component) -> Self {
        let mut own = HashMap::new();
        for component in calendar.children.iter().filter(|child| child.name == "VTIMEZONE").take(MAX_ZONES) {
            let Some(name) = lines.named(component, "TZID").next().map(Line::text) else { continue };
            if name.len() > MAX_NAME_BYTES || Zone::named(&name).is_some() {
                continue;
            }
            let location = lines.named(component, "X-LIC-LOCATION").next().map(Line::text);
            let zone = location
                .and_then(|location| Zone::named(location.trim_start_matches("SystemV/")))
                .or_else(|| private_zone(lines, component, &name));
            if let Some(zone) = zone {
                own.insert(name, zone);
            }
        }
        Self { own }
    }

    /// The zone of a `TZID`.
    pub fn find(&self, name: &str) -> Option<Zone> {
        Zone::named(name).or_else(|| self.own.get(name).cloned())
    }
}

fn private_zone(lines: &ContentLines, component: &Component, name: &str) -> Option<Zone> {
    let mut transitions = Vec::new();
    let parts =
        component.children.iter().filter(|part| matches!(part.name.as_str(), "STANDARD" | "DAYLIGHT"));
    for part in parts.take(MAX_OBSERVANCES) {
        let value = |name: &str| lines.named(part, name).next().map(|line| line.value.trim().to_owned());
        let from = value("TZOFFSETFROM").and_then(|text| parse_offset(&text));
        let to = value("TZOFFSETTO").and_then(|text| parse_offset(&text));
        let start = value("DTSTART").and_then(|text| parse_local(&text));
        let (Some(to), Some(start)) = (to, start) else { continue };
        let from = from.unwrap_or(to);
        for local in onsets(lines, part, start, from) {
            transitions.push(Transition { at: instant(local, from).naive_utc(), from, to });
        }
        if transitions.len() > MAX_TRANSITIONS {
            return None;
        }
    }
    transitions.sort_unstable();
    transitions.dedup_by_key(|transition| transition.at);
    let before_first = east(transitions.first()?.from);
    Some(Zone::Private(Arc::new(PrivateZone { name: name.to_owned(), transitions, before_first })))
}

/// The local times at which one part of a zone begins.
fn onsets(lines: &ContentLines, part: &Component, start: NaiveDateTime, from: i32) -> Vec<NaiveDateTime> {
    let mut onsets = vec![start];
    let end = NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).and_then(|date| date.and_hms_opt(23, 59, 59));
    let Some(end) = end else { return onsets };
    for line in lines.named(part, "RRULE").take(4) {
        let Ok(rule) = Rule::parse(&line.value) else { continue };
        let until = rule.until_local(&Zone::Fixed(east(from)));
        let mut budget = Budget::new(MAX_TRANSITIONS);
        onsets.extend(rule.expand(start, until, start..end, false, &mut budget));
    }
    for line in lines.named(part, "RDATE").take(MAX_TRANSITIONS) {
        for value in line.value.split(',') {
            if let Ok(moment) = parse_moment(value, line, &Zones::default()) {
                onsets.push(moment.local());
            }
        }
    }
    onsets.truncate(MAX_TRANSITIONS);
    onsets
}
