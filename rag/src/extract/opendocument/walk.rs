//! The content of an `OpenDocument`, element by element.

use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::lists::Lists;
use crate::extract::html::CELL_GAP;
use crate::extract::pages::Pages;
use crate::extract::{BlockKind, ExtractError, ExtractLimits, normalise};

/// Times that a filled row or cell is repeated; more is filling and not content.
const MOST_REPEATS: usize = 1_000;
/// Empty cells kept between filled ones.
const MOST_EMPTY_CELLS: usize = 64;
/// Paragraphs of running headers and footers.
const MOST_RUNNING: usize = 50;
/// Where a page begins, in the text of a paragraph: the mark that Word documents use as well.
const PAGE: char = crate::extract::package::RENDERED_PAGE;

/// Adds the body.
pub(super) fn body(
    part: &str,
    lists: &Lists,
    limits: &ExtractLimits,
    pages: &mut Pages,
) -> Result<(), ExtractError> {
    let mut walk = Walk::new(lists, pages);
    let mut reader = Reader::from_str(part);
    reader.config_mut().check_end_names = false;
    let mut depth = 0_usize;
    loop {
        let event = reader
            .read_event()
            .map_err(|cause| ExtractError::malformed_by("the content of the document", cause))?;
        match event {
            Event::Start(element) => {
                depth += 1;
                // Deeper than any document goes there is nothing worth the stack of names.
                if depth > limits.depth * 4 {
                    return Err(ExtractError::ExpandsTooFar("elements nested too deep"));
                }
                walk.open(&element, false);
            }
            Event::Empty(element) => {
                walk.open(&element, true);
                walk.close(local(element.name().0));
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                walk.close(local(element.name().0));
            }
            Event::Text(text) => walk.text(&text),
            Event::GeneralRef(reference) => walk.reference(&reference),
            Event::CData(text) => walk.text(&text),
            Event::DocType(_) => {
                return Err(ExtractError::malformed("a document type declaration in a part"));
            }
            Event::Eof => break,
            _ => {}
        }
        if walk.pages.is_full() {
            break;
        }
    }
    walk.end_paragraph();
    Ok(())
}

/// The paragraphs of running headers and of footers, each text once.
pub(super) fn running(styles: &str) -> (Vec<String>, Vec<String>) {
    let (mut headers, mut footers): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut reader = Reader::from_str(styles);
    reader.config_mut().check_end_names = false;
    let (mut place, mut text) = (None, String::new());
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(element) => match local(element.name().0) {
                "header" | "header-first" | "header-left" => place = Some(true),
                "footer" | "footer-first" | "footer-left" => place = Some(false),
                _ => {}
            },
            Event::Empty(element) => {
                if matches!(local(element.name().0), "tab" | "s" | "line-break") {
                    text.push(' ');
                }
            }
            Event::Text(words) if place.is_some() => text.push_str(&words),
            Event::End(element) => match local(element.name().0) {
                "header" | "header-first" | "header-left" | "footer" | "footer-first" | "footer-left" => {
                    place = None;
                }
                "p" | "h" => {
                    let line = normalise::inline(&std::mem::take(&mut text));
                    if let Some(header) = place {
                        let lines = if header { &mut headers } else { &mut footers };
                        if line.chars().any(char::is_alphabetic)
                            && !lines.contains(&line)
                            && lines.len() < MOST_RUNNING
                        {
                            lines.push(line);
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    (headers, footers)
}

/// Adds plain paragraphs.
pub(super) fn paragraphs(lines: &[String], pages: &mut Pages) {
    for line in lines {
        pages.block(BlockKind::Paragraph, line);
    }
}

/// One open list.
struct Open {
    style: String,
    next: usize,
    /// Whether the next paragraph is the first of its item.
    fresh: bool,
}

#[derive(Default)]
struct Row {
    cells: Vec<String>,
    cell: String,
    cell_repeats: usize,
    repeats: usize,
}

struct Walk<'w> {
    lists: &'w Lists,
    pages: &'w mut Pages,
    /// Names of elements whose content is left out, as deep as they nest.
    skipping: usize,
    text: String,
    kind: Option<BlockKind>,
    open: Vec<Open>,
    rows: Vec<Row>,
    /// Paragraphs inside of paragraphs: notes, comments, boxes. They follow their paragraph.
    inside: usize,
    later: Vec<String>,
    aside: String,
    written: bool,
    is_spreadsheet: bool,
    /// Whether the frame that is open holds a slide's title.
    is_title: bool,
}

impl<'w> Walk<'w> {
    fn new(lists: &'w Lists, pages: &'w mut Pages) -> Self {
        Self {
            lists,
            pages,
            skipping: 0,
            text: String::new(),
            kind: None,
            open: Vec::new(),
            rows: Vec::new(),
            inside: 0,
            later: Vec::new(),
            aside: String::new(),
            written: false,
            is_spreadsheet: false,
            is_title: false,
        }
    }

    fn open(&mut self, element: &BytesStart<'_>, empty: bool) {
        let name = element.name().0;
        let is_left_out = is_left_out(name);
        let name = local(name);
        if self.skipping > 0 || is_left_out {
            self.skipping += 1;
            return;
        }
        match name {
            "table" => self.begin_table(element),
            "spreadsheet" => self.is_spreadsheet = true,
            "page" => self.begin_page(None),
            "frame" => self.is_title = matches!(attribute(element, "class").as_deref(), Some("title")),
            "table-row" => self.rows.push(Row { repeats: repeats(element, "rows"), ..Row::default() }),
            "table-cell" | "covered-table-cell" => {
                if let Some(row) = self.rows.last_mut() {
                    row.cell.clear();
                    row.cell_repeats = repeats(element, "columns");
                }
            }
            "list" => self.open.push(Open {
                style: attribute(element, "style-name")
                    .or_else(|| self.open.last().map(|list| list.style.clone()))
                    .unwrap_or_default(),
                next: attribute(element, "start-value").and_then(|start| start.parse().ok()).unwrap_or(1),
                fresh: false,
            }),
            "list-item" => {
                if let Some(list) = self.open.last_mut() {
                    list.fresh = true;
                }
            }
            "h" | "p" => self.begin_paragraph(name, element),
            "note-body" | "annotation" | "text-box" if self.kind.is_some() && !empty => self.inside += 1,
            "s" => {
                let count = attribute(element, "c").and_then(|count| count.parse().ok()).unwrap_or(1_usize);
                self.push(&" ".repeat(count.min(80)));
            }
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            "soft-page-break" => self.soft_page(),
            "notes" => self.put(BlockKind::Heading(2), "Notes"),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.skipping > 0 {
            self.skipping -= 1;
            return;
        }
        match name {
            "h" | "p" if self.inside > 0 => {
                let text = std::mem::take(&mut self.aside);
                self.later.push(text);
            }
            "h" | "p" => self.end_paragraph(),
            "note-body" | "annotation" | "text-box" => self.inside = self.inside.saturating_sub(1),
            "list" => {
                self.open.pop();
            }
            "table-cell" | "covered-table-cell" => self.end_cell(),
            "table-row" => self.end_row(),
            _ => {}
        }
    }

    /// A sheet has a page and its name above it; a table in a text has neither.
    fn begin_table(&mut self, element: &BytesStart<'_>) {
        let style = attribute(element, "style-name").unwrap_or_default();
        if self.lists.hides(&style) {
            self.skipping = 1;
            return;
        }
        if self.is_spreadsheet && self.rows.is_empty() {
            self.begin_page(attribute(element, "name").as_deref());
        }
    }

    fn begin_page(&mut self, name: Option<&str>) {
        if self.written {
            self.pages.page_break();
            self.written = false;
        }
        if let Some(name) = name {
            self.put(BlockKind::Heading(1), name);
        }
    }

    fn begin_paragraph(&mut self, name: &str, element: &BytesStart<'_>) {
        if self.inside > 0 || !self.rows.is_empty() {
            return;
        }
        let style = attribute(element, "style-name").unwrap_or_default();
        if self.lists.begins_page(&style) && self.written {
            self.pages.page_break();
            self.written = false;
        }
        self.text.clear();
        if name == "h" {
            let level = attribute(element, "outline-level").and_then(|level| level.parse().ok());
            self.kind = Some(BlockKind::Heading(level.unwrap_or(1).clamp(1, 6)));
            return;
        }
        let level = self.open.len();
        let Some(list) = self.open.last_mut() else {
            let title = self.is_title || style.eq_ignore_ascii_case("title");
            self.kind = Some(if title { BlockKind::Heading(1) } else { BlockKind::Paragraph });
            return;
        };
        self.kind = Some(BlockKind::ListItem);
        if std::mem::take(&mut list.fresh) {
            let counts = self.lists.counts(&list.style, level);
            self.text = if counts { format!("{}. ", list.next) } else { "- ".to_owned() };
            list.next += 1;
        }
    }

    fn end_paragraph(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.cell.push(' ');
        } else if let Some(kind) = self.kind.take() {
            let text = std::mem::take(&mut self.text);
            let bare = kind == BlockKind::ListItem
                && text.trim().trim_end_matches('.').chars().all(|c| c == '-' || c.is_ascii_digit());
            for (index, part) in text.split(PAGE).enumerate() {
                if index > 0 && self.written {
                    self.pages.page_break();
                    self.written = false;
                }
                if !bare {
                    self.put(kind, part);
                }
            }
        }
        for aside in std::mem::take(&mut self.later) {
            self.put(BlockKind::Paragraph, &aside);
        }
    }

    fn soft_page(&mut self) {
        if self.kind.is_some() && self.inside == 0 && self.rows.is_empty() {
            self.text.push(PAGE);
        } else if self.rows.is_empty() && self.written {
            self.pages.page_break();
            self.written = false;
        }
    }

    fn end_cell(&mut self) {
        let Some(row) = self.rows.last_mut() else { return };
        let text = normalise::inline(&std::mem::take(&mut row.cell));
        let most = if text.is_empty() { MOST_EMPTY_CELLS } else { MOST_REPEATS };
        let count = row.cell_repeats.clamp(1, most);
        row.cells.extend(std::iter::repeat_n(text, count));
    }

    fn end_row(&mut self) {
        let Some(row) = self.rows.pop() else { return };
        let filled = row.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        if filled == 0 {
            return;
        }
        if let Some(outer) = self.rows.last_mut() {
            // A table inside of a cell is that cell's text.
            outer.cell.push_str(&row.cells[..filled].join(" "));
            outer.cell.push(' ');
            return;
        }
        let line = row.cells[..filled].join(CELL_GAP);
        for _ in 0..row.repeats.clamp(1, MOST_REPEATS) {
            self.put(BlockKind::TableRow, line.trim());
        }
    }

    fn text(&mut self, text: &str) {
        // Line ends of the file are blanks; those that count are elements.
        let flat: String = text.chars().map(|c| if c.is_ascii_whitespace() { ' ' } else { c }).collect();
        self.push(&flat);
    }

    fn reference(&mut self, name: &str) {
        if let Some(text) = resolve_predefined_entity(name) {
            self.push(text);
        } else if let Some(code) = name.strip_prefix('#') {
            let number = match code.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
                None => code.parse().ok(),
            };
            if let Some(c) = number.and_then(char::from_u32) {
                self.push(c.encode_utf8(&mut [0; 4]));
            }
        }
    }

    fn push(&mut self, text: &str) {
        if self.skipping > 0 {
            return;
        }
        if let Some(row) = self.rows.last_mut() {
            row.cell.push_str(text);
        } else if self.inside > 0 {
            self.aside.push_str(text);
        } else if self.kind.is_some() {
            self.text.push_str(text);
        }
    }

    fn put(&mut self, kind: BlockKind, text: &str) {
        if !text.trim().is_empty() {
            self.pages.block(kind, text);
            self.written = true;
        }
    }
}

/// Elements whose content is not what the document says, by their names as every program writes them.
fn is_left_out(name: &str) -> bool {
    const LEFT_OUT: [&str; 16] = [
        "text:tracked-changes",
        "text:note-citation",
        "text:hidden-text",
        "text:sequence-decls",
        "office:scripts",
        "office:font-face-decls",
        "office:automatic-styles",
        "office:styles",
        "office:master-styles",
        "office:binary-data",
        "office:forms",
        "svg:desc",
        "svg:title",
        "dc:date",
        "dc:creator",
        "presentation:date-time-decl",
    ];
    LEFT_OUT.contains(&name)
}

fn repeats(element: &BytesStart<'_>, what: &str) -> usize {
    attribute(element, &format!("number-{what}-repeated")).and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// An attribute by its name without prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|attribute| local(attribute.key.0) == name)?;
    Some(unescape(&found.value).unwrap_or_else(|_| found.value.clone()).into_owned())
}
