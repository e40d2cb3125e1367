//! A document as the chunker sees it: one text, and sections of pieces in it.
//!
//! A piece is the least that is moved as a whole: a heading, a list item, a table row, a sentence of a paragraph.
//! Each carries how strong the boundary before it is. A section is what stands under one heading; a heading with
//! nothing under it but another heading joins that one, so that no chunk is a bare title.

use voiceassist_model::PageSpan;

use crate::answer::sentences;
use crate::chunk::running::{self, LineSpan};
use crate::extract::structure::{self, Headings};
use crate::extract::{Block, BlockKind, Extracted, PAGE_BREAK, Page, lines, normalise};

/// How strongly the text parts before a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Between words of a sentence too long for a chunk.
    Word,
    /// Between sentences, or rows of a table.
    Sentence,
    /// Between items of a list.
    Item,
    /// Between paragraphs, before and after lists and tables.
    Block,
}

/// The least that is moved as a whole, in code points of the whole text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) strength: Strength,
    /// Whether the next chunk may repeat it for context.
    pub(super) repeatable: bool,
}

/// What stands under one heading.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// The headings, outermost first.
    pub(super) heading: Vec<String>,
    pub(super) pieces: Vec<Piece>,
    /// Whether there is anything but headings.
    has_body: bool,
}

/// A document's whole text with running matter blanked out.
#[derive(Debug)]
pub(super) struct Whole {
    chars: Vec<char>,
    /// Where each page starts.
    starts: Vec<usize>,
    blocks: Vec<(BlockKind, usize, usize)>,
}

impl Whole {
    /// The text of a document.
    pub(super) fn of(document: &Extracted) -> Self {
        let mut whole = Self { chars: Vec::new(), starts: Vec::new(), blocks: Vec::new() };
        let mut page_lines = Vec::with_capacity(document.pages.len());
        for page in &document.pages {
            if !whole.starts.is_empty() {
                whole.chars.extend(PAGE_BREAK.chars());
            }
            let base = whole.chars.len();
            whole.starts.push(base);
            whole.chars.extend(page.text.chars());
            for block in blocks_of(page).iter() {
                whole.blocks.push((
                    block.kind,
                    base + block.span.start as usize,
                    base + block.span.end as usize,
                ));
            }
            page_lines.push(lines_of(&page.text, base));
        }
        for (start, end) in running::repeated(&page_lines) {
            whole.chars[start..end].fill(' ');
        }
        whole.join_over_pages();
        whole
    }

    /// Makes one paragraph of two that a page change tore apart in the middle of a sentence.
    fn join_over_pages(&mut self) {
        let blocks = std::mem::take(&mut self.blocks);
        for (kind, start, end) in blocks {
            let Some((first, _)) = self.trimmed(start, end) else { continue };
            let goes_on = self.chars[first].is_lowercase() && kind == BlockKind::Paragraph;
            match self.blocks.last().copied() {
                Some((BlockKind::Paragraph, above, above_end))
                    if goes_on
                        && self.starts_page(above_end, first)
                        && !self.ends_sentence(above, above_end) =>
                {
                    let last = self.blocks.len() - 1;
                    self.blocks[last].2 = end;
                }
                _ => self.blocks.push((kind, start, end)),
            }
        }
    }

    /// Whether a page starts between two code points and nothing else is between them.
    fn starts_page(&self, from: usize, to: usize) -> bool {
        from < to
            && self.chars[from..to].contains(&'\u{c}')
            && self.chars[from..to].iter().all(|c| c.is_whitespace())
    }

    fn ends_sentence(&self, start: usize, end: usize) -> bool {
        self.trimmed(start, end)
            .is_some_and(|(_, end)| matches!(self.chars[end - 1], '.' | '!' | '?' | ':' | ';'))
    }

    /// The blocks and where they stand.
    pub(super) fn blocks(&self) -> &[(BlockKind, usize, usize)] {
        &self.blocks
    }

    /// The text between two code points.
    pub(super) fn slice(&self, start: usize, end: usize) -> String {
        self.chars[start..end].iter().collect()
    }

    /// The pages between two code points.
    pub(super) fn pages(&self, start: usize, end: usize) -> PageSpan {
        let page = |at: usize| point(self.starts.partition_point(|start| *start <= at).max(1));
        PageSpan { first: page(start), last: page(end.saturating_sub(1).max(start)) }
    }

    /// A range without blanks at its ends.
    fn trimmed(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let end = end.min(self.chars.len());
        let first = (start..end).find(|at| !self.chars[*at].is_whitespace())?;
        let last = (first..end).rev().find(|at| !self.chars[*at].is_whitespace())?;
        Some((first, last + 1))
    }
}

/// A count of code points; documents are cut long before four billion.
pub(super) fn point(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The sections of a document, in order.
pub(super) fn of(whole: &Whole) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut current = Section::default();
    let mut path: Vec<(u8, String)> = Vec::new();
    let mut last: Option<BlockKind> = None;
    for (kind, start, end) in &whole.blocks {
        let Some((start, end)) = whole.trimmed(*start, *end) else { continue };
        if *kind == BlockKind::Quoted {
            // A chunk is one slice of the text, so none may reach over what is left out.
            if !current.pieces.is_empty() {
                let heading = current.heading.clone();
                sections.push(std::mem::take(&mut current));
                current.heading = heading;
            }
            last = None;
            continue;
        }
        if let BlockKind::Heading(level) = kind {
            if current.has_body {
                sections.push(std::mem::take(&mut current));
            }
            path.retain(|(above, _)| above < level);
            path.push((*level, title(&whole.slice(start, end))));
            current.heading = path.iter().map(|(_, title)| title.clone()).collect();
            current.pieces.push(Piece { start, end, strength: Strength::Block, repeatable: false });
        } else {
            current.has_body = true;
            add_block(whole, *kind, (start, end), last, &mut current.pieces);
        }
        last = Some(*kind);
    }
    if !current.pieces.is_empty() {
        sections.push(current);
    }
    sections
}

fn add_block(
    whole: &Whole,
    kind: BlockKind,
    (start, end): LineSpan,
    last: Option<BlockKind>,
    pieces: &mut Vec<Piece>,
) {
    let follows_like = last == Some(kind);
    let first = match kind {
        BlockKind::ListItem if follows_like => Strength::Item,
        BlockKind::TableRow if follows_like => Strength::Sentence,
        _ => Strength::Block,
    };
    if matches!(kind, BlockKind::TableRow | BlockKind::Preformatted) {
        pieces.push(Piece { start, end, strength: first, repeatable: false });
        return;
    }
    let text = whole.slice(start, end);
    let repeatable = kind == BlockKind::Paragraph;
    for (index, sentence) in sentences::split(&text).into_iter().enumerate() {
        let strength = if index == 0 { first } else { Strength::Sentence };
        let (start, end) = (start + sentence.start as usize, start + sentence.end as usize);
        pieces.push(Piece { start, end, strength, repeatable });
    }
}

/// The blocks of a page, inferred where the reader gave none.
fn blocks_of(page: &Page) -> std::borrow::Cow<'_, [Block]> {
    if page.blocks.is_empty() {
        structure::infer(&page.text, &Headings::default()).into()
    } else {
        page.blocks.as_slice().into()
    }
}

/// The lines of a page that hold text, with where they stand.
fn lines_of(text: &str, base: usize) -> Vec<(String, LineSpan)> {
    let mut at = base;
    let mut found = Vec::new();
    for line in text.split('\n') {
        let length = line.chars().count();
        if !line.trim().is_empty() {
            found.push((line.to_owned(), (at, at + length)));
        }
        at += length + 1;
    }
    found
}

/// A heading's words without the marks of Markdown.
fn title(heading: &str) -> String {
    let line = normalise::inline(heading);
    let bare = match lines::hash_level(&line) {
        Some(_) => line.trim_start_matches('#').trim().trim_end_matches('#').trim(),
        None => line.trim(),
    };
    bare.to_owned()
}
