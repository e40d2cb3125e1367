//! Word documents in the order in which Word shows them.
//!
//! Paragraphs, list items with their numbers, tables row by row, text boxes where they are anchored, footnotes at the
//! end; deletions and hidden text stay out, as in Word with all changes accepted. Headings are known by their style's
//! outline level. Pages are those that the document itself knows: breaks its author set and the page starts that the
//! program that saved it noted. Running headers and footers are put once before and after the text.

use std::collections::HashMap;
use std::io::Cursor;

use office_oxide::docx::document::BlockElement;
use office_oxide::docx::formatting::ParagraphProperties;
use office_oxide::docx::numbering::NumberFormat;
use office_oxide::docx::paragraph::{BreakType, Paragraph, ParagraphContent, Run, RunContent};
use office_oxide::docx::table::{MergeType, Table, TableCell};
use office_oxide::docx::{DocxDocument, DocxError};

use crate::extract::html::CELL_GAP;
use crate::extract::package::{self, RENDERED_PAGE};
use crate::extract::pages::Pages;
use crate::extract::{BlockKind, ExtractError, ExtractLimits, normalise};

/// Where the author set a page break, among the text of a paragraph.
const SET_BREAK: char = '\u{e0c2}';

/// Adds the document's pages.
pub(crate) fn read(bytes: &[u8], limits: &ExtractLimits, pages: &mut Pages) -> Result<(), ExtractError> {
    let plain = package::unpack(bytes, limits)?;
    let document = DocxDocument::from_reader(Cursor::new(plain)).map_err(broken)?;
    let mut walk = Walk {
        document: &document,
        pages,
        numbers: HashMap::new(),
        after_set_break: false,
        written: false,
        max_depth: limits.depth,
    };
    walk.running(true);
    walk.blocks(&document.body.elements, 0);
    for note in document.footnotes.iter().chain(&document.endnotes) {
        walk.blocks(&note.content, 0);
    }
    walk.running(false);
    Ok(())
}

struct Walk<'d, 'p> {
    document: &'d DocxDocument,
    pages: &'p mut Pages,
    /// The last number given, by list and level.
    numbers: HashMap<(u32, u8), u32>,
    /// Whether the last thing was a page break that the author set; the page start noted for it is the same one.
    after_set_break: bool,
    /// Whether anything stands on the current page.
    written: bool,
    max_depth: usize,
}

impl Walk<'_, '_> {
    /// The running headers or footers, each text once.
    fn running(&mut self, header: bool) {
        let mut seen: Vec<String> = Vec::new();
        for part in
            self.document.headers_footers.iter().filter(|part| part.active && part.is_header == header)
        {
            let text = normalise::block(&self.flat(&part.content, 0));
            if !text.is_empty() && !seen.contains(&text) {
                self.put(BlockKind::Paragraph, &text);
                seen.push(text);
            }
        }
    }

    fn blocks(&mut self, elements: &[BlockElement], depth: usize) {
        if depth > self.max_depth {
            self.pages.mark_truncated();
            return;
        }
        for element in elements {
            if self.pages.is_full() {
                return;
            }
            match element {
                BlockElement::Paragraph(paragraph) => self.paragraph(paragraph, depth),
                BlockElement::Table(table) => self.table(table, depth),
            }
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph, depth: usize) {
        let properties = self.effective(paragraph);
        if properties.page_break_before == Some(true) && self.written {
            self.break_page(true);
        }
        let (kind, marker) = self.kind(paragraph, &properties);
        let mut boxes = Vec::new();
        let mut text = String::new();
        self.paragraph_text(paragraph, &mut text, &mut boxes);
        self.put_with_breaks(kind, &marker, &text);
        for text_box in boxes {
            self.blocks(text_box, depth + 1);
        }
    }

    fn effective(&self, paragraph: &Paragraph) -> ParagraphProperties {
        match &self.document.styles {
            Some(styles) => styles.effective_paragraph_properties(paragraph.properties.as_ref()),
            None => paragraph.properties.clone().unwrap_or_default(),
        }
    }

    /// What a paragraph is, and the bullet or number in front of it.
    fn kind(&mut self, paragraph: &Paragraph, properties: &ParagraphProperties) -> (BlockKind, String) {
        let marker = self.marker(properties);
        if let Some(level) = properties.outline_level.filter(|level| *level < 9) {
            return (BlockKind::Heading(level + 1), marker.unwrap_or_default());
        }
        if is_title(paragraph) {
            return (BlockKind::Heading(1), String::new());
        }
        match marker {
            Some(marker) => (BlockKind::ListItem, marker),
            None => (BlockKind::Paragraph, String::new()),
        }
    }

    fn marker(&mut self, properties: &ParagraphProperties) -> Option<String> {
        let list = properties.numbering_ref.as_ref().filter(|list| list.num_id != 0)?;
        let numbering = self.document.numbering.as_ref()?;
        let level = numbering.resolve_level(list.num_id, list.ilvl)?;
        if matches!(level.format, NumberFormat::None) {
            return None;
        }
        if matches!(level.format, NumberFormat::Bullet) {
            return Some("- ".to_owned());
        }
        let first = numbering.resolve_start(list.num_id, list.ilvl).unwrap_or(level.start);
        let counted =
            self.numbers.get(&(list.num_id, list.ilvl)).map_or(first, |last| last.saturating_add(1));
        self.numbers.insert((list.num_id, list.ilvl), counted);
        self.numbers.retain(|(id, deeper), _| *id != list.num_id || *deeper <= list.ilvl);
        Some(format!("{}. ", label(&level.format, counted)))
    }

    /// The visible text of a paragraph, with marks where pages break, and the text boxes anchored in it.
    fn paragraph_text<'a>(
        &self,
        paragraph: &'a Paragraph,
        text: &mut String,
        boxes: &mut Vec<&'a [BlockElement]>,
    ) {
        let style = paragraph.properties.as_ref().and_then(|properties| properties.style_id.as_deref());
        for content in &paragraph.content {
            match content {
                ParagraphContent::Run(run) => self.run_text(run, style, text, boxes),
                ParagraphContent::Hyperlink(link) => {
                    for run in &link.runs {
                        self.run_text(run, style, text, boxes);
                    }
                }
            }
        }
    }

    fn run_text<'a>(
        &self,
        run: &'a Run,
        style: Option<&str>,
        text: &mut String,
        boxes: &mut Vec<&'a [BlockElement]>,
    ) {
        let hidden = match &self.document.styles {
            Some(styles) => styles.effective_hidden(style, run.properties.as_ref()),
            None => run.properties.as_ref().and_then(|properties| properties.hidden).unwrap_or(false),
        };
        if hidden {
            return;
        }
        for content in &run.content {
            match content {
                RunContent::Text(part) => text.push_str(part),
                RunContent::Tab => text.push('\t'),
                RunContent::Break(BreakType::Page) => text.push(SET_BREAK),
                RunContent::Break(_) => text.push('\n'),
                RunContent::TextBox(blocks) => boxes.push(blocks),
                RunContent::FormField(field) => text.push_str(field.display_text.as_deref().unwrap_or("")),
                RunContent::Drawing(drawing) => {
                    for line in drawing.chart_text.iter().chain(drawing.dgm_text.iter()) {
                        text.push('\n');
                        text.push_str(line);
                    }
                }
                _ => {}
            }
        }
    }

    fn table(&mut self, table: &Table, depth: usize) {
        for row in &table.rows {
            let visible = row.cells.iter().filter(|cell| !is_deleted(cell));
            let texts: Vec<String> = visible.map(|cell| self.cell(cell, depth)).collect();
            let joined = texts.iter().map(|text| normalise::inline(&unmarked(text))).collect::<Vec<_>>();
            if texts.iter().any(|text| text.contains(RENDERED_PAGE)) {
                self.break_page(false);
            }
            if joined.iter().any(|cell| !cell.is_empty()) {
                self.put(BlockKind::TableRow, joined.join(CELL_GAP).trim());
            }
        }
    }

    fn cell(&self, cell: &TableCell, depth: usize) -> String {
        let continues = cell
            .properties
            .as_ref()
            .is_some_and(|properties| matches!(properties.vertical_merge, Some(MergeType::Continue)));
        if continues { String::new() } else { self.flat(&cell.content, depth + 1) }
    }

    /// Blocks as one text, for cells and running headers.
    fn flat(&self, elements: &[BlockElement], depth: usize) -> String {
        let mut text = String::new();
        if depth > self.max_depth {
            return text;
        }
        for element in elements {
            match element {
                BlockElement::Paragraph(paragraph) => {
                    let mut boxes = Vec::new();
                    self.paragraph_text(paragraph, &mut text, &mut boxes);
                    for text_box in boxes {
                        text.push('\n');
                        text.push_str(&self.flat(text_box, depth + 1));
                    }
                }
                BlockElement::Table(table) => {
                    for row in &table.rows {
                        for cell in row.cells.iter().filter(|cell| !is_deleted(cell)) {
                            text.push_str(&self.flat(&cell.content, depth + 1));
                            text.push(' ');
                        }
                    }
                }
            }
            text.push('\n');
        }
        text
    }

    /// Puts a paragraph, broken where its page breaks stand, with the marker before its first words.
    fn put_with_breaks(&mut self, kind: BlockKind, marker: &str, text: &str) {
        let mut rest = text;
        let mut marker = marker;
        while let Some(at) = rest.find([SET_BREAK, RENDERED_PAGE]) {
            let (before, after) = rest.split_at(at);
            if !before.trim().is_empty() {
                self.put(kind, &format!("{marker}{before}"));
                marker = "";
            }
            let set = after.starts_with(SET_BREAK);
            self.break_page(set);
            rest = &after[if set { SET_BREAK } else { RENDERED_PAGE }.len_utf8()..];
        }
        if !rest.trim().is_empty() {
            self.put(kind, &format!("{marker}{rest}"));
        }
    }

    fn put(&mut self, kind: BlockKind, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.pages.block(kind, text);
        self.written = true;
        self.after_set_break = false;
    }

    /// A page that a break began is not begun again by the note that it began there.
    fn break_page(&mut self, set: bool) {
        let same = !set && (self.after_set_break || !self.written);
        if !same {
            self.pages.page_break();
            self.written = false;
        }
        self.after_set_break = set;
    }
}

fn is_title(paragraph: &Paragraph) -> bool {
    paragraph
        .properties
        .as_ref()
        .and_then(|properties| properties.style_id.as_deref())
        .is_some_and(|style| style.eq_ignore_ascii_case("title"))
}

fn is_deleted(cell: &TableCell) -> bool {
    cell.properties.as_ref().is_some_and(|properties| properties.deleted)
}

fn unmarked(text: &str) -> String {
    text.chars().filter(|c| !matches!(*c, SET_BREAK | RENDERED_PAGE)).collect()
}

/// A list number as the list writes its numbers.
fn label(format: &NumberFormat, number: u32) -> String {
    let letter = |base: u8| {
        let index = u8::try_from(number.saturating_sub(1) % 26).unwrap_or(0);
        char::from(base + index).to_string()
    };
    match format {
        NumberFormat::LowerLetter => letter(b'a'),
        NumberFormat::UpperLetter => letter(b'A'),
        NumberFormat::LowerRoman => roman(number).to_lowercase(),
        NumberFormat::UpperRoman => roman(number),
        _ => number.to_string(),
    }
}

fn roman(mut number: u32) -> String {
    const NUMERALS: [(u32, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    if number > 399 {
        return number.to_string();
    }
    let mut text = String::new();
    for (value, numeral) in NUMERALS {
        while number >= value {
            text.push_str(numeral);
            number -= value;
        }
    }
    text
}

fn broken(cause: DocxError) -> ExtractError {
    use office_oxide::core::Error;
    match cause {
        DocxError::Core(Error::DecompressionLimit { .. } | Error::PackageLimit(_)) => {
            ExtractError::ExpandsTooFar("more than the parser takes")
        }
        DocxError::Core(Error::Unsupported(_)) => ExtractError::Encrypted,
        cause => ExtractError::malformed_by("the Word document", cause),
    }
}
