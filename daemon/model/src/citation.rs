//! What an answer points at: a sentence in a document, exact to the code point.

use serde::{Deserialize, Serialize};

use crate::ids::{ChunkId, DocumentId};
use crate::passage::TextSpan;
use crate::printed::PageBox;
use crate::source::Origin;

/// One numbered source of an answer, exact to the sentence.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// The number shown as `[n]`, from 1 in the order of first use.
    pub number: u32,
    /// The document.
    pub document: DocumentId,
    /// The chunk of it.
    pub chunk: ChunkId,
    /// Nextcloud's id of the file; 0 of what is not a file.
    pub file_id: i64,
    /// What it is, and where it opens if it is not a file.
    #[serde(default)]
    pub origin: Origin,
    /// The file's name, or what the event, task, contact or message is called.
    pub title: String,
    /// The file's path in the reader's own tree; empty of what is not a file.
    pub path: String,
    /// The page the quoted sentence starts on, one-based.
    pub page: u32,
    /// Where the sentence stands in the document's whole text.
    pub span: TextSpan,
    /// The sentence as the document has it.
    pub quote: String,
    /// The places of the lines that hold the sentence; empty where they are not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes: Vec<PageBox>,
    /// How sure a recogniser was of the text around it, in per cent; nothing where text was text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recognised: Option<u8>,
    /// How well it supports the sentence that cites it, 0 to 1.
    pub score: f32,
}

crate::debug_without_text!(Citation { number, document, chunk, file_id, origin, page, span, boxes, recognised, score; title, path, quote });
