//! A readable piece of a document.
//!
//! A [`Passage`] holds text, so having one means that somebody may read it. The index holds none: its hits are ids and
//! scores, and only the store turns ids into passages, for a given reader, after asking again whether that reader
//! still may.

use serde::{Deserialize, Serialize};

use crate::ids::{ChunkId, DocumentId};
use crate::printed::Printed;
use crate::sensitivity::Sensitivity;
use crate::source::Origin;

/// The pages a text covers, one-based and inclusive. Formats without pages have one page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct PageSpan {
    /// The first page.
    pub first: u32,
    /// The last page; the same as the first for a text on one page.
    pub last: u32,
}

/// A range of Unicode code points, end exclusive, within a named text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct TextSpan {
    /// The first code point.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
}

/// A piece of a document that the asking person may read.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// The chunk the text is.
    pub chunk: ChunkId,
    /// The document it is from.
    pub document: DocumentId,
    /// Nextcloud's id of the file, for a link that opens it; 0 of what is not a file.
    pub file_id: i64,
    /// What it is, and where it opens if it is not a file.
    pub origin: Origin,
    /// The file's name, or what the event, task, contact or message is called.
    pub title: String,
    /// The file's path in the reader's own tree; empty of what is not a file.
    pub path: String,
    /// The headings above the text, outermost first, joined by " › "; empty without headings.
    pub heading: String,
    /// The pages it covers.
    pub pages: PageSpan,
    /// Where it stands in the document's whole text.
    pub span: TextSpan,
    /// The text.
    pub text: String,
    /// Where its lines are printed, and how surely they were read.
    #[serde(default)]
    pub printed: Printed,
    /// The class of the document it is from.
    pub sensitivity: Sensitivity,
    /// How well it fits the question, 0 to 1.
    pub score: f32,
}

crate::debug_without_text!(Passage { chunk, document, file_id, origin, pages, span, printed, sensitivity, score; title, path, heading, text });
