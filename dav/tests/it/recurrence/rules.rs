//! The examples of RFC 5545 section 3.8.5.3, each with the dates that the RFC lists.

use super::{event, expand, starts};

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
