//! Collects pages under the limits.
//!
//! Readers hand over blocks or whole pages; this is the one place that counts pages and characters, separates blocks
//! by blank lines and records where each block stands. Once a limit is reached everything further is ignored and the
//! document is marked as truncated, so a reader may ask [`Pages::is_full`] and stop early but need not.

use voiceassist_model::{Reason, TextSpan};

use crate::extract::printed::{self, Piece};
use crate::extract::structure::{self, Headings};
use crate::extract::{Block, BlockKind, ExtractLimits, Gap, Line, Page, normalise};

/// The pages so far.
#[derive(Debug)]
pub(crate) struct Pages {
    page_limit: u32,
    left: usize,
    done: Vec<Page>,
    text: String,
    length: u32,
    blocks: Vec<Block>,
    full: bool,
    cut: bool,
    /// How many documents this one is inside of.
    depth: usize,
    gaps: Vec<Gap>,
}

/// From this on, in per cent, recognised text is as good as written text.
pub(crate) const SURE: u8 = 75;
/// Gaps that are told; a document of a thousand scanned pages is one matter.
const MOST_GAPS: usize = 100;

impl Pages {
    /// No pages, under these limits.
    pub(crate) fn new(limits: &ExtractLimits) -> Self {
        Self {
            page_limit: limits.pages.max(1),
            left: limits.characters,
            done: Vec::new(),
            text: String::new(),
            length: 0,
            blocks: Vec::new(),
            full: false,
            cut: false,
            depth: 0,
            gaps: Vec::new(),
        }
    }

    /// Adds a block to the current page. Text is cleaned; blocks that are empty then are left out.
    pub(crate) fn block(&mut self, kind: BlockKind, text: &str) {
        let clean = match kind {
            BlockKind::Preformatted => normalise::lines(text),
            _ => normalise::block(text),
        };
        if clean.trim().is_empty() || self.full {
            return;
        }
        if let Some(last) = self.blocks.last() {
            let tight = last.kind == kind && matches!(kind, BlockKind::ListItem | BlockKind::TableRow);
            self.append(if tight { "\n" } else { "\n\n" });
        }
        let start = self.length;
        self.append(&clean);
        if self.length > start {
            self.blocks.push(Block { kind, span: TextSpan { start, end: self.length } });
        }
    }

    /// Ends the current page.
    pub(crate) fn page_break(&mut self) {
        if self.full {
            return;
        }
        self.close();
        if self.done.len() >= self.page_limit as usize {
            self.full = true;
        }
    }

    /// Adds a whole page whose text is clean already, and ends it.
    pub(crate) fn page(&mut self, text: &str, blocks: Vec<Block>) {
        if self.full {
            return;
        }
        if self.done.len() >= self.page_limit as usize {
            self.full = true;
            return;
        }
        self.append(text);
        let length = self.length;
        self.blocks = blocks
            .into_iter()
            .filter(|block| block.span.start < length)
            .map(|mut block| {
                block.span.end = block.span.end.min(length);
                block
            })
            .collect();
        self.close();
    }

    /// Adds a page whose text was recognised in pictures, and says so where the recogniser was unsure.
    pub(crate) fn recognised_page(&mut self, text: &str, confidence: u8, pieces: &[Piece]) {
        self.printed_page(text, structure::infer(text, &Headings::default()), pieces);
        self.set_confidence(Some(confidence));
        if confidence < SURE {
            self.note(Reason::LowConfidence, Some(code_points(self.done.len())));
        }
    }

    /// Adds a whole page of which it is known where pieces of its text were seen.
    pub(crate) fn printed_page(&mut self, text: &str, blocks: Vec<Block>, pieces: &[Piece]) {
        let before = self.done.len();
        self.page(text, blocks);
        if self.done.len() > before
            && let Some(page) = self.done.last_mut()
        {
            page.printed = printed::lines(&page.text, pieces);
        }
    }

    /// Says where the lines of the page that was added last are printed, when text was put before its own.
    pub(crate) fn set_printed(&mut self, lines: Vec<Line>, moved: u32) {
        let Some(page) = self.done.last_mut() else { return };
        let length = code_points(page.text.chars().count());
        let moved = lines.into_iter().map(|Line(span, area)| {
            Line(TextSpan { start: span.start + moved, end: span.end + moved }, area)
        });
        page.printed = moved.filter(|Line(span, _)| span.end <= length).collect();
    }

    /// Says how sure the recogniser was of the page that was added last.
    pub(crate) fn set_confidence(&mut self, confidence: Option<u8>) {
        if let Some(page) = self.done.last_mut() {
            page.confidence = confidence;
        }
    }

    /// Begins a page of its own, unless nothing is on the present one, and says which it will be.
    pub(crate) fn next_page(&mut self) -> u32 {
        if self.length > 0 {
            self.page_break();
        }
        code_points(self.done.len()) + 1
    }

    /// An empty collection under what is left of the limits, for a document inside of this one.
    pub(crate) fn aside(&self) -> Self {
        let pages = self.page_limit.saturating_sub(code_points(self.done.len()));
        Self {
            page_limit: pages.max(1),
            left: self.left,
            done: Vec::new(),
            text: String::new(),
            length: 0,
            blocks: Vec::new(),
            full: self.full,
            cut: false,
            depth: self.depth + 1,
            gaps: Vec::new(),
        }
    }

    /// How many documents the one that is read is inside of.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Whether a limit was reached and nothing further is taken.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// Says that something was left out for a limit that only the reader knows; what follows is still taken.
    pub(crate) fn mark_truncated(&mut self) {
        self.cut = true;
    }

    /// Says that something was not read, or not with certainty.
    pub(crate) fn note(&mut self, reason: Reason, page: Option<u32>) {
        if self.gaps.len() < MOST_GAPS {
            self.gaps.push(Gap { reason, page });
        }
    }

    /// What was said to be missing so far.
    pub(crate) fn take_gaps(&mut self) -> Vec<Gap> {
        std::mem::take(&mut self.gaps)
    }

    /// The pages, and whether a limit cut them short.
    pub(crate) fn finish(mut self) -> (Vec<Page>, bool) {
        if self.length > 0 || self.done.is_empty() {
            self.close();
        }
        (self.done, self.full || self.cut)
    }

    fn append(&mut self, text: &str) {
        let length = text.chars().count();
        if length > self.left {
            self.full = true;
            let cut = text.char_indices().nth(self.left).map_or(text.len(), |(at, _)| at);
            self.text.push_str(&text[..cut]);
            self.length += code_points(self.left);
            self.left = 0;
        } else {
            self.text.push_str(text);
            self.length += code_points(length);
            self.left -= length;
        }
    }

    fn close(&mut self) {
        self.done.push(Page {
            page: code_points(self.done.len()) + 1,
            text: std::mem::take(&mut self.text),
            blocks: std::mem::take(&mut self.blocks),
            confidence: None,
            printed: Vec::new(),
        });
        self.length = 0;
    }
}

/// A count that [`ExtractLimits::characters`] keeps far below four billion.
fn code_points(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Pages;
    use crate::extract::{BlockKind, ExtractLimits};

    #[test]
    fn blocks_know_where_they_stand() {
        let mut pages = Pages::new(&ExtractLimits::default());
        pages.block(BlockKind::Heading(1), "Größe");
        pages.block(BlockKind::Paragraph, "One\n  two ");
        let (pages, truncated) = pages.finish();
        assert!(!truncated);
        assert_eq!(pages[0].text, "Größe\n\nOne\ntwo");
        let span = pages[0].blocks[1].span;
        assert_eq!((span.start, span.end), (7, 14));
    }

    #[test]
    fn a_character_limit_cuts_and_says_so() {
        let limits = ExtractLimits { characters: 5, ..ExtractLimits::default() };
        let mut pages = Pages::new(&limits);
        pages.block(BlockKind::Paragraph, "äöüäöüäöü");
        pages.block(BlockKind::Paragraph, "more");
        let (pages, truncated) = pages.finish();
        assert!(truncated);
        assert_eq!(pages[0].text, "äöüäö");
        assert_eq!(pages[0].blocks[0].span.end, 5);
    }

    #[test]
    fn a_page_limit_cuts_and_says_so() {
        let limits = ExtractLimits { pages: 2, ..ExtractLimits::default() };
        let mut pages = Pages::new(&limits);
        for _ in 0..4 {
            pages.page("x", Vec::new());
        }
        let (pages, truncated) = pages.finish();
        assert!(truncated);
        assert_eq!(pages.len(), 2);
    }
}
