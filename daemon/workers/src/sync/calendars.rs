//! What an event or a task says, and when it takes place, in the form of the mirror.
//!
//! A single event is kept wherever it is in time; of a series the occurrences within a window around now are kept
//! ([`BEHIND`], [`AHEAD`]), which moves on with the days. What lies ahead is expanded before what lies behind, so that a
//! series too dense to be kept whole loses its past first and never its next days. What cannot be used of a sound object
//! is noted with it as a code. Pure: the text, the time and the reader's own addresses in, a note and occurrences out.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use voiceassist_dav::content_line::Quarantine;
use voiceassist_dav::icalendar::{
    Attendee, CalendarObject, Defect, Expansion, ExpansionLimits, Item, ItemKind, Moment, Occurrence,
    Participation, TimeKind, Window, Zone, read::Length,
};
use voiceassist_store::calendars::{self as stored, NewOccurrence, Note, Participant, Times};
use voiceassist_store::collections::objects::ReadObject;

/// How far behind now occurrences of a series are kept.
pub const BEHIND: TimeDelta = TimeDelta::days(365);
/// How far ahead.
pub const AHEAD: TimeDelta = TimeDelta::days(730);
/// Occurrences of one series that are kept ahead of now.
const MAX_AHEAD: usize = 1_500;
/// And behind it.
const MAX_BEHIND: usize = 500;
/// Instances looked at for either.
const MAX_STEPS: usize = 50_000;
/// What began this long before now and goes on counts as ahead.
const YESTERDAY: TimeDelta = TimeDelta::days(1);
/// How far ahead it is looked for whether a series goes on at all.
const FAR: TimeDelta = TimeDelta::days(20 * 366);
/// Letters of a description that are kept for answers; the text itself is kept whole.
const MAX_DESCRIPTION: usize = 4_000;
/// Letters of anything else.
const MAX_WORDS: usize = 1_000;
/// Participants that are kept for answers.
const MAX_PARTICIPANTS: usize = 100;
/// Categories that are.
const MAX_CATEGORIES: usize = 50;

/// What a note says when there is nothing to say.
pub(super) const NOTHING: &str = "{}";

/// What reading depends on besides the text.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The time the window is around.
    pub now: DateTime<Utc>,
    /// The reader's own addresses.
    pub addresses: Vec<String>,
}

/// Reads an object; otherwise a code that says why it is put aside.
pub fn read(text: &str, reading: &Reading) -> Result<ReadObject, &'static str> {
    let object = CalendarObject::read(text).map_err(Quarantine::code)?;
    Ok(Reader { object: &object, reading, items: BTreeMap::new(), note: Note::default() }.read())
}

struct Reader<'a> {
    object: &'a CalendarObject,
    reading: &'a Reading,
    /// Which part of the note describes a changed instance; the master is `None`.
    items: BTreeMap<Option<usize>, u32>,
    note: Note,
}

impl Reader<'_> {
    fn read(mut self) -> ReadObject {
        self.note.defects = self.object.defects.iter().map(|defect| defect.code().to_owned()).collect();
        // The master's part is kept even when none of its instances is: it says what the object is.
        if let Some(master) = &self.object.master {
            self.describe(None, master);
        }
        let (expansion, expanded_until) = self.expand();
        if expansion.truncated {
            self.note.defects.push(Defect::TooDense.code().to_owned());
        }
        let mut occurrences: Vec<NewOccurrence> =
            expansion.occurrences.iter().filter_map(|occurrence| self.occurrence(occurrence)).collect();
        occurrences.extend(self.undated());
        // A tree of strings and numbers always serialises.
        let note = serde_json::to_string(&self.note).unwrap_or_else(|_| NOTHING.to_owned());
        ReadObject { note, occurrences, expanded_until }
    }

    /// The occurrences that are kept, and until when they are complete if there are others.
    fn expand(&self) -> (Expansion, Option<DateTime<Utc>>) {
        let window = |start, end| Window { start, end, viewer: Zone::Utc };
        let within = |window: &Window, occurrences| {
            self.object.occurrences(window, ExpansionLimits { steps: MAX_STEPS, occurrences })
        };
        let recurs = self.object.master.as_ref().is_some_and(Item::recurs);
        if !recurs {
            // Overrides without a master are single events too.
            return (within(&window(any_time().0, any_time().1), MAX_AHEAD + MAX_BEHIND), None);
        }
        let now = self.reading.now;
        let (first, middle, last) = (now - BEHIND, now - YESTERDAY, now + AHEAD);
        let mut expansion = within(&window(middle, last), MAX_AHEAD);
        let behind = within(&window(first, middle), MAX_BEHIND);
        expansion.truncated |= behind.truncated;
        // What reaches over the seam is in both.
        expansion.occurrences.extend(behind.occurrences.into_iter().filter(|one| one.end <= middle));
        expansion.occurrences.sort_by_key(|one| (one.start, one.end));
        let goes_on = expansion.endless || !within(&window(last, last + FAR), 1).occurrences.is_empty();
        (expansion, goes_on.then_some(last))
    }

    fn occurrence(&mut self, occurrence: &Occurrence) -> Option<NewOccurrence> {
        let item = self.object.item(occurrence)?;
        let kind = kind_of(item)?;
        let (times, start, end) = match occurrence.kind {
            TimeKind::Zoned => (Times::Zoned, occurrence.start, occurrence.end),
            TimeKind::AllDay => {
                (Times::AllDay, occurrence.local_start.and_utc(), occurrence.local_end.and_utc())
            }
            TimeKind::Floating => {
                (Times::Floating, occurrence.local_start.and_utc(), occurrence.local_end.and_utc())
            }
        };
        // A task's time is when it is due: its end, unless only one of the two was written.
        let (start, end) = match (kind, &item.length, times) {
            (stored::ItemKind::Event, ..) | (stored::ItemKind::Task, Length::Unsaid, _) => (start, end),
            (stored::ItemKind::Task, _, Times::AllDay) => (end, end + TimeDelta::days(1)),
            (stored::ItemKind::Task, ..) => (end, end),
        };
        let original = occurrence.recurrence.map(|local| self.series_instant(local));
        let item_number = self.describe(occurrence.override_index, item);
        Some(self.placed(item, kind, times, (start, end), item_number, original))
    }

    /// A task without any date.
    fn undated(&mut self) -> Option<NewOccurrence> {
        let item = self.object.master.as_ref().filter(|item| item.start.is_none())?;
        let kind = kind_of(item).filter(|kind| *kind == stored::ItemKind::Task)?;
        let number = self.describe(None, item);
        let never = DateTime::UNIX_EPOCH;
        Some(self.placed(item, kind, Times::Undated, (never, never), number, None))
    }

    fn placed(
        &self,
        item: &Item,
        kind: stored::ItemKind,
        times: Times,
        (start, end): (DateTime<Utc>, DateTime<Utc>),
        number: u32,
        original: Option<DateTime<Utc>>,
    ) -> NewOccurrence {
        let own = |attendee: &Attendee| {
            self.reading.addresses.iter().any(|own| own.eq_ignore_ascii_case(&attendee.address))
        };
        let declined = item
            .attendees
            .iter()
            .any(|attendee| own(attendee) && attendee.participation == Participation::Declined);
        let cancelled = item.is_cancelled();
        let done = item.status.as_deref() == Some("COMPLETED")
            || item.completed.is_some()
            || item.percent_complete == Some(100);
        let busy = kind == stored::ItemKind::Event && !item.transparent && !cancelled && !declined;
        NewOccurrence { kind, times, start, end, item: number, original, busy, done, cancelled }
    }

    /// The part of the note that describes this item, made when it is first needed.
    fn describe(&mut self, index: Option<usize>, item: &Item) -> u32 {
        if let Some(number) = self.items.get(&index) {
            return *number;
        }
        let number = u32::try_from(self.note.items.len()).unwrap_or(u32::MAX);
        self.note.items.push(describe(item, self.object));
        self.items.insert(index, number);
        number
    }

    /// The instant of a local time of the series.
    fn series_instant(&self, local: chrono::NaiveDateTime) -> DateTime<Utc> {
        let start = self.object.master.as_ref().and_then(|item| item.start.as_ref());
        let zone = start.and_then(Moment::zone).unwrap_or(Zone::Utc);
        zone.resolve(local).at
    }
}

fn kind_of(item: &Item) -> Option<stored::ItemKind> {
    match item.kind {
        ItemKind::Event => Some(stored::ItemKind::Event),
        ItemKind::Task => Some(stored::ItemKind::Task),
        ItemKind::Note => None,
    }
}

/// Everything that a calendar reaches.
fn any_time() -> (DateTime<Utc>, DateTime<Utc>) {
    let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().unwrap_or_default();
    (year(1900), year(2200))
}

fn describe(item: &Item, object: &CalendarObject) -> stored::Item {
    let recurs = item.recurrence_id.is_some() || object.master.as_ref().is_some_and(Item::recurs);
    stored::Item {
        summary: cut(&item.summary, MAX_WORDS),
        description: cut(&item.description, MAX_DESCRIPTION),
        location: cut(&item.location, MAX_WORDS),
        url: item.url.as_deref().map(|url| cut(url, MAX_WORDS)),
        status: item.status.as_deref().map(|status| cut(status, MAX_WORDS)),
        class: item.class.as_deref().map(|class| cut(class, MAX_WORDS)),
        categories: item.categories.iter().take(MAX_CATEGORIES).map(|word| cut(word, MAX_WORDS)).collect(),
        priority: item.priority,
        percent: item.percent_complete,
        zone: item.start.as_ref().and_then(Moment::zone).map(|zone| zone.name()),
        recurs,
        organizer: item.organizer.as_ref().map(participant),
        attendees: item.attendees.iter().take(MAX_PARTICIPANTS).map(participant).collect(),
        attendee_count: u32::try_from(item.attendees.len()).unwrap_or(u32::MAX),
    }
}

fn participant(attendee: &Attendee) -> Participant {
    Participant {
        address: cut(&attendee.address, MAX_WORDS),
        name: attendee.name.as_deref().map(|name| cut(name, MAX_WORDS)),
        answer: attendee.participation.as_str().to_owned(),
    }
}

/// The first letters of a text.
pub(super) fn cut(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}

#[cfg(test)]
mod tests;
