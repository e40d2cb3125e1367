//! What a series may cost: bombs meet a cap that is told, and a rule that nobody can follow stays one occurrence.

use voiceassist_dav::icalendar::{Defect, ExpansionLimits, Window, Zone};

use super::{event, expand, starts, utc, window};

#[test]
fn bombs_meet_their_caps_and_say_so() {
    for rule in [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=SECONDLY;COUNT=4294967295",
        "RRULE:FREQ=MINUTELY;BYSECOND=0,1,2,3,4,5,6,7,8,9",
        "RRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=1,2,3,4,5,6,7,8,9,10;BYHOUR=1,2,3,4,5,6;BYMINUTE=1,2,3,4,5,6,7,8,9,10;BYSECOND=1,2,3,4,5,6,7,8,9,10",
    ] {
        let object = event(&format!("DTSTART:20260101T000000Z\n{rule}"));
        let limits = ExpansionLimits { steps: 2_000, occurrences: 500 };
        let expansion = object.occurrences(&window("20260101T000000", "20280101T000000"), limits);
        assert!(expansion.truncated, "{rule}");
        assert_eq!(expansion.occurrences.len(), 500, "{rule}");
    }
    let far = event("DTSTART:00010101T000000Z\nRRULE:FREQ=SECONDLY");
    assert!(expand(&far, "20260101T000000", "20260102T000000").occurrences.is_empty());
}

#[test]
fn a_fine_rule_that_began_long_ago_costs_only_the_window() {
    let object = event("DTSTART:19700101T000000Z\nRRULE:FREQ=MINUTELY;INTERVAL=7");
    let limits = ExpansionLimits { steps: 2_000, occurrences: 500 };
    let window = Window { start: utc("20260101T000000"), end: utc("20260101T010000"), viewer: Zone::Utc };
    let expansion = object.occurrences(&window, limits);
    assert!(expansion.endless && !expansion.truncated);
    let minutes = (utc("20260101T000000") - utc("19700101T000000")).num_minutes();
    let first = expansion.occurrences.first().map(|one| (one.start - utc("19700101T000000")).num_minutes());
    assert_eq!(first, Some((minutes + 6) / 7 * 7));
    assert!((8..=9).contains(&expansion.occurrences.len()));
}

#[test]
fn rules_nobody_can_follow_leave_the_first_occurrence() {
    for rule in [
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;INTERVAL=0",
        "COUNT=3",
        "FREQ=DAILY;BYDAY=XX",
        "RSCALE=CHINESE;FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=13",
        "nonsense",
    ] {
        let object = event(&format!("DTSTART:20260302T090000Z\nRRULE:{rule}"));
        assert_eq!(object.defects, [Defect::Rule], "{rule}");
        assert_eq!(
            starts(&expand(&object, "20260101T000000", "20280101T000000")),
            ["20260302T0900"],
            "{rule}"
        );
    }
    // Readable, but not what its frequency allows.
    let object = event("DTSTART:20260302T090000Z\nRRULE:FREQ=WEEKLY;BYMONTHDAY=3");
    assert_eq!(starts(&expand(&object, "20260101T000000", "20280101T000000")), ["20260302T0900"]);
}
