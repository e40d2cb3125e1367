//! What is on, one page at a time: in a span, in a calendar, by words.

use axum::Json;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_assistant::diary::AgendaRequest;
use voiceassist_model::CollectionId;

use super::event::Event;
use super::{diary, moment};
use crate::extract::page;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::limits::MAX_CALENDAR_QUERY_CHARS;
use crate::problem::{Code, Failure};

/// The span without `to`, when nothing is looked for.
const WEEK: TimeDelta = TimeDelta::days(7);
/// The span on either side of now, when something is.
const BEHIND: TimeDelta = TimeDelta::days(365);
const AHEAD: TimeDelta = TimeDelta::days(730);

/// Which events.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventParameters {
    /// From when: an instant, a local time of the zone, or a day. Now unless given; with `q` a year ago.
    #[param(example = "2026-11-24")]
    from: Option<String>,
    /// Until when, at most 1,100 days later. A week after `from` unless given; with `q` in two years.
    to: Option<String>,
    /// The zone of the answer, by name. That of your own calendars unless given.
    #[param(example = "Europe/Berlin")]
    zone: Option<String>,
    /// Only in this calendar.
    calendar: Option<Uuid>,
    /// Only what says all of these words somewhere; a word may be a beginning. At most 200 characters.
    #[param(max_length = 200)]
    q: Option<String>,
    /// How many at most, 1 to 100; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// One page of events.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventPage {
    /// The zone of every time in it.
    zone: String,
    /// By their start.
    events: Vec<Event>,
    /// Pass it as `after`, with the same `from` and `to`, to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists your events in a span of time.
#[utoipa::path(
    get, path = "/api/v1/events", operation_id = "list_events", tag = "calendars",
    params(EventParameters), security(("token" = [])),
    responses((status = 200, description = "One page", body = EventPage)),
)]
pub(crate) async fn list_events(
    reader: Reader,
    FromQuery(parameters): FromQuery<EventParameters>,
) -> Result<Json<EventPage>, Failure> {
    let page = page::page(parameters.limit, parameters.after.as_deref())?;
    let query = parameters.q.filter(|query| !query.trim().is_empty());
    if query.as_ref().is_some_and(|query| query.chars().count() > MAX_CALENDAR_QUERY_CHARS) {
        let detail = format!("The parameter `q` may have at most {MAX_CALENDAR_QUERY_CHARS} characters.");
        return Err(Failure::new(Code::QueryTooLong).detail(detail));
    }
    let diary = diary(&reader).await;
    let zone = diary.zone(parameters.zone.as_deref()).await?;
    let now = reader.store().clock().now();
    let from = match &parameters.from {
        Some(text) => moment("from", text, &zone)?,
        None if query.is_some() => now - BEHIND,
        None => now,
    };
    let to = match &parameters.to {
        Some(text) => moment("to", text, &zone)?,
        None if query.is_some() => (now + AHEAD).max(from + WEEK),
        None => from + WEEK,
    };
    let calendar = parameters.calendar.map(CollectionId::from_uuid);
    let agenda = diary.agenda(&AgendaRequest { from, to, zone, calendar, query }, &page).await?;
    Ok(Json(EventPage {
        zone: agenda.zone,
        events: agenda.appointments.items.into_iter().map(Event::from).collect(),
        next: agenda.appointments.next.map(|cursor| cursor.to_string()),
    }))
}
