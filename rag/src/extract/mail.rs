//! A message as a person reads it: who wrote what to whom, and what was attached.
//!
//! The first page is the message: subject, people and date, then the text. Of alternatives the plain one is taken unless
//! it only says to look at the other. What is quoted from earlier messages and what signs them off stays on the page and
//! is marked [`BlockKind::Quoted`], so that it is shown and not found: it was written, and is found, elsewhere. Every
//! attachment that has a reader is read by it and follows on pages of its own; [`MailNote`] says which pages those are,
//! and why others were not read. Charsets are not believed against the evidence of the octets.
//!
//! Messages nest, repeat and swell when somebody means harm, so parts, depth and attachments are counted, and what is
//! left out is disclosed. An encrypted message is told as such. Nothing is fetched, opened or verified: a signature
//! proves nothing here, and a sender's name is only what the message says.

mod addresses;
pub(crate) mod attachments;
mod body;
mod charset;
pub(crate) mod outlook;
mod quotes;
mod threads;

use chrono::{DateTime, FixedOffset};
use mail_parser::{HeaderName, Message, MessageParser, MimeHeaders as _};
use serde::{Deserialize, Serialize};
use voiceassist_model::{Reason, TextSpan};

use crate::extract::pages::Pages;
use crate::extract::{Block, BlockKind, ExtractError, ExtractSettings, Page, normalise};

pub use addresses::Person;
pub use threads::{base_subject, parents};

/// Messages inside of messages that are read.
pub const MAX_DEPTH: usize = 5;
/// Parts and nested messages of one file beyond which it is refused.
pub const MAX_PARTS: usize = 20_000;
const MAX_NESTED: usize = 200;
/// Attachments that are listed.
pub const MAX_ATTACHMENTS: usize = 1_000;
/// Attachments that are read.
pub const MAX_ATTACHMENTS_READ: usize = 50;
/// The longest subject.
const MAX_SUBJECT_CHARS: usize = 1_000;

/// What a message says about itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MailNote {
    /// The subject, on one line.
    pub subject: String,
    /// Who it says it is from.
    pub from: Vec<Person>,
    /// To whom.
    pub to: Vec<Person>,
    /// To whom for information.
    pub cc: Vec<Person>,
    /// Where answers should go, if elsewhere.
    pub reply_to: Vec<Person>,
    /// When it says it was written, with its own offset from UTC.
    pub date: Option<DateTime<FixedOffset>>,
    /// Its Message-ID, without brackets.
    pub message_id: Option<String>,
    /// The messages it answers or continues, oldest first, without brackets.
    pub references: Vec<String>,
    /// Sent by a program: a list, a notice, an answer while away.
    pub automatic: bool,
    /// The text is encrypted and was not read.
    pub encrypted: bool,
    /// Where the text of the message itself stands on its page, in code points, if it has one.
    pub text: Option<TextSpan>,
    /// What was attached.
    pub attachments: Vec<Attachment>,
    /// Invitations, as they came.
    pub calendars: Vec<CalendarPart>,
}

/// Something attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name; empty when it has none.
    pub name: String,
    /// What it says it is.
    pub mime: String,
    /// How large it is, decoded.
    pub bytes: u64,
    /// The pages that hold its text, from and to, or nothing.
    pub pages: Option<(u32, u32)>,
    /// Why it was not read, or not wholly.
    pub reason: Option<Reason>,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPart {
    /// The `method` of the part, if it names one.
    pub method: Option<String>,
    /// The iCalendar text.
    pub text: String,
}

/// Adds a message and what is attached to it.
pub(crate) fn read(
    bytes: &[u8],
    settings: &ExtractSettings,
    pages: &mut Pages,
) -> Result<MailNote, ExtractError> {
    check_shape(bytes)?;
    let bytes = without_envelope_line(bytes);
    let message = parse(bytes)?;
    let mut reading = attachments::Reading { settings, read: 0 };
    let note = add(&message, &mut reading, pages, 0);
    let has_more = !note.attachments.is_empty() || !note.calendars.is_empty();
    if note.from.is_empty()
        && note.subject.is_empty()
        && note.date.is_none()
        && note.text.is_none()
        && !has_more
    {
        return Err(ExtractError::malformed("a message without headers or text"));
    }
    Ok(note)
}

/// Takes a message apart. The parser promises never to panic and does on some that were cut in the middle of a nested
/// one; that costs this message and nothing else.
fn parse(bytes: &[u8]) -> Result<Message<'_>, ExtractError> {
    let parsed = std::panic::catch_unwind(|| MessageParser::default().parse(bytes));
    parsed
        .map_err(|_| ExtractError::malformed("a message whose parts do not fit together"))?
        .filter(|message| !message.parts.is_empty())
        .ok_or_else(|| ExtractError::malformed("a message without headers"))
}

/// Adds one message; deeper ones come as attachments.
fn add(
    message: &Message<'_>,
    reading: &mut attachments::Reading<'_>,
    pages: &mut Pages,
    depth: usize,
) -> MailNote {
    let mut note = headers(message);
    let body = body::choose(message, &note, &reading.settings.limits);
    if body.truncated {
        pages.mark_truncated();
    }
    let head = head(&note);
    let (text, blocks, span) = compose(&head, body);
    pages.next_page();
    pages.page(&text, blocks);
    note.text = Some(span).filter(|span| span.start < span.end);
    attachments::add(message, reading, pages, depth, &mut note);
    note
}

fn headers(message: &Message<'_>) -> MailNote {
    let subject = charset::header(message, &HeaderName::Subject).unwrap_or_default();
    let encrypted = message.content_type().is_some_and(|kind| {
        let subtype = kind.subtype().unwrap_or_default().to_ascii_lowercase();
        let enveloped =
            kind.attribute("smime-type").is_none_or(|kind| !kind.eq_ignore_ascii_case("signed-data"));
        subtype == "encrypted" || (matches!(subtype.as_str(), "pkcs7-mime" | "x-pkcs7-mime") && enveloped)
    });
    MailNote {
        subject: normalise::inline(&subject).chars().take(MAX_SUBJECT_CHARS).collect(),
        from: addresses::people(message.from().or_else(|| message.sender())),
        to: addresses::people(message.to()),
        cc: addresses::people(message.cc()),
        reply_to: addresses::people(message.reply_to()),
        date: message.date().and_then(|date| DateTime::parse_from_rfc3339(&date.to_rfc3339()).ok()),
        message_id: message.message_id().and_then(threads::id),
        references: threads::references(message),
        automatic: is_automatic(message),
        encrypted,
        ..MailNote::default()
    }
}

/// RFC 3834 and what lists and senders of notices write.
fn is_automatic(message: &Message<'_>) -> bool {
    let says = |name: &str, not: &str| {
        message
            .header(name)
            .and_then(|value| value.as_text())
            .is_some_and(|value| !value.trim().eq_ignore_ascii_case(not))
    };
    says("Auto-Submitted", "no")
        || message.header(HeaderName::ListId).is_some_and(|value| !value.is_empty())
        || message.header(HeaderName::ListUnsubscribe).is_some_and(|value| !value.is_empty())
        || message.header("Precedence").and_then(|value| value.as_text()).is_some_and(|value| {
            ["bulk", "list", "junk"].iter().any(|word| value.trim().eq_ignore_ascii_case(word))
        })
}

/// The lines above the text.
fn head(note: &MailNote) -> Vec<(BlockKind, String)> {
    let mut head = Vec::new();
    if !note.subject.is_empty() {
        head.push((BlockKind::Heading(1), note.subject.clone()));
    }
    let mut lines = Vec::new();
    for (label, people) in [("From", &note.from), ("To", &note.to), ("Cc", &note.cc)] {
        if !people.is_empty() {
            lines.push(format!("{label}: {}", addresses::line(people)));
        }
    }
    if let Some(date) = note.date {
        lines.push(format!("Date: {}", date.format("%a, %-d %b %Y %H:%M %z")));
    }
    if !lines.is_empty() {
        head.push((BlockKind::Preformatted, lines.join("\n")));
    }
    head
}

/// Head and body as one page; where the body stands.
fn compose(head: &[(BlockKind, String)], body: body::Body) -> (String, Vec<Block>, TextSpan) {
    let (mut text, mut length, mut blocks) = (String::new(), 0, Vec::new());
    for (kind, part) in head {
        if length > 0 {
            text.push_str("\n\n");
            length += 2;
        }
        let end = length + count(part);
        blocks.push(Block { kind: *kind, span: TextSpan { start: length, end } });
        text.push_str(part);
        length = end;
    }
    if !body.text.is_empty() && length > 0 {
        text.push_str("\n\n");
        length += 2;
    }
    let span = TextSpan { start: length, end: length + count(&body.text) };
    text.push_str(&body.text);
    blocks.extend(body.blocks.into_iter().map(|block| Block {
        kind: block.kind,
        span: TextSpan { start: block.span.start + length, end: block.span.end + length },
    }));
    (text, blocks, span)
}

/// A page with a heading put above it.
fn below_heading(heading: &str, page: Page) -> (String, Vec<Block>) {
    let head = [(BlockKind::Heading(1), heading.to_owned())];
    let body = body::Body { text: page.text, blocks: page.blocks, truncated: false };
    let (text, blocks, _) = compose(&head, body);
    (text, blocks)
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Refuses what would cost more to take apart than any message is worth, before it is taken apart.
fn check_shape(bytes: &[u8]) -> Result<(), ExtractError> {
    let (mut parts, mut nested) = (0, 0);
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.starts_with(b"--") {
            parts += 1;
        }
        let start = &line[..line.len().min(120)];
        if contains(start, b"message/rfc822") || contains(start, b"message/global") {
            nested += 1;
        }
        if parts > MAX_PARTS || nested > MAX_NESTED {
            return Err(ExtractError::ExpandsTooFar("a message of too many parts"));
        }
    }
    Ok(())
}

fn contains(line: &[u8], lower: &[u8]) -> bool {
    line.windows(lower.len()).any(|window| window.eq_ignore_ascii_case(lower))
}

/// A file taken out of an mbox begins with a line that is no header.
fn without_envelope_line(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut rest = bytes;
    while rest.starts_with(b"\r\n") || rest.starts_with(b"\n") {
        rest = &rest[1..];
    }
    if rest.starts_with(b"From ")
        && let Some(end) = rest.iter().position(|byte| *byte == b'\n')
    {
        return &rest[end + 1..];
    }
    rest
}

/// Whether bytes begin like a message: header lines only, and among them at least two that only messages have.
pub(crate) fn looks_like_message(bytes: &[u8]) -> bool {
    const HEAD: usize = 16 * 1024;
    const TELLING: [&str; 12] = [
        "from", "to", "subject", "date", "message-id", "received", "return-path", "mime-version",
        "delivered-to", "reply-to", "dkim-signature", "x-mailer",
    ];
    let head = without_envelope_line(&bytes[..bytes.len().min(HEAD)]);
    let mut told: Vec<String> = Vec::new();
    for line in head.split(|byte| *byte == b'\n').take(200) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
        let name = &line[..colon];
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return false;
        }
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        if TELLING.contains(&name.as_str()) && !told.contains(&name) {
            told.push(name);
        }
    }
    told.len() >= 2
}
