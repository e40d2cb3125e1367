//! One calendar object, taken apart.
//!
//! A CalDAV resource holds one thing under one `UID`: a master with its rules, and the instances that differ
//! (`RECURRENCE-ID`). What cannot be read in an otherwise sound object is a [`Defect`] and the object is used; an
//! object whose frame, identity or start cannot be read is refused with a [`Quarantine`] reason. Values are given
//! unescaped and never invented; the text is kept for [`super::write`]. `Debug` shows no words of the object.

use chrono::{DateTime, TimeDelta, Utc};

use super::attendee::Attendee;
use super::moment::{InvalidMoment, Moment, Span, parse_moment};
use super::rule::Rule;
use super::zone::Zones;
use crate::content_line::{Component, ContentLines, Format, Line, Quarantine, split_escaped, unescape};

/// The most instances of one object that may differ from their series.
pub const MAX_OVERRIDES: usize = 5_000;
/// The most `EXDATE` or `RDATE` values of one series.
pub const MAX_DATES: usize = 20_000;
/// The most rules of one series; the RFC has one.
const MAX_RULES: usize = 8;

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKind {
    /// `VEVENT`.
    Event,
    /// `VTODO`.
    Task,
    /// `VJOURNAL`.
    Note,
}

impl ItemKind {
    fn of(component: &str) -> Option<Self> {
        match component {
            "VEVENT" => Some(Self::Event),
            "VTODO" => Some(Self::Task),
            "VJOURNAL" => Some(Self::Note),
            _ => None,
        }
    }
}

/// Something in an object that could not be used, or only in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum Defect {
    /// A time names a zone nobody knows; it is read as floating, and whoever shows it has to say so.
    #[error("a time zone is unknown")]
    UnknownZone,
    /// A rule cannot be followed; only its start is an instance.
    #[error("a recurrence rule cannot be followed")]
    Rule,
    /// An exception date or an additional date cannot be read.
    #[error("a date of the series cannot be read")]
    SeriesDate,
    /// An instance that differs cannot be read.
    #[error("a changed instance cannot be read")]
    Override,
    /// It ends before it begins, or the end cannot be read.
    #[error("the end cannot be used")]
    End,
    /// More changed instances, rules or dates than are read.
    #[error("the series has more parts than are read")]
    TooMany,
    /// No `UID`.
    #[error("the object has no identifier")]
    NoIdentity,
    /// The expansion met its cap.
    #[error("the series has more occurrences than are kept")]
    TooDense,
}

impl Defect {
    /// A stable word for records and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownZone => "unknown_zone",
            Self::Rule => "rule",
            Self::SeriesDate => "series_date",
            Self::Override => "override",
            Self::End => "end",
            Self::TooMany => "too_many",
            Self::NoIdentity => "no_identity",
            Self::TooDense => "too_dense",
        }
    }
}

/// Which instance of a series a component changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurrenceId {
    /// The instance's original start.
    pub moment: Moment,
    /// Whether all later instances change too (`RANGE=THISANDFUTURE`).
    pub and_future: bool,
}

/// How long something lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Length {
    /// Nothing is said.
    Unsaid,
    /// `DTEND` or `DUE`.
    Until(Moment),
    /// `DURATION`.
    For(Span),
}

/// An additional instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdditionalDate {
    /// Its start.
    pub start: Moment,
    /// Its own length, if it has one.
    pub length: Option<Length>,
}

/// One component: a master or a changed instance.
#[derive(Clone)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Where it stands in the text.
    pub component: Component,
    /// Set on a changed instance.
    pub recurrence_id: Option<RecurrenceId>,
    /// `DTSTART`; of a task without one its `DUE`.
    pub start: Option<Moment>,
    /// How long.
    pub length: Length,
    /// `SUMMARY`.
    pub summary: String,
    /// `DESCRIPTION`.
    pub description: String,
    /// `LOCATION`.
    pub location: String,
    /// `URL`.
    pub url: Option<String>,
    /// `STATUS`, upper case.
    pub status: Option<String>,
    /// Whether it leaves its time free (`TRANSP:TRANSPARENT`).
    pub transparent: bool,
    /// `CLASS`, upper case.
    pub class: Option<String>,
    /// `CATEGORIES`.
    pub categories: Vec<String>,
    /// `PRIORITY`, 1 to 9.
    pub priority: Option<u8>,
    /// `PERCENT-COMPLETE`.
    pub percent_complete: Option<u8>,
    /// `COMPLETED`.
    pub completed: Option<DateTime<Utc>>,
    /// `SEQUENCE`.
    pub sequence: u32,
    /// `LAST-MODIFIED`.
    pub last_modified: Option<DateTime<Utc>>,
    /// `ORGANIZER`.
    pub organizer: Option<Attendee>,
    /// `ATTENDEE`.
    pub attendees: Vec<Attendee>,
    /// `RRULE`.
    pub rules: Vec<Rule>,
    /// `EXDATE`.
    pub excluded: Vec<Moment>,
    /// `RDATE`.
    pub additional: Vec<AdditionalDate>,
    /// Components of its own such as alarms.
    pub alarms: usize,
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Item")
            .field("kind", &self.kind)
            .field("start", &self.start)
            .field("recurs", &self.recurs())
            .finish_non_exhaustive()
    }
}

impl Item {
    /// Whether it has more instances than one.
    pub fn recurs(&self) -> bool {
        !self.rules.is_empty() || !self.additional.is_empty()
    }

    /// Whether it was called off.
    pub fn is_cancelled(&self) -> bool {
        self.status.as_deref() == Some("CANCELLED")
    }
}

/// One object.
#[derive(Debug, Clone)]
pub struct CalendarObject {
    /// Its text, in lines.
    pub(crate) lines: ContentLines,
    /// The `VCALENDAR`.
    pub(crate) calendar: Component,
    /// Its own zones.
    pub zones: Zones,
    /// What all its components share.
    pub uid: Option<String>,
    /// `METHOD`, upper case; set on messages, not on stored objects.
    pub method: Option<String>,
    /// The master, unless only changed instances are here.
    pub master: Option<Item>,
    /// The changed instances.
    pub overrides: Vec<Item>,
    /// What could not be used.
    pub defects: Vec<Defect>,
}

impl CalendarObject {
    /// Reads bytes.
    pub fn read_bytes(bytes: &[u8]) -> Result<Self, Quarantine> {
        Self::from_lines(ContentLines::read_bytes(bytes, Format::ICalendar)?)
    }

    /// Reads a text.
    pub fn read(text: &str) -> Result<Self, Quarantine> {
        Self::from_lines(ContentLines::read(text, Format::ICalendar)?)
    }

    fn from_lines(lines: ContentLines) -> Result<Self, Quarantine> {
        let calendar = lines.roots.iter().find(|root| root.name == "VCALENDAR").cloned();
        let calendar = calendar.ok_or(Quarantine::NothingExpected)?;
        let zones = Zones::read(&lines, &calendar);
        let method =
            lines.named(&calendar, "METHOD").next().map(|line| line.value.trim().to_ascii_uppercase());
        let mut object = Self {
            uid: None,
            method,
            zones,
            master: None,
            overrides: Vec::new(),
            defects: Vec::new(),
            calendar,
            lines,
        };
        let components: Vec<(ItemKind, Component)> = object
            .calendar
            .children
            .iter()
            .filter_map(|child| Some((ItemKind::of(&child.name)?, child.clone())))
            .collect();
        if components.is_empty() {
            return Err(Quarantine::NothingExpected);
        }
        object.uid = object.identity(&components)?;
        if object.uid.is_none() {
            object.note(Defect::NoIdentity);
        }
        for (kind, component) in components {
            object.take(kind, &component)?;
        }
        if object.master.is_none() && object.overrides.is_empty() {
            return Err(Quarantine::NoStart);
        }
        object.defects.sort_unstable();
        object.defects.dedup();
        Ok(object)
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        self.lines.as_str()
    }

    /// The master, or the first changed instance where there is none.
    pub fn first(&self) -> Option<&Item> {
        self.master.as_ref().or_else(|| self.overrides.first())
    }

    fn identity(&self, components: &[(ItemKind, Component)]) -> Result<Option<String>, Quarantine> {
        let mut uid: Option<String> = None;
        for (_, component) in components {
            let Some(line) = self.lines.named(component, "UID").next() else { continue };
            let own = line.text().trim().to_owned();
            if own.is_empty() {
                continue;
            }
            match &uid {
                Some(first) if *first != own => return Err(Quarantine::SeveralIdentities),
                _ => uid = Some(own),
            }
        }
        Ok(uid)
    }

    fn take(&mut self, kind: ItemKind, component: &Component) -> Result<(), Quarantine> {
        let is_override = self.lines.named(component, "RECURRENCE-ID").next().is_some();
        let mut defects = Vec::new();
        let read = ItemReader { lines: &self.lines, zones: &self.zones, component, defects: &mut defects }
            .read(kind);
        self.defects.append(&mut defects);
        match read {
            Some(item) if is_override && self.overrides.len() < MAX_OVERRIDES => {
                if item.recurrence_id.is_some() {
                    self.overrides.push(item);
                } else {
                    self.note(Defect::Override);
                }
            }
            Some(_) if is_override => self.note(Defect::TooMany),
            Some(item) if self.master.is_none() => self.master = Some(item),
            // A second master under the same identifier: the first one stands.
            Some(_) => self.note(Defect::TooMany),
            None if is_override => self.note(Defect::Override),
            None => return Err(Quarantine::NoStart),
        }
        Ok(())
    }

    fn note(&mut self, defect: Defect) {
        self.defects.push(defect);
    }
}

struct ItemReader<'a> {
    lines: &'a ContentLines,
    zones: &'a Zones,
    component: &'a Component,
    defects: &'a mut Vec<Defect>,
}

impl<'a> ItemReader<'a> {
    fn line(&self, name: &'a str) -> Option<&'a Line> {
        self.lines.named(self.component, name).next()
    }

    fn text(&self, name: &'a str) -> Option<String> {
        self.line(name).map(Line::text).filter(|text| !text.trim().is_empty())
    }

    fn upper(&self, name: &'a str) -> Option<String> {
        self.line(name).map(|line| line.value.trim().to_ascii_uppercase()).filter(|text| !text.is_empty())
    }

    fn number<T: std::str::FromStr>(&self, name: &'a str) -> Option<T> {
        self.line(name).and_then(|line| line.value.trim().parse().ok())
    }

    /// A point in time; of one in an unknown zone what the clock shows there.
    fn moment(&mut self, value: &str, line: &Line) -> Option<Moment> {
        match parse_moment(value, line, self.zones) {
            Ok(moment) => Some(moment),
            Err(InvalidMoment::UnknownZone(local)) => {
                self.defects.push(Defect::UnknownZone);
                Some(Moment::Floating(local))
            }
            Err(InvalidMoment::Syntax) => None,
        }
    }

    fn single(&mut self, name: &'a str) -> Option<Moment> {
        let line = self.line(name)?;
        self.moment(&line.value, line)
    }

    fn instant(&mut self, name: &'a str) -> Option<DateTime<Utc>> {
        match self.single(name)? {
            Moment::Utc(at) => Some(at),
            other => Some(other.local().and_utc()),
        }
    }

    fn read(mut self, kind: ItemKind) -> Option<Item> {
        let recurrence_id = self.recurrence_id();
        let start = self.single("DTSTART");
        let due = if kind == ItemKind::Task { self.single("DUE") } else { None };
        if start.is_none() && (kind == ItemKind::Event || self.line("DTSTART").is_some()) {
            return None;
        }
        let length = self.length(kind, start.as_ref(), due.clone());
        Some(Item {
            kind,
            component: self.component.clone(),
            recurrence_id,
            start: start.or(due),
            length,
            summary: self.text("SUMMARY").unwrap_or_default(),
            description: self.text("DESCRIPTION").unwrap_or_default(),
            location: self.text("LOCATION").unwrap_or_default(),
            url: self.line("URL").map(|line| line.value.trim().to_owned()).filter(|url| !url.is_empty()),
            status: self.upper("STATUS"),
            transparent: self.upper("TRANSP").as_deref() == Some("TRANSPARENT"),
            class: self.upper("CLASS"),
            categories: self.categories(),
            priority: self.number::<u8>("PRIORITY").filter(|priority| (1..=9).contains(priority)),
            percent_complete: self.number::<u8>("PERCENT-COMPLETE").filter(|percent| *percent <= 100),
            completed: self.instant("COMPLETED"),
            sequence: self.number("SEQUENCE").unwrap_or(0),
            last_modified: self.instant("LAST-MODIFIED"),
            organizer: self.line("ORGANIZER").and_then(Attendee::read),
            attendees: self.lines.named(self.component, "ATTENDEE").filter_map(Attendee::read).collect(),
            rules: self.rules(),
            excluded: self.excluded(),
            additional: self.additional(),
            alarms: self.component.children.len(),
        })
    }

    fn recurrence_id(&mut self) -> Option<RecurrenceId> {
        let line = self.line("RECURRENCE-ID")?;
        let and_future =
            line.parameter("RANGE").is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"));
        Some(RecurrenceId { moment: self.moment(&line.value, line)?, and_future })
    }

    fn length(&mut self, kind: ItemKind, start: Option<&Moment>, due: Option<Moment>) -> Length {
        let end = if kind == ItemKind::Task { due } else { self.single("DTEND") };
        if let (Some(end), Some(start)) = (end, start) {
            // What ends on the day it begins lasts that day, as some calendars write it.
            let backwards = end.local() < start.local() && end.zone() == start.zone();
            if !backwards && end.is_date() == start.is_date() {
                return Length::Until(end);
            }
            self.defects.push(Defect::End);
            return Length::Unsaid;
        }
        match self.line("DURATION").map(|line| Span::parse(&line.value)) {
            Some(Some(span)) if !span.is_negative() => Length::For(span),
            Some(_) => {
                self.defects.push(Defect::End);
                Length::Unsaid
            }
            None => {
                if self.line("DTEND").is_some() {
                    self.defects.push(Defect::End);
                }
                Length::Unsaid
            }
        }
    }

    fn categories(&self) -> Vec<String> {
        self.lines
            .named(self.component, "CATEGORIES")
            .flat_map(|line| split_escaped(&line.value, ','))
            .map(|category| unescape(category.trim()))
            .filter(|category| !category.is_empty())
            .collect()
    }

    fn rules(&mut self) -> Vec<Rule> {
        let mut rules = Vec::new();
        for line in self.lines.named(self.component, "RRULE") {
            match Rule::parse(&line.value) {
                Ok(rule) if rules.len() < MAX_RULES => rules.push(rule),
                Ok(_) => self.defects.push(Defect::TooMany),
                Err(_) => self.defects.push(Defect::Rule),
            }
        }
        rules
    }

    fn dates(&mut self, name: &'a str) -> Vec<(&'a str, &'a Line)> {
        let values: Vec<_> = self
            .lines
            .named(self.component, name)
            .flat_map(|line| line.value.split(',').map(move |value| (value.trim(), line)))
            .filter(|(value, _)| !value.is_empty())
            .take(MAX_DATES + 1)
            .collect();
        if values.len() > MAX_DATES {
            self.defects.push(Defect::TooMany);
        }
        values
    }

    fn excluded(&mut self) -> Vec<Moment> {
        let mut excluded = Vec::new();
        for (value, line) in self.dates("EXDATE") {
            match self.moment(value, line) {
                Some(moment) => excluded.push(moment),
                None => self.defects.push(Defect::SeriesDate),
            }
        }
        excluded
    }

    fn additional(&mut self) -> Vec<AdditionalDate> {
        let mut additional = Vec::new();
        for (value, line) in self.dates("RDATE") {
            let (start, end) = value.split_once('/').map_or((value, None), |(start, end)| (start, Some(end)));
            let length = match end {
                None => None,
                Some(end) if end.starts_with(['P', 'p', '+']) => Span::parse(end).map(Length::For),
                Some(end) => self.moment(end, line).map(Length::Until),
            };
            match self.moment(start, line) {
                Some(start) => additional.push(AdditionalDate { start, length }),
                None => self.defects.push(Defect::SeriesDate),
            }
        }
        additional
    }
}

/// A whole day, for dates without an end.
pub(crate) const ONE_DAY: TimeDelta = TimeDelta::days(1);
