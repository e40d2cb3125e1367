//! One event at one time, as it is shown: with its calendar, its people and what opens it in Nextcloud.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_assistant::diary::Appointment;

use super::Participant;

/// One event at one time.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is said of the event by itself")]
pub(crate) struct Event {
    /// The event; all occurrences of a series share it.
    id: Uuid,
    /// Its calendar.
    calendar: Uuid,
    /// What that is called.
    calendar_name: String,
    /// What it is called.
    summary: String,
    /// When it begins, in the answer's zone.
    start: DateTime<FixedOffset>,
    /// When it has ended.
    end: DateTime<FixedOffset>,
    /// Of whole days the first.
    first_day: Option<NaiveDate>,
    /// Of whole days the last.
    last_day: Option<NaiveDate>,
    /// It is at this time on every clock.
    floating: bool,
    /// The zone it was written in; absent for whole days and floating times.
    written_zone: Option<String>,
    /// Whether it takes your time.
    busy: bool,
    /// Whether it was called off.
    cancelled: bool,
    /// Whether it belongs to a series.
    recurs: bool,
    /// Where.
    location: String,
    /// What is said about it, its beginning at most 4,000 characters.
    description: String,
    /// An address of it.
    url: Option<String>,
    /// `TENTATIVE`, `CONFIRMED` or `CANCELLED`.
    status: Option<String>,
    /// Its categories.
    categories: Vec<String>,
    /// Who organises it.
    organizer: Option<Participant>,
    /// Who comes, the first hundred.
    attendees: Vec<Participant>,
    /// How many come in all.
    attendee_count: u32,
    /// Codes of what could not be used of it: `unknown_zone`, `rule`, `too_dense` …
    defects: Vec<String>,
    /// Opens it in Nextcloud.
    link: Option<String>,
}

impl From<Appointment> for Event {
    fn from(own: Appointment) -> Self {
        let (first_day, last_day) = own.days.unzip();
        Self {
            id: own.event.as_uuid(),
            calendar: own.calendar.as_uuid(),
            calendar_name: own.calendar_name,
            summary: own.summary,
            start: own.start,
            end: own.end,
            first_day,
            last_day,
            floating: own.floating,
            written_zone: own.written_zone,
            busy: own.busy,
            cancelled: own.cancelled,
            recurs: own.recurs,
            location: own.location,
            description: own.description,
            url: own.url,
            status: own.status,
            categories: own.categories,
            organizer: own.organizer.map(Participant::from),
            attendees: own.attendees.into_iter().map(Participant::from).collect(),
            attendee_count: own.attendee_count,
            defects: own.defects,
            link: own.link,
        }
    }
}
