//! An event or a task as one would read it out: what, when and in which zone, where, with whom, and what is noted.
//!
//! A series is one document and says when it first takes place; instances that differ follow under headings of their
//! own. Times are those of the zone it was written in, which is named beside them.

use chrono::{DateTime, NaiveDateTime, TimeZone as _, Utc};
use voiceassist_dav::icalendar::{
    Attendee, CalendarObject, ExpansionLimits, Item, ItemKind, Moment, Occurrence, TimeKind, Window, Zone,
};
use voiceassist_dav::links::Links;
use voiceassist_model::{Reason, Source};
use voiceassist_rag::extract::BlockKind;
use voiceassist_store::items::{About, ItemFacts};

use super::Written;
use super::sheet::Sheet;

/// RFC 5545.
const MIME: &str = "text/calendar";
/// Changed instances that are written down.
const MAX_CHANGED: usize = 50;
/// People that are written down, and kept for looking for them.
const MAX_PEOPLE: usize = 100;
/// Letters of what is noted.
const MAX_NOTES: usize = 100_000;
/// Instances looked at for when a series begins and ends.
const LIMITS: ExpansionLimits = ExpansionLimits { steps: 20_000, occurrences: 1_000 };

pub(super) fn write(text: &str, location: &str, links: &Links) -> Result<Written, Reason> {
    let object = CalendarObject::read(text).map_err(|_| Reason::Malformed)?;
    let item = object.first().ok_or(Reason::NoText)?;
    let source = match item.kind {
        ItemKind::Event => Source::Event,
        ItemKind::Task => Source::Task,
        ItemKind::Note => return Err(Reason::UnsupportedType),
    };
    let span = Spanned::of(&object);
    let mut sheet = Sheet::default();
    let title = title(item);
    sheet.add(BlockKind::Heading(1), &title);
    describe(&mut sheet, item, span.first.as_ref());
    let master = object.master.is_some();
    let changed = object.overrides.iter().skip(usize::from(!master)).take(MAX_CHANGED);
    for instance in changed.filter(|instance| differs(instance, item)) {
        let day = instance.start.as_ref().map(|start| start.local().format("%-d %b %Y").to_string());
        sheet.add(BlockKind::Heading(2), &format!("{} {}", day.unwrap_or_default(), instance.summary));
        describe(&mut sheet, instance, None);
    }
    let begins_at = span.begins_at.or_else(|| item.start.as_ref().map(|start| start.instant(&Zone::Utc)));
    let link = match source {
        Source::Task => links.task(location),
        _ => links.event(location, begins_at.unwrap_or_default()),
    };
    let people = std::iter::once(item).chain(object.overrides.iter().take(MAX_CHANGED)).flat_map(people_of);
    let facts = ItemFacts {
        source,
        mime: MIME,
        about: About { title, link, people: people.take(MAX_PEOPLE).collect() },
        begins_at,
        ends_at: begins_at.and(span.ends_at),
    };
    Ok(Written { text: sheet.into_document(MIME), facts })
}

/// When an object takes place as a whole.
struct Spanned {
    first: Option<Occurrence>,
    begins_at: Option<DateTime<Utc>>,
    /// `None` where it goes on.
    ends_at: Option<DateTime<Utc>>,
}

impl Spanned {
    fn of(object: &CalendarObject) -> Self {
        let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().unwrap_or_default();
        let window = Window { start: year(1900), end: year(2200), viewer: Zone::Utc };
        let expansion = object.occurrences(&window, LIMITS);
        let goes_on = expansion.endless || expansion.truncated;
        let first = expansion.occurrences.iter().find(|one| one.override_index.is_none());
        Self {
            begins_at: expansion.occurrences.iter().map(|one| one.start).min(),
            ends_at: expansion.occurrences.iter().map(|one| one.end).max().filter(|_| !goes_on),
            first: first.or(expansion.occurrences.first()).cloned(),
        }
    }
}

fn title(item: &Item) -> String {
    match item.summary.trim() {
        "" => "Untitled".to_owned(),
        summary => summary.to_owned(),
    }
}

fn differs(instance: &Item, master: &Item) -> bool {
    let words = |item: &Item| (item.summary.clone(), item.description.clone(), item.location.clone());
    words(instance) != words(master) || instance.is_cancelled() != master.is_cancelled()
}

fn describe(sheet: &mut Sheet, item: &Item, first: Option<&Occurrence>) {
    let when = first.map(when).or_else(|| item.start.as_ref().map(moment)).unwrap_or_default();
    let is_task = item.kind == ItemKind::Task;
    let people =
        |people: &[Attendee]| people.iter().take(MAX_PEOPLE).map(person).collect::<Vec<_>>().join(", ");
    let repeats = if item.recurs() { "yes, this is when it first takes place" } else { "" };
    sheet.lines(&[
        (if is_task { "Due" } else { "When" }, when),
        ("Repeats", repeats.to_owned()),
        ("Where", item.location.clone()),
        ("Organiser", item.organizer.as_ref().map(person).unwrap_or_default()),
        ("With", people(&item.attendees)),
        ("Status", item.status.as_deref().unwrap_or_default().to_lowercase().replace('-', " ")),
        ("Done", item.percent_complete.map(|percent| format!("{percent} %")).unwrap_or_default()),
        ("Categories", item.categories.join(", ")),
        ("Address", item.url.clone().unwrap_or_default()),
    ]);
    let notes: String = item.description.chars().take(MAX_NOTES).collect();
    sheet.paragraphs(&notes);
}

/// Beginning and end as a clock there shows them.
fn when(occurrence: &Occurrence) -> String {
    let Occurrence { local_start: start, local_end: end, kind, zone, .. } = occurrence;
    if *kind == TimeKind::AllDay {
        let last = *end - chrono::TimeDelta::days(1);
        return if last <= *start {
            format!("{}, all day", day(start))
        } else {
            format!("{} to {}, whole days", day(start), day(&last))
        };
    }
    let zone = zone.as_ref().map(|zone| format!(" ({})", zone.name())).unwrap_or_default();
    if start == end {
        format!("{}, {}{zone}", day(start), clock(start))
    } else if start.date() == end.date() {
        format!("{}, {} to {}{zone}", day(start), clock(start), clock(end))
    } else {
        format!("{}, {} to {}, {}{zone}", day(start), clock(start), day(end), clock(end))
    }
}

fn moment(moment: &Moment) -> String {
    let local = moment.local();
    match moment.zone() {
        _ if moment.is_date() => format!("{}, all day", day(&local)),
        Some(zone) => format!("{}, {} ({})", day(&local), clock(&local), zone.name()),
        None => format!("{}, {}", day(&local), clock(&local)),
    }
}

fn day(at: &NaiveDateTime) -> String {
    at.format("%a, %-d %b %Y").to_string()
}

fn clock(at: &NaiveDateTime) -> String {
    at.format("%H:%M").to_string()
}

fn person(attendee: &Attendee) -> String {
    match attendee.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => format!("{name} <{}>", attendee.address),
        None => attendee.address.clone(),
    }
}

fn people_of(item: &Item) -> Vec<String> {
    let words = |attendee: &Attendee| [attendee.name.clone(), Some(attendee.address.clone())];
    let everybody = item.organizer.iter().chain(&item.attendees);
    everybody.flat_map(words).flatten().filter(|word| !word.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use voiceassist_dav::links::Links;
    use voiceassist_model::{Reason, Source};

    use super::{Written, write};

    const PLACE: &str = "remote.php/dav/calendars/alice/personal/1.ics";

    fn written(component: &str) -> Result<Written, Reason> {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{}\r\nEND:VCALENDAR\r\n",
            component.replace('\n', "\r\n")
        );
        write(&text, PLACE, &Links::at("https://cloud.example"))
    }

    fn page(component: &str) -> String {
        written(component).expect("an item").text.pages[0].text.clone()
    }

    #[test]
    fn an_event_says_what_when_where_and_with_whom() {
        let event = "BEGIN:VEVENT\nUID:e-1\nDTSTAMP:20261101T000000Z\nSUMMARY:Echo conference\n\
                     DTSTART;TZID=Europe/Berlin:20261124T100000\nDTEND;TZID=Europe/Berlin:20261124T110000\n\
                     LOCATION:Room 3\nORGANIZER;CN=Dr. Holt:mailto:holt@clinic.example\n\
                     ATTENDEE;CN=Alice Weber:mailto:alice@clinic.example\n\
                     DESCRIPTION:Bring the apixaban list.\\n\\nSecond paragraph.\nEND:VEVENT";
        assert_eq!(
            page(event),
            "Echo conference\n\nWhen: Tue, 24 Nov 2026, 10:00 to 11:00 (Europe/Berlin)\nWhere: Room 3\n\
             Organiser: Dr. Holt <holt@clinic.example>\nWith: Alice Weber <alice@clinic.example>\n\n\
             Bring the apixaban list.\n\nSecond paragraph."
        );
        let facts = written(event).expect("an event").facts;
        assert_eq!(facts.source, Source::Event);
        assert_eq!(facts.begins_at.map(|at| at.to_rfc3339()).as_deref(), Some("2026-11-24T09:00:00+00:00"));
        assert_eq!(facts.ends_at.map(|at| at.to_rfc3339()).as_deref(), Some("2026-11-24T10:00:00+00:00"));
        assert!(facts.about.link.is_some_and(|link| link.contains("/apps/calendar/edit/")));
        assert!(facts.about.people.contains(&"Dr. Holt".to_owned()));
    }

    #[test]
    fn a_series_is_one_document_without_an_end_and_names_what_differs() {
        let series = "BEGIN:VEVENT\nUID:e-2\nDTSTAMP:20261101T000000Z\nSUMMARY:Ward round\n\
                      DTSTART:20261102T070000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n\
                      BEGIN:VEVENT\nUID:e-2\nDTSTAMP:20261101T000000Z\nRECURRENCE-ID:20261109T070000Z\n\
                      SUMMARY:Ward round with the new colleague\nDTSTART:20261109T080000Z\nDURATION:PT1H\nEND:VEVENT";
        let written = written(series).expect("a series");
        let text = &written.text.pages[0].text;
        assert!(text.contains("Repeats: yes"), "{text}");
        assert!(text.contains("9 Nov 2026 Ward round with the new colleague"), "{text}");
        assert!(written.facts.begins_at.is_some());
        assert_eq!(written.facts.ends_at, None);
    }

    #[test]
    fn a_task_is_due_and_a_journal_is_left_out() {
        let task = "BEGIN:VTODO\nUID:t-1\nDTSTAMP:20261101T000000Z\nSUMMARY:Order gloves\nDUE;VALUE=DATE:20261127\n\
                    PERCENT-COMPLETE:20\nEND:VTODO";
        let text = page(task);
        assert!(text.starts_with("Order gloves\n\nDue: Fri, 27 Nov 2026"), "{text}");
        assert!(text.contains("Done: 20 %"), "{text}");
        let journal = "BEGIN:VJOURNAL\nUID:j-1\nDTSTAMP:20261101T000000Z\nSUMMARY:Notes\nEND:VJOURNAL";
        assert_eq!(written(journal).err(), Some(Reason::UnsupportedType));
    }
}
