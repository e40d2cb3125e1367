//! What people say of time, and the instants it stands for.

use chrono::{DateTime, NaiveDate, Utc};
use voiceassist_dav::icalendar::Zone;

use super::{Direction, OneOrTwo, Remark, Shape, Standpoint, When, on, read};

fn standpoint(now: &str, zone: &str, looks: Direction) -> Standpoint {
    let now: DateTime<Utc> = now.parse().expect("an instant");
    Standpoint { now, zone: Zone::named(zone).expect("a zone"), looks }
}

/// Wednesday, 25 November 2026, 10:30 in Berlin.
fn wednesday(looks: Direction) -> Standpoint {
    standpoint("2026-11-25T09:30:00Z", "Europe/Berlin", looks)
}

fn one(text: &str, standpoint: &Standpoint) -> When {
    match read(text, standpoint).map(|said| said.when) {
        Some(OneOrTwo::One(when)) => when,
        other => panic!("{text}: {other:?}"),
    }
}

/// The span by the asker's clock.
fn local(text: &str, standpoint: &Standpoint) -> String {
    let when = one(text, standpoint);
    let shown = |at: DateTime<Utc>| standpoint.zone.local(at).format("%m-%d %H:%M").to_string();
    format!("{} – {}", shown(when.from), shown(when.to))
}

fn check(looks: Direction, cases: &[(&str, &str)]) {
    let standpoint = wednesday(looks);
    for (text, expected) in cases {
        assert_eq!(local(text, &standpoint), *expected, "{text}");
    }
}

#[test]
fn days_by_their_names() {
    check(
        Direction::Ahead,
        &[
            ("What do I have today?", "11-25 00:00 – 11-26 00:00"),
            ("Was habe ich heute?", "11-25 00:00 – 11-26 00:00"),
            ("tomorrow", "11-26 00:00 – 11-27 00:00"),
            ("Was steht morgen an?", "11-26 00:00 – 11-27 00:00"),
            ("the day after tomorrow", "11-27 00:00 – 11-28 00:00"),
            ("übermorgen", "11-27 00:00 – 11-28 00:00"),
            ("yesterday", "11-24 00:00 – 11-25 00:00"),
            ("vorgestern", "11-23 00:00 – 11-24 00:00"),
            ("on Thursday", "11-26 00:00 – 11-27 00:00"),
            ("on Wednesday", "11-25 00:00 – 11-26 00:00"),
            ("on Tuesday", "12-01 00:00 – 12-02 00:00"),
            ("am Freitag", "11-27 00:00 – 11-28 00:00"),
            ("this Monday", "11-23 00:00 – 11-24 00:00"),
            ("next Thursday", "12-03 00:00 – 12-04 00:00"),
            ("nächsten Montag", "11-30 00:00 – 12-01 00:00"),
            ("kommenden Donnerstag", "11-26 00:00 – 11-27 00:00"),
            ("last Friday", "11-20 00:00 – 11-21 00:00"),
            ("letzten Mittwoch", "11-18 00:00 – 11-19 00:00"),
            ("Thursday next week", "12-03 00:00 – 12-04 00:00"),
            ("next week Thursday", "12-03 00:00 – 12-04 00:00"),
            ("nächste Woche Dienstag", "12-01 00:00 – 12-02 00:00"),
            ("am Do. um 15 Uhr", "11-26 15:00 – 11-26 15:01"),
            ("Do I have anything on Friday?", "11-27 00:00 – 11-28 00:00"),
            ("Monday and Tuesday", "11-30 00:00 – 12-02 00:00"),
        ],
    );
}

#[test]
fn weeks_weekends_months_and_years() {
    check(
        Direction::Ahead,
        &[
            ("this week", "11-23 00:00 – 11-30 00:00"),
            ("next week", "11-30 00:00 – 12-07 00:00"),
            ("letzte Woche", "11-16 00:00 – 11-23 00:00"),
            ("übernächste Woche", "12-07 00:00 – 12-14 00:00"),
            ("the rest of the week", "11-25 00:00 – 11-30 00:00"),
            ("this weekend", "11-28 00:00 – 11-30 00:00"),
            ("am Wochenende", "11-28 00:00 – 11-30 00:00"),
            ("next weekend", "12-05 00:00 – 12-07 00:00"),
            ("this month", "11-01 00:00 – 12-01 00:00"),
            ("nächsten Monat", "12-01 00:00 – 01-01 00:00"),
            ("in December", "12-01 00:00 – 01-01 00:00"),
            ("im März", "03-01 00:00 – 04-01 00:00"),
            ("in December 2026", "12-01 00:00 – 01-01 00:00"),
            ("next year", "01-01 00:00 – 01-01 00:00"),
        ],
    );
}

#[test]
fn dates_as_they_are_written() {
    check(
        Direction::Ahead,
        &[
            ("on 3 December", "12-03 00:00 – 12-04 00:00"),
            ("December 3rd", "12-03 00:00 – 12-04 00:00"),
            ("the 3rd of December", "12-03 00:00 – 12-04 00:00"),
            ("am 3. Dezember 2026", "12-03 00:00 – 12-04 00:00"),
            ("am 3.12.", "12-03 00:00 – 12-04 00:00"),
            ("am 03.12.2026 um 9 Uhr", "12-03 09:00 – 12-03 09:01"),
            ("2026-12-03", "12-03 00:00 – 12-04 00:00"),
            ("Thursday, 3 December", "12-03 00:00 – 12-04 00:00"),
            ("on the 3rd", "12-03 00:00 – 12-04 00:00"),
            ("am 30.", "11-30 00:00 – 12-01 00:00"),
            ("on 24/12", "12-24 00:00 – 12-25 00:00"),
            ("12/24", "12-24 00:00 – 12-25 00:00"),
            ("on 2 November", "11-02 00:00 – 11-03 00:00"),
            ("between 1 and 5 December", "12-01 00:00 – 12-06 00:00"),
            ("from Monday to Wednesday", "11-30 00:00 – 12-03 00:00"),
            ("von Montag bis Mittwoch", "11-30 00:00 – 12-03 00:00"),
        ],
    );
    assert_eq!(
        one("on 2 November", &wednesday(Direction::Ahead)).from.to_rfc3339(),
        "2027-11-01T23:00:00+00:00"
    );
    assert_eq!(
        one("on 2 November", &wednesday(Direction::Back)).from.to_rfc3339(),
        "2026-11-01T23:00:00+00:00"
    );
}

#[test]
fn a_date_with_two_readings_is_given_as_two() {
    let standpoint = wednesday(Direction::Ahead);
    let said = read("Am I free on 03/04?", &standpoint).expect("a date");
    let days = [NaiveDate::from_ymd_opt(2027, 4, 3), NaiveDate::from_ymd_opt(2027, 3, 4)]
        .map(|day| day.expect("a day"));
    assert_eq!(said.when, OneOrTwo::Two(days));
    assert_eq!(local("04/04", &standpoint), "04-04 00:00 – 04-05 00:00");
    assert_eq!(on(days[0], &standpoint).from.to_rfc3339(), "2027-04-02T22:00:00+00:00");
}

#[test]
fn how_far_days_are() {
    check(
        Direction::Ahead,
        &[
            ("in two weeks", "12-09 00:00 – 12-10 00:00"),
            ("in a fortnight", "12-09 00:00 – 12-10 00:00"),
            ("in 3 Tagen", "11-28 00:00 – 11-29 00:00"),
            ("in a month", "12-25 00:00 – 12-26 00:00"),
            ("in the next three days", "11-25 00:00 – 11-29 00:00"),
            ("in den nächsten 2 Wochen", "11-25 00:00 – 12-10 00:00"),
            ("in 20 minutes", "11-25 10:50 – 11-25 10:51"),
            ("in zwei Stunden", "11-25 12:30 – 11-25 12:31"),
        ],
    );
    check(
        Direction::Back,
        &[
            ("the last 10 days", "11-15 00:00 – 11-26 00:00"),
            ("in den letzten drei Tagen", "11-22 00:00 – 11-26 00:00"),
            ("two weeks ago", "11-11 00:00 – 11-12 00:00"),
            ("vor 10 Tagen", "11-15 00:00 – 11-16 00:00"),
            ("on Monday", "11-23 00:00 – 11-24 00:00"),
            ("on Friday", "11-20 00:00 – 11-21 00:00"),
            ("in December", "12-01 00:00 – 01-01 00:00"),
        ],
    );
    assert_eq!(
        one("in December", &wednesday(Direction::Back)).from.to_rfc3339(),
        "2025-11-30T23:00:00+00:00"
    );
}

#[test]
fn from_a_day_on_and_up_to_a_day() {
    let back = wednesday(Direction::Back);
    for (text, from) in [
        ("since March", "2026-02-28T23:00:00+00:00"),
        ("seit Montag", "2026-11-22T23:00:00+00:00"),
        ("since last Tuesday", "2026-11-23T23:00:00+00:00"),
        ("since yesterday", "2026-11-23T23:00:00+00:00"),
        ("seit dem 3. Oktober", "2026-10-02T22:00:00+00:00"),
    ] {
        let when = one(text, &back);
        assert_eq!((when.from.to_rfc3339().as_str(), when.shape), (from, Shape::Since), "{text}");
        assert_eq!(when.to, back.now + chrono::TimeDelta::seconds(1), "{text}");
    }
    let ahead = wednesday(Direction::Ahead);
    for (text, to) in [
        ("by Friday", "2026-11-27T23:00:00+00:00"),
        ("bis Freitag", "2026-11-27T23:00:00+00:00"),
        ("before Friday", "2026-11-26T23:00:00+00:00"),
        ("until next week", "2026-12-06T23:00:00+00:00"),
        ("bis Ende der Woche", ""),
    ] {
        if to.is_empty() {
            assert!(read(text, &ahead).is_none(), "{text}: “Woche” alone names none");
            continue;
        }
        let when = one(text, &ahead);
        assert_eq!(
            (when.to.to_rfc3339().as_str(), when.from, when.shape),
            (to, ahead.now, Shape::Until),
            "{text}"
        );
    }
}

#[test]
fn parts_of_a_day_and_times_of_the_clock() {
    check(
        Direction::Ahead,
        &[
            ("tomorrow afternoon", "11-26 12:00 – 11-26 18:00"),
            ("morgen früh", "11-26 05:00 – 11-26 12:00"),
            ("heute Morgen", "11-25 05:00 – 11-25 12:00"),
            ("am Morgen", "11-25 05:00 – 11-25 12:00"),
            ("this evening", "11-25 18:00 – 11-26 00:00"),
            ("tonight", "11-25 18:00 – 11-26 00:00"),
            ("heute Abend", "11-25 18:00 – 11-26 00:00"),
            ("Thursday morning", "11-26 05:00 – 11-26 12:00"),
            ("Donnerstagnachmittag", "11-26 12:00 – 11-26 18:00"),
            ("Donnerstag Nachmittag", "11-26 12:00 – 11-26 18:00"),
            ("Friday night", "11-27 20:00 – 11-28 06:00"),
            ("at half past three tomorrow", "11-26 15:30 – 11-26 15:31"),
            ("morgen um halb vier", "11-26 15:30 – 11-26 15:31"),
            ("at a quarter to nine on Friday", "11-27 08:45 – 11-27 08:46"),
            ("viertel nach drei", "11-25 15:15 – 11-25 15:16"),
            ("at 3pm", "11-25 15:00 – 11-25 15:01"),
            ("at 3 p.m. on Friday", "11-27 15:00 – 11-27 15:01"),
            ("at 3 tomorrow", "11-26 15:00 – 11-26 15:01"),
            ("at 8 in the evening", "11-25 20:00 – 11-25 20:01"),
            ("um 8 Uhr abends", "11-25 20:00 – 11-25 20:01"),
            ("morgen um 3 Uhr nachts", "11-26 03:00 – 11-26 03:01"),
            ("at 9 in the morning tomorrow", "11-26 09:00 – 11-26 09:01"),
            ("um 15 Uhr", "11-25 15:00 – 11-25 15:01"),
            ("um 15 Uhr 30", "11-25 15:30 – 11-25 15:31"),
            ("15:30", "11-25 15:30 – 11-25 15:31"),
            ("at noon", "11-25 12:00 – 11-25 12:01"),
            ("at 9", "11-26 09:00 – 11-26 09:01"),
            ("at 9 today", "11-25 09:00 – 11-25 09:01"),
        ],
    );
}

#[test]
fn hours_from_one_to_another() {
    check(
        Direction::Ahead,
        &[
            ("between 9 and 11 tomorrow", "11-26 09:00 – 11-26 11:00"),
            ("zwischen 9 und 11 Uhr am Freitag", "11-27 09:00 – 11-27 11:00"),
            ("from 9 to 5 on Friday", "11-27 09:00 – 11-27 17:00"),
            ("von 14 bis 16 Uhr", "11-25 14:00 – 11-25 16:00"),
            ("between 2 and 4", "11-25 14:00 – 11-25 16:00"),
            ("between 9 and 11 pm", "11-25 21:00 – 11-25 23:00"),
            ("from 10pm to 6am", "11-25 22:00 – 11-26 06:00"),
            ("Thursday 9-11", "11-26 09:00 – 11-26 11:00"),
            ("14:00–16:30 on Friday", "11-27 14:00 – 11-27 16:30"),
            ("after 3 on Friday", "11-27 15:00 – 11-28 00:00"),
            ("before 10 tomorrow", "11-26 00:00 – 11-26 10:00"),
            ("nach 16 Uhr", "11-25 16:00 – 11-26 00:00"),
        ],
    );
}

#[test]
fn what_is_no_time_is_not_read_as_one() {
    for text in [
        "What is the dose of apixaban 5 mg twice?",
        "May I give it with warfarin?",
        "anticoagulation at 12 weeks of pregnancy",
        "What sat should we aim for?",
        "after 3 doses",
        "CHA2DS2-VASc of 4",
        "Guten Morgen",
        "Who is on call?",
        "the second step",
        "room 4 to the left",
        "potassium 3.5",
        "",
    ] {
        assert!(
            read(text, &wednesday(Direction::Ahead)).is_none(),
            "{text}: {:?}",
            read(text, &wednesday(Direction::Ahead))
        );
    }
}

#[test]
fn what_is_left_of_a_question_without_its_time() {
    let standpoint = wednesday(Direction::Ahead);
    for (text, rest) in [
        ("What do I have on Thursday afternoon with Bob?", "What do I have on with Bob?"),
        ("Am I free between 9 and 11 tomorrow?", "Am I free ?"),
    ] {
        assert_eq!(read(text, &standpoint).expect("a time").without(text), rest);
    }
}

#[test]
fn what_can_be_meant_otherwise_is_said() {
    let ahead = wednesday(Direction::Ahead);
    let remark = |text: &str| one(text, &ahead).remarks;
    assert!(matches!(remark("on Wednesday")[..], [Remark::Today(chrono::Weekday::Wed)]));
    assert!(matches!(remark("next Friday")[..], [Remark::NextWeek(_)]));
    assert!(matches!(remark("next Monday")[..], []), "there is only one to come");
    assert!(matches!(remark("Friday, 3 December")[..], [Remark::OtherWeekday(_)]));
    assert!(remark("on Thursday").is_empty());
}

#[test]
fn a_day_with_a_clock_change_is_as_long_as_it_is() {
    for (now, zone, text, from, to) in [
        ("2026-10-24T08:00:00Z", "Europe/Berlin", "tomorrow", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        (
            "2026-10-31T12:00:00Z", "America/New_York", "tomorrow", "2026-11-01T04:00:00Z",
            "2026-11-02T05:00:00Z",
        ),
        (
            "2026-03-28T08:00:00Z", "Europe/Berlin", "on Sunday", "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z",
        ),
        (
            "2026-10-24T08:00:00Z",
            "Europe/Berlin",
            "tomorrow between 1 am and 4 am",
            "2026-10-24T23:00:00Z",
            "2026-10-25T03:00:00Z",
        ),
        // Half past two comes twice; a span that ends then ends with the second.
        (
            "2026-10-24T08:00:00Z",
            "Europe/Berlin",
            "tomorrow from 1 am to 2:30 am",
            "2026-10-24T23:00:00Z",
            "2026-10-25T01:30:00Z",
        ),
        (
            "2026-10-24T08:00:00Z", "Europe/Berlin", "tomorrow at 2:30 am", "2026-10-25T00:30:00Z",
            "2026-10-25T01:31:00Z",
        ),
        (
            "2026-10-20T08:00:00Z", "Europe/Berlin", "next week at 9", "2026-10-26T08:00:00Z",
            "2026-10-26T08:01:00Z",
        ),
    ] {
        let standpoint = standpoint(now, zone, Direction::Ahead);
        let when = one(text, &standpoint);
        let [from, to] = [from, to].map(|at| at.parse::<DateTime<Utc>>().expect("an instant"));
        assert_eq!((when.from, when.to), (from, to), "{text} in {zone}");
    }
    let spring = standpoint("2026-03-28T08:00:00Z", "Europe/Berlin", Direction::Ahead);
    assert_eq!(one("tomorrow at 2:30 am", &spring).remarks, [Remark::Skipped]);
    let autumn = standpoint("2026-10-24T08:00:00Z", "Europe/Berlin", Direction::Ahead);
    assert_eq!(one("tomorrow at 2:30 am", &autumn).remarks, [Remark::Twice]);
}

#[test]
fn the_asker_s_day_is_by_the_asker_s_clock() {
    // Three in the morning of Thursday in Berlin is still Wednesday evening in New York.
    let now = "2026-11-26T02:00:00Z";
    assert_eq!(
        local("today", &standpoint(now, "Europe/Berlin", Direction::Ahead)),
        "11-26 00:00 – 11-27 00:00"
    );
    assert_eq!(
        local("today", &standpoint(now, "America/New_York", Direction::Ahead)),
        "11-25 00:00 – 11-26 00:00"
    );
}

#[test]
fn any_text_is_read_without_a_panic() {
    let standpoint = wednesday(Direction::Ahead);
    for text in [
        "-", "--", "9-", "-9", "in", "since", "from 9 to", "0/0", "99/99/9999", "31.02.", "at 25:61", "ßü–",
        "9999-99-99", "in 999999999 days", "next", "half past", "vor", "the", "the last", "🩺 on 🩺",
    ] {
        let _ = read(text, &standpoint);
        let _ = read(&format!("{text} {text} {text}"), &standpoint);
    }
}
