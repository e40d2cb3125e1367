//! When your time is taken, and when it is free within working hours. What takes it is not said.

use axum::Json;
use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_assistant::diary::{FreeRequest, Slot};

use super::{diary, moment};
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// The span without `to`.
const WEEK: TimeDelta = TimeDelta::days(7);
/// The longest gap that can be asked for, in minutes.
const MAX_MINUTES: u32 = 24 * 60;

/// When to look.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FreeBusyParameters {
    /// From when: an instant, a local time of the zone, or a day. Now unless given.
    from: Option<String>,
    /// Until when, at most 92 days later. A week after `from` unless given.
    to: Option<String>,
    /// The zone of the answer and of the working hours, by name. That of your own calendars unless given.
    zone: Option<String>,
    /// When work begins, by the zone's clock; 08:00 unless given.
    #[param(example = "08:00")]
    opens: Option<String>,
    /// When it ends; 18:00 unless given.
    #[param(example = "18:00")]
    closes: Option<String>,
    /// On which days; `mon,tue,wed,thu,fri` unless given.
    days: Option<String>,
    /// The shortest free time that is told, in minutes, 1 to 1440; 30 unless given.
    #[param(minimum = 1, maximum = 1440)]
    minutes: Option<u32>,
}

/// What is taken and what is free.
#[derive(Serialize, ToSchema)]
pub(crate) struct FreeBusy {
    /// The zone of every time in it.
    zone: String,
    /// Taken; what overlaps or touches is one stretch.
    busy: Vec<Stretch>,
    /// Free within working hours.
    free: Vec<Stretch>,
}

/// A stretch of time.
#[derive(Serialize, ToSchema)]
pub(crate) struct Stretch {
    /// From when.
    start: DateTime<FixedOffset>,
    /// Until when.
    end: DateTime<FixedOffset>,
}

impl From<Slot> for Stretch {
    fn from(slot: Slot) -> Self {
        Self { start: slot.start, end: slot.end }
    }
}

/// Shows when your time is taken and when it is free.
#[utoipa::path(
    get, path = "/api/v1/freebusy", operation_id = "show_free_busy", tag = "calendars",
    params(FreeBusyParameters), security(("token" = [])),
    responses((status = 200, description = "Both, by their start", body = FreeBusy)),
)]
pub(crate) async fn show_free_busy(
    reader: Reader,
    FromQuery(parameters): FromQuery<FreeBusyParameters>,
) -> Result<Json<FreeBusy>, Failure> {
    let diary = diary(&reader).await;
    let zone = diary.zone(parameters.zone.as_deref()).await?;
    let from = match &parameters.from {
        Some(text) => moment("from", text, &zone)?,
        None => reader.store().clock().now(),
    };
    let to = match &parameters.to {
        Some(text) => moment("to", text, &zone)?,
        None => from + WEEK,
    };
    let mut request = FreeRequest::new(from, to, zone);
    if let Some(opens) = &parameters.opens {
        request.opens = time("opens", opens)?;
    }
    if let Some(closes) = &parameters.closes {
        request.closes = time("closes", closes)?;
    }
    if let Some(days) = &parameters.days {
        request.days = weekdays(days)?;
    }
    if let Some(minutes) = parameters.minutes {
        if !(1..=MAX_MINUTES).contains(&minutes) {
            let detail = format!("The parameter `minutes` must be between 1 and {MAX_MINUTES}.");
            return Err(Failure::new(Code::InvalidParameter).detail(detail));
        }
        request.at_least = TimeDelta::minutes(i64::from(minutes));
    }
    let found = diary.availability(&request).await?;
    Ok(Json(FreeBusy {
        zone: found.zone,
        busy: found.busy.into_iter().map(Stretch::from).collect(),
        free: found.free.into_iter().map(Stretch::from).collect(),
    }))
}

fn time(name: &str, text: &str) -> Result<NaiveTime, Failure> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| {
        Failure::new(Code::InvalidParameter)
            .detail(format!("The parameter `{name}` must be a time of day such as 08:00."))
    })
}

fn weekdays(text: &str) -> Result<Vec<Weekday>, Failure> {
    text.split(',').map(|day| day.trim().parse()).collect::<Result<_, _>>().map_err(|_| {
        Failure::new(Code::InvalidParameter)
            .detail("The parameter `days` must be a list such as mon,wed,fri.")
    })
}
