//! Calendar objects, written: new ones, and old ones with some lines changed.
//!
//! An [`Edit`] touches the lines it is told to and no other byte; what programs keep in properties nobody else knows
//! survives. Overridden instances are made by copying the master without its rules. Every time that names a zone brings
//! the zone's definition with it unless the object has one. What comes out is read again before it is given out, so that
//! no edit can produce what this crate would refuse. Who is invited is not decided here: an object with attendees makes a
//! scheduling server send messages, which the caller has to have asked about.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, NaiveDateTime, TimeDelta, Utc};

use super::attendee::{Attendee, Participation};
use super::moment::Moment;
use super::read::{CalendarObject, Item, ItemKind, Length};
use super::zone::Zone;
use crate::content_edit::LineEdit;
pub use crate::content_edit::{EditError, Property};
use crate::content_line::Component;

/// How we name ourselves in objects we make.
const PRODUCT: &str = "-//VoiceAssist//Calendar//EN";
/// For how many years around a time its zone is defined.
const DEFINED_YEARS: i32 = 6;

/// Which component of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The master.
    Master,
    /// The changed instance of this number.
    Override(usize),
}

/// A line with a point in time.
pub fn moment_property(name: &str, moment: &Moment) -> Result<Property, EditError> {
    let property = Property::raw(name, &moment.value())?;
    match moment {
        Moment::Date(_) => property.with("VALUE", "DATE"),
        Moment::Zoned { zone, .. } => property.with("TZID", &zone.name()),
        Moment::Floating(_) | Moment::Utc(_) => Ok(property),
    }
}

/// Changes to one object.
#[derive(Debug)]
pub struct Edit<'a> {
    object: &'a CalendarObject,
    lines: LineEdit,
    defined: BTreeSet<String>,
}

impl<'a> Edit<'a> {
    /// No changes yet.
    pub fn of(object: &'a CalendarObject) -> Self {
        Self { object, lines: LineEdit::default(), defined: BTreeSet::new() }
    }

    /// One property in place of all of its name.
    pub fn set(&mut self, target: Target, property: &Property) -> Result<(), EditError> {
        let component = self.component(target)?;
        let rendered = property.render(self.ending());
        let mut own = self.object.lines.numbered(component, property.name()).map(|(index, _)| index);
        match own.next() {
            Some(first) => {
                self.lines.replace(first, rendered);
                let further: Vec<_> = own.collect();
                for line in further {
                    self.lines.remove(line);
                }
            }
            None => self.lines.insert(last_own_line(component), &rendered),
        }
        Ok(())
    }

    /// A further property.
    pub fn add(&mut self, target: Target, property: &Property) -> Result<(), EditError> {
        let place = last_own_line(self.component(target)?);
        self.lines.insert(place, &property.render(self.ending()));
        Ok(())
    }

    /// None of this name any more.
    pub fn remove(&mut self, target: Target, name: &str) -> Result<(), EditError> {
        let component = self.component(target)?;
        let own: Vec<_> = self.object.lines.numbered(component, name).map(|(index, _)| index).collect();
        for line in own {
            self.lines.remove(line);
        }
        Ok(())
    }

    /// A point in time, with its zone's definition.
    pub fn set_moment(&mut self, target: Target, name: &str, moment: &Moment) -> Result<(), EditError> {
        self.define_zone(moment)?;
        self.set(target, &moment_property(name, moment)?)
    }

    /// What one attendee answers; everything else on the line stays.
    pub fn answer(
        &mut self,
        target: Target,
        address: &str,
        participation: Participation,
    ) -> Result<(), EditError> {
        let component = self.component(target)?;
        let mut lines = self.object.lines.numbered(component, "ATTENDEE");
        let own = lines.find(|(_, line)| Attendee::read(line).is_some_and(|own| own.has_address(address)));
        let (index, line) = own.ok_or(EditError::Absent)?;
        let property = Property::like(line).with("PARTSTAT", participation.as_str())?.without("RSVP");
        self.lines.replace(index, property.render(self.ending()));
        Ok(())
    }

    /// One instance of a series, in its local time, that no longer takes place.
    pub fn exclude(&mut self, instance: NaiveDateTime) -> Result<(), EditError> {
        let start = self.start()?;
        self.add(Target::Master, &moment_property("EXDATE", &like(start, instance))?)
    }

    /// One instance of a series, in its local time, that differs by these properties.
    pub fn change_instance(
        &mut self,
        instance: NaiveDateTime,
        properties: &[Property],
    ) -> Result<(), EditError> {
        let start = self.start()?.clone();
        let master = self.object.master.as_ref().ok_or(EditError::Absent)?;
        let ending = self.ending();
        let id = like(&start, instance);
        let mut own = vec![moment_property("RECURRENCE-ID", &id)?, moment_property("DTSTART", &id)?];
        if let Length::Until(end) = &master.length {
            let name = if master.kind == ItemKind::Task { "DUE" } else { "DTEND" };
            let end = like(end, instance + (end.local() - start.local()));
            own.push(moment_property(name, &end)?);
        }
        let given: BTreeSet<&str> = properties.iter().map(Property::name).collect();
        own.retain(|property| !given.contains(property.name()));
        let left: BTreeSet<&str> =
            ["RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DTSTART", "DTEND", "DUE"]
                .into_iter()
                .chain(given.iter().copied())
                .collect();
        let lines = &self.object.lines;
        let name = lines.line(master.component.begin).map_or("VEVENT", |line| line.value.trim());
        let mut text = format!("BEGIN:{name}{ending}");
        for index in master.component.begin + 1..master.component.end {
            let line = lines.line(index).filter(|line| !left.contains(line.name.as_str()));
            let inside =
                master.component.children.iter().any(|child| (child.begin..=child.end).contains(&index));
            if line.is_some() || inside {
                text.push_str(lines.raw(index));
            }
        }
        // What is added stands before alarms, which end the component.
        let added: String = own.iter().chain(properties).map(|property| property.render(ending)).collect();
        let place =
            text.find(&format!("BEGIN:{name}{ending}")).map_or(0, |at| at + name.len() + 6 + ending.len());
        text.insert_str(place, &added);
        text.extend(["END:", name, ending]);
        self.lines.insert(self.object.calendar.end, &text);
        Ok(())
    }

    /// Marks a revision: `SEQUENCE` one higher, `DTSTAMP` and `LAST-MODIFIED` now.
    pub fn revise(&mut self, target: Target, now: DateTime<Utc>) -> Result<(), EditError> {
        let sequence = self.item(target)?.sequence.saturating_add(1);
        self.set(target, &Property::raw("SEQUENCE", &sequence.to_string())?)?;
        self.stamp(target, now)
    }

    /// Marks a change that is no revision, such as an answer.
    pub fn stamp(&mut self, target: Target, now: DateTime<Utc>) -> Result<(), EditError> {
        let now = Moment::Utc(now);
        self.set(target, &moment_property("DTSTAMP", &now)?)?;
        self.set(target, &moment_property("LAST-MODIFIED", &now)?)
    }

    /// The changed text.
    pub fn finish(self) -> Result<String, EditError> {
        let text = self.lines.apply(&self.object.lines);
        let read = CalendarObject::read(&text).map_err(|_| EditError::Unreadable)?;
        if read.uid == self.object.uid { Ok(text) } else { Err(EditError::Unreadable) }
    }

    fn ending(&self) -> &'static str {
        self.object.lines.line_ending()
    }

    fn item(&self, target: Target) -> Result<&'a Item, EditError> {
        match target {
            Target::Master => self.object.master.as_ref(),
            Target::Override(index) => self.object.overrides.get(index),
        }
        .ok_or(EditError::Absent)
    }

    fn component(&self, target: Target) -> Result<&'a Component, EditError> {
        self.item(target).map(|item| &item.component)
    }

    fn start(&self) -> Result<&'a Moment, EditError> {
        self.object.master.as_ref().and_then(|item| item.start.as_ref()).ok_or(EditError::Absent)
    }

    fn define_zone(&mut self, moment: &Moment) -> Result<(), EditError> {
        let Moment::Zoned { zone, local } = moment else { return Ok(()) };
        let name = zone.name();
        let defined =
            self.object.calendar.children.iter().filter(|child| child.name == "VTIMEZONE").any(|child| {
                self.object.lines.named(child, "TZID").next().is_some_and(|line| line.text() == name)
            });
        if defined || !self.defined.insert(name) {
            return Ok(());
        }
        let definition = zone_definition(zone, *local, self.ending())?;
        let first =
            self.object.calendar.children.first().map_or(self.object.calendar.end, |child| child.begin);
        self.lines.insert(first, &definition);
        Ok(())
    }
}

/// Where a further property of a component goes: before the components inside it.
fn last_own_line(component: &Component) -> usize {
    component.children.iter().map(|child| child.begin).min().unwrap_or(component.end)
}

fn like(start: &Moment, local: NaiveDateTime) -> Moment {
    match start {
        Moment::Date(_) => Moment::Date(local.date()),
        Moment::Floating(_) => Moment::Floating(local),
        Moment::Zoned { zone, .. } => Moment::Zoned { local, zone: zone.clone() },
        Moment::Utc(_) => Moment::Utc(local.and_utc()),
    }
}

/// A `VTIMEZONE`. Only zones of the IANA database can be defined anew.
fn zone_definition(zone: &Zone, around: NaiveDateTime, ending: &str) -> Result<String, EditError> {
    let Zone::Iana(zone) = zone else { return Err(EditError::Absent) };
    let year = |year: i32| {
        chrono::NaiveDate::from_ymd_opt(year, 1, 1)
            .and_then(|date| date.and_hms_opt(0, 0, 0))
            .map_or(0, |local| local.and_utc().timestamp())
    };
    let mut calendar =
        calcard::icalendar::ICalendar::parse("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")
            .map_err(|_| EditError::Unreadable)?;
    let (from, to) = (year(around.year() - 1), year(around.year() + DEFINED_YEARS));
    calendar.add_timezone(zone.name(), from, to).ok_or(EditError::Absent)?;
    let text = calendar.to_string();
    let begin = text.find("BEGIN:VTIMEZONE").ok_or(EditError::Absent)?;
    let end = text.find("END:VTIMEZONE").ok_or(EditError::Absent)?;
    let body = text.get(begin..end).unwrap_or_default();
    Ok(format!("{}END:VTIMEZONE{ending}", body.replace("\r\n", "\n").replace('\n', ending)))
}

/// A new object.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its identifier, never used before.
    pub uid: String,
    /// When it is made.
    pub made: DateTime<Utc>,
    /// Event or task.
    pub kind: ItemKind,
    /// When it begins.
    pub start: Moment,
    /// When it ends or is due.
    pub end: Option<Moment>,
    /// What it is called.
    pub summary: String,
    /// Further properties, as [`Property`] made them.
    pub properties: Vec<Property>,
}

impl Draft {
    /// The text.
    pub fn render(&self) -> Result<String, EditError> {
        let ending = "\r\n";
        let (name, end_name) = match self.kind {
            ItemKind::Event => ("VEVENT", "DTEND"),
            ItemKind::Task => ("VTODO", "DUE"),
            ItemKind::Note => ("VJOURNAL", "DTEND"),
        };
        let mut text = format!(
            "BEGIN:VCALENDAR{ending}VERSION:2.0{ending}PRODID:{PRODUCT}{ending}CALSCALE:GREGORIAN{ending}"
        );
        let mut defined = BTreeSet::new();
        for moment in std::iter::once(&self.start).chain(&self.end) {
            if let Moment::Zoned { zone, local } = moment
                && defined.insert(zone.name())
            {
                text.push_str(&zone_definition(zone, *local, ending)?);
            }
        }
        let mut lines = vec![
            Property::text("UID", &self.uid)?,
            moment_property("DTSTAMP", &Moment::Utc(self.made))?,
            moment_property("CREATED", &Moment::Utc(self.made))?,
            moment_property("LAST-MODIFIED", &Moment::Utc(self.made))?,
            moment_property("DTSTART", &self.start)?,
        ];
        if let Some(end) = &self.end {
            lines.push(moment_property(end_name, end)?);
        }
        lines.push(Property::text("SUMMARY", &self.summary)?);
        text.extend(["BEGIN:", name, ending]);
        text.extend(lines.iter().chain(&self.properties).map(|property| property.render(ending)));
        text.extend(["END:", name, ending, "END:VCALENDAR", ending]);
        let read = CalendarObject::read(&text).map_err(|_| EditError::Unreadable)?;
        if read.defects.is_empty() { Ok(text) } else { Err(EditError::Unreadable) }
    }

    /// How long it lasts by the clocks of its zone.
    pub fn lasts(&self) -> Option<TimeDelta> {
        self.end.as_ref().map(|end| end.local() - self.start.local())
    }
}
