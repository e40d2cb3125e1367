//! Recurrence: the examples of RFC 5545 section 3.8.5.3 with the dates it lists, and what it leaves to be got wrong.

mod bounds;
mod clocks;
mod instances;
mod rules;
mod tasks;

use chrono::{DateTime, NaiveDateTime, TimeZone as _, Utc};
use voiceassist_dav::icalendar::{CalendarObject, Expansion, ExpansionLimits, Window, Zone};

/// An event with these lines.
fn event(lines: &str) -> CalendarObject {
    let text =
        format!("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:one\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
    CalendarObject::read(&text).expect("the event can be read")
}

fn utc(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").expect("a time");
    Utc.from_utc_datetime(&local)
}

fn window(start: &str, end: &str) -> Window {
    Window { start: utc(start), end: utc(end), viewer: Zone::named("America/New_York").expect("a zone") }
}

fn expand(object: &CalendarObject, start: &str, end: &str) -> Expansion {
    object.occurrences(&window(start, end), ExpansionLimits::default())
}

/// The local starts, as `19970902T0900`.
fn starts(expansion: &Expansion) -> Vec<String> {
    expansion.occurrences.iter().map(|one| one.local_start.format("%Y%m%dT%H%M").to_string()).collect()
}
