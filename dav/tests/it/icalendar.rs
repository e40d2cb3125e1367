//! Calendar objects: read from what programs really write, changed without touching the rest, and refused with a reason.

use chrono::{NaiveDate, NaiveDateTime, TimeZone as _, Utc};
use voiceassist_dav::content_line::Quarantine;
use voiceassist_dav::icalendar::{
    CalendarObject, Defect, Draft, Edit, EditError, ExpansionLimits, ItemKind, Moment, Participation,
    Property, Target, Window, Zone,
};

/// An object with everything a program may keep in it, folded and spelled its own way.
const RICH: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nprodid:-//Example Corp//Planner 3//EN\r\nX-WR-CALNAME:Ward\r\n\
BEGIN:VTIMEZONE\r\nTZID:Ward zone\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nuid:rich-1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=\"Ward zone\":20260302T090000\r\nDTEND;TZID=\"Ward zone\":20260302T100000\r\n\
SUMMARY;LANGUAGE=en:Case conference\\, \r\n ward 3\r\nDESCRIPTION:Bring the echo.\\nRoom changes\\; see below.\r\n\
ORGANIZER;CN=\"Ward, Three\":mailto:ward3@example.test\r\nATTENDEE;CN=Ann Example;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;X-COLOUR=\"a:b\":mailto:ann@example.test\r\n\
ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:MAILTO:room3@example.test\r\nRRULE:FREQ=WEEKLY\r\nCATEGORIES:Clinic,Ward \\, three\r\nX-PLANNER-STATE;X-A=1:kept  as it is  \r\n\
TRANSP:TRANSPARENT\r\nSEQUENCE:4\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:soon\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn rich() -> CalendarObject {
    CalendarObject::read(RICH).expect("readable")
}

#[test]
fn what_a_program_wrote_is_read_whole() {
    let object = rich();
    let item = object.first().expect("a master");
    assert_eq!(object.uid.as_deref(), Some("rich-1"));
    assert_eq!(item.summary, "Case conference, ward 3");
    assert_eq!(item.description, "Bring the echo.\nRoom changes; see below.");
    assert_eq!(item.categories, ["Clinic", "Ward , three"]);
    assert_eq!((item.transparent, item.sequence, item.alarms), (true, 4, 1));
    let organizer = item.organizer.as_ref().map(|own| (own.address.as_str(), own.name.as_deref()));
    assert_eq!(organizer, Some(("ward3@example.test", Some("Ward, Three"))));
    assert_eq!(item.attendees.len(), 2);
    assert!(item.attendees[0].rsvp && item.attendees[1].kind == "ROOM");
    assert_eq!(item.attendees[1].address, "room3@example.test");
    assert!(object.defects.is_empty());
    let printed = format!("{object:?}");
    assert!(!printed.contains("conference") && !printed.contains("ann@"), "nothing of it is printed");
}

/// The lines of `before` that are missing in `after`.
fn lost<'a>(before: &'a str, after: &str) -> Vec<&'a str> {
    before.split_inclusive("\r\n").filter(|line| !after.contains(line)).collect()
}

#[test]
fn an_edit_touches_its_own_lines_and_no_other_byte() {
    let object = rich();
    let mut edit = Edit::of(&object);
    edit.set(Target::Master, &Property::text("SUMMARY", "Case conference; moved").expect("text"))
        .expect("set");
    let text = edit.finish().expect("still readable");
    assert_eq!(lost(RICH, &text), ["SUMMARY;LANGUAGE=en:Case conference\\, \r\n", " ward 3\r\n"]);
    assert_eq!(
        text.len(),
        RICH.len() - "SUMMARY;LANGUAGE=en:Case conference\\, \r\n ward 3\r\n".len()
            + "SUMMARY:Case conference\\; moved\r\n".len()
    );
    let unchanged = Edit::of(&object).finish().expect("readable");
    assert_eq!(unchanged, RICH);
}

#[test]
fn an_answer_changes_one_word_of_one_line() {
    let object = rich();
    let mut edit = Edit::of(&object);
    edit.answer(Target::Master, "ANN@example.test", Participation::Declined).expect("invited");
    let text = edit.finish().expect("readable");
    assert!(text.contains(
        "ATTENDEE;CN=Ann Example;PARTSTAT=DECLINED;X-COLOUR=\"a:b\":mailto:ann@example\r\n .test\r\n"
    ));
    assert_eq!(lost(RICH, &text).len(), 1);
    let absent = Edit::of(&object).answer(Target::Master, "bob@example.test", Participation::Accepted);
    assert_eq!(absent, Err(EditError::Absent));
}

#[test]
fn one_instance_can_be_called_off_or_changed() {
    let object = rich();
    let instance =
        NaiveDate::from_ymd_opt(2026, 3, 9).and_then(|day| day.and_hms_opt(9, 0, 0)).expect("a time");
    let mut edit = Edit::of(&object);
    edit.exclude(instance).expect("a series");
    let next = instance + chrono::TimeDelta::days(7);
    edit.change_instance(next, &[Property::text("LOCATION", "Room 9").expect("text")]).expect("a series");
    let text = edit.finish().expect("readable");
    assert!(lost(RICH, &text).is_empty());
    assert!(text.contains("EXDATE;TZID=Ward zone:20260309T090000\r\n"));
    let read = CalendarObject::read(&text).expect("readable");
    assert_eq!(read.overrides.len(), 1);
    assert_eq!(read.overrides[0].location, "Room 9");
    assert_eq!((read.overrides[0].attendees.len(), read.overrides[0].alarms), (2, 1));
    assert!(read.overrides[0].rules.is_empty());
    let window = Window {
        start: Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).single().expect("a time"),
        end: Utc.with_ymd_and_hms(2026, 3, 25, 0, 0, 0).single().expect("a time"),
        viewer: Zone::Utc,
    };
    let found = read.occurrences(&window, ExpansionLimits::default()).occurrences;
    let starts: Vec<_> = found.iter().map(|one| one.start.format("%d %H:%M").to_string()).collect();
    assert_eq!(starts, ["02 03:30", "16 03:30", "23 03:30"]);
    assert!(found.iter().all(|one| (one.end - one.start).num_minutes() == 60));
}

#[test]
fn a_revision_is_marked_and_a_new_zone_defined() {
    let object = rich();
    let mut edit = Edit::of(&object);
    let local = NaiveDateTime::parse_from_str("20260302T140000", "%Y%m%dT%H%M%S").expect("a time");
    let zone = Zone::named("Europe/Berlin").expect("a zone");
    edit.set_moment(Target::Master, "DTSTART", &Moment::Zoned { local, zone }).expect("set");
    edit.remove(Target::Master, "DTEND").expect("removed");
    edit.revise(Target::Master, Utc.with_ymd_and_hms(2026, 2, 1, 8, 0, 0).single().expect("a time"))
        .expect("revised");
    let text = edit.finish().expect("readable");
    assert!(text.contains("SEQUENCE:5\r\n") && text.contains("LAST-MODIFIED:20260201T080000Z\r\n"));
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 2);
    assert!(text.contains("TZID:Europe/Berlin\r\n"));
    let read = CalendarObject::read(&text).expect("readable");
    let start = read.first().and_then(|item| item.start.clone()).expect("a start");
    assert_eq!(
        start.instant(&Zone::Utc),
        Utc.with_ymd_and_hms(2026, 3, 2, 13, 0, 0).single().expect("a time")
    );
    // The definition that was written says the same as the zone's name.
    let private = text.replace("Europe/Berlin", "Somewhere");
    let read = CalendarObject::read(&private).expect("readable");
    let start = read.first().and_then(|item| item.start.clone()).expect("a start");
    assert_eq!(
        start.instant(&Zone::Utc),
        Utc.with_ymd_and_hms(2026, 3, 2, 13, 0, 0).single().expect("a time")
    );
}

#[test]
fn a_draft_is_read_back_as_it_was_meant() {
    let zone = Zone::named("America/New_York").expect("a zone");
    let at = |text: &str| {
        let local = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").expect("a time");
        Moment::Zoned { local, zone: zone.clone() }
    };
    let attendee = Property::raw("ATTENDEE", "mailto:ann@example.test")
        .and_then(|line| line.with("CN", "Ann \"A\"; Example"));
    let draft = Draft {
        uid: "draft-1".to_owned(),
        made: Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).single().expect("a time"),
        kind: ItemKind::Event,
        start: at("20260310T090000"),
        end: Some(at("20260310T093000")),
        summary: "Follow-up\r\nATTENDEE:mailto:eve@example.test".to_owned(),
        properties: vec![attendee.expect("a line")],
    };
    let read = CalendarObject::read(&draft.render().expect("rendered")).expect("readable");
    let item = read.first().expect("a master");
    assert_eq!(item.summary, "Follow-up\nATTENDEE:mailto:eve@example.test");
    let names: Vec<_> = item.attendees.iter().filter_map(|own| own.name.as_deref()).collect();
    assert_eq!(names, ["Ann \"A\"; Example"], "nobody was smuggled in");
    assert_eq!(draft.lasts(), Some(chrono::TimeDelta::minutes(30)));
}

#[test]
fn what_cannot_be_used_is_refused_with_its_reason() {
    let reason = |text: &str| CalendarObject::read(text).err();
    assert_eq!(reason(""), Some(Quarantine::Empty));
    assert_eq!(reason("hello"), Some(Quarantine::Empty));
    assert_eq!(reason("BEGIN:VCARD\nFN:x\nEND:VCARD\n"), Some(Quarantine::NothingExpected));
    assert_eq!(reason("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"), Some(Quarantine::NothingExpected));
    let event =
        |lines: &str| format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
    for start in [
        "SUMMARY:no start",
        "DTSTART:20261399T000000Z",
        "DTSTART:soon",
        "DTSTART:20260230",
        "DTSTART:20260101T250000Z",
    ] {
        assert_eq!(reason(&event(start)), Some(Quarantine::NoStart), "{start}");
    }
    let two = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260101\nEND:VEVENT\nBEGIN:VEVENT\nUID:b\nDTSTART:20260101\nEND:VEVENT\nEND:VCALENDAR\n";
    assert_eq!(reason(two), Some(Quarantine::SeveralIdentities));
}

#[test]
fn what_is_wrong_in_part_is_used_and_said() {
    let defects = |lines: &str| {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
        CalendarObject::read(&text).expect("used").defects
    };
    assert_eq!(defects("DTSTART:20260101T090000Z"), [Defect::NoIdentity]);
    assert_eq!(defects("UID:a\nDTSTART:20260101T090000Z\nDTEND:20260101T080000Z"), [Defect::End]);
    assert_eq!(defects("UID:a\nDTSTART:20260101T090000Z\nDTEND:never"), [Defect::End]);
    assert_eq!(defects("UID:a\nDTSTART:20260101T090000Z\nDURATION:-PT1H"), [Defect::End]);
    assert_eq!(defects("UID:a\nDTSTART:20260101T090000Z\nDURATION:P99999999999999D"), [Defect::End]);
    assert_eq!(defects("UID:a\nDTSTART:20260101T090000Z\nEXDATE:never"), [Defect::SeriesDate]);
    assert_eq!(
        defects(
            "UID:a\nDTSTART:20260101T090000Z\nRRULE:FREQ=DAILY\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID:x\nDTSTART:20260101"
        ),
        [Defect::Override]
    );
}

#[test]
fn great_objects_are_read_and_their_lines_kept() {
    let attendees: Vec<_> = (0..10_000).map(|one| format!("ATTENDEE:mailto:p{one}@example.test\n")).collect();
    let attendees = attendees.concat();
    let long = "x".repeat(1_000_000);
    let text = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260101T090000Z\n{attendees}DESCRIPTION:{long}\nEND:VEVENT\nEND:VCALENDAR\n"
    );
    let object = CalendarObject::read(&text).expect("readable");
    let item = object.first().expect("a master");
    assert_eq!((item.attendees.len(), item.description.len()), (10_000, 1_000_000));
    let mut edit = Edit::of(&object);
    edit.answer(Target::Master, "p9999@example.test", Participation::Accepted).expect("invited");
    let changed = edit.finish().expect("readable");
    let before: std::collections::HashSet<_> = text.lines().collect();
    assert_eq!(changed.lines().filter(|line| !before.contains(line)).count(), 1);
}
