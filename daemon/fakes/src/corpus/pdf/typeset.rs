//! Sets blocks into pages: lines, columns, tables, page breaks.
//!
//! A block goes below the last one; where it does not fit, the next column or page begins. Headings stay with what
//! follows, table rows stay whole. Beside the drawing the setter notes the text of each page in reading order, which
//! is the truth that facts are checked against. It refuses hyphenation and justified lines.

use pdf_writer::Content;

use super::super::font::Face;
use super::super::source::Block;
use super::{Columns, HEIGHT, MARGIN, WIDTH, line};

const TOP: f32 = HEIGHT - 66.0;
const BOTTOM: f32 = 62.0;
const GUTTER: f32 = 24.0;
const BODY: f32 = 10.5;
const LEADING: f32 = 14.0;
const CELL: f32 = 9.0;
const CELL_LEADING: f32 = 11.5;
const CELL_PADDING: f32 = 4.0;
const INDENT: f32 = 18.0;
const SPACE: f32 = 7.0;
/// A heading needs room for itself and some lines below it.
const KEEP_WITH_NEXT: f32 = 60.0;
const BORDER_GRAY: f32 = 0.6;
const HEAD_GRAY: f32 = 0.9;

pub(super) struct Typesetter {
    columns: Columns,
    /// Whether the title is still being set, over all columns.
    in_title: bool,
    column: u8,
    /// Where columns begin on this page: below the title on the first.
    top: f32,
    y: f32,
    content: Content,
    text: String,
    contents: Vec<Content>,
    pages: Vec<String>,
}

impl Typesetter {
    pub(super) fn new(columns: Columns) -> Self {
        Self {
            columns,
            in_title: true,
            column: 0,
            top: TOP,
            y: TOP,
            content: Content::new(),
            text: String::new(),
            contents: Vec::new(),
            pages: Vec::new(),
        }
    }

    pub(super) fn end_title(&mut self) {
        self.in_title = false;
        self.top = self.y;
    }

    pub(super) fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => self.heading(*level, text),
            Block::Paragraph(text) => {
                self.lines(Face::Regular, BODY, LEADING, 0.0, text);
                self.y -= SPACE;
            }
            Block::List { numbered, items } => {
                for (number, item) in (1..).zip(items) {
                    let mark = if *numbered { format!("{number}.") } else { "\u{2022}".to_owned() };
                    self.item(&mark, item);
                }
                self.y -= SPACE;
            }
            Block::Table(rows) => self.table(rows),
            // Columns fill one after the other; a break in the source is for single pages.
            Block::NewPage if self.columns == Columns::One => self.new_page(),
            Block::NewPage => {}
        }
    }

    /// The drawings and the texts of all pages.
    pub(super) fn finish(mut self) -> (Vec<Content>, Vec<String>) {
        self.new_page();
        (self.contents, self.pages)
    }

    fn left(&self) -> f32 {
        MARGIN + f32::from(self.column) * (self.width() + GUTTER)
    }

    fn width(&self) -> f32 {
        let full = WIDTH - 2.0 * MARGIN;
        if self.columns == Columns::Two && !self.in_title { (full - GUTTER) / 2.0 } else { full }
    }

    fn make_room(&mut self, height: f32) {
        if self.y - height >= BOTTOM {
            return;
        }
        if self.columns == Columns::Two && self.column == 0 && !self.in_title {
            self.column = 1;
            self.y = self.top;
        } else {
            self.new_page();
        }
    }

    fn new_page(&mut self) {
        self.contents.push(std::mem::replace(&mut self.content, Content::new()));
        self.pages.push(std::mem::take(&mut self.text).trim_end().to_owned());
        self.column = 0;
        self.top = TOP;
        self.y = TOP;
    }

    fn heading(&mut self, level: usize, text: &str) {
        let (size, before) = match level {
            1 => (18.0, 0.0),
            2 => (13.0, 8.0),
            _ => (11.0, 5.0),
        };
        self.make_room(KEEP_WITH_NEXT);
        self.y -= before;
        self.lines(Face::Bold, size, size * 1.25, 0.0, text);
        self.y -= 3.0;
    }

    /// Sets a text as lines and notes it.
    fn lines(&mut self, face: Face, size: f32, leading: f32, indent: f32, text: &str) {
        for words in face.wrap(text, size, self.width() - indent) {
            self.make_room(leading);
            self.y -= leading;
            let at = (self.left() + indent, self.y);
            line(&mut self.content, face, size, at, &words);
            self.note(&words);
        }
        self.text.push('\n');
    }

    fn item(&mut self, mark: &str, text: &str) {
        self.make_room(LEADING);
        let at = (self.left() + 2.0, self.y - LEADING);
        line(&mut self.content, Face::Regular, BODY, at, mark);
        self.lines(Face::Regular, BODY, LEADING, INDENT, text);
    }

    fn note(&mut self, words: &str) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        self.text.push_str(words);
    }

    fn table(&mut self, rows: &[Vec<String>]) {
        let widths = column_widths(rows, self.width());
        for (number, row) in rows.iter().enumerate() {
            let face = if number == 0 { Face::Bold } else { Face::Regular };
            let cells: Vec<Vec<String>> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| face.wrap(cell, CELL, width - 2.0 * CELL_PADDING))
                .collect();
            self.table_row(face, &cells, &widths);
        }
        self.y -= SPACE + 4.0;
    }

    fn table_row(&mut self, face: Face, cells: &[Vec<String>], widths: &[f32]) {
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
        let lines = f32::from(u16::try_from(lines).unwrap_or(u16::MAX));
        let height = lines * CELL_LEADING + 2.0 * CELL_PADDING;
        self.make_room(height);
        let mut x = self.left();
        for (cell, width) in cells.iter().zip(widths) {
            self.content.set_stroke_gray(BORDER_GRAY);
            self.content.set_fill_gray(if face == Face::Bold { HEAD_GRAY } else { 1.0 });
            self.content.rect(x, self.y - height, *width, height).fill_nonzero_and_stroke();
            self.content.set_fill_gray(0.0);
            let mut baseline = self.y - CELL_PADDING;
            for words in cell {
                baseline -= CELL_LEADING;
                line(&mut self.content, face, CELL, (x + CELL_PADDING, baseline + 2.5), words);
                self.note(words);
            }
            x += width;
        }
        self.text.push('\n');
        self.y -= height;
    }
}

/// Shares the width among columns by their widest cell, so that every column keeps a readable part.
fn column_widths(rows: &[Vec<String>], available: f32) -> Vec<f32> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let natural: Vec<f32> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let widest = cells.map(|cell| Face::Bold.width(cell, CELL)).fold(0.0, f32::max);
            // Long cells wrap anyway: beyond a third of the width they get no more.
            (widest + 2.0 * CELL_PADDING + 2.0).min(available / 3.0)
        })
        .collect();
    let sum: f32 = natural.iter().sum();
    natural.iter().map(|width| width * (available / sum).max(0.01)).collect()
}
