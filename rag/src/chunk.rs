//! Text becomes pieces that can be found.
//!
//! A chunk is a contiguous slice of a document's whole text, so that every sentence in it can be pointed at. Chunks
//! follow the document: they start anew at every heading, keep lists and tables together where they fit, and are
//! otherwise cut between paragraphs, then between sentences, never inside a word. Running headers and footers that
//! repeat from page to page are blanked out with as many spaces, so that offsets hold and no search finds a clinic's
//! address on every page. A chunk that begins inside of a table has the row of column names among its headings, since
//! without it a row of numbers says nothing.
//!
//! Where a long section is cut depends on the text around the cut and not on its distance from the start, and a
//! chunk's id on its content alone: a paragraph put in or taken out changes the chunks it touches and leaves the
//! others as they are, in the index too.

mod pack;
mod printed;
mod running;
mod sections;
mod tables;

use std::collections::HashMap;

use voiceassist_model::{ChunkId, DocumentId, PageSpan, Printed, TextSpan};

use crate::extract::{Extracted, normalise};
use pack::Cut;
use sections::Whole;

/// How large chunks are. The local embedder reads 256 tokens, about 1,000 characters of clinical English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkSettings {
    /// What most chunks come close to, in characters.
    pub target_chars: usize,
    /// What no chunk exceeds.
    pub max_chars: usize,
    /// What no chunk falls below while there is more of its section to take.
    pub min_chars: usize,
}

impl Default for ChunkSettings {
    fn default() -> Self {
        Self { target_chars: 900, max_chars: 1_200, min_chars: 250 }
    }
}

/// One piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its place among the document's chunks, from 0.
    pub ordinal: u32,
    /// The slice of the whole text that `span` names, running headers and footers blanked out. A page change inside
    /// it keeps its form feed.
    pub text: String,
    /// The headings above it, outermost first, joined by " › ".
    pub heading: String,
    /// The pages it stands on.
    pub pages: PageSpan,
    /// Where its lines are printed, and how surely they were read.
    pub printed: Printed,
    /// Where it stands in [`Extracted::whole_text`].
    pub span: TextSpan,
    /// The hash of what it says, headings included and blanks collapsed.
    pub content_hash: [u8; 32],
    /// How many chunks before it in the document say the same.
    pub occurrence: u32,
}

/// Between the headings of a chunk.
pub const HEADING_GAP: &str = " › ";

/// Cuts a document.
pub fn split(document: &Extracted, settings: &ChunkSettings) -> Vec<Chunk> {
    let whole = Whole::of(document);
    let mut seen: HashMap<[u8; 32], u32> = HashMap::new();
    let mut chunks = Vec::new();
    let tables = tables::of(&whole);
    let pages = printed::Pages::of(document);
    for section in sections::of(&whole) {
        let above = section.heading.join(HEADING_GAP);
        for Cut { start, end } in pack::cut(&whole, &section, settings) {
            let heading = match tables::names_above(&tables, start) {
                Some(names) if above.is_empty() => names.to_owned(),
                Some(names) => format!("{above}{HEADING_GAP}{names}"),
                None => above.clone(),
            };
            let text = whole.slice(start, end);
            let content_hash = hash(&heading, &text);
            let occurrence = seen.entry(content_hash).and_modify(|count| *count += 1).or_insert(0);
            let span = TextSpan { start: sections::point(start), end: sections::point(end) };
            let on_pages = whole.pages(start, end);
            chunks.push(Chunk {
                ordinal: u32::try_from(chunks.len()).unwrap_or(u32::MAX),
                text,
                heading,
                pages: on_pages,
                printed: pages.printed(span, on_pages),
                span,
                content_hash,
                occurrence: *occurrence,
            });
        }
    }
    chunks
}

/// The id of a chunk: the same content at the same occurrence in the same document keeps it for ever.
pub fn id(document: DocumentId, content_hash: &[u8; 32], occurrence: u32) -> ChunkId {
    let mut hasher = blake3::Hasher::new_derive_key("voiceassist chunk id 1");
    hasher.update(document.as_uuid().as_bytes());
    hasher.update(content_hash);
    hasher.update(&occurrence.to_le_bytes());
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    ChunkId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

impl Chunk {
    /// This chunk's id in the given document.
    pub fn id(&self, document: DocumentId) -> ChunkId {
        id(document, &self.content_hash, self.occurrence)
    }

    /// What is embedded and indexed: the headings, then the text, blanks collapsed.
    pub fn embedding_text(&self) -> String {
        embedding_text(&self.heading, &self.text)
    }
}

/// What is embedded and indexed of a chunk that was stored: the headings, then the text, blanks collapsed.
pub fn embedding_text(heading: &str, text: &str) -> String {
    said(heading, text)
}

fn hash(heading: &str, text: &str) -> [u8; 32] {
    *blake3::hash(said(heading, text).as_bytes()).as_bytes()
}

/// What a chunk says, with its innermost heading once.
fn said(heading: &str, text: &str) -> String {
    let text = normalise::inline(text);
    let last = heading.rsplit(HEADING_GAP).next().unwrap_or("");
    let starts_with_it = !last.is_empty() && text.trim_start_matches(['#', ' ']).starts_with(last);
    let above = if starts_with_it { heading.strip_suffix(last).unwrap_or(heading) } else { heading };
    let above = above.trim_end_matches(HEADING_GAP).trim_end();
    if above.is_empty() { text } else { format!("{above}\n{text}") }
}
