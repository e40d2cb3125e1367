//! The time of somebody with 100,000 events, a tenth of them series: mirrored, and asked about.
//!
//! Two years on either side of now; a series is 26 weeks long, leaves one week out and moves another. Questions are asked
//! as over HTTP, one after the other, each about another day. `VOICEASSIST_BENCH_EVENTS` makes it smaller.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_assistant::diary::{AgendaRequest, Diary, FreeRequest, Zone};
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript};
use voiceassist_store::Page;
use voiceassist_store::collections::CollectionClass;
use voiceassist_workers::sync::collections::sync_collections;

use crate::million::memory;
use crate::stage::Stage;
use crate::{milliseconds, percentile, row};

const EVENTS: u32 = 100_000;
/// The hours over which they are spread: four years.
const HOURS: u32 = 4 * 365 * 24;
/// Questions of each kind.
const QUESTIONS: usize = 300;

fn events() -> u32 {
    let wanted = std::env::var_os("VOICEASSIST_BENCH_EVENTS").and_then(|text| text.into_string().ok());
    wanted.and_then(|text| text.parse().ok()).unwrap_or(EVENTS)
}

/// One object; every tenth is a series with an exception and a moved instance.
fn event(number: u32, now: DateTime<Utc>) -> String {
    let hour = u64::from(number) * 7_919 % u64::from(HOURS);
    let start = now - TimeDelta::days(730) + TimeDelta::hours(i64::try_from(hour).unwrap());
    let local = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%S").to_string();
    let when = |name: &str, at: DateTime<Utc>| format!("{name};TZID=Europe/Berlin:{}\r\n", local(at));
    let head = format!(
        "UID:bench-{number}\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Round {number}\r\nLOCATION:Room {}\r\n",
        number % 40
    );
    let mut body = format!("BEGIN:VEVENT\r\n{head}{}DURATION:PT30M\r\n", when("DTSTART", start));
    if number.is_multiple_of(10) {
        let (left_out, moved) = (start + TimeDelta::weeks(3), start + TimeDelta::weeks(5));
        body.push_str("RRULE:FREQ=WEEKLY;COUNT=26\r\n");
        body.push_str(&when("EXDATE", left_out));
        body.push_str("END:VEVENT\r\nBEGIN:VEVENT\r\n");
        body.push_str(&head);
        body.push_str(&when("RECURRENCE-ID", moved));
        body.push_str(&when("DTSTART", moved + TimeDelta::hours(2)));
        body.push_str("DURATION:PT30M\r\n");
    }
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n{body}END:VEVENT\r\nEND:VCALENDAR\r\n")
}

pub(crate) async fn measure() {
    let cloud = Nextcloud::start(NextcloudScript::default()).await.unwrap();
    let stage = Stage::build().await;
    let now = stage.context.clock.now();
    for number in 0..events() {
        let name = format!("bench-{number}.ics");
        cloud.put_object("alice", "personal", &name, &event(number, now)).unwrap();
    }
    let password = cloud.app_password("alice").unwrap();
    let account = stage.account(&cloud.base_url(), "alice", password).await;
    let begun = Instant::now();
    let report = sync_collections(&stage.context, account, CollectionClass::Calendar).await.unwrap();
    let took = begun.elapsed().as_secs_f64();
    assert_eq!((report.read, report.quarantined), (u64::from(events()), 0));
    row(
        &format!("first look at a calendar of {} events, a tenth of them series", report.read),
        format!(
            "{took:.0} s, {:.0}/s; {} MB at most, the loopback server included",
            report.read as f64 / took,
            memory("VmHWM")
        ),
    );
    let diary = Diary::of(&stage.context.store, account);
    let zone = Zone::named("Europe/Berlin").unwrap();
    let day = |at: usize| now - TimeDelta::days(300) + TimeDelta::days(i64::try_from(at * 3 % 900).unwrap());
    for (what, span) in [("a day", 1), ("a week", 7)] {
        let mut times = Vec::new();
        let mut found = 0;
        for at in 0..QUESTIONS {
            let from = day(at);
            let request = AgendaRequest {
                from,
                to: from + TimeDelta::days(span),
                zone: zone.clone(),
                calendar: None,
                query: None,
            };
            let begun = Instant::now();
            let agenda = diary.agenda(&request, &Page::first(50)).await.unwrap();
            times.push(begun.elapsed());
            found += agenda.appointments.items.len();
        }
        tell(&format!("agenda of {what}, the first 50 of it, {QUESTIONS} questions"), times, found);
    }
    let mut times = Vec::new();
    for _ in 0..QUESTIONS {
        let begun = Instant::now();
        diary.next(&zone).await.unwrap();
        times.push(begun.elapsed());
    }
    tell("what comes next", times, 1);
    let mut times = Vec::new();
    for at in 0..QUESTIONS {
        let request = FreeRequest::new(day(at), day(at) + TimeDelta::days(1), zone.clone());
        let begun = Instant::now();
        diary.availability(&request).await.unwrap();
        times.push(begun.elapsed());
    }
    tell("when somebody is free on a day", times, 1);
}

fn tell(what: &str, mut times: Vec<Duration>, found: usize) {
    assert!(found > 0, "the questions have answers");
    times.sort_unstable();
    let at = |percent| milliseconds(percentile(&times, percent));
    row(what, format!("p50 {}, p95 {}, p99 {}", at(50), at(95), at(99)));
}
