//! Tasks stand where they say, by their start or by when they are due.

use voiceassist_dav::icalendar::CalendarObject;

use super::{expand, starts};

#[test]
fn tasks_are_placed_by_what_they_say() {
    let task = |lines: &str| {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:t\n{lines}\nEND:VTODO\nEND:VCALENDAR\n");
        CalendarObject::read(&text).expect("readable")
    };
    assert_eq!(
        starts(&expand(&task("DUE:20260302T090000Z"), "20260101T000000", "20270101T000000")),
        ["20260302T0900"]
    );
    assert!(expand(&task("SUMMARY:Some day"), "20260101T000000", "20270101T000000").occurrences.is_empty());
    let weekly = task(
        "DTSTART:20260302T090000Z\nDUE:20260302T170000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nSTATUS:NEEDS-ACTION\nPERCENT-COMPLETE:40",
    );
    assert_eq!(expand(&weekly, "20260101T000000", "20270101T000000").occurrences.len(), 3);
    assert_eq!(weekly.first().and_then(|item| item.percent_complete), Some(40));
}
