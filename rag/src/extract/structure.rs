//! Headings, lists and tables in text that does not mark them.
//!
//! PDF and plain text have lines and nothing else. This reads a page's lines the way a person skims: a bullet starts
//! an item, a line of cells is a row, a short line without a full stop above a paragraph is a heading. It prefers to
//! miss: a heading taken for a paragraph costs a little context, a paragraph taken for a heading tears a section
//! apart. Where fonts are known they decide ([`Headings`]).

use std::collections::HashMap;

use voiceassist_model::TextSpan;

use crate::extract::{Block, BlockKind, lines, normalise};

/// Lines that are known to be headings, by their text with blanks collapsed, and their level.
#[derive(Debug, Default)]
pub(crate) struct Headings {
    /// Level by text.
    pub(crate) levels: HashMap<String, u8>,
    /// Whether fonts were looked at, so that a line that is not in `levels` is no heading.
    pub(crate) decided: bool,
}

/// The longest heading, in characters and in words.
const HEADING_CHARS: usize = 90;
const HEADING_WORDS: usize = 12;

/// One line of a page and where it stands.
struct Line<'a> {
    text: &'a str,
    start: u32,
    end: u32,
}

/// The parts of a page.
pub(crate) fn infer(text: &str, headings: &Headings) -> Vec<Block> {
    let page = lines_of(text);
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (index, line) in page.iter().enumerate() {
        if line.text.trim().is_empty() {
            open = false;
            continue;
        }
        let kind = kind_of(&page, index, headings);
        let continues = open
            && match (blocks.last().map(|block| block.kind), kind) {
                (Some(BlockKind::Paragraph | BlockKind::ListItem), BlockKind::Paragraph) => true,
                (Some(BlockKind::Heading(a)), BlockKind::Heading(b)) => a == b && headings.decided,
                _ => false,
            };
        match blocks.last_mut() {
            Some(last) if continues => last.span.end = line.end,
            _ => blocks.push(Block { kind, span: TextSpan { start: line.start, end: line.end } }),
        }
        open = true;
    }
    blocks
}

fn lines_of(text: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    text.split('\n')
        .map(|line| {
            let length = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
            let found = Line { text: line, start: at, end: at + length };
            at += length + 1;
            found
        })
        .collect()
}

fn kind_of(page: &[Line<'_>], index: usize, headings: &Headings) -> BlockKind {
    let line = page[index].text;
    if let Some(level) = headings.levels.get(&normalise::inline(line)) {
        return BlockKind::Heading(*level);
    }
    if lines::is_item(line) {
        return BlockKind::ListItem;
    }
    if lines::is_row(line) {
        return BlockKind::TableRow;
    }
    if !headings.decided
        && let Some(level) = heading_level(page, index)
    {
        return BlockKind::Heading(level);
    }
    BlockKind::Paragraph
}

/// The level of a line that stands as a heading stands, or `None`.
fn heading_level(page: &[Line<'_>], index: usize) -> Option<u8> {
    let line = page[index].text.trim();
    let follows_gap = index == 0 || page[index - 1].text.trim().is_empty();
    let next = page.get(index + 1).map_or("", |next| next.text.trim());
    let underlined = next.len() > 2 && (next.bytes().all(|b| b == b'=') || next.bytes().all(|b| b == b'-'));
    if underlined && follows_gap {
        return Some(if next.starts_with('=') { 1 } else { 2 });
    }
    if !follows_gap || !has_heading_shape(line) {
        return None;
    }
    if let Some(depth) = numbering_depth(line) {
        return Some(depth);
    }
    let capitals = line.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    if capitals && line.chars().filter(|c| c.is_alphabetic()).count() > 3 {
        return Some(1);
    }
    let stands_alone = next.is_empty() && page[index + 1..].iter().any(|later| !later.text.trim().is_empty());
    let above_text = next.chars().count() > 60;
    (stands_alone || above_text).then_some(2)
}

fn has_heading_shape(line: &str) -> bool {
    let ends_like_prose = line.ends_with(['.', ',', ';', '!', ':']);
    let starts_well = line.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric());
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    starts_well
        && !ends_like_prose
        && letters * 2 > line.chars().count()
        && line.chars().count() <= HEADING_CHARS
        && line.split_whitespace().count() <= HEADING_WORDS
}

/// `2.1 Dosing` is a heading of level 2; `2. Dosing` is told as an item long before.
fn numbering_depth(line: &str) -> Option<u8> {
    let number = line.split_whitespace().next()?;
    let parts: Vec<&str> = number.trim_end_matches('.').split('.').collect();
    let numeric =
        parts.iter().all(|part| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    if !numeric || line.split_whitespace().nth(1).is_none_or(|word| !word.starts_with(char::is_alphabetic)) {
        return None;
    }
    u8::try_from(parts.len()).ok().filter(|depth| (1..=6).contains(depth))
}

#[cfg(test)]
mod tests {
    use super::{Headings, infer};
    use crate::extract::BlockKind::{self, Heading, ListItem, Paragraph, TableRow};

    fn kinds(text: &str) -> Vec<BlockKind> {
        infer(text, &Headings::default()).into_iter().map(|block| block.kind).collect()
    }

    #[test]
    fn a_page_is_skimmed_as_a_person_does() {
        let page = "BLEEDING PROTOCOL\n\n1.2 Reversal agents\n\nGive the agent. It works\nquickly in most.\n- first\n- \
                    second, which\n  goes on\n\nDrug | Dose\nA | 5 mg";
        let expected = [Heading(1), Heading(2), Paragraph, ListItem, ListItem, TableRow, TableRow];
        assert_eq!(kinds(page), expected);
    }

    #[test]
    fn prose_is_not_taken_for_headings() {
        assert_eq!(kinds("Short note, no more\nand a second line."), [Paragraph]);
        assert_eq!(kinds("Dear colleague,\n\nthank you."), [Paragraph, Paragraph]);
    }

    #[test]
    fn an_underlined_line_is_a_heading() {
        assert_eq!(kinds("Title\n=====\nText follows here.")[0], Heading(1));
    }
}
