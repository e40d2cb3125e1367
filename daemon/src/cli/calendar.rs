//! `voiceassist calendar`: what is in a person's calendars, for whoever runs the daemon.
//!
//! For finding out why an answer is what it is. It shows what is the person's own, so it is recorded in the audit log
//! as done by the operator, like everything that shows content.

use chrono::TimeDelta;
use serde_json::json;
use voiceassist_assistant::diary::{
    self, AgendaRequest, Appointment, Diary, FreeRequest, Slot, TasksRequest, Zone,
};
use voiceassist_store::{MAX_PAGE, Page, Store};

use super::{Context, Failure, account, lent};
use crate::config::Config;
use crate::telemetry;
use crate::wiring::{self, World};

/// The span without `--to`.
const WEEK: TimeDelta = TimeDelta::days(7);
/// The spans of a search.
const BEHIND: TimeDelta = TimeDelta::days(365);
const AHEAD: TimeDelta = TimeDelta::days(730);

/// Arguments of `calendar`.
#[derive(Debug, clap::Args)]
pub struct CalendarArguments {
    #[command(subcommand)]
    command: CalendarCommand,
    /// The zone of the answer, by name; without it that of the person's own calendars.
    #[arg(long, global = true, value_name = "ZONE")]
    zone: Option<String>,
    /// From when: an instant, a local time of the zone, or a day. Now without it.
    #[arg(long, global = true, value_name = "TIME")]
    from: Option<String>,
    /// Until when. A week later without it; for a search the past year and the next two.
    #[arg(long, global = true, value_name = "TIME")]
    to: Option<String>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum CalendarCommand {
    /// What is on.
    Agenda {
        /// Nextcloud's user id.
        user: String,
    },
    /// What says all of these words.
    Search {
        /// Nextcloud's user id.
        user: String,
        /// The words; each may be a beginning.
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// When the person is free on Monday to Friday from eight to six.
    Free {
        /// Nextcloud's user id.
        user: String,
    },
    /// Open tasks; with --to only those due before.
    Tasks {
        /// Nextcloud's user id.
        user: String,
    },
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &CalendarArguments) -> Result<(), Failure> {
    let config = context.config()?;
    telemetry::start_log(&config.log)?;
    let world = World::real();
    let store = wiring::store(&config, &world).await.map_err(Failure::Unreachable)?;
    match &arguments.command {
        CalendarCommand::Agenda { user } => agenda(&config, &store, arguments, user, None).await,
        CalendarCommand::Search { user, words } => {
            agenda(&config, &store, arguments, user, Some(words.join(" "))).await
        }
        CalendarCommand::Free { user } => free(&config, &store, arguments, user).await,
        CalendarCommand::Tasks { user } => tasks(&config, &store, arguments, user).await,
    }
}

fn moment(text: &str, zone: &Zone) -> Result<chrono::DateTime<chrono::Utc>, Failure> {
    diary::moment(text, zone).ok_or_else(|| {
        Failure::Other(anyhow::anyhow!(
            "a time is written like 2026-11-24T09:00:00Z, 2026-11-24T09:00 or 2026-11-24"
        ))
    })
}

/// The person's time, once it is known which calendars of others they still see.
async fn diary<'a>(config: &Config, store: &'a Store, user: &str) -> Result<Diary<'a>, Failure> {
    let owner = account::find(store, config, user).await?;
    lent::look(config, store, owner.id).await?;
    Ok(Diary::for_operator(store, owner.id))
}

async fn agenda(
    config: &Config,
    store: &Store,
    arguments: &CalendarArguments,
    user: &str,
    query: Option<String>,
) -> Result<(), Failure> {
    let diary = diary(config, store, user).await?;
    let zone = diary.zone(arguments.zone.as_deref()).await?;
    let now = store.clock().now();
    let from = match &arguments.from {
        Some(text) => moment(text, &zone)?,
        None if query.is_some() => now - BEHIND,
        None => now,
    };
    let to = match &arguments.to {
        Some(text) => moment(text, &zone)?,
        None if query.is_some() => (now + AHEAD).max(from + WEEK),
        None => from + WEEK,
    };
    let request = AgendaRequest { from, to, zone, calendar: None, query };
    let (mut page, mut shown) = (Page::first(MAX_PAGE), 0);
    loop {
        let agenda = diary.agenda(&request, &page).await?;
        if shown == 0 && !arguments.json {
            println!("Times of {}.", agenda.zone);
        }
        for appointment in &agenda.appointments.items {
            shown += 1;
            if arguments.json {
                println!("{}", as_value(appointment, &agenda.zone));
            } else {
                println!("{}", line(appointment));
            }
        }
        match agenda.appointments.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    if shown == 0 { Err(Failure::NothingFound) } else { Ok(()) }
}

fn line(own: &Appointment) -> String {
    let when = match own.days {
        Some((first, last)) if first == last => format!("{} all day        ", first.format("%a %Y-%m-%d")),
        Some((first, last)) => format!("{} to {}", first.format("%a %Y-%m-%d"), last.format("%Y-%m-%d")),
        None => format!("{}–{}", own.start.format("%a %Y-%m-%d %H:%M"), own.end.format("%H:%M")),
    };
    let place = if own.location.is_empty() { String::new() } else { format!(" ({})", own.location) };
    let state = match (own.cancelled, own.busy) {
        (true, _) => " [called off]",
        (false, false) => " [free]",
        (false, true) => "",
    };
    format!("{when}  {}{place}{state}", own.summary)
}

fn as_value(own: &Appointment, zone: &str) -> serde_json::Value {
    json!({
        "event": own.event, "calendar": own.calendar_name, "zone": zone, "start": own.start, "end": own.end,
        "first_day": own.days.map(|days| days.0), "last_day": own.days.map(|days| days.1),
        "floating": own.floating, "written_zone": own.written_zone, "busy": own.busy, "cancelled": own.cancelled,
        "recurs": own.recurs, "summary": own.summary, "location": own.location, "defects": own.defects,
        "link": own.link,
    })
}

async fn free(
    config: &Config,
    store: &Store,
    arguments: &CalendarArguments,
    user: &str,
) -> Result<(), Failure> {
    let diary = diary(config, store, user).await?;
    let zone = diary.zone(arguments.zone.as_deref()).await?;
    let from = match &arguments.from {
        Some(text) => moment(text, &zone)?,
        None => store.clock().now(),
    };
    let to = match &arguments.to {
        Some(text) => moment(text, &zone)?,
        None => from + WEEK,
    };
    let found = diary.availability(&FreeRequest::new(from, to, zone)).await?;
    let value = |slot: &Slot| json!({ "start": slot.start, "end": slot.end });
    if arguments.json {
        let (busy, free): (Vec<_>, Vec<_>) =
            (found.busy.iter().map(value).collect(), found.free.iter().map(value).collect());
        println!("{}", json!({ "zone": found.zone, "busy": busy, "free": free }));
    } else {
        println!("Free, by the clocks of {}:", found.zone);
        for slot in &found.free {
            println!("{}–{}", slot.start.format("%a %Y-%m-%d %H:%M"), slot.end.format("%H:%M"));
        }
    }
    Ok(())
}

async fn tasks(
    config: &Config,
    store: &Store,
    arguments: &CalendarArguments,
    user: &str,
) -> Result<(), Failure> {
    let diary = diary(config, store, user).await?;
    let zone = diary.zone(arguments.zone.as_deref()).await?;
    let due_before = match &arguments.to {
        Some(text) => Some(moment(text, &zone)?),
        None => None,
    };
    let request = TasksRequest { due_before, zone };
    let mut page = Page::first(MAX_PAGE);
    loop {
        let found = diary.tasks(&request, &page).await?;
        for task in &found.tasks.items {
            if arguments.json {
                println!(
                    "{}",
                    json!({ "task": task.task, "zone": found.zone, "summary": task.summary, "due": task.due,
                            "due_day": task.due_day, "overdue": task.overdue, "link": task.link })
                );
            } else {
                let due = match (task.due_day, task.due) {
                    (Some(day), _) => day.format("%a %Y-%m-%d").to_string(),
                    (None, Some(at)) => at.format("%a %Y-%m-%d %H:%M").to_string(),
                    (None, None) => "some day".to_owned(),
                };
                println!("{due:20} {}", task.summary);
            }
        }
        match found.tasks.next {
            Some(next) => page.after = Some(next),
            None => return Ok(()),
        }
    }
}
