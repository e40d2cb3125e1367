//! Your open tasks, one page at a time, those due first in front.

use axum::Json;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_assistant::diary::{Task as Open, TasksRequest};

use super::{diary, moment};
use crate::extract::page;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Which tasks.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TaskParameters {
    /// Only what is due before this: an instant, a local time of the zone, or a day.
    due_before: Option<String>,
    /// The zone of the answer, by name. That of your own calendars unless given.
    zone: Option<String>,
    /// How many at most, 1 to 100; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// One page of tasks.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskPage {
    /// The zone of every time in it.
    zone: String,
    /// By when they are due, those without a date last.
    tasks: Vec<Task>,
    /// Pass it as `after` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One open task.
#[derive(Serialize, ToSchema)]
pub(crate) struct Task {
    /// Names it for as long as it is mirrored.
    id: Uuid,
    /// Its calendar.
    calendar: Uuid,
    /// What it is called.
    summary: String,
    /// What is said about it.
    description: String,
    /// When it is due; of a whole day its end.
    due: Option<DateTime<FixedOffset>>,
    /// The day it is due, when no time is said.
    due_day: Option<NaiveDate>,
    /// Whether that has passed.
    overdue: bool,
    /// 1 to 9, 1 first.
    priority: Option<u8>,
    /// How much of it is done, in percent.
    percent: Option<u8>,
    /// Its categories.
    categories: Vec<String>,
    /// Opens it in Nextcloud.
    link: Option<String>,
}

impl From<Open> for Task {
    fn from(own: Open) -> Self {
        Self {
            id: own.task.as_uuid(),
            calendar: own.calendar.as_uuid(),
            summary: own.summary,
            description: own.description,
            due: own.due,
            due_day: own.due_day,
            overdue: own.overdue,
            priority: own.priority,
            percent: own.percent,
            categories: own.categories,
            link: own.link,
        }
    }
}

/// Lists your open tasks.
#[utoipa::path(
    get, path = "/api/v1/tasks", operation_id = "list_tasks", tag = "calendars",
    params(TaskParameters), security(("token" = [])),
    responses((status = 200, description = "One page", body = TaskPage)),
)]
pub(crate) async fn list_tasks(
    reader: Reader,
    FromQuery(parameters): FromQuery<TaskParameters>,
) -> Result<Json<TaskPage>, Failure> {
    let page = page::page(parameters.limit, parameters.after.as_deref())?;
    let diary = diary(&reader).await;
    let zone = diary.zone(parameters.zone.as_deref()).await?;
    let due_before = match &parameters.due_before {
        Some(text) => Some(moment("due_before", text, &zone)?),
        None => None,
    };
    let found = diary.tasks(&TasksRequest { due_before, zone }, &page).await?;
    Ok(Json(TaskPage {
        zone: found.zone,
        tasks: found.tasks.items.into_iter().map(Task::from).collect(),
        next: found.tasks.next.map(|cursor| cursor.to_string()),
    }))
}
