//! The days of the demo's Alice: appointments, tasks and the people she knows, around the day the demo is run.
//!
//! Everything is made up. Times are told from the given moment, so that the agenda of a demo is never empty and
//! never over; an address ends in `.example` and a number lies in a range nobody has. Nothing here is random: the
//! same moment makes the same day.

use anyhow::Context as _;
use chrono::{DateTime, Days, NaiveDate, Utc};
use voiceassist_fakes::nextcloud::{CollectionKind, Nextcloud};

/// The zone the clinic lives in; events are written in it with the rules for its summer.
const ZONE: &str = "Europe/Berlin";
/// The calendar every account has.
const CALENDAR: &str = "personal";
/// A calendar of tasks beside it.
const TASKS: &str = "tasks";
/// The address book every account has.
const BOOK: &str = "contacts";
/// The last year's changes of the clock hold for every year a demo is run in.
const ZONE_RULES: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n\
    BEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nDTSTART:19700329T020000\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n\
    BEGIN:STANDARD\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nDTSTART:19701025T030000\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

/// An appointment: in how many days, from when to when, and what it is.
struct Appointment {
    name: &'static str,
    days: u64,
    from: &'static str,
    to: &'static str,
    summary: &'static str,
    rest: &'static str,
}

const APPOINTMENTS: &[Appointment] = &[
    Appointment {
        name: "round",
        days: 0,
        from: "073000",
        to: "083000",
        summary: "Ward round\\, cardiology",
        rest: "RRULE:FREQ=DAILY;COUNT=30\r\nLOCATION:Ward 4B\r\n",
    },
    Appointment {
        name: "board",
        days: 0,
        from: "160000",
        to: "170000",
        summary: "Heart team board",
        rest: "LOCATION:Seminar room 2\r\nDESCRIPTION:Two valve candidates. Please bring the echo reports.\r\n\
            ORGANIZER;CN=Bob Example:mailto:bob@clinic.example\r\n\
            ATTENDEE;CN=Alice Example;PARTSTAT=ACCEPTED:mailto:alice@clinic.example\r\n\
            ATTENDEE;CN=Jonas Weber;PARTSTAT=TENTATIVE:mailto:weber@clinic.example\r\n",
    },
    Appointment {
        name: "night",
        days: 0,
        from: "210000",
        to: "233000",
        summary: "On call",
        rest: "LOCATION:House\r\n",
    },
    Appointment {
        name: "teaching",
        days: 1,
        from: "140000",
        to: "150000",
        summary: "Teaching: ECG for students",
        rest: "",
    },
    Appointment {
        name: "pharmacy",
        days: 2,
        from: "110000",
        to: "113000",
        summary: "Pharmacy meeting",
        rest: "STATUS:TENTATIVE\r\nLOCATION:Pharmacy\r\n",
    },
];

/// People by the name of their card, and what stands on it.
const PEOPLE: &[(&str, &str)] = &[
    (
        "weber",
        "FN:Dr. Jonas Weber\r\nN:Weber;Jonas;;Dr.;\r\nORG:Clinic Example;Cardiology\r\nTITLE:Consultant\r\n\
        TEL;TYPE=WORK:+49 30 23125 142\r\nTEL;TYPE=CELL:+49 171 39200 42\r\n\
        EMAIL;TYPE=WORK:weber@clinic.example\r\n",
    ),
    (
        "lin",
        "FN:Mei Lin\r\nN:Lin;Mei;;;\r\nORG:Clinic Example;Radiology\r\nTITLE:Radiologist\r\n\
        TEL;TYPE=WORK:+49 30 23125 311\r\nEMAIL;TYPE=WORK:lin@clinic.example\r\n",
    ),
    (
        "pharmacy",
        "FN:Hospital pharmacy\r\nN:;;;;\r\nORG:Clinic Example;Pharmacy\r\n\
        TEL;TYPE=WORK:+49 30 23125 200\r\nEMAIL:pharmacy@clinic.example\r\n",
    ),
];

/// Puts a week, some tasks and a few people into Alice's account.
pub fn fill(cloud: &Nextcloud, now: DateTime<Utc>) -> anyhow::Result<()> {
    let today = now.date_naive();
    for appointment in APPOINTMENTS {
        put(cloud, CALENDAR, appointment.name, "ics", &event(appointment, today))?;
    }
    cloud.add_collection("alice", TASKS, CollectionKind::Tasks).context("making a calendar of tasks")?;
    for (name, summary, due) in [
        ("letters", "Sign the discharge letters", Some(0)),
        ("slides", "Slides for the ECG teaching", Some(1)),
        ("books", "Order the guideline pocket books", None),
    ] {
        put(cloud, TASKS, name, "ics", &task(name, summary, due.map(|days| later(today, days))))?;
    }
    for (name, card) in PEOPLE {
        let text = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:demo-{name}\r\n{card}END:VCARD\r\n");
        put(cloud, BOOK, name, "vcf", &text)?;
    }
    Ok(())
}

fn put(cloud: &Nextcloud, collection: &str, name: &str, ending: &str, text: &str) -> anyhow::Result<()> {
    cloud
        .put_object("alice", collection, &format!("demo-{name}.{ending}"), text)
        .with_context(|| format!("placing {name} in {collection}"))?;
    Ok(())
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

fn event(appointment: &Appointment, today: NaiveDate) -> String {
    let Appointment { name, days, from, to, summary, rest } = appointment;
    let day = later(today, *days).format("%Y%m%d");
    wrapped(&format!(
        "{ZONE_RULES}BEGIN:VEVENT\r\nUID:demo-{name}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID={ZONE}:{day}T{from}\r\n\
         DTEND;TZID={ZONE}:{day}T{to}\r\nSUMMARY:{summary}\r\n{rest}END:VEVENT\r\n"
    ))
}

fn task(name: &str, summary: &str, due: Option<NaiveDate>) -> String {
    let due = due.map(|day| format!("DUE;VALUE=DATE:{}\r\n", day.format("%Y%m%d"))).unwrap_or_default();
    wrapped(&format!(
        "BEGIN:VTODO\r\nUID:demo-{name}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:{summary}\r\n{due}END:VTODO\r\n"
    ))
}

fn wrapped(body: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//VoiceAssist//Demo//EN\r\n{body}END:VCALENDAR\r\n")
}
