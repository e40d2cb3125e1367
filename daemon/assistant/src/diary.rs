//! A person's time: what is on, what comes next, when they are free, and what they have to do.
//!
//! ```text
//! question ─▶ the asker's zone ─▶ a span by both clocks ─▶ rows of occurrences (store) ─▶ resolved and ordered in the zone
//!          ─▶ what the wanted ones say (unsealed) ─▶ recorded ─▶ shown
//! ```
//!
//! Every answer says the zone it is given in. Whole days and times without a zone are the same on every clock, so they are
//! resolved here, in the asker's zone, and nowhere before. A span with more rows than can be ordered at once is refused
//! with that reason and never cut silently. *Invariant:* nothing is shown that the audit log does not have.

mod free;
mod link;
mod next;
mod search;
mod tasks;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
pub use voiceassist_dav::icalendar::Zone;
use voiceassist_model::{AccountId, CollectionId, CollectionObjectId};
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::calendars::{
    Described, ItemKind, NewOccurrence, Occurrence, Participant, Span, Times,
};
use voiceassist_store::collections::{Collection, CollectionClass, Held};
use voiceassist_store::{Listed, Page, Store, StoreError};

pub use free::{Availability, FreeRequest, MAX_FREE_SPAN, Slot};
pub use link::Links;
pub use tasks::{Task, Tasks, TasksRequest};

/// The longest span that is asked for at once.
pub const MAX_SPAN: TimeDelta = TimeDelta::days(1_100);
/// Rows of one span that are ordered at once.
pub const MAX_ROWS: u32 = 20_000;
/// How far events on either side of now tell which zone their person is in.
const WEEKS: TimeDelta = TimeDelta::days(28);
/// How many of them are asked.
const MAX_SAMPLED: u32 = 200;
/// Objects unsealed with one statement.
const DESCRIBED_AT_ONCE: usize = 500;

/// What to look for.
#[derive(Clone, PartialEq, Eq)]
pub struct AgendaRequest {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when, which is not part of it.
    pub to: DateTime<Utc>,
    /// By whose clock.
    pub zone: Zone,
    /// Only in this calendar.
    pub calendar: Option<CollectionId>,
    /// Only what says all of these words somewhere.
    pub query: Option<String>,
}

voiceassist_model::debug_without_text!(AgendaRequest { from, to, zone, calendar; });

/// What is on, page by page.
#[derive(Clone, Debug)]
pub struct Agenda {
    /// The zone of every time in it, by name.
    pub zone: String,
    /// By their start.
    pub appointments: Listed<Appointment>,
}

/// One event at one time.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is said of the event by itself")]
pub struct Appointment {
    /// The event; all occurrences of a series share it.
    pub event: CollectionObjectId,
    /// Its calendar.
    pub calendar: CollectionId,
    /// What that is called.
    pub calendar_name: String,
    /// When it begins, as the asker's clock shows it.
    pub start: DateTime<FixedOffset>,
    /// When it has ended.
    pub end: DateTime<FixedOffset>,
    /// Of whole days the first and the last.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// It is at this time on every clock.
    pub floating: bool,
    /// The zone it was written in, by name.
    pub written_zone: Option<String>,
    /// Whether it takes the person's time.
    pub busy: bool,
    /// Whether it was called off.
    pub cancelled: bool,
    /// Whether it belongs to a series.
    pub recurs: bool,
    /// What it is called.
    pub summary: String,
    /// Where.
    pub location: String,
    /// What is said about it.
    pub description: String,
    /// An address of it.
    pub url: Option<String>,
    /// `STATUS`, upper case.
    pub status: Option<String>,
    /// Its categories.
    pub categories: Vec<String>,
    /// Who organises it.
    pub organizer: Option<Participant>,
    /// Who comes, the first of them.
    pub attendees: Vec<Participant>,
    /// How many come in all.
    pub attendee_count: u32,
    /// Codes of what could not be used of the event, such as an unknown zone.
    pub defects: Vec<String>,
    /// Opens it in Nextcloud.
    pub link: Option<String>,
}

voiceassist_model::debug_without_text!(Appointment { event, start, end, busy, cancelled; summary, location });

/// A question about time that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum DiaryError {
    /// Nobody knows a zone of this name.
    #[error("the time zone is unknown")]
    UnknownZone,
    /// It ends before it begins, or is longer than is asked for at once.
    #[error("the span must end after it begins and be no longer than {} days", .max.num_days())]
    Span {
        /// The longest.
        max: TimeDelta,
    },
    /// More is in the span than can be ordered at once.
    #[error("the span has more than {limit} entries; ask for a shorter one")]
    TooMany {
        /// The most.
        limit: u32,
    },
    /// Working hours end before they begin, or no day is one of work.
    #[error("working hours must end after they begin, on at least one day")]
    Hours,
    /// The store failed.
    #[error("reading the calendar")]
    Store(#[from] StoreError),
}

/// One person's time, asked about by somebody who is recorded.
#[derive(Clone)]
pub struct Diary<'a> {
    store: &'a Store,
    account: AccountId,
    actor: Actor,
}

/// An occurrence at its time in the asker's zone.
struct Placed {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    what: Occurrence,
}

impl<'a> Diary<'a> {
    /// The time of this account's person, asked about by themselves.
    pub const fn of(store: &'a Store, account: AccountId) -> Self {
        Self { store, account, actor: Actor::Person(account) }
    }

    /// The same, asked about by whoever runs the daemon.
    pub const fn for_operator(store: &'a Store, account: AccountId) -> Self {
        Self { store, account, actor: Actor::Operator }
    }

    /// The person's calendars.
    pub async fn calendars(&self) -> Result<Vec<Collection>, DiaryError> {
        Ok(self.store.collections().list(self.account, CollectionClass::Calendar).await?)
    }

    /// How much of each calendar is mirrored.
    pub async fn held(&self) -> Result<HashMap<CollectionId, Held>, DiaryError> {
        Ok(self.store.collections().held(self.account).await?)
    }

    /// The zone of this name; without one that of the person's own calendars, and where these name none, the one in which
    /// most of their events of these weeks are written. UTC where there are none.
    pub async fn zone(&self, name: Option<&str>) -> Result<Zone, DiaryError> {
        if let Some(name) = name {
            return Zone::named(name).ok_or(DiaryError::UnknownZone);
        }
        let calendars = self.calendars().await?;
        let own = calendars.iter().filter(|calendar| calendar.kind == "own");
        let zone = own.filter_map(|calendar| calendar.about.time_zone.as_deref()).find_map(Zone::named);
        match zone {
            Some(zone) => Ok(zone),
            None => Ok(self.written_zone().await?.unwrap_or(Zone::Utc)),
        }
    }

    /// The zone in which an answer is given: that of the question, and where it says none, that of the person.
    pub async fn zone_of(&self, asked_by: Option<&Zone>) -> Result<Zone, DiaryError> {
        match asked_by {
            Some(zone) => Ok(zone.clone()),
            None => self.zone(None).await,
        }
    }

    /// The zone in which most of the person's own events of these weeks are written.
    async fn written_zone(&self) -> Result<Option<Zone>, DiaryError> {
        let now = self.store.clock().now();
        let weeks = span(now - WEEKS, now + WEEKS, &Zone::Utc, MAX_SPAN)?;
        let rows =
            self.store.calendars().occurrences(self.account, ItemKind::Event, &weeks, MAX_SAMPLED).await?;
        let own = rows.iter().filter(|row| row.what.busy && row.what.times == Times::Zoned);
        let said = self.describe(own.map(|row| row.object)).await?;
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for name in said.values().filter_map(|one| one.note.items.first()?.zone.as_deref()) {
            // An event at an instant says nothing about where its person is.
            if name != "UTC" && Zone::named(name).is_some() {
                *votes.entry(name).or_default() += 1;
            }
        }
        let most = votes.into_iter().max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)));
        Ok(most.and_then(|(name, _)| Zone::named(name)))
    }

    /// What is on in a span.
    pub async fn agenda(&self, request: &AgendaRequest, page: &Page) -> Result<Agenda, DiaryError> {
        let span = span(request.from, request.to, &request.zone, MAX_SPAN)?;
        let mut placed = self.placed(ItemKind::Event, &span, &request.zone).await?;
        if let Some(calendar) = request.calendar {
            placed.retain(|one| one.what.collection == calendar);
        }
        if let Some(query) = &request.query {
            self.keep_matching(&mut placed, query).await?;
        }
        let listed = Listed::of_whole(placed, page, |_, one| (one.start, one.what.object.as_uuid()))?;
        let appointments = self.described(listed.items, &request.zone).await?;
        self.record(appointments.len()).await?;
        let appointments = Listed { items: appointments, next: listed.next };
        Ok(Agenda { zone: request.zone.name(), appointments })
    }

    /// Everything of a kind in a span, ordered by the asker's clock.
    async fn placed(&self, kind: ItemKind, span: &Span, zone: &Zone) -> Result<Vec<Placed>, DiaryError> {
        let rows = self.store.calendars().occurrences(self.account, kind, span, MAX_ROWS + 1).await?;
        if rows.len() > MAX_ROWS as usize {
            return Err(DiaryError::TooMany { limit: MAX_ROWS });
        }
        let mut placed: Vec<Placed> = rows.into_iter().map(|row| place(row, zone)).collect();
        placed.sort_by_key(|one| (one.start, one.what.object));
        Ok(placed)
    }

    async fn describe(
        &self,
        objects: impl IntoIterator<Item = CollectionObjectId>,
    ) -> Result<HashMap<CollectionObjectId, Described>, DiaryError> {
        let mut wanted: Vec<CollectionObjectId> = objects.into_iter().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut described = HashMap::with_capacity(wanted.len());
        for some in wanted.chunks(DESCRIBED_AT_ONCE) {
            described.extend(self.store.calendars().describe(self.account, some).await?);
        }
        Ok(described)
    }

    /// With what they say. One that went meanwhile is left out.
    async fn described(&self, placed: Vec<Placed>, zone: &Zone) -> Result<Vec<Appointment>, DiaryError> {
        let links = async { Ok(Links::of(self.store, self.account).await?) };
        let (said, calendars, links) = futures::try_join!(
            self.describe(placed.iter().map(|one| one.what.object)),
            self.calendars(),
            links
        )?;
        let names: BTreeMap<CollectionId, String> =
            calendars.into_iter().map(|calendar| (calendar.id, calendar.about.name)).collect();
        Ok(placed
            .into_iter()
            .filter_map(|one| {
                let described = said.get(&one.what.object)?;
                let name = names.get(&one.what.collection)?;
                appointment(&one, described, name, zone, &links)
            })
            .collect())
    }

    /// Notes that so many entries are about to be shown.
    async fn record(&self, shown: usize) -> Result<(), DiaryError> {
        if shown > 0 {
            let entry = Entry::new(self.actor, Action::CalendarShow)
                .about(Subject::Account(self.account))
                .count("shown", shown as u64);
            self.store.audit().append_all(vec![entry]).await?;
        }
        Ok(())
    }
}

fn appointment(
    placed: &Placed,
    described: &Described,
    calendar_name: &str,
    zone: &Zone,
    links: &Links,
) -> Option<Appointment> {
    let what = placed.what.what;
    let item = described.note.items.get(usize::try_from(what.item).ok()?)?.clone();
    let days = (what.times == Times::AllDay).then(|| days(&what));
    Some(Appointment {
        event: placed.what.object,
        calendar: placed.what.collection,
        calendar_name: calendar_name.to_owned(),
        start: shown(placed.start, zone),
        end: shown(placed.end, zone),
        days,
        floating: what.times == Times::Floating,
        written_zone: item.zone,
        busy: what.busy,
        cancelled: what.cancelled,
        recurs: item.recurs,
        summary: item.summary,
        location: item.location,
        description: item.description,
        url: item.url,
        status: item.status,
        categories: item.categories,
        organizer: item.organizer,
        attendees: item.attendees,
        attendee_count: item.attendee_count,
        defects: described.note.defects.clone(),
        link: links.event(&described.location, what.original.unwrap_or(what.start)),
    })
}

/// The first and the last of whole days.
fn days(what: &NewOccurrence) -> (NaiveDate, NaiveDate) {
    let first = what.start.date_naive();
    let last = (what.end - TimeDelta::days(1)).date_naive();
    (first, last.max(first))
}

/// A point in time as somebody gives it: an instant with its offset, a local time of the zone, or a day, which is its
/// midnight there.
pub fn moment(text: &str, zone: &Zone) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_time(NaiveTime::MIN)))?;
    Some(zone.resolve(local).at)
}

/// An instant as clocks of the zone show it.
fn shown(at: DateTime<Utc>, zone: &Zone) -> DateTime<FixedOffset> {
    at.with_timezone(&zone.offset(at))
}

/// An occurrence at its time for somebody in this zone.
fn place(what: Occurrence, zone: &Zone) -> Placed {
    let (start, end) = match what.what.times {
        Times::Zoned | Times::Undated => (what.what.start, what.what.end),
        Times::AllDay | Times::Floating => {
            let at = |written: DateTime<Utc>| zone.resolve(written.naive_utc()).at;
            (at(what.what.start), at(what.what.end))
        }
    };
    Placed { start, end: end.max(start), what }
}

/// A span by both clocks, if it is one.
fn span(from: DateTime<Utc>, to: DateTime<Utc>, zone: &Zone, max: TimeDelta) -> Result<Span, DiaryError> {
    if to <= from || to - from > max {
        return Err(DiaryError::Span { max });
    }
    Ok(Span { from, to, local_from: zone.local(from), local_to: zone.local(to) })
}
