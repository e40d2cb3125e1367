//! Markdown stays as it was written, with its structure known.
//!
//! A person who opens the file in Nextcloud sees the rendered page, but quotes and spans must be found again in the
//! file, so the text is kept; only headings, list items, rows and fenced code are told apart. Links and images are
//! text here and nothing follows them; what an answer shows is stripped of them later.

use voiceassist_model::TextSpan;

use crate::extract::pages::Pages;
use crate::extract::{Block, BlockKind, lines, normalise};

/// Adds the document as one page.
pub(crate) fn read(text: &str, pages: &mut Pages) {
    let clean = normalise::lines(text);
    let blocks = blocks(&clean);
    pages.page(&clean, blocks);
}

#[derive(Default)]
struct Scan {
    blocks: Vec<Block>,
    fence: Option<&'static str>,
    open: bool,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut scan = Scan::default();
    let mut at = 0;
    let mut rest = text.split('\n').peekable();
    while let Some(line) = rest.next() {
        let length = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
        scan.line(line, rest.peek().copied(), TextSpan { start: at, end: at + length });
        at += length + 1;
    }
    scan.blocks
}

impl Scan {
    fn line(&mut self, line: &str, next: Option<&str>, span: TextSpan) {
        let trimmed = line.trim_start();
        if let Some(fence) = self.fence {
            self.extend_or_push(BlockKind::Preformatted, span, true);
            if trimmed.starts_with(fence) {
                self.fence = None;
                self.open = false;
            }
            return;
        }
        if trimmed.is_empty() {
            self.open = false;
            return;
        }
        if let Some(fence) = ["```", "~~~"].into_iter().find(|fence| trimmed.starts_with(fence)) {
            self.fence = Some(fence);
            self.extend_or_push(BlockKind::Preformatted, span, false);
            return;
        }
        let kind = self.kind(line, next);
        let Some(kind) = kind else { return };
        let continues = self.open
            && kind == BlockKind::Paragraph
            && self
                .blocks
                .last()
                .is_some_and(|last| matches!(last.kind, BlockKind::Paragraph | BlockKind::ListItem));
        self.extend_or_push(kind, span, continues);
        if matches!(kind, BlockKind::Heading(_)) {
            self.open = false;
        }
    }

    /// The kind of a line outside fences; `None` for an underline or a rule, which is no text.
    fn kind(&self, line: &str, next: Option<&str>) -> Option<BlockKind> {
        if let Some(level) = lines::hash_level(line) {
            return Some(BlockKind::Heading(level));
        }
        if lines::is_rule(line) {
            return None;
        }
        if lines::is_item(line) {
            return Some(BlockKind::ListItem);
        }
        if lines::is_row(line) {
            return Some(BlockKind::TableRow);
        }
        let underline = next.and_then(setext_level).filter(|_| !self.open);
        Some(underline.map_or(BlockKind::Paragraph, BlockKind::Heading))
    }

    fn extend_or_push(&mut self, kind: BlockKind, span: TextSpan, continues: bool) {
        match self.blocks.last_mut() {
            Some(last) if continues => last.span.end = span.end,
            _ => self.blocks.push(Block { kind, span }),
        }
        self.open = true;
    }
}

/// The level of an underline.
fn setext_level(line: &str) -> Option<u8> {
    let line = line.trim();
    let all = |byte: u8| line.len() >= 2 && line.bytes().all(|b| b == byte);
    if all(b'=') {
        Some(1)
    } else if all(b'-') {
        Some(2)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::blocks;
    use crate::extract::BlockKind::{self, Heading, ListItem, Paragraph, Preformatted, TableRow};

    fn kinds(text: &str) -> Vec<BlockKind> {
        blocks(text).into_iter().map(|block| block.kind).collect()
    }

    #[test]
    fn structure_is_told_apart() {
        let text = "# A\n\ntext\ngoes on\n\n## B\n- one\n  more\n- two\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```\n# no\n\n- no\n```\nafter";
        let expected = [
            Heading(1),
            Paragraph,
            Heading(2),
            ListItem,
            ListItem,
            TableRow,
            TableRow,
            Preformatted,
            Paragraph,
        ];
        assert_eq!(kinds(text), expected);
    }

    #[test]
    fn underlined_titles_are_headings() {
        assert_eq!(kinds("Title\n=====\n\nPart\n----\ntext"), [Heading(1), Heading(2), Paragraph]);
    }
}
