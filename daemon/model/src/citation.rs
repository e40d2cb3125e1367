//! What an answer points at: a sentence in a document, exact to the code point.

use serde::{Deserialize, Serialize};

use crate::ids::{ChunkId, DocumentId};
use crate::passage::TextSpan;

/// One numbered source of an answer, exact to the sentence.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// The number shown as `[n]`, from 1 in the order of first use.
    pub number: u32,
    /// The document.
    pub document: DocumentId,
    /// The chunk of it.
    pub chunk: ChunkId,
    /// Nextcloud's id of the file.
    pub file_id: i64,
    /// The file's name.
    pub title: String,
    /// The file's path in the reader's own tree.
    pub path: String,
    /// The page the quoted sentence starts on, one-based.
    pub page: u32,
    /// Where the sentence stands in the document's whole text.
    pub span: TextSpan,
    /// The sentence as the document has it.
    pub quote: String,
    /// How well it supports the sentence that cites it, 0 to 1.
    pub score: f32,
}

crate::debug_without_text!(Citation { number, document, chunk, file_id, page, span, score; title, path, quote });
