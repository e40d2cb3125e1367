//! Occurrences by a clock: changes of it, zones of every kind, and zones that nobody knows.

use chrono::NaiveDateTime;
use voiceassist_dav::icalendar::zone::Fit;
use voiceassist_dav::icalendar::{CalendarObject, Defect, ExpansionLimits, TimeKind, Window, Zone};

use super::{event, expand, utc};

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
