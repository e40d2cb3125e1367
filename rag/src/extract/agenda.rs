//! Calendars and address books as files: each event, task or card under its name.
//!
//! What a person would be shown is text, in the order in which the file has it: when, where, who, what. Pictures, keys,
//! identifiers, alarms and the rules of time zones are not. Dates stand as they are written, with the zone they name,
//! because a reader of documents computes no time; the calendars of people's accounts have their own mirror.

use crate::extract::contentline::{self, ContentLine};
use crate::extract::pages::Pages;
use crate::extract::{BlockKind, ExtractError};

/// Adds a calendar as one page.
pub(crate) fn calendar(text: &str, pages: &mut Pages) -> Result<(), ExtractError> {
    let lines = contentline::read(text);
    let mut seen = false;
    let mut open: Vec<String> = Vec::new();
    let mut entry: Vec<&ContentLine> = Vec::new();
    for line in &lines {
        match line.name.as_str() {
            "BEGIN" => {
                seen = true;
                open.push(line.text().to_ascii_uppercase());
            }
            "END" => {
                let ended = open.pop().unwrap_or_default();
                if is_entry(&ended) {
                    put(&std::mem::take(&mut entry), "SUMMARY", event_field, pages);
                }
            }
            "X-WR-CALNAME" | "NAME" if open.len() == 1 => {
                pages.block(BlockKind::Heading(1), &line.text());
            }
            _ if open.last().is_some_and(|open| is_entry(open)) => entry.push(line),
            _ => {}
        }
    }
    // A file that was cut is worth what it has.
    put(&entry, "SUMMARY", event_field, pages);
    if seen { Ok(()) } else { Err(ExtractError::malformed("a calendar without components")) }
}

/// Adds address cards as one page.
pub(crate) fn cards(text: &str, pages: &mut Pages) -> Result<(), ExtractError> {
    let lines = contentline::read(text);
    let mut seen = false;
    let mut card: Vec<&ContentLine> = Vec::new();
    for line in &lines {
        match line.name.as_str() {
            "BEGIN" => seen = true,
            "END" => put(&std::mem::take(&mut card), "FN", card_field, pages),
            _ => card.push(line),
        }
    }
    put(&card, "FN", card_field, pages);
    if seen { Ok(()) } else { Err(ExtractError::malformed("an address book without cards")) }
}

fn is_entry(component: &str) -> bool {
    matches!(component, "VEVENT" | "VTODO" | "VJOURNAL")
}

/// A heading from the naming property, then the others that have a label, line by line.
fn put(
    lines: &[&ContentLine],
    naming: &str,
    field: fn(&ContentLine) -> Option<(String, String)>,
    pages: &mut Pages,
) {
    if pages.is_full() {
        return;
    }
    let name =
        lines.iter().find(|line| line.name == naming).or_else(|| lines.iter().find(|line| line.name == "N"));
    if let Some(name) = name {
        let text = if name.name == "N" { name.parts().join(" ") } else { name.text() };
        pages.block(BlockKind::Heading(2), &text);
    }
    let mut fields: Vec<String> = Vec::new();
    for line in lines.iter().filter(|line| line.name != naming) {
        if matches!(line.name.as_str(), "DESCRIPTION" | "NOTE" | "COMMENT") {
            flush(&mut fields, pages);
            pages.block(BlockKind::Paragraph, &line.text());
        } else if let Some((label, value)) = field(line)
            && !value.trim().is_empty()
        {
            fields.push(format!("{label}: {}", value.replace('\n', ", ")));
        }
    }
    flush(&mut fields, pages);
}

fn flush(fields: &mut Vec<String>, pages: &mut Pages) {
    pages.block(BlockKind::Preformatted, &std::mem::take(fields).join("\n"));
}

fn event_field(line: &ContentLine) -> Option<(String, String)> {
    let label = match line.name.as_str() {
        "DTSTART" => "Starts",
        "DTEND" => "Ends",
        "DUE" => "Due",
        "COMPLETED" => "Completed",
        "DURATION" => "Lasts",
        "RRULE" => "Repeats",
        "LOCATION" => "Where",
        "ORGANIZER" => "Organizer",
        "ATTENDEE" => "Attendee",
        "CONTACT" => "Contact",
        "CATEGORIES" => "Categories",
        "RESOURCES" => "Resources",
        "STATUS" => "Status",
        "URL" | "CONFERENCE" => "Link",
        _ => return None,
    };
    let value = match line.name.as_str() {
        "DTSTART" | "DTEND" | "DUE" | "COMPLETED" => moment(line),
        "ORGANIZER" | "ATTENDEE" => person(line),
        _ => line.text(),
    };
    Some((label.to_owned(), value))
}

fn card_field(line: &ContentLine) -> Option<(String, String)> {
    let label = match line.name.as_str() {
        "ORG" => "Organization",
        "TITLE" => "Title",
        "ROLE" => "Role",
        "NICKNAME" => "Nickname",
        "TEL" => "Telephone",
        "EMAIL" => "Email",
        "ADR" => "Address",
        "BDAY" => "Born",
        "ANNIVERSARY" => "Anniversary",
        "CATEGORIES" => "Categories",
        "URL" => "Link",
        "IMPP" => "Messages",
        "RELATED" => "Related",
        "LANG" => "Language",
        _ => return None,
    };
    let value = match line.name.as_str() {
        "ADR" | "ORG" => line.parts().join(", "),
        "TEL" | "EMAIL" | "IMPP" => {
            line.text().trim_start_matches("tel:").trim_start_matches("mailto:").to_owned()
        }
        _ => line.text(),
    };
    let kinds: Vec<String> = line
        .parameter("TYPE")
        .map(str::to_lowercase)
        .filter(|kind| matches!(kind.as_str(), "work" | "home" | "cell" | "fax" | "pager" | "mobile"))
        .collect();
    let label = if kinds.is_empty() { label.to_owned() } else { format!("{label} ({})", kinds.join(", ")) };
    Some((label, value))
}

/// `20260401T140000` as a person writes it, with the zone it names.
fn moment(line: &ContentLine) -> String {
    let text = line.text();
    let text = text.trim();
    let digits =
        |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let Some((year, month, day)) =
        digits(0, 4).zip(digits(4, 6)).zip(digits(6, 8)).map(|((y, m), d)| (y, m, d))
    else {
        return text.to_owned();
    };
    let mut moment = format!("{year}-{month}-{day}");
    if let Some((hour, minute)) = digits(9, 11).zip(digits(11, 13)) {
        moment.extend([" ", hour, ":", minute]);
        if text.ends_with('Z') {
            moment.push_str(" UTC");
        } else if let Some(zone) = line.parameter("TZID").next() {
            moment.push(' ');
            moment.push_str(zone);
        }
    }
    moment
}

fn person(line: &ContentLine) -> String {
    let text = line.text();
    let address = text.trim_start_matches("mailto:").trim_start_matches("MAILTO:");
    match line.parameter("CN").next() {
        Some(name) if name != address => format!("{name} <{address}>"),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{calendar, cards};
    use crate::extract::ExtractLimits;
    use crate::extract::pages::Pages;

    #[test]
    fn an_event_says_when_where_and_who() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD\n\
                    END:VTIMEZONE\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20260401T140000\nSUMMARY:Tumour board\n\
                    LOCATION:Room 4\\, ground floor\nATTENDEE;CN=Dr. Smith:mailto:smith@example.org\nDESCRIPTION:Bring images.\n\
                    BEGIN:VALARM\nDESCRIPTION:Reminder\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n";
        let mut pages = Pages::new(&ExtractLimits::default());
        calendar(text, &mut pages).expect("calendar");
        let text = pages.finish().0.swap_remove(0).text;
        assert_eq!(
            text,
            "Tumour board\n\nStarts: 2026-04-01 14:00 Europe/Berlin\nWhere: Room 4, ground floor\n\
             Attendee: Dr. Smith <smith@example.org>\n\nBring images."
        );
    }

    #[test]
    fn cards_of_every_version_are_read() {
        let text = "BEGIN:VCARD\nVERSION:2.1\nN:Okafor;Ada;;Dr.\nTEL;CELL:+49 170 1\nPHOTO;ENCODING=b:AAAA\nEND:VCARD\n\
                    BEGIN:VCARD\nVERSION:4.0\nFN:Ben Li\nN:Li;Ben;;;\nORG:Clinic;Ward 3\nEMAIL;TYPE=work:ben@example.org\n\
                    NOTE:On leave in May.\nEND:VCARD\n";
        let mut pages = Pages::new(&ExtractLimits::default());
        cards(text, &mut pages).expect("cards");
        let text = pages.finish().0.swap_remove(0).text;
        assert_eq!(
            text,
            "Okafor Ada Dr.\n\nTelephone (cell): +49 170 1\n\nBen Li\n\nOrganization: Clinic, Ward 3\n\
             Email (work): ben@example.org\n\nOn leave in May."
        );
    }
}
