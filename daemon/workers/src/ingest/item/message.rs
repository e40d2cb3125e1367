//! A message as its reader left it: the letter on the first page, what was attached on the pages behind.
//!
//! The text was read when the message came, with what it quotes marked so that it is shown and not found; attachments
//! went through the same reader as files and are pages of their message. So nothing is read again here.

use chrono::Utc;
use voiceassist_dav::links::Links;
use voiceassist_model::{Reason, Source};
use voiceassist_rag::extract::{Extracted, MailNote, Page};
use voiceassist_store::items::{About, ItemFacts};

use super::Written;

/// RFC 822 messages (RFC 2046, section 5.2.1).
const MIME: &str = "message/rfc822";
/// People that are kept for looking for them.
const MAX_PEOPLE: usize = 100;

pub(super) fn write(note: &str, body: &str, links: &Links) -> Result<Written, Reason> {
    let note: MailNote = serde_json::from_str(note).map_err(|_| Reason::Internal)?;
    let pages: Vec<Page> = serde_json::from_str(body).map_err(|_| Reason::Internal)?;
    let everybody = note.from.iter().chain(&note.to).chain(&note.cc);
    let words = everybody.flat_map(|person| [person.name.clone(), person.address.clone()]);
    let at = note.date.map(|date| date.with_timezone(&Utc));
    let facts = ItemFacts {
        source: Source::Message,
        mime: MIME,
        about: About {
            title: note.subject.clone(),
            link: note.message_id.as_deref().and_then(|id| links.message(id)),
            people: words.flatten().take(MAX_PEOPLE).collect(),
        },
        begins_at: at,
        ends_at: at,
    };
    let text = Extracted {
        mime: MIME.to_owned(),
        pages,
        truncated: false,
        error: None,
        gaps: Vec::new(),
        mail: Some(Box::new(note)),
    };
    Ok(Written { text, facts })
}
