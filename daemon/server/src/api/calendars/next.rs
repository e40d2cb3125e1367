//! Your next appointment: what takes your time next and has a time of day.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::diary;
use super::event::Event;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// In which zone.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NextParameters {
    /// The zone of the answer, by name. That of your own calendars unless given.
    zone: Option<String>,
}

/// The next appointment.
#[derive(Serialize, ToSchema)]
pub(crate) struct NextEvent {
    /// The zone of every time in it.
    zone: String,
    /// What takes your time next and has a time of day; absent when there is nothing for two years.
    event: Option<Event>,
}

/// Shows your next appointment.
#[utoipa::path(
    get, path = "/api/v1/events/next", operation_id = "show_next_event", tag = "calendars",
    params(NextParameters), security(("token" = [])),
    responses((status = 200, description = "The next one, if there is one", body = NextEvent)),
)]
pub(crate) async fn show_next_event(
    reader: Reader,
    FromQuery(parameters): FromQuery<NextParameters>,
) -> Result<Json<NextEvent>, Failure> {
    let diary = diary(&reader).await;
    let zone = diary.zone(parameters.zone.as_deref()).await?;
    let event = diary.next(&zone).await?.map(Event::from);
    Ok(Json(NextEvent { zone: zone.name(), event }))
}
