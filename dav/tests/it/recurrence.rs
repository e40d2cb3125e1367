//! Recurrence: the examples of RFC 5545 section 3.8.5.3 with the dates it lists, and what it leaves to be got wrong.

use chrono::{DateTime, NaiveDateTime, TimeZone as _, Utc};
use voiceassist_dav::icalendar::zone::Fit;
use voiceassist_dav::icalendar::{
    CalendarObject, Defect, Expansion, ExpansionLimits, TimeKind, Window, Zone,
};

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

/// The rule from 9 o'clock in New York on `start`, and the days the RFC lists: `199709{2-11}` is 2 to 11 September,
/// `199709{2,4}` two days. Every instance is at 9 o'clock unless it says otherwise (`@0940`). Of an endless rule the first
/// ones are compared.
fn check(start: &str, rule: &str, expected: &[&str]) {
    let lines = format!("DTSTART;TZID=America/New_York:{start}\n{rule}");
    let expected: Vec<String> = expected.iter().flat_map(|group| days(group)).collect();
    let mut found = starts(&expand(&event(&lines), "19970101T000000", "20250101T000000"));
    if !rule.contains("COUNT") && !rule.contains("UNTIL") {
        found.truncate(expected.len());
    }
    assert_eq!(found, expected, "{rule}");
}

fn days(group: &str) -> Vec<String> {
    let (group, time) = group.split_once('@').unwrap_or((group, "0900"));
    let (month, days) = group.split_once('{').expect("days in braces");
    let list = days.trim_end_matches('}').split(',');
    list.flat_map(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (u32, u32) = (from.parse().expect("a day"), to.parse().expect("a day"));
        (from..=to).map(|day| format!("{month}{day:02}T{time}")).collect::<Vec<_>>()
    })
    .collect()
}

const START: &str = "19970902T090000";

#[test]
fn daily_rules_give_the_days_the_rfc_lists() {
    check(START, "RRULE:FREQ=DAILY;COUNT=10", &["199709{2-11}"]);
    check(
        START,
        "RRULE:FREQ=DAILY;UNTIL=19971224T000000Z",
        &["199709{2-30}", "199710{1-31}", "199711{1-30}", "199712{1-23}"],
    );
    check(
        START,
        "RRULE:FREQ=DAILY;INTERVAL=2",
        &["199709{2,4,6,8,10,12,14,16,18,20,22,24,26,28,30}", "199710{2,4,6}"],
    );
    check(START, "RRULE:FREQ=DAILY;INTERVAL=10;COUNT=5", &["199709{2,12,22}", "199710{2,12}"]);
    let januaries = ["199801{1-31}", "199901{1-31}", "200001{1-31}"];
    check(
        "19980101T090000",
        "RRULE:FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        &januaries,
    );
    check("19980101T090000", "RRULE:FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", &januaries);
}

#[test]
fn weekly_rules_give_the_days_the_rfc_lists() {
    check(START, "RRULE:FREQ=WEEKLY;COUNT=10", &["199709{2,9,16,23,30}", "199710{7,14,21,28}", "199711{4}"]);
    let until = ["199709{2,9,16,23,30}", "199710{7,14,21,28}", "199711{4,11,18,25}", "199712{2,9,16,23}"];
    check(START, "RRULE:FREQ=WEEKLY;UNTIL=19971224T000000Z", &until);
    check(
        START,
        "RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        &[
            "199709{2,16,30}", "199710{14,28}", "199711{11,25}", "199712{9,23}", "199801{6,20}",
            "199802{3,17}",
        ],
    );
    let tuesdays = ["199709{2,4,9,11,16,18,23,25,30}", "199710{2}"];
    check(START, "RRULE:FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", &tuesdays);
    check(START, "RRULE:FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", &tuesdays);
    check(
        "19970901T090000",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        &[
            "199709{1,3,5,15,17,19,29}",
            "199710{1,3,13,15,17,27,29,31}",
            "199711{10,12,14,24,26,28}",
            "199712{8,10,12,22}",
        ],
    );
    check(
        START,
        "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        &["199709{2,4,16,18,30}", "199710{2,14,16}"],
    );
    check(
        "19970805T090000",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        &["199708{5,10,19,24}"],
    );
    check(
        "19970805T090000",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        &["199708{5,17,19,31}"],
    );
}

#[test]
fn monthly_rules_give_the_days_the_rfc_lists() {
    check(
        "19970905T090000",
        "RRULE:FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        &[
            "199709{5}", "199710{3}", "199711{7}", "199712{5}", "199801{2}", "199802{6}", "199803{6}",
            "199804{3}", "199805{1}", "199806{5}",
        ],
    );
    check(
        "19970905T090000",
        "RRULE:FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        &["199709{5}", "199710{3}", "199711{7}", "199712{5}"],
    );
    check(
        "19970907T090000",
        "RRULE:FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        &["199709{7,28}", "199711{2,30}", "199801{4,25}", "199803{1,29}", "199805{3,31}"],
    );
    check(
        "19970922T090000",
        "RRULE:FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        &["199709{22}", "199710{20}", "199711{17}", "199712{22}", "199801{19}", "199802{16}"],
    );
    check(
        "19970928T090000",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=-3",
        &["199709{28}", "199710{29}", "199711{28}", "199712{29}", "199801{29}", "199802{26}"],
    );
    check(
        START,
        "RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        &["199709{2,15}", "199710{2,15}", "199711{2,15}", "199712{2,15}", "199801{2,15}"],
    );
    check(
        "19970930T090000",
        "RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        &["199709{30}", "199710{1,31}", "199711{1,30}", "199712{1,31}", "199801{1,31}", "199802{1}"],
    );
    check(
        "19970910T090000",
        "RRULE:FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        &["199709{10-15}", "199903{10-13}"],
    );
    check(
        START,
        "RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        &["199709{2,9,16,23,30}", "199711{4,11,18,25}", "199801{6,13,20,27}", "199803{3,10,17,24,31}"],
    );
    check(
        "19970913T090000",
        "RRULE:FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        &[
            "199709{13}", "199710{11}", "199711{8}", "199712{13}", "199801{10}", "199802{7}", "199803{7}",
            "199804{11}", "199805{9}", "199806{13}",
        ],
    );
    check(
        "19970904T090000",
        "RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        &["199709{4}", "199710{7}", "199711{6}"],
    );
    check(
        "19970929T090000",
        "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        &["199709{29}", "199710{30}", "199711{27}", "199712{30}", "199801{29}", "199802{26}", "199803{30}"],
    );
    check(
        "20070115T090000",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        &["200701{15,30}", "200702{15}", "200703{15,30}"],
    );
}

#[test]
fn friday_the_thirteenth_is_found_and_its_start_excluded() {
    check(
        START,
        "EXDATE;TZID=America/New_York:19970902T090000\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        &["199802{13}", "199803{13}", "199811{13}", "199908{13}", "200010{13}"],
    );
}

#[test]
fn yearly_rules_give_the_days_the_rfc_lists() {
    check(
        "19970610T090000",
        "RRULE:FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        &[
            "199706{10}", "199707{10}", "199806{10}", "199807{10}", "199906{10}", "199907{10}", "200006{10}",
            "200007{10}", "200106{10}", "200107{10}",
        ],
    );
    check(
        "19970310T090000",
        "RRULE:FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        &[
            "199703{10}", "199901{10}", "199902{10}", "199903{10}", "200101{10}", "200102{10}", "200103{10}",
            "200301{10}", "200302{10}", "200303{10}",
        ],
    );
    check(
        "19970101T090000",
        "RRULE:FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        &[
            "199701{1}", "199704{10}", "199707{19}", "200001{1}", "200004{9}", "200007{18}", "200301{1}",
            "200304{10}", "200307{19}", "200601{1}",
        ],
    );
    check("19970519T090000", "RRULE:FREQ=YEARLY;BYDAY=20MO", &["199705{19}", "199805{18}", "199905{17}"]);
    check(
        "19970512T090000",
        "RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        &["199705{12}", "199805{11}", "199905{17}"],
    );
    check(
        "19970313T090000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        &["199703{13,20,27}", "199803{5,12,19,26}", "199903{4,11,18,25}"],
    );
    check(
        "19970605T090000",
        "RRULE:FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        &[
            "199706{5,12,19,26}", "199707{3,10,17,24,31}", "199708{7,14,21,28}", "199806{4,11,18,25}",
            "199807{2,9,16,23,30}",
        ],
    );
    check(
        "19961105T090000",
        "RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        &["200011{7}", "200411{2}"],
    );
}

#[test]
fn rules_within_a_day_give_the_times_the_rfc_lists() {
    check(
        START,
        "RRULE:FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z",
        &["199709{2}@0900", "199709{2}@1200", "199709{2}@1500"],
    );
    check(
        START,
        "RRULE:FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        &[
            "199709{2}@0900", "199709{2}@0915", "199709{2}@0930", "199709{2}@0945", "199709{2}@1000",
            "199709{2}@1015",
        ],
    );
    check(
        START,
        "RRULE:FREQ=MINUTELY;INTERVAL=90;COUNT=4",
        &["199709{2}@0900", "199709{2}@1030", "199709{2}@1200", "199709{2}@1330"],
    );
    let every_twenty = |rule: &str| {
        let found = starts(&expand(
            &event(&format!("DTSTART;TZID=America/New_York:{START}\n{rule}")),
            "19970902T000000",
            "19970905T000000",
        ));
        assert_eq!(found.len(), 3 * 24, "{rule}");
        assert_eq!(found.first().map(String::as_str), Some("19970902T0900"));
        assert_eq!(found.get(23).map(String::as_str), Some("19970902T1640"));
        assert_eq!(found.get(24).map(String::as_str), Some("19970903T0900"));
    };
    every_twenty("RRULE:FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40");
    every_twenty("RRULE:FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16");
}

#[test]
fn a_rule_that_misses_its_own_start_still_begins_there() {
    check("19970902T090000", "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3", &["199709{2,5,12}"]);
    check("19970902T090000", "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=1", &["199709{2}"]);
    check("19970902T090000", "RRULE:FREQ=DAILY;UNTIL=19970101T000000Z", &["199709{2}"]);
    check("19970902T090000", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", &["199709{2}"]);
}

/// What the clock in the zone shows and the instant, for a daily event over a clock change.
fn over_change(zone: &str, start: &str, day: &str) -> (String, Fit) {
    let object = event(&format!("DTSTART;TZID={zone}:{start}\nDURATION:PT30M\nRRULE:FREQ=DAILY"));
    let viewer = Zone::Utc;
    let window = Window { start: utc(&format!("{day}T000000")), end: utc(&format!("{day}T235959")), viewer };
    let expansion = object.occurrences(&window, ExpansionLimits::default());
    let one = expansion.occurrences.first().expect("an occurrence on the day");
    (one.start.format("%Y%m%dT%H%MZ").to_string(), one.fit)
}

#[test]
fn times_that_a_clock_change_skips_or_repeats_are_read_as_the_rfc_says() {
    let berlin = "Europe/Berlin";
    assert_eq!(over_change(berlin, "20260301T023000", "20260329"), ("20260329T0130Z".to_owned(), Fit::Gap));
    assert_eq!(
        over_change(berlin, "20261001T023000", "20261025"),
        ("20261025T0030Z".to_owned(), Fit::Overlap)
    );
    assert_eq!(over_change(berlin, "20260301T090000", "20260329"), ("20260329T0700Z".to_owned(), Fit::Exact));
    assert_eq!(
        over_change("America/New_York", "20260301T023000", "20260308"),
        ("20260308T0730Z".to_owned(), Fit::Gap)
    );
    // A change of half an hour.
    assert_eq!(
        over_change("Australia/Lord_Howe", "20260901T021500", "20261003"),
        ("20261003T1545Z".to_owned(), Fit::Gap)
    );
}

#[test]
fn a_day_that_a_country_left_out_is_read_with_the_offset_before() {
    let apia = Zone::named("Pacific/Apia").expect("a zone");
    let local = NaiveDateTime::parse_from_str("20111230T100000", "%Y%m%dT%H%M%S").expect("a time");
    let resolved = apia.resolve(local);
    assert_eq!((resolved.at, resolved.fit), (utc("20111230T200000"), Fit::Gap));
}

/// A private zone with the rules of central Europe.
const PRIVATE: &str = "BEGIN:VTIMEZONE\nTZID:Clinic time\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\n\
TZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\n\
TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

#[test]
fn a_private_zone_is_followed_by_its_own_rules() {
    let text = format!(
        "BEGIN:VCALENDAR\n{PRIVATE}BEGIN:VEVENT\nUID:p\nDTSTART;TZID=Clinic time:20260302T023000\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n"
    );
    let object = CalendarObject::read(&text).expect("readable");
    assert!(object.defects.is_empty());
    let berlin = Zone::named("Europe/Berlin").expect("a zone");
    let expansion = expand(&object, "20260301T000000", "20270401T000000");
    assert_eq!(expansion.occurrences.len(), 395);
    for one in &expansion.occurrences {
        let public = berlin.resolve(one.local_start);
        assert_eq!((one.start, one.fit), (public.at, public.fit), "{}", one.local_start);
        assert_eq!(one.zone.as_ref().map(Zone::name).as_deref(), Some("Clinic time"));
    }
}

#[test]
fn zones_are_known_by_every_name_programs_give_them() {
    let name = |tzid: &str| Zone::named(tzid).map(|zone| zone.name());
    for berlin in [
        "Europe/Berlin",
        "europe/berlin",
        "W. Europe Standard Time",
        "/mozilla.org/20050126_1/Europe/Berlin",
        "/freeassociation.sourceforge.net/Europe/Berlin",
    ] {
        assert_eq!(name(berlin).as_deref(), Some("Europe/Berlin"), "{berlin}");
    }
    assert_eq!(name("Eastern Standard Time").as_deref(), Some("America/New_York"));
    assert_eq!(
        name("/softwarestudio.org/Olson_20011030_5/America/Chicago").as_deref(),
        Some("America/Chicago")
    );
    assert_eq!(name("tzone://Microsoft/Utc").as_deref(), Some("UTC"));
    assert_eq!(name("UTC+02:00").as_deref(), Some("UTC+02:00"));
    assert_eq!(name("GMT-0330").as_deref(), Some("UTC-03:30"));
    assert_eq!(name("Clinic time"), None);
    assert_eq!(name(""), None);
}

#[test]
fn an_unknown_zone_is_said_and_never_guessed() {
    let object = event("DTSTART;TZID=Nowhere/Land:20260302T090000");
    assert_eq!(object.defects, [Defect::UnknownZone]);
    let expansion = expand(&object, "20260301T000000", "20260401T000000");
    assert_eq!(expansion.occurrences[0].kind, TimeKind::Floating);
}

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
