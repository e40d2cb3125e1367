//! The fixture: one clinician's week as text, the same local times in two zones.
//!
//! It is Wednesday, half past ten. In the night to Sunday clocks go back, in Berlin on 25 October 2026, in New York a week later. All
//! people and places are made up.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use voiceassist_fakes::mail::imap::Imap;
use voiceassist_fakes::nextcloud::Nextcloud;

/// Where the week takes place.
pub(crate) struct Place {
    pub(crate) zone: &'static str,
    /// The Monday of the week.
    monday: (i32, u32, u32),
    now: &'static str,
    /// The other zone, and when a call there is by its own clock on Thursday.
    other: (&'static str, &'static str),
    /// The second half hour of the hour that comes twice, in UTC.
    twice: (&'static str, &'static str),
    /// The mail header's offset that week.
    offset: &'static str,
}

pub(crate) const BERLIN: Place = Place {
    zone: "Europe/Berlin",
    monday: (2026, 10, 19),
    now: "2026-10-21T08:30:00Z",
    other: ("America/New_York", "080000"),
    twice: ("20261025T013000Z", "20261025T020000Z"),
    offset: "+0200",
};

pub(crate) const NEW_YORK: Place = Place {
    zone: "America/New_York",
    monday: (2026, 10, 26),
    now: "2026-10-28T14:30:00Z",
    other: ("Europe/Berlin", "160000"),
    twice: ("20261101T063000Z", "20261101T070000Z"),
    offset: "-0400",
};

impl Place {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now.parse().unwrap()
    }

    /// A day of the week, from 0 for Monday.
    pub(crate) fn day(&self, number: i64) -> NaiveDate {
        let (year, month, day) = self.monday;
        NaiveDate::from_ymd_opt(year, month, day).unwrap() + TimeDelta::days(number)
    }

    /// `;TZID=Zone:20261022T130000`.
    fn local(&self, day: i64, time: &str) -> String {
        format!(";TZID={}:{}T{time}", self.zone, self.day(day).format("%Y%m%d"))
    }

    fn date(&self, day: i64) -> String {
        format!(";VALUE=DATE:{}", self.day(day).format("%Y%m%d"))
    }
}

fn calendar(component: &str, uid: &str, lines: &[String]) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//week//EN\r\nBEGIN:{component}\r\nUID:{uid}\r\nDTSTAMP:20261001T000000Z\r\n{}\r\n\
         END:{component}\r\nEND:VCALENDAR\r\n",
        lines.join("\r\n")
    )
}

/// Events, tasks and cards.
pub(crate) fn fill(cloud: &Nextcloud, place: &Place) {
    let event = |name: &str, summary: &str, start: String, end: String, more: &[&str]| {
        let mut lines = vec![format!("SUMMARY:{summary}"), format!("DTSTART{start}"), format!("DTEND{end}")];
        lines.extend(more.iter().map(|line| (*line).to_owned()));
        let text = calendar("VEVENT", name, &lines);
        cloud.put_object("alice", "personal", &format!("{name}.ics"), &text).unwrap();
    };
    let exdate = format!("EXDATE{}", place.local(4, "090000"));
    event(
        "round",
        "Ward round",
        place.local(-7, "090000"),
        place.local(-7, "100000"),
        &["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", exdate.as_str(), "LOCATION:Ward 3"],
    );
    event(
        "echo",
        "Echo conference",
        place.local(3, "130000"),
        place.local(3, "143000"),
        &[
            "LOCATION:Room 4",
            "ORGANIZER;CN=Anna Smith:mailto:a.smith@stmarys.example",
            "ATTENDEE;CN=Anna Smith;PARTSTAT=ACCEPTED:mailto:a.smith@stmarys.example",
        ],
    );
    event("board", "Tumour board", place.local(3, "150000"), place.local(3, "160000"), &["STATUS:CANCELLED"]);
    event(
        "lunch",
        "Lunch with Bob",
        place.local(2, "123000"),
        place.local(2, "131500"),
        &["ATTENDEE;CN=Bob Jones;PARTSTAT=ACCEPTED:mailto:b.jones@clinic.example"],
    );
    event("night", "Night shift", place.local(5, "220000"), place.local(6, "060000"), &[]);
    event("club", "Journal club", place.local(6, "100000"), place.local(6, "110000"), &["LOCATION:Library"]);
    event("off", "Day off", place.date(4), place.date(5), &[]);
    event("clinic", "Outpatient clinic", place.local(7, "100000"), place.local(7, "120000"), &[]);
    let (zone, time) = place.other;
    let day = place.day(3).format("%Y%m%d");
    let starts = format!(";TZID={zone}:{day}T{time}");
    let ends = format!(";TZID={zone}:{day}T{}4500", &time[..2]);
    event("call", "Transatlantic call", starts, ends, &[]);
    let (from, to) = place.twice;
    event("pump", "Pump check", format!(":{from}"), format!(":{to}"), &[]);
    let task = |name: &str, summary: &str, more: &[String]| {
        let mut lines = vec![format!("SUMMARY:{summary}")];
        lines.extend(more.iter().cloned());
        let text = calendar("VTODO", name, &lines);
        cloud.put_object("alice", "personal", &format!("{name}.ics"), &text).unwrap();
    };
    task("sign", "Sign discharge letters", &[format!("DUE{}", place.local(2, "170000"))]);
    task("order", "Order syringes", &[format!("DUE{}", place.date(4))]);
    task("audit", "Send audit report", &[format!("DUE{}", place.local(0, "120000"))]);
    task("read", "Read the sedation guideline", &[]);
    task(
        "done",
        "Book the room",
        &[format!("DUE{}", place.local(2, "090000")), "STATUS:COMPLETED".to_owned()],
    );
    for (name, text) in cards() {
        cloud.put_object("alice", "contacts", &format!("{name}.vcf"), &text).unwrap();
    }
}

fn cards() -> Vec<(&'static str, String)> {
    let card = |name: &'static str, lines: &str| {
        let lines = lines.trim().lines().map(str::trim).collect::<Vec<_>>().join("\r\n");
        (name, format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{name}\r\n{lines}\r\nEND:VCARD\r\n"))
    };
    vec![
        card(
            "anna",
            "FN:Anna Smith
             N:Smith;Anna;;Dr.;
             ORG:St. Mary's Hospital;Cardiology
             TITLE:Consultant cardiologist
             TEL;TYPE=work:+49 30 5550142
             TEL;TYPE=cell:+49 170 5550199
             EMAIL;TYPE=work:a.smith@stmarys.example",
        ),
        card(
            "john",
            "FN:John Smith
             N:Smith;John;;Dr.;
             ORG:Riverside Clinic;Radiology
             TITLE:Radiologist
             TEL;TYPE=work:+49 30 5550177
             EMAIL;TYPE=work:j.smith@riverside.example",
        ),
        card(
            "bob",
            "FN:Bob Jones
             N:Jones;Bob;;;
             ORG:Harbour Clinic;Ward 3
             TITLE:Nurse
             EMAIL;TYPE=work:b.jones@clinic.example",
        ),
        card(
            "weiss",
            "FN:Jürgen Weiß
             N:Weiß;Jürgen;;Dr.;
             ORG:Harbour Clinic;Pharmacy
             TITLE:Pharmacist
             TEL;TYPE=work:+49 30 5550133
             EMAIL;TYPE=work:j.weiss@clinic.example
             ADR;TYPE=work:;;Möwenweg 4;Hafenstadt;;12345;",
        ),
    ]
}

/// Letters.
pub(crate) fn deliver(server: &Imap, place: &Place) {
    let letter = |folder: &str,
                  flags: &[&str],
                  from: &str,
                  to: &str,
                  day: i64,
                  time: &str,
                  subject: &str,
                  text: &str| {
        let date = place.day(day).format("%a, %-d %b %Y");
        let id = subject.replace([' ', ':'], "-").to_lowercase();
        let message = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date} {time}:00 {}\r\nMessage-ID: <{id}@mail.example>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
            place.offset
        );
        server.append(folder, message.into_bytes(), flags, place.now());
    };
    let (anna, john) = ("Anna Smith <a.smith@stmarys.example>", "John Smith <j.smith@riverside.example>");
    let (bob, alice) = ("Bob Jones <b.jones@clinic.example>", "Alice <alice@clinic.example>");
    letter(
        "INBOX",
        &["\\Seen"],
        anna,
        alice,
        -17,
        "09:00",
        "Conference programme",
        "The programme of the autumn congress follows next week.",
    );
    letter(
        "INBOX",
        &["\\Seen"],
        anna,
        alice,
        0,
        "10:00",
        "Echo results",
        "The ejection fraction is 45 percent. Please repeat the echo in three months.",
    );
    letter(
        "INBOX",
        &["\\Seen", "\\Flagged"],
        john,
        alice,
        0,
        "16:00",
        "MRI slots",
        "There are two MRI slots on Friday.",
    );
    letter("INBOX", &[], bob, alice, 1, "18:00", "Roster for November", "The new roster is on the board.");
    letter(
        "Sent",
        &["\\Seen"],
        alice,
        bob,
        1,
        "19:00",
        "Re: Roster for November",
        "Thank you, I take the night shift.",
    );
    letter(
        "INBOX",
        &[],
        "Laboratory <lab@clinic.example>",
        alice,
        2,
        "08:00",
        "Potassium of room 12",
        "Potassium 5.9 mmol/l, please call back.",
    );
}
