//! What is kept of events and tasks, in the hard cases of time.

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_store::calendars::{ItemKind, NewOccurrence, Note, Times};
use voiceassist_store::collections::objects::ReadObject;

use super::{AHEAD, MAX_AHEAD, MAX_BEHIND, Reading};

fn now() -> DateTime<Utc> {
    at("2026-11-23T12:00:00Z")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn read(lines: &str) -> ReadObject {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{lines}\nEND:VCALENDAR\n");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let text = lines.join("\r\n") + "\r\n";
    let reading = Reading { now: now(), addresses: vec!["alice@clinic.example".to_owned()] };
    super::read(&text, &reading).expect("an object")
}

fn event(lines: &str) -> ReadObject {
    read(&format!("BEGIN:VEVENT\nUID:e-1\nDTSTAMP:20260101T000000Z\n{lines}\nEND:VEVENT"))
}

fn note(read: &ReadObject) -> Note {
    serde_json::from_str(&read.note).expect("a note")
}

fn starts(read: &ReadObject, from: &str, to: &str) -> Vec<String> {
    let within = |one: &&NewOccurrence| one.start >= at(from) && one.start < at(to);
    read.occurrences.iter().filter(within).map(|one| one.start.to_rfc3339()).collect()
}

#[test]
fn nine_o_clock_stays_nine_o_clock_over_a_clock_change() {
    let series = event(
        "DTSTART;TZID=Europe/Berlin:20260301T090000\nDTEND;TZID=Europe/Berlin:20260301T093000\nRRULE:FREQ=WEEKLY",
    );
    let around = starts(&series, "2026-10-15T00:00:00Z", "2026-11-05T00:00:00Z");
    assert_eq!(
        around,
        ["2026-10-18T07:00:00+00:00", "2026-10-25T08:00:00+00:00", "2026-11-01T08:00:00+00:00"]
    );
    assert_eq!(series.expanded_until, Some(now() + AHEAD), "an endless series goes on");
}

#[test]
fn a_time_that_is_skipped_or_comes_twice_is_placed_as_the_rfc_says() {
    let series =
        event("DTSTART;TZID=Europe/Berlin:20260320T023000\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=300");
    assert_eq!(
        starts(&series, "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"),
        ["2026-03-29T01:30:00+00:00"]
    );
    assert_eq!(
        starts(&series, "2026-10-25T00:00:00Z", "2026-10-25T12:00:00Z"),
        ["2026-10-25T00:30:00+00:00"]
    );
    assert_eq!(series.expanded_until, None, "a series that has ended does not go on");
}

#[test]
fn changed_removed_and_added_instances_are_kept_as_such() {
    let series = read(
        "BEGIN:VEVENT\nUID:s-1\nDTSTAMP:20260101T000000Z\nDTSTART:20261101T100000Z\nDURATION:PT1H\nSUMMARY:Round\n\
         RRULE:FREQ=DAILY;COUNT=4\nEXDATE:20261102T100000Z\nRDATE:20261110T100000Z\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:s-1\nDTSTAMP:20260101T000000Z\nRECURRENCE-ID:20261103T100000Z\nDTSTART:20261103T150000Z\n\
         DURATION:PT1H\nSUMMARY:Round (late)\nEND:VEVENT",
    );
    let all = starts(&series, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    assert_eq!(
        all,
        [
            "2026-11-01T10:00:00+00:00",
            "2026-11-03T15:00:00+00:00",
            "2026-11-04T10:00:00+00:00",
            "2026-11-10T10:00:00+00:00"
        ]
    );
    let moved = series.occurrences[1];
    assert_eq!(moved.original, Some(at("2026-11-03T10:00:00Z")), "it is known which instance it was");
    let note = note(&series);
    let summary = |item: u32| note.items[item as usize].summary.clone();
    assert_eq!(
        (summary(moved.item), summary(series.occurrences[0].item)),
        ("Round (late)".into(), "Round".into())
    );
}

#[test]
fn whole_days_and_floating_times_stay_what_a_clock_shows() {
    let day = event("DTSTART;VALUE=DATE:20261224");
    assert_eq!(day.occurrences[0].times, Times::AllDay);
    assert_eq!(
        (day.occurrences[0].start, day.occurrences[0].end),
        (at("2026-12-24T00:00:00Z"), at("2026-12-25T00:00:00Z"))
    );
    let floating = event("DTSTART:20261224T080000\nDURATION:PT30M");
    assert_eq!(floating.occurrences[0].times, Times::Floating);
    assert_eq!(floating.occurrences[0].start, at("2026-12-24T08:00:00Z"));
    let long_ago = event("DTSTART:19990101T080000Z\nDURATION:PT30M");
    assert_eq!(long_ago.occurrences.len(), 1, "a single event is kept wherever it is");
}

#[test]
fn a_series_without_measure_loses_its_past_and_not_its_next_days() {
    let bomb = event("DTSTART:20261001T000000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY");
    assert!(bomb.occurrences.len() <= MAX_AHEAD + MAX_BEHIND, "{}", bomb.occurrences.len());
    assert!(note(&bomb).defects.contains(&"too_dense".to_owned()));
    let next = starts(&bomb, "2026-11-23T12:00:00Z", "2026-11-23T12:03:00Z");
    let (first, window) = (bomb.occurrences.first().map(|one| one.start), TimeDelta::days(365));
    assert!(first.is_some_and(|first| first >= now() - window));
    assert!(next.len() == 3 || bomb.occurrences.is_empty(), "{next:?}");
}

#[test]
fn what_is_declined_called_off_or_transparent_leaves_its_time_free() {
    let busy =
        |lines: &str| event(&format!("DTSTART:20261124T100000Z\nDURATION:PT1H\n{lines}")).occurrences[0].busy;
    assert!(busy("SUMMARY:Round"));
    assert!(!busy("TRANSP:TRANSPARENT"));
    assert!(!busy("STATUS:CANCELLED"));
    assert!(!busy("ATTENDEE;PARTSTAT=DECLINED:mailto:Alice@clinic.example"));
    assert!(busy("ATTENDEE;PARTSTAT=DECLINED:mailto:bob@clinic.example"));
}

#[test]
fn a_task_is_placed_where_it_is_due() {
    let task = |lines: &str| {
        read(&format!(
            "BEGIN:VTODO\nUID:t-1\nDTSTAMP:20260101T000000Z\nSUMMARY:Call back\n{lines}\nEND:VTODO"
        ))
        .occurrences
        .first()
        .copied()
        .expect("a task")
    };
    let due = task("DTSTART:20261120T080000Z\nDUE:20261124T160000Z");
    assert_eq!((due.kind, due.start), (ItemKind::Task, at("2026-11-24T16:00:00Z")));
    let day = task("DUE;VALUE=DATE:20261124");
    assert_eq!((day.times, day.start), (Times::AllDay, at("2026-11-24T00:00:00Z")));
    assert_eq!(task("PRIORITY:1").times, Times::Undated);
    assert!(task("STATUS:COMPLETED").done && !task("PERCENT-COMPLETE:50").done);
}

#[test]
fn ten_thousand_participants_are_counted_and_not_all_kept() {
    let guests: Vec<String> =
        (0..10_000).map(|number| format!("ATTENDEE:mailto:guest{number}@clinic.example")).collect();
    let party = event(&format!("DTSTART:20261124T100000Z\nDURATION:PT1H\n{}", guests.join("\n")));
    let note = note(&party);
    assert_eq!(
        (note.items[0].attendee_count, note.items[0].attendees.len()),
        (10_000, super::MAX_PARTICIPANTS)
    );
}
