//! What somebody has to do: open tasks, those that are due first, those without a date last.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use voiceassist_dav::icalendar::Zone;
use voiceassist_model::{CollectionId, CollectionObjectId};
use voiceassist_store::calendars::{Described, Times};
use voiceassist_store::{Listed, Page};

use super::{Diary, DiaryError, Links, MAX_ROWS, Placed, place, shown};

/// What is written about a whole day may be a day away from an instant, wherever one is.
const DAY: TimeDelta = TimeDelta::days(1);

/// Which tasks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TasksRequest {
    /// Due before this; those without a date only without it.
    pub due_before: Option<DateTime<Utc>>,
    /// By whose clock.
    pub zone: Zone,
}

/// Open tasks, page by page.
#[derive(Clone, Debug)]
pub struct Tasks {
    /// The zone of every time in it, by name.
    pub zone: String,
    /// By when they are due.
    pub tasks: Listed<Task>,
}

/// One open task.
#[derive(Clone)]
pub struct Task {
    /// The task.
    pub task: CollectionObjectId,
    /// Its calendar.
    pub calendar: CollectionId,
    /// What it is called.
    pub summary: String,
    /// What is said about it.
    pub description: String,
    /// When it is due, as the asker's clock shows it; of a whole day its end.
    pub due: Option<DateTime<FixedOffset>>,
    /// The day it is due, when no time is said.
    pub due_day: Option<NaiveDate>,
    /// Whether that has passed.
    pub overdue: bool,
    /// 1 to 9, 1 first.
    pub priority: Option<u8>,
    /// How much of it is done.
    pub percent: Option<u8>,
    /// Its categories.
    pub categories: Vec<String>,
    /// Opens it in Nextcloud.
    pub link: Option<String>,
}

voiceassist_model::debug_without_text!(Task { task, due, overdue; summary });

impl Diary<'_> {
    /// Open tasks.
    pub async fn tasks(&self, request: &TasksRequest, page: &Page) -> Result<Tasks, DiaryError> {
        let before = request.due_before.map(|before| before + DAY);
        let rows = self.store.calendars().open_tasks(self.account, before, MAX_ROWS + 1).await?;
        if rows.len() > MAX_ROWS as usize {
            return Err(DiaryError::TooMany { limit: MAX_ROWS });
        }
        let mut placed: Vec<Placed> = rows.into_iter().map(|row| place(row, &request.zone)).collect();
        if let Some(before) = request.due_before {
            placed.retain(|one| one.start < before);
        }
        placed.sort_by_key(|one| (key(one), one.what.object));
        let listed = Listed::of_whole(placed, page, |_, one| (key(one), one.what.object.as_uuid()))?;
        let said = self.describe(listed.items.iter().map(|one| one.what.object)).await?;
        let links = Links::of(self.store, self.account).await?;
        let now = self.store.clock().now();
        let tasks: Vec<Task> = listed
            .items
            .iter()
            .filter_map(|one| task(one, said.get(&one.what.object)?, &request.zone, &links, now))
            .collect();
        self.record(tasks.len()).await?;
        Ok(Tasks { zone: request.zone.name(), tasks: Listed { items: tasks, next: listed.next } })
    }
}

/// What has no date comes after everything.
fn key(placed: &Placed) -> DateTime<Utc> {
    match placed.what.what.times {
        Times::Undated => DateTime::from_timestamp(i64::from(u32::MAX) * 2, 0).unwrap_or_default(),
        _ => placed.start,
    }
}

fn task(
    placed: &Placed,
    described: &Described,
    zone: &Zone,
    links: &Links,
    now: DateTime<Utc>,
) -> Option<Task> {
    let what = placed.what.what;
    let item = described.note.items.get(usize::try_from(what.item).ok()?)?.clone();
    let due = match what.times {
        Times::Undated => None,
        Times::AllDay => Some(placed.end),
        Times::Zoned | Times::Floating => Some(placed.start),
    };
    Some(Task {
        task: placed.what.object,
        calendar: placed.what.collection,
        summary: item.summary,
        description: item.description,
        due: due.map(|due| shown(due, zone)),
        due_day: (what.times == Times::AllDay).then(|| what.start.date_naive()),
        overdue: due.is_some_and(|due| due <= now),
        priority: item.priority,
        percent: item.percent,
        categories: item.categories,
        link: links.task(&described.location),
    })
}
