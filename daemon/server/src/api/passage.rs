//! Passages, pages, spans and classes as the API shows them. A passage is made from a verified one and from nothing else.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_model as model;
use voiceassist_store::Verified;

/// A piece of a document that you may read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Passage {
    /// The document it is from.
    document_id: Uuid,
    /// Names this piece as long as its text stays.
    chunk_id: Uuid,
    /// What it is from.
    source: Source,
    /// The address that opens it in Nextcloud; absent of files, which open by their id.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// When the file was changed, the event begins, the task is due or the message was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<DateTime<Utc>>,
    /// Nextcloud's id of the file, for a link that opens it; 0 of what is not a file.
    file_id: i64,
    /// The file's name, or what the event, task, contact or message is called.
    title: String,
    /// The file's path in your own tree; empty of what is not a file.
    path: String,
    /// The headings above the text, outermost first, joined by " › ".
    heading: String,
    /// The pages it covers.
    pages: PageSpan,
    /// Where it stands in the document's whole text.
    span: TextSpan,
    /// The text.
    text: String,
    /// How sure a recogniser was of the least certain of its pages, in per cent; absent where text was text.
    #[serde(skip_serializing_if = "Option::is_none")]
    recognised: Option<u8>,
    /// The class of the document.
    sensitivity: Sensitivity,
    /// How well it fits the question, 0 to 1.
    score: f32,
}

/// What a document is. What asks may also say `files`, `calendar`, `tasks`, `contacts` and `mail`, as Nextcloud calls its apps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// A file.
    #[serde(alias = "files")]
    File,
    /// Something in a calendar.
    #[serde(alias = "calendar")]
    Event,
    /// Something to do.
    #[serde(alias = "tasks")]
    Task,
    /// Somebody in an address book.
    #[serde(alias = "contacts")]
    Contact,
    /// A message in a mailbox, with what is attached to it.
    #[serde(alias = "mail")]
    Message,
}

/// Pages, counted from 1, both included.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageSpan {
    /// The first page.
    first: u32,
    /// The last page.
    last: u32,
}

/// A range of Unicode code points, end excluded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TextSpan {
    /// The first code point.
    start: u32,
    /// One past the last code point.
    end: u32,
}

/// A rectangle on a page, in parts of the page's width and height from the upper left corner of the page as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageBox {
    /// The page, from 1.
    page: u32,
    /// The left edge, 0 to 1.
    x0: f32,
    /// The upper edge, 0 to 1.
    y0: f32,
    /// The right edge, 0 to 1.
    x1: f32,
    /// The lower edge, 0 to 1.
    y1: f32,
}

impl From<model::PageBox> for PageBox {
    fn from(place: model::PageBox) -> Self {
        let part = |edge: u16| f32::from(edge) / f32::from(model::printed::WHOLE);
        let model::Area { left, top, right, bottom } = place.area;
        Self { page: place.page, x0: part(left), y0: part(top), x1: part(right), y1: part(bottom) }
    }
}

/// How sensitive a text is, from harmless to health information about a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sensitivity {
    /// Published or publishable.
    Public,
    /// The clinic's own, about nobody in particular.
    Internal,
    /// About an identifiable person, not about their health.
    Personal,
    /// Health information about an identifiable person, or not classified.
    Health,
}

impl From<Verified<model::Passage>> for Passage {
    fn from(passage: Verified<model::Passage>) -> Self {
        let passage = passage.into_inner();
        Self {
            document_id: passage.document.as_uuid(),
            chunk_id: passage.chunk.as_uuid(),
            source: passage.origin.source.into(),
            link: passage.origin.link,
            date: passage.origin.date,
            file_id: passage.file_id,
            title: passage.title,
            path: passage.path,
            heading: passage.heading,
            pages: PageSpan { first: passage.pages.first, last: passage.pages.last },
            span: passage.span.into(),
            text: passage.text,
            recognised: passage.printed.recognised,
            sensitivity: passage.sensitivity.into(),
            score: passage.score,
        }
    }
}

impl From<model::Source> for Source {
    fn from(source: model::Source) -> Self {
        match source {
            model::Source::File => Self::File,
            model::Source::Event => Self::Event,
            model::Source::Task => Self::Task,
            model::Source::Contact => Self::Contact,
            model::Source::Message => Self::Message,
        }
    }
}

impl From<Source> for model::Source {
    fn from(source: Source) -> Self {
        match source {
            Source::File => Self::File,
            Source::Event => Self::Event,
            Source::Task => Self::Task,
            Source::Contact => Self::Contact,
            Source::Message => Self::Message,
        }
    }
}

impl From<model::TextSpan> for TextSpan {
    fn from(span: model::TextSpan) -> Self {
        Self { start: span.start, end: span.end }
    }
}

impl From<model::Sensitivity> for Sensitivity {
    fn from(sensitivity: model::Sensitivity) -> Self {
        match sensitivity {
            model::Sensitivity::Public => Self::Public,
            model::Sensitivity::Internal => Self::Internal,
            model::Sensitivity::Personal => Self::Personal,
            model::Sensitivity::Health => Self::Health,
        }
    }
}
