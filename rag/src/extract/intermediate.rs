//! Workbooks, presentations and Word documents of before 2007, through the common form their parser has for them.
//!
//! A sheet is a page under its name, a row a line; a slide is a page, with what its speaker noted at the end; an old Word
//! document breaks where its author broke it. Sheets and slides that their author hid are left out, as hidden text is
//! everywhere else. A parser's own notices that something is missing mark the document as truncated.

use std::io::Cursor;

use office_oxide::ir::{
    DocumentIR, Element, InlineContent, List, Section, SheetKind, Table, VerticalAlign, inline_to_text,
};
use office_oxide::{Document, DocumentFormat, OfficeError};

use crate::extract::html::{self, CELL_GAP};
use crate::extract::pages::Pages;
use crate::extract::{BlockKind, ExtractError, ExtractLimits, Kind, normalise, package};

/// Adds the document's pages.
pub(crate) fn read(
    kind: Kind,
    bytes: Vec<u8>,
    limits: &ExtractLimits,
    pages: &mut Pages,
) -> Result<(), ExtractError> {
    let (format, bytes) = match kind {
        Kind::Xlsx => (DocumentFormat::Xlsx, package::unpack(&bytes, limits)?),
        Kind::Pptx => (DocumentFormat::Pptx, package::unpack(&bytes, limits)?),
        Kind::Xls => (DocumentFormat::Xls, bytes),
        Kind::Ppt => (DocumentFormat::Ppt, bytes),
        _ => (DocumentFormat::Doc, bytes),
    };
    let document = Document::from_reader(Cursor::new(bytes), format).map_err(broken)?;
    let content = document.to_ir();
    if content.metadata.text_truncated {
        pages.mark_truncated();
    }
    let by_page = !matches!(format, DocumentFormat::Doc);
    let mut walk = Walk { pages, max_depth: limits.depth, written: false };
    walk.document(&content, by_page);
    Ok(())
}

struct Walk<'p> {
    pages: &'p mut Pages,
    max_depth: usize,
    /// Whether anything stands on the current page.
    written: bool,
}

impl Walk<'_> {
    fn document(&mut self, form: &DocumentIR, by_page: bool) {
        let shown = form.sections.iter().filter(|section| !section.hidden);
        for (index, section) in shown.enumerate() {
            if self.pages.is_full() {
                return;
            }
            if index > 0 && by_page {
                self.pages.page_break();
                self.written = false;
            }
            if matches!(section.sheet_kind, Some(SheetKind::Macro)) {
                continue;
            }
            self.section(section, by_page);
        }
    }

    fn section(&mut self, section: &Section, by_page: bool) {
        let running = |part: &Option<office_oxide::ir::HeaderFooter>| {
            part.as_ref().map(|part| flat(&part.content, 0, self.max_depth)).unwrap_or_default()
        };
        let (header, footer) = (running(&section.header), running(&section.footer));
        if !by_page {
            self.put(BlockKind::Paragraph, &header);
        }
        if let Some(title) = section.title.as_deref().filter(|title| by_page && !is_first(section, title)) {
            self.put(BlockKind::Heading(1), title);
        }
        self.elements(&section.elements, 0);
        if let Some(notes) = &section.speaker_notes {
            self.put(BlockKind::Heading(2), "Notes");
            self.elements(notes, 0);
        }
        if !by_page {
            self.put(BlockKind::Paragraph, &footer);
        }
    }

    fn elements(&mut self, elements: &[Element], depth: usize) {
        if depth > self.max_depth {
            self.pages.mark_truncated();
            return;
        }
        for element in elements {
            if self.pages.is_full() {
                return;
            }
            match element {
                Element::Heading(heading) => {
                    self.put(BlockKind::Heading(heading.clamped_level()), &inline(&heading.content));
                }
                Element::Paragraph(paragraph) => self.put(BlockKind::Paragraph, &inline(&paragraph.content)),
                Element::Table(table) => self.table(table, depth),
                Element::List(list) => self.list(list, depth),
                Element::TextBox(text_box) => self.elements(&text_box.content, depth + 1),
                Element::Footnote(note) | Element::Endnote(note) => self.elements(&note.content, depth + 1),
                Element::CodeBlock(code) => self.put(BlockKind::Preformatted, &code.content),
                Element::PageBreak if self.written => {
                    self.pages.page_break();
                    self.written = false;
                }
                _ => {}
            }
        }
    }

    fn table(&mut self, table: &Table, depth: usize) {
        if let Some(caption) = &table.caption {
            self.put(BlockKind::Paragraph, caption);
        }
        for row in &table.rows {
            if self.pages.is_full() {
                return;
            }
            let cells: Vec<String> = row
                .cells
                .iter()
                .map(|cell| normalise::inline(&flat(&cell.content, depth + 1, self.max_depth)))
                .collect();
            let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
            if filled > 0 {
                self.put(BlockKind::TableRow, cells[..filled].join(CELL_GAP).trim());
            }
        }
    }

    fn list(&mut self, list: &List, depth: usize) {
        let first = list.start_number.unwrap_or(1);
        for (item, number) in list.items.iter().zip(first..) {
            let marker = if list.ordered { format!("{number}. ") } else { "- ".to_owned() };
            let text = flat(&item.content, depth + 1, self.max_depth);
            if !text.trim().is_empty() {
                self.put(BlockKind::ListItem, &format!("{marker}{}", text.trim()));
            }
            match &item.nested {
                Some(nested) if depth < self.max_depth => self.list(nested, depth + 1),
                Some(_) => self.pages.mark_truncated(),
                None => {}
            }
        }
    }

    fn put(&mut self, kind: BlockKind, text: &str) {
        if !text.trim().is_empty() {
            self.pages.block(kind, text);
            self.written = true;
        }
    }
}

/// Whether a section's own first heading or paragraph is its title.
fn is_first(section: &Section, title: &str) -> bool {
    let first = match section.elements.first() {
        Some(Element::Heading(heading)) => inline_to_text(&heading.content),
        Some(Element::Paragraph(paragraph)) => inline_to_text(&paragraph.content),
        _ => return false,
    };
    normalise::inline(&first) == normalise::inline(title)
}

/// Elements as one text, for cells, items and running lines.
fn flat(elements: &[Element], depth: usize, max_depth: usize) -> String {
    let mut text = String::new();
    if depth > max_depth {
        return text;
    }
    for element in elements {
        match element {
            Element::Heading(heading) => text.push_str(&inline(&heading.content)),
            Element::Paragraph(paragraph) => text.push_str(&inline(&paragraph.content)),
            Element::TextBox(text_box) => text.push_str(&flat(&text_box.content, depth + 1, max_depth)),
            Element::Footnote(note) | Element::Endnote(note) => {
                text.push_str(&flat(&note.content, depth + 1, max_depth));
            }
            Element::CodeBlock(code) => text.push_str(&code.content),
            Element::Table(table) => {
                for cell in table.rows.iter().flat_map(|row| &row.cells) {
                    text.push_str(&flat(&cell.content, depth + 1, max_depth));
                    text.push(' ');
                }
            }
            Element::List(list) => {
                for item in &list.items {
                    text.push_str(&flat(&item.content, depth + 1, max_depth));
                    text.push('\n');
                }
            }
            _ => continue,
        }
        text.push('\n');
    }
    text
}

/// The text of a paragraph, raised digits as such.
fn inline(content: &[InlineContent]) -> String {
    let mut text = String::new();
    for part in content {
        match part {
            InlineContent::Text(span) if span.vertical_align == Some(VerticalAlign::Superscript) => {
                text.extend(span.text.chars().map(html::raise));
            }
            InlineContent::Text(span) => text.push_str(&span.text),
            InlineContent::LineBreak => text.push('\n'),
            _ => {}
        }
    }
    text
}

fn broken(cause: OfficeError) -> ExtractError {
    use office_oxide::core::Error;
    use office_oxide::{doc::DocError, ppt::PptError, xls::XlsError};
    match cause {
        OfficeError::Doc(DocError::Encrypted)
        | OfficeError::Ppt(PptError::Encrypted)
        | OfficeError::Xls(XlsError::Encrypted | XlsError::EncryptionNotSupported(_))
        | OfficeError::UnsupportedFormat(_) => ExtractError::Encrypted,
        OfficeError::Core(Error::DecompressionLimit { .. } | Error::PackageLimit(_)) => {
            ExtractError::ExpandsTooFar("more than the parser takes")
        }
        cause => ExtractError::malformed_by("the Office document", cause),
    }
}
