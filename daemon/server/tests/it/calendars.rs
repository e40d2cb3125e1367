//! Calendars, free time and people over HTTP: the asker's own, in a zone that is said.

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use serde_json::Value;
use voiceassist_model::{AccountId, CollectionId, Principal};
use voiceassist_store::calendars::{Item, ItemKind, NewOccurrence, Note, Participant, Times};
use voiceassist_store::collections::objects::{NewObject, ReadObject};
use voiceassist_store::collections::{About, CollectionClass, ObservedCollection};
use voiceassist_store::contacts;

use crate::stage::{Stage, code};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A home of one collection, as a look leaves it.
async fn home(stage: &Stage, of: AccountId, class: CollectionClass, kind: &'static str) -> CollectionId {
    let (location, key) = match class {
        CollectionClass::Calendar => ("remote.php/dav/calendars/alice/personal/", "calendar"),
        CollectionClass::AddressBook => ("remote.php/dav/addressbooks/users/alice/contacts/", "book"),
    };
    let about = About {
        location: location.to_owned(),
        name: "Personal".to_owned(),
        time_zone: Some("Europe/Berlin".to_owned()),
        ..About::default()
    };
    let key = key.to_owned();
    let observed = ObservedCollection { key, kind, about, writable: true, enabled: true, transparent: false };
    let collections = stage.clinic.store.collections();
    collections.apply(of, class, &[observed]).await.unwrap();
    collections.list(of, class).await.unwrap()[0].id
}

async fn keep(stage: &Stage, of: AccountId, collection: CollectionId, name: &str, read: ReadObject) {
    let home =
        if name.starts_with('k') { "addressbooks/users/alice/contacts" } else { "calendars/alice/personal" };
    let location = format!("remote.php/dav/{home}/{name}");
    let object = NewObject {
        key: location.clone(),
        location,
        etag: Some("\"1\"".to_owned()),
        text: Some("as it came".to_owned()),
        outcome: Ok(read),
    };
    let mut tx = stage.clinic.store.begin().await.unwrap();
    stage.clinic.store.collections().apply_objects(&mut tx, of, collection, &[object]).await.unwrap();
    tx.commit().await.unwrap();
}

fn event(summary: &str, times: Times, start: &str, end: &str) -> ReadObject {
    let item = Item {
        summary: summary.to_owned(),
        location: "Room 4, Möwenweg".to_owned(),
        organizer: Some(Participant {
            address: "j.weiss@clinic.example".to_owned(),
            name: Some("Jürgen Weiß".to_owned()),
            answer: "ACCEPTED".to_owned(),
        }),
        zone: (times == Times::Zoned).then(|| "Europe/Berlin".to_owned()),
        ..Item::default()
    };
    let occurrence = NewOccurrence {
        kind: ItemKind::Event,
        times,
        start: at(start),
        end: at(end),
        item: 0,
        original: None,
        busy: true,
        done: false,
        cancelled: false,
    };
    let note = Note { items: vec![item], defects: Vec::new() };
    ReadObject {
        note: serde_json::to_string(&note).unwrap(),
        occurrences: vec![occurrence],
        expanded_until: None,
    }
}

fn task(summary: &str, due: Option<&str>) -> ReadObject {
    let due_at = due.map_or(DateTime::UNIX_EPOCH, at);
    let mut read = event(summary, Times::Undated, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z");
    read.occurrences[0] = NewOccurrence {
        kind: ItemKind::Task,
        times: if due.is_some() { Times::Zoned } else { Times::Undated },
        start: due_at,
        end: due_at,
        busy: false,
        ..read.occurrences[0]
    };
    read
}

fn card(name: &str, uid: &str, unit: &str, email: &str, phone: &str) -> ReadObject {
    let reach = |value: &str| contacts::Reach { value: value.to_owned(), ..contacts::Reach::default() };
    let (given, family) = name.rsplit_once(' ').unwrap();
    let note = contacts::Note {
        uid: Some(uid.to_owned()),
        kind: "individual".to_owned(),
        name: name.to_owned(),
        given: given.to_owned(),
        family: family.to_owned(),
        prefixes: "Dr.".to_owned(),
        organization: Some("Vennhollow Hospital".to_owned()),
        units: vec![unit.to_owned()],
        phones: vec![reach(phone)],
        emails: vec![reach(email)],
        ..contacts::Note::default()
    };
    ReadObject { note: serde_json::to_string(&note).unwrap(), ..ReadObject::default() }
}

/// Alice's week of 23 November 2026, which is a Monday.
async fn week(stage: &Stage) -> Principal {
    let alice = stage.clinic.person("alice").await;
    let now = at("2026-11-23T08:00:00Z");
    stage.clinic.clock.advance(now - stage.clinic.store.clock().now());
    let calendar = home(stage, alice.account, CollectionClass::Calendar, "own").await;
    let events = [
        ("1.ics", event("Ward round", Times::Zoned, "2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z")),
        ("2.ics", event("Echo conference", Times::Zoned, "2026-11-24T13:00:00Z", "2026-11-24T14:30:00Z")),
        ("3.ics", event("Call home", Times::Floating, "2026-11-24T08:00:00Z", "2026-11-24T08:30:00Z")),
        ("4.ics", event("Day off", Times::AllDay, "2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z")),
        ("5.ics", event("Long course", Times::Zoned, "2026-11-01T00:00:00Z", "2026-12-31T00:00:00Z")),
    ];
    for (name, mut read) in events {
        read.occurrences[0].busy = name != "5.ics";
        keep(stage, alice.account, calendar, name, read).await;
    }
    alice
}

fn summaries(page: &Value) -> Vec<&str> {
    page["events"].as_array().unwrap().iter().map(|event| event["summary"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_day_is_the_askers_day_and_the_answer_says_whose_clock_it_is() {
    let stage = Stage::open().await;
    let alice = week(&stage).await;
    let path = "/api/v1/events?from=2026-11-24&to=2026-11-25";
    let (status, page) = stage.get(&alice, path).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(page["zone"], "Europe/Berlin", "that of her own calendar");
    assert_eq!(summaries(&page), ["Long course", "Call home", "Echo conference"]);
    let (call, echo) = (&page["events"][1], &page["events"][2]);
    assert_eq!(call["start"], "2026-11-24T08:00:00+01:00");
    assert_eq!(echo["start"], "2026-11-24T14:00:00+01:00");
    assert_eq!((&call["floating"], &echo["written_zone"]), (&Value::Bool(true), &"Europe/Berlin".into()));
    let link = echo["link"].as_str().unwrap();
    assert!(link.contains("/index.php/apps/calendar/edit/") && link.ends_with("/1795525200"), "{link}");

    let (_, page) = stage.get(&alice, &format!("{path}&zone=America/New_York")).await;
    assert_eq!(page["zone"], "America/New_York");
    assert_eq!(page["events"][1]["start"], "2026-11-24T08:00:00-05:00", "eight is eight wherever she is");
    assert_eq!(page["events"][2]["start"], "2026-11-24T08:00:00-05:00", "and one hour UTC is one instant");

    let (_, page) = stage.get(&alice, "/api/v1/events?from=2026-11-25&to=2026-11-26&zone=Asia/Tokyo").await;
    assert!(summaries(&page).contains(&"Day off"), "{page}");
    let day = page["events"].as_array().unwrap().iter().find(|event| event["summary"] == "Day off").unwrap();
    assert_eq!(
        (day["first_day"].as_str(), day["last_day"].as_str()),
        (Some("2026-11-25"), Some("2026-11-25"))
    );
}

#[tokio::test]
async fn without_a_zone_of_its_calendars_the_zone_is_the_one_events_are_written_in() {
    let stage = Stage::open().await;
    let alice = week(&stage).await;
    let collections = &stage.clinic.store;
    let unnamed = ObservedCollection {
        key: "calendar".to_owned(),
        kind: "own",
        about: About { name: "Personal".to_owned(), ..About::default() },
        writable: true,
        enabled: true,
        transparent: false,
    };
    collections.collections().apply(alice.account, CollectionClass::Calendar, &[unnamed]).await.unwrap();
    let (_, page) = stage.get(&alice, "/api/v1/events/next").await;
    assert_eq!(page["zone"], "Europe/Berlin", "most are written in it");
    let bob = stage.clinic.person("bob").await;
    let (_, page) = stage.get(&bob, "/api/v1/events/next").await;
    assert_eq!((&page["zone"], &page["event"]), (&"UTC".into(), &Value::Null));
}

#[tokio::test]
async fn events_are_found_by_words_without_accents_and_in_pages() {
    let stage = Stage::open().await;
    let alice = week(&stage).await;
    for (words, expected) in [("echo", 1), ("mowenweg%20weiss", 5), ("conf", 1), ("neurology", 0)] {
        let (status, page) = stage.get(&alice, &format!("/api/v1/events?q={words}")).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(summaries(&page).len(), expected, "{words}");
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/events?from=2026-11-23&to=2026-11-30&limit=2{after}");
        let (_, page) = stage.get(&alice, &path).await;
        seen.extend(summaries(&page).into_iter().map(str::to_owned));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["Long course", "Ward round", "Call home", "Echo conference", "Day off"]);
}

#[tokio::test]
async fn what_comes_next_and_when_one_is_free() {
    let stage = Stage::open().await;
    let alice = week(&stage).await;
    let (_, next) = stage.get(&alice, "/api/v1/events/next").await;
    assert_eq!(
        (next["event"]["summary"].as_str(), next["zone"].as_str()),
        (Some("Ward round"), Some("Europe/Berlin"))
    );
    let (status, free) = stage
        .get(&alice, "/api/v1/freebusy?from=2026-11-24&to=2026-11-27&opens=08:00&closes=16:00&minutes=60")
        .await;
    assert_eq!(status, StatusCode::OK, "{free}");
    let stretches = |name: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap()[5..16].to_owned();
        free[name].as_array().unwrap().iter().map(|one| (text(&one["start"]), text(&one["end"]))).collect()
    };
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
    };
    assert_eq!(
        stretches("busy"),
        pairs(&[
            ("11-24T08:00", "11-24T08:30"),
            ("11-24T14:00", "11-24T15:30"),
            ("11-25T00:00", "11-26T00:00")
        ])
    );
    assert_eq!(stretches("free"), pairs(&[("11-24T08:30", "11-24T14:00"), ("11-26T08:00", "11-26T16:00")]));
}

#[tokio::test]
async fn tasks_come_by_when_they_are_due() {
    let stage = Stage::open().await;
    let alice = week(&stage).await;
    let calendar = home(&stage, alice.account, CollectionClass::Calendar, "own").await;
    keep(&stage, alice.account, calendar, "t1.ics", task("Some day", None)).await;
    keep(&stage, alice.account, calendar, "t2.ics", task("Sign letters", Some("2026-11-23T07:00:00Z"))).await;
    keep(&stage, alice.account, calendar, "t3.ics", task("Prepare talk", Some("2026-11-27T07:00:00Z"))).await;
    let mut done = task("Done already", Some("2026-11-23T07:00:00Z"));
    done.occurrences[0].done = true;
    keep(&stage, alice.account, calendar, "t4.ics", done).await;
    let titles = |page: &Value| -> Vec<(String, bool)> {
        let tasks = page["tasks"].as_array().unwrap().iter();
        tasks.map(|task| (task["summary"].as_str().unwrap().to_owned(), task["overdue"] == true)).collect()
    };
    let (_, page) = stage.get(&alice, "/api/v1/tasks").await;
    assert_eq!(
        titles(&page),
        [
            ("Sign letters".to_owned(), true),
            ("Prepare talk".to_owned(), false),
            ("Some day".to_owned(), false)
        ]
    );
    let (_, page) = stage.get(&alice, "/api/v1/tasks?due_before=2026-11-25").await;
    assert_eq!(titles(&page), [("Sign letters".to_owned(), true)]);
}

#[tokio::test]
async fn people_are_found_joined_and_ranked() {
    let stage = Stage::open().await;
    let alice = week(&stage).await;
    let book = home(&stage, alice.account, CollectionClass::AddressBook, "own").await;
    for (name, read) in [
        ("k1.vcf", card("Anna Smith", "k-1", "Cardiology", "a.smith@clinic.example", "+49 30 5550142")),
        ("k2.vcf", card("Anna Smith", "k-2", "Cardiology", "a.smith@clinic.example", "030 5550142")),
        ("k3.vcf", card("Berta Smith", "k-3", "Neurology", "b.smith@clinic.example", "030 5550143")),
    ] {
        keep(&stage, alice.account, book, name, read).await;
    }
    let (status, found) = stage.get(&alice, "/api/v1/contacts?q=Dr.%20Smiht%20cardiologist").await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let people = found["people"].as_array().unwrap();
    assert_eq!(people.len(), 1, "two cards of one person are one entry: {found}");
    assert_eq!(people[0]["known_from"].as_array().unwrap().len(), 2);
    assert_eq!(people[0]["phones"][0]["value"], "+49 30 5550142");
    let link = people[0]["known_from"][0]["link"].as_str().unwrap();
    assert!(link.contains("/index.php/apps/contacts/direct/contact/k-"), "{link}");
    let (_, found) = stage.get(&alice, "/api/v1/contacts?q=smith").await;
    assert_eq!(found["people"].as_array().unwrap().len(), 2);
    let (_, found) = stage.get(&alice, "/api/v1/contacts?q=juergen").await;
    let weiss = &found["people"][0];
    assert_eq!(
        (weiss["known_from"][0]["source"].as_str(), weiss["met"].as_u64()),
        (Some("history"), Some(5))
    );
    let (_, all) = stage.get(&alice, "/api/v1/contacts?limit=1").await;
    assert_eq!(all["people"][0]["name"], "Anna Smith");
    let next = all["next"].as_str().unwrap();
    let (_, rest) = stage.get(&alice, &format!("/api/v1/contacts?limit=1&after={next}")).await;
    assert_eq!((rest["people"][0]["name"].as_str(), rest["next"].as_str()), (Some("Berta Smith"), None));
}

#[tokio::test]
async fn nobody_reads_anybody_elses_time_or_people() {
    let stage = Stage::open().await;
    let alice = week(&stage).await;
    let book = home(&stage, alice.account, CollectionClass::AddressBook, "own").await;
    keep(&stage, alice.account, book, "k1.vcf", card("Anna Smith", "k", "Cardiology", "a@b.example", "1"))
        .await;
    let (_, own) = stage.get(&alice, "/api/v1/calendars").await;
    let calendar = own["calendars"][0]["id"].as_str().unwrap();
    let bob = stage.clinic.person("bob").await;
    let (_, none) = stage.get(&bob, &format!("/api/v1/events?from=2026-11-23&calendar={calendar}")).await;
    assert_eq!(summaries(&none).len(), 0);
    for (path, list) in [
        ("/api/v1/calendars", "calendars"),
        ("/api/v1/events?from=2026-11-23", "events"),
        ("/api/v1/tasks", "tasks"),
        ("/api/v1/freebusy?from=2026-11-23", "busy"),
        ("/api/v1/contacts?q=smith", "people"),
    ] {
        let (status, found) = stage.get(&bob, path).await;
        assert_eq!((status, found[list].as_array().unwrap().len()), (StatusCode::OK, 0), "{path}");
    }
    let shown =
        stage.clinic.database.psql("select count(*) from audit_records where action = 'calendar.show'");
    assert_eq!(shown.trim(), "0", "what shows nothing is no record");
    stage.get(&alice, "/api/v1/events?from=2026-11-23").await;
    let shown =
        stage.clinic.database.psql("select count(*) from audit_records where action = 'calendar.show'");
    assert_eq!(shown.trim(), "1");
}

#[tokio::test]
async fn wrong_times_zones_and_hours_are_refused() {
    let stage = Stage::open().await;
    let alice = week(&stage).await;
    for path in [
        "/api/v1/events?zone=Mars/Phobos",
        "/api/v1/events?from=yesterday",
        "/api/v1/events?from=2026-11-24&to=2026-11-24",
        "/api/v1/events?from=2020-01-01&to=2026-01-01",
        "/api/v1/events?limit=0",
        "/api/v1/events?after=nonsense",
        "/api/v1/freebusy?from=2026-01-01&to=2026-12-31",
        "/api/v1/freebusy?opens=18:00&closes=08:00",
        "/api/v1/freebusy?opens=late",
        "/api/v1/freebusy?days=someday",
        "/api/v1/freebusy?minutes=0",
        "/api/v1/tasks?due_before=soon",
        "/api/v1/contacts?limit=101",
    ] {
        let (status, problem) = stage.get(&alice, path).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(code(status, &problem), "invalid_parameter", "{path}");
    }
    let long = "x".repeat(201);
    for path in [format!("/api/v1/events?q={long}"), format!("/api/v1/contacts?q={long}")] {
        let (status, problem) = stage.get(&alice, &path).await;
        assert_eq!(code(status, &problem), "query_too_long");
    }
}
