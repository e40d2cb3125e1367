//! What is attached, read like any other document.
//!
//! Each attachment goes through the reader its content asks for, onto pages of its own below a heading with its name, so
//! that a passage found there leads to the message and to the attachment in it. All of them share the limits of the
//! file. One that cannot be read says why and costs the others nothing. Invitations are handed on as they are.

use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};
use voiceassist_model::Reason;

use crate::extract::mail::{
    self, Attachment, CalendarPart, MAX_ATTACHMENTS, MAX_ATTACHMENTS_READ, MAX_DEPTH, MailNote, charset,
};
use crate::extract::pages::Pages;
use crate::extract::{ExtractError, ExtractSettings, Kind, normalise, sniff};

/// Invitations kept of one message, and how large each may be.
const MAX_CALENDARS: usize = 10;
const MAX_CALENDAR_BYTES: usize = 1024 * 1024;
const MAX_NAME_CHARS: usize = 250;

/// What all messages of one file share.
pub(super) struct Reading<'s> {
    pub(super) settings: &'s ExtractSettings,
    /// Attachments read so far.
    pub(super) read: usize,
}

/// Adds what is attached to a message.
pub(super) fn add(
    message: &Message<'_>,
    reading: &mut Reading<'_>,
    pages: &mut Pages,
    depth: usize,
    note: &mut MailNote,
) {
    for part in message.attachments() {
        if note.attachments.len() >= MAX_ATTACHMENTS {
            pages.mark_truncated();
            return;
        }
        if is_calendar(part) && note.calendars.len() < MAX_CALENDARS {
            calendar(message, part, note);
            continue;
        }
        match &part.body {
            PartType::Message(inner) => nested(inner, part, reading, pages, depth, note),
            _ => one(message, part, reading, pages, note),
        }
    }
}

fn is_calendar(part: &MessagePart<'_>) -> bool {
    mime(part) == "text/calendar" || mime(part) == "application/ics"
}

fn calendar(message: &Message<'_>, part: &MessagePart<'_>, note: &mut MailNote) {
    let text = match &part.body {
        PartType::Text(_) | PartType::Html(_) => charset::text(message, part),
        _ => String::from_utf8_lossy(part.contents()).into_owned(),
    };
    let method = part.content_type().and_then(|kind| kind.attribute("method")).map(str::to_uppercase);
    // The same invitation usually comes once more as a file.
    let same = |known: &CalendarPart| known.text.trim_end() == text.trim_end();
    if text.len() <= MAX_CALENDAR_BYTES && !note.calendars.iter().any(same) {
        note.calendars.push(CalendarPart { method, text });
    }
}

/// A message inside of the message.
fn nested(
    inner: &Message<'_>,
    part: &MessagePart<'_>,
    reading: &mut Reading<'_>,
    pages: &mut Pages,
    depth: usize,
    note: &mut MailNote,
) {
    let mut attachment = describe(part);
    if depth + 1 >= MAX_DEPTH || reading.read >= MAX_ATTACHMENTS_READ {
        attachment.reason = Some(Reason::ExpandsTooFar);
        pages.mark_truncated();
        note.attachments.push(attachment);
        return;
    }
    reading.read += 1;
    let first = pages.next_page();
    let its = mail::add(inner, reading, pages, depth + 1);
    if attachment.name.is_empty() {
        attachment.name.clone_from(&its.subject);
    }
    let last =
        its.attachments.iter().filter_map(|attachment| attachment.pages).map(|(first, _)| first - 1).min();
    attachment.pages = Some((first, last.unwrap_or_else(|| pages.next_page() - 1).max(first)));
    note.attachments.push(attachment);
    note.attachments.extend(its.attachments);
    note.calendars.extend(its.calendars);
    note.attachments.truncate(MAX_ATTACHMENTS);
    note.calendars.truncate(MAX_CALENDARS);
}

fn one(
    message: &Message<'_>,
    part: &MessagePart<'_>,
    reading: &mut Reading<'_>,
    pages: &mut Pages,
    note: &mut MailNote,
) {
    let mut attachment = describe(part);
    if note.encrypted {
        attachment.reason = Some(Reason::Encrypted);
    } else if reading.read >= MAX_ATTACHMENTS_READ {
        attachment.reason = Some(Reason::ExpandsTooFar);
        pages.mark_truncated();
    } else if pages.is_full() {
        attachment.reason = Some(Reason::Truncated);
    } else {
        reading.read += 1;
        match read(message, part, &attachment.name, reading.settings, pages) {
            Ok(filled) => attachment.pages = filled,
            Err(error) => attachment.reason = Some(error.reason()),
        }
        if attachment.pages.is_none() && attachment.reason.is_none() {
            attachment.reason = Some(Reason::NoText);
        }
    }
    note.attachments.push(attachment);
}

/// Reads one attachment onto its own pages: the first and the last of them.
fn read(
    message: &Message<'_>,
    part: &MessagePart<'_>,
    name: &str,
    settings: &ExtractSettings,
    pages: &mut Pages,
) -> Result<Option<(u32, u32)>, ExtractError> {
    let decoded;
    let bytes = match &part.body {
        PartType::Text(_) | PartType::Html(_) => {
            decoded = charset::text(message, part);
            decoded.as_bytes()
        }
        _ => part.contents(),
    };
    if bytes.is_empty() {
        return Err(ExtractError::Empty);
    }
    put(recognise(bytes, name, part)?, bytes, name, settings, pages)
}

/// Reads a document inside of another onto pages of its own, below a heading with its name: the first and the last of
/// them, or nothing when it holds no text.
pub(crate) fn put(
    kind: Kind,
    bytes: &[u8],
    name: &str,
    settings: &ExtractSettings,
    pages: &mut Pages,
) -> Result<Option<(u32, u32)>, ExtractError> {
    if pages.depth() >= MAX_DEPTH {
        return Err(ExtractError::ExpandsTooFar("documents inside of documents"));
    }
    // Read aside first, so that one that fails half way leaves nothing behind.
    let mut aside = pages.aside();
    crate::extract::read_kind(kind, bytes.to_vec(), settings, &mut aside)?;
    let gaps = aside.take_gaps();
    let (read, truncated) = aside.finish();
    if truncated {
        pages.mark_truncated();
    }
    if read.iter().all(|page| page.text.trim().is_empty()) {
        return Ok(None);
    }
    let first = pages.next_page();
    for gap in gaps {
        pages.note(gap.reason, gap.page.map(|page| page + first - 1));
    }
    let mut heading = Some(name).filter(|name| !name.is_empty());
    for page in read {
        let (confidence, printed) = (page.confidence, page.printed.clone());
        let length = page.text.chars().count();
        let (text, blocks) = match heading.take() {
            Some(name) => mail::below_heading(name, page),
            None => (page.text, page.blocks),
        };
        // What was put before the text moved its lines.
        let moved = text.chars().count().saturating_sub(length);
        pages.page(&text, blocks);
        pages.set_confidence(confidence);
        pages.set_printed(printed, u32::try_from(moved).unwrap_or(u32::MAX));
    }
    Ok(Some((first, pages.next_page().saturating_sub(1).max(first))))
}

/// By content, then by name, then by what the message says it is.
fn recognise(bytes: &[u8], name: &str, part: &MessagePart<'_>) -> Result<Kind, ExtractError> {
    let kind = match (sniff::recognise(bytes, name), &part.body) {
        (Ok(Kind::Mail), _) if part.is_text() => Kind::Plain,
        (Ok(Kind::Plain), PartType::Html(_)) => Kind::Html,
        (Ok(kind), _) => kind,
        (Err(error), _) => return Err(error),
    };
    Ok(kind)
}

fn describe(part: &MessagePart<'_>) -> Attachment {
    Attachment {
        name: clean_name(part.attachment_name().unwrap_or_default()),
        mime: mime(part),
        bytes: part.len() as u64,
        pages: None,
        reason: None,
    }
}

/// A name on one line, without the folders of its sender.
pub(crate) fn clean_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    normalise::inline(name).chars().take(MAX_NAME_CHARS).collect()
}

fn mime(part: &MessagePart<'_>) -> String {
    match part.content_type() {
        Some(kind) => {
            let kind = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream"));
            let kind: String =
                kind.to_ascii_lowercase().chars().filter(char::is_ascii_graphic).take(100).collect();
            kind
        }
        None => "text/plain".to_owned(),
    }
}
