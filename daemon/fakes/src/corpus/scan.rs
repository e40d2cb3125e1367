//! Pages that are only a picture of text, as a fax or a copier with a document feeder makes them.
//!
//! The letters come from a small bitmap font, enlarged, with specks of dust placed by the seed. There is no text layer
//! on purpose: a reader without character recognition must say so instead of finding nothing. 200 dots per inch are
//! enough for a recogniser.

use font8x8::{BASIC_FONTS, UnicodeFonts as _};

use super::pdf::{self, Page};
use super::render::{Edition, Rendered, imprint};
use super::sequence::Sequence;
use super::source::{Block, Source};
use super::text::{aligned, wrap};

/// A4 at 200 dots per inch.
const WIDTH: usize = 1654;
const HEIGHT: usize = 2339;
const ROW_BYTES: usize = WIDTH.div_ceil(8);
const MARGIN: usize = 130;
/// A letter of the font is this many dots wide and high.
const GLYPH: usize = 8;
const BODY_SCALE: usize = 3;
const HEADING_SCALE: usize = 4;
const SPECKS: usize = 400;

/// Paints a document.
pub(super) fn render(source: &Source, edition: &Edition, seed: u64) -> Rendered {
    let mut dust = Sequence::new(seed);
    let mut texts = Vec::new();
    let mut pages = Vec::new();
    for blocks in source.blocks.split(|block| *block == Block::NewPage) {
        let mut lines: Vec<(usize, String)> = blocks.iter().flat_map(lines_of).collect();
        texts.push(lines.iter().map(|(_, line)| line.trim()).collect::<Vec<_>>().join(" "));
        lines.extend(wrapped(BODY_SCALE, &imprint(source, edition)));
        pages.push(paint(&lines, &mut dust));
    }
    Rendered { bytes: pdf::write(&source.title, pages), pages: texts }
}

fn lines_of(block: &Block) -> Vec<(usize, String)> {
    match block {
        Block::Heading { text, .. } => wrapped(HEADING_SCALE, text),
        Block::Paragraph(text) => wrapped(BODY_SCALE, text),
        Block::List { items, .. } => {
            items.iter().flat_map(|item| wrapped(BODY_SCALE, &format!("- {item}"))).collect()
        }
        Block::Table(rows) => aligned(rows).into_iter().map(|row| (BODY_SCALE, row)).collect(),
        Block::NewPage => Vec::new(),
    }
}

/// Lines that fit the page, and an empty one after them.
fn wrapped(scale: usize, text: &str) -> Vec<(usize, String)> {
    let letters = (WIDTH - 2 * MARGIN) / (GLYPH * scale);
    let lines = wrap(text, letters);
    lines.into_iter().chain([String::new()]).map(|line| (scale, line)).collect()
}

fn paint(lines: &[(usize, String)], dust: &mut Sequence) -> Page {
    let mut bits = vec![0xFF; ROW_BYTES * HEIGHT];
    let mut y = MARGIN;
    for (scale, line) in lines {
        for (column, letter) in line.chars().enumerate() {
            paint_letter(&mut bits, letter, *scale, MARGIN + column * GLYPH * scale, y);
        }
        y += (GLYPH + 4) * scale;
    }
    for _ in 0..SPECKS {
        let (x, y) = (dust.below(WIDTH), dust.below(HEIGHT));
        blacken(&mut bits, x, y);
    }
    Page::Scanned {
        bits,
        width: i32::try_from(WIDTH).unwrap_or(i32::MAX),
        height: i32::try_from(HEIGHT).unwrap_or(i32::MAX),
    }
}

fn paint_letter(bits: &mut [u8], letter: char, scale: usize, left: usize, top: usize) {
    let Some(rows) = BASIC_FONTS.get(letter) else { return };
    for (row, dots) in rows.iter().enumerate() {
        for column in (0..GLYPH).filter(|column| dots >> column & 1 == 1) {
            for (dx, dy) in (0..scale).flat_map(|dx| (0..scale).map(move |dy| (dx, dy))) {
                blacken(bits, left + column * scale + dx, top + row * scale + dy);
            }
        }
    }
}

fn blacken(bits: &mut [u8], x: usize, y: usize) {
    if x < WIDTH
        && let Some(byte) = bits.get_mut(y * ROW_BYTES + x / 8)
    {
        *byte &= !(0x80 >> (x % 8));
    }
}
