//! Single occurrences: changed, moved, invited to alone, of whole days, and at the edge of a window.

use voiceassist_dav::icalendar::{CalendarObject, ExpansionLimits, TimeKind, Window, Zone};

use super::{event, expand, starts, utc};

#[test]
fn changed_instances_replace_theirs_wherever_they_were_moved() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:s\nDTSTART;TZID=Europe/Berlin:20260105T090000\nDTEND;TZID=Europe/Berlin:20260105T100000\n\
SUMMARY:Round\nRRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/Berlin:20260112T090000\nRDATE;VALUE=PERIOD:20260114T120000Z/PT15M\nEND:VEVENT\n\
BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20260119T080000Z\nDTSTART;TZID=Europe/Berlin:20260220T150000\nDTEND;TZID=Europe/Berlin:20260220T153000\nSUMMARY:Moved\nEND:VEVENT\nEND:VCALENDAR\n";
    let object = CalendarObject::read(text).expect("readable");
    let expansion = expand(&object, "20260101T000000", "20260301T000000");
    assert_eq!(
        starts(&expansion),
        ["20260105T0900", "20260114T1300", "20260126T0900", "20260202T0900", "20260220T1500"]
    );
    let minutes: Vec<i64> =
        expansion.occurrences.iter().map(|one| (one.end - one.start).num_minutes()).collect();
    assert_eq!(minutes, [60, 15, 60, 60, 30]);
    let moved =
        expansion.occurrences.last().and_then(|one| object.item(one)).map(|item| item.summary.clone());
    assert_eq!(moved.as_deref(), Some("Moved"));
    // Where it was moved away from, it is not.
    assert!(expand(&object, "20260119T000000", "20260120T000000").occurrences.is_empty());
}

#[test]
fn a_change_for_all_later_instances_moves_them_all() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:f\nDTSTART;TZID=Europe/Berlin:20260302T090000\nDURATION:PT1H\nSUMMARY:Round\nRRULE:FREQ=WEEKLY;COUNT=6\nEND:VEVENT\n\
BEGIN:VEVENT\nUID:f\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260316T090000\nDTSTART;TZID=Europe/Berlin:20260317T113000\nDURATION:PT30M\nSUMMARY:Later\nEND:VEVENT\nEND:VCALENDAR\n";
    let object = CalendarObject::read(text).expect("readable");
    let expansion = expand(&object, "20260301T000000", "20260501T000000");
    assert_eq!(
        starts(&expansion),
        [
            "20260302T0900", "20260309T0900", "20260317T1130", "20260324T1130", "20260331T1130",
            "20260407T1130"
        ]
    );
    // The local time holds across the change of clocks at the end of March.
    assert_eq!(expansion.occurrences[3].start, utc("20260324T103000"));
    assert_eq!(expansion.occurrences[4].start, utc("20260331T093000"));
    assert!(
        expansion.occurrences[2..]
            .iter()
            .all(|one| object.item(one).is_some_and(|item| item.summary == "Later"))
    );
}

#[test]
fn an_invitation_to_one_instance_alone_is_shown() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:o\nRECURRENCE-ID:20260316T090000Z\nDTSTART:20260316T090000Z\nDTEND:20260316T093000Z\nEND:VEVENT\nEND:VCALENDAR\n";
    let object = CalendarObject::read(text).expect("readable");
    assert_eq!(starts(&expand(&object, "20260301T000000", "20260401T000000")), ["20260316T0900"]);
}

#[test]
fn whole_days_and_bare_clocks_are_the_viewers() {
    let day = event("DTSTART;VALUE=DATE:20260329\nRRULE:FREQ=DAILY;COUNT=2");
    let bare = event("DTSTART:20260329T090000\nDTEND:20260329T100000");
    for (zone, midnight, nine) in [
        ("Europe/Berlin", "20260328T230000", "20260329T070000"),
        ("America/New_York", "20260329T040000", "20260329T130000"),
    ] {
        let viewer = Zone::named(zone).expect("a zone");
        let window = Window { start: utc("20260327T000000"), end: utc("20260402T000000"), viewer };
        let days = day.occurrences(&window, ExpansionLimits::default()).occurrences;
        assert_eq!((days.len(), days[0].kind, days[0].start), (2, TimeKind::AllDay, utc(midnight)));
        assert_eq!(days[0].local_end - days[0].local_start, chrono::TimeDelta::days(1));
        let at = bare.occurrences(&window, ExpansionLimits::default()).occurrences;
        assert_eq!((at[0].kind, at[0].start), (TimeKind::Floating, utc(nine)));
    }
    // The day of the change has 23 hours in Berlin, and is one day.
    let viewer = Zone::named("Europe/Berlin").expect("a zone");
    let window = Window { start: utc("20260328T230000"), end: utc("20260329T220000"), viewer };
    let days = day.occurrences(&window, ExpansionLimits::default()).occurrences;
    assert_eq!(days.len(), 1);
    assert_eq!((days[0].end - days[0].start).num_hours(), 23);
}

#[test]
fn an_end_gives_exact_hours_and_a_duration_counts_days_by_the_calendar() {
    let exact = event(
        "DTSTART;TZID=Europe/Berlin:20260328T120000\nDTEND;TZID=Europe/Berlin:20260329T120000\nRRULE:FREQ=WEEKLY;COUNT=2",
    );
    let hours = |object: &CalendarObject| {
        let expansion = expand(object, "20260301T000000", "20260501T000000");
        expansion.occurrences.iter().map(|one| (one.end - one.start).num_hours()).collect::<Vec<_>>()
    };
    assert_eq!(hours(&exact), [23, 23]);
    let nominal =
        event("DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1D\nRRULE:FREQ=WEEKLY;COUNT=2");
    assert_eq!(hours(&nominal), [23, 24]);
}

#[test]
fn an_occurrence_that_only_reaches_into_the_window_is_found() {
    let object = event("DTSTART:20260101T000000Z\nDTEND:20260320T000000Z");
    assert_eq!(expand(&object, "20260310T000000", "20260311T000000").occurrences.len(), 1);
    let series = event("DTSTART:20200105T000000Z\nDTEND:20200112T000000Z\nRRULE:FREQ=MONTHLY;BYDAY=1SU");
    assert_eq!(starts(&expand(&series, "20260310T000000", "20260311T000000")), Vec::<String>::new());
    assert_eq!(starts(&expand(&series, "20260306T000000", "20260307T000000")), ["20260301T0000"]);
    // What ends when the window begins is not in it; what has no length and begins then is.
    assert!(expand(&object, "20260320T000000", "20260321T000000").occurrences.is_empty());
    let instant = event("DTSTART:20260320T000000Z");
    assert_eq!(expand(&instant, "20260320T000000", "20260321T000000").occurrences.len(), 1);
}
