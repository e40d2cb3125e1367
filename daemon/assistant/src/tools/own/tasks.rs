//! "What is due this week?", "Which of my tasks are overdue?"
//!
//! Open tasks only, those that are due first, what is late told as such; a task without a date is told only when no day was asked for.

use voiceassist_model::{CitedKind, ItemCitation};
use voiceassist_store::Page;
use voiceassist_store::collections::CollectionClass;

use super::saying::Voice;
use super::wish::{What, Wish};
use super::{Answer, Desk, MAX_SHOWN, OwnError};
use crate::diary::{Task, TasksRequest};
use crate::people::fold::words;

/// Tasks that are read to be counted.
const MAX_READ: u32 = 200;

impl Desk<'_> {
    pub(super) async fn tasks(&self, wish: &Wish) -> Result<Option<Answer>, OwnError> {
        let What::Tasks { overdue } = wish.what else { return Ok(None) };
        let voice = &self.voice;
        let looked = self.looked_at(CollectionClass::Calendar).await?;
        let mut answer = Answer::default();
        if looked.is_nothing() {
            self.no_calendars(&mut answer);
            return Ok(Some(answer));
        }
        let due_before = if overdue { Some(voice.now) } else { wish.when.as_ref().map(|when| when.to) };
        let request = TasksRequest { due_before, zone: voice.zone.clone() };
        let found = self.diary.tasks(&request, &Page::first(MAX_READ)).await?.tasks;
        let cut = found.next.is_some();
        let wanted = wish.about.as_deref().map(words).unwrap_or_default();
        let tasks: Vec<Task> = found
            .items
            .into_iter()
            .filter(|task| !overdue || task.overdue)
            .filter(|task| {
                let there = words(&format!("{} {}", task.summary, task.description));
                wanted.iter().all(|word| there.iter().any(|own| own.starts_with(word.as_str())))
            })
            .collect();
        let zone = voice.zone.name();
        let filter = self.filter_said(wish);
        for remark in wish.when.as_ref().map(|when| voice.remarks(when)).unwrap_or_default() {
            answer.note(remark);
        }
        let until = match (&wish.when, overdue) {
            (_, true) => voice.say("overdue", "überfällig").to_owned(),
            (Some(when), _) => {
                let last = voice.day_of(when.to - chrono::TimeDelta::seconds(1));
                format!("{} {}", voice.say("due by the end of", "fällig bis Ende"), voice.day(last))
            }
            (None, false) => voice.say("open", "offen").to_owned(),
        };
        if tasks.is_empty() {
            answer.note(if voice.german {
                format!("Keine Aufgabe{filter} ist {until} ({zone}).")
            } else {
                format!("No task{filter} is {until} ({zone}).")
            });
        } else {
            let count =
                Voice::count(tasks.len(), voice.say("task", "Aufgabe"), voice.say("tasks", "Aufgaben"));
            let many = if cut { voice.say("more than ", "mehr als ") } else { "" };
            answer.note(format!("{many}{count}{filter} {until} ({zone}):"));
        }
        for task in tasks.iter().skip(wish.skip).take(MAX_SHOWN) {
            answer.fact(self.task(task), cited(task));
        }
        let left = tasks.len().saturating_sub(wish.skip + MAX_SHOWN);
        if left > 0 {
            answer.note(voice.more(left));
        }
        self.say_looked(&mut answer, &looked, tasks.is_empty());
        Ok(Some(answer))
    }

    fn task(&self, task: &Task) -> String {
        let voice = &self.voice;
        let name = if task.summary.is_empty() {
            voice.say("without a title", "ohne Titel")
        } else {
            task.summary.as_str()
        };
        let due = match (task.due_day, task.due) {
            (Some(day), _) => voice.short(day),
            (None, Some(due)) => voice.moment(due.to_utc()),
            (None, None) => return format!("{name}: {}.", voice.say("no date", "ohne Datum")),
        };
        let verb =
            if task.overdue { voice.say("was due", "war fällig") } else { voice.say("due", "fällig") };
        Voice::ended(format!("{name}: {verb} {due}"))
    }
}

fn cited(task: &Task) -> ItemCitation {
    ItemCitation {
        kind: CitedKind::Task,
        id: task.task.as_uuid(),
        title: task.summary.clone(),
        link: task.link.clone(),
    }
}
