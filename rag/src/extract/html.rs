//! Hypertext as it reads, not as it is written.
//!
//! The page is parsed as browsers parse it and walked in document order without recursion, so nesting cannot exhaust
//! the stack. Scripts, styles, templates, form controls and whatever is hidden are left out; headings, list items,
//! table rows and preformatted text keep their shape, rows on one line with their cells apart. Links and images are
//! not followed, and of a link only its words are text.

use scraper::{ElementRef, Html, Node};

use crate::extract::nesting;
use crate::extract::pages::Pages;
use crate::extract::{BlockKind, ExtractLimits};

/// Between the cells of a row.
pub(crate) const CELL_GAP: &str = " | ";

/// Elements open at once, beyond which a page is cut: far more than any page needs, few enough to parse quickly.
const MAX_OPEN_ELEMENTS: usize = 1_024;

/// Adds the document as one page.
pub(crate) fn read(text: &str, limits: &ExtractLimits, pages: &mut Pages) {
    let closed;
    let text = if text.trim_start_matches(|c: char| !c.is_ascii_graphic()).starts_with("<?xml")
        || text.contains("http://www.w3.org/1999/xhtml")
    {
        closed = with_ends(text);
        &closed
    } else {
        text
    };
    let shallow = nesting::cut(text, MAX_OPEN_ELEMENTS);
    if shallow.len() < text.len() {
        pages.mark_truncated();
    }
    let document = Html::parse_document(shallow);
    let mut walk = Walk::new(limits.depth, pages);
    for edge in document.root_element().traverse() {
        if walk.pages.is_full() {
            break;
        }
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                Node::Element(_) => {
                    if let Some(element) = ElementRef::wrap(node) {
                        walk.open(element);
                    }
                }
                Node::Text(text) => walk.text(text),
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) => {
                if let Some(element) = ElementRef::wrap(node) {
                    walk.close(element.value().name());
                }
            }
        }
    }
    walk.flush();
}

/// Gives empty elements of XHTML (`<script/>`) the end tag without which a reader of HTML takes them for open, and what
/// follows for their content.
fn with_ends(text: &str) -> String {
    const NEVER_ENDED: [&str; 14] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    ];
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices("/>") {
        let Some(start) = text[from..at].rfind('<').map(|start| from + start) else { continue };
        let tag = &text[start + 1..at];
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = &tag[..end];
        if name.is_empty() || !is_whole(tag) || NEVER_ENDED.contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        out.push_str(&text[from..at]);
        out.push_str("></");
        out.push_str(name);
        out.push('>');
        from = at + 2;
    }
    out.push_str(&text[from..]);
    out
}

/// Whether a tag's quotes are closed and nothing outside of them ends it.
fn is_whole(tag: &str) -> bool {
    let mut quote = None;
    for c in tag.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return false,
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    quote.is_none()
}

/// A row that is being collected, cell by cell.
#[derive(Default)]
struct Row {
    cells: Vec<String>,
    cell: String,
    open: bool,
}

struct Walk<'p> {
    pages: &'p mut Pages,
    max_depth: usize,
    depth: usize,
    /// The depth of the element whose content is left out.
    skipping: Option<usize>,
    text: String,
    kind: BlockKind,
    preformatted: usize,
    superscript: usize,
    /// The next number of each open list; `None` for bullets.
    lists: Vec<Option<u32>>,
    /// For each open table, whether it only arranges the page.
    tables: Vec<bool>,
    row: Option<Row>,
}

impl<'p> Walk<'p> {
    fn new(max_depth: usize, pages: &'p mut Pages) -> Self {
        Self {
            pages,
            max_depth,
            depth: 0,
            skipping: None,
            text: String::new(),
            kind: BlockKind::Paragraph,
            preformatted: 0,
            superscript: 0,
            lists: Vec::new(),
            tables: Vec::new(),
            row: None,
        }
    }

    fn open(&mut self, element: ElementRef<'_>) {
        self.depth += 1;
        if self.skipping.is_some() {
            return;
        }
        let name = element.value().name();
        if is_left_out(name) || is_hidden(&element) {
            self.skipping = Some(self.depth);
            return;
        }
        if self.depth > self.max_depth {
            self.skipping = Some(self.depth);
            if element.text().any(|text| !text.trim().is_empty()) {
                self.pages.mark_truncated();
            }
            return;
        }
        match name {
            "br" => self.push(if self.row.is_some() { " " } else { "\n" }),
            "sup" => self.superscript += 1,
            "ul" | "menu" | "dir" => self.begin_list(None),
            "ol" => {
                let start = element.value().attr("start").and_then(|start| start.parse().ok());
                self.begin_list(Some(start.unwrap_or(1)));
            }
            "table" => {
                self.flush();
                self.tables.push(arranges_page(&element));
            }
            "tr" if self.tables.last() == Some(&false) => {
                self.flush();
                self.row = Some(Row::default());
            }
            "td" | "th" => self.begin_cell(),
            _ => self.begin_block(name),
        }
    }

    fn begin_list(&mut self, first: Option<u32>) {
        self.flush();
        self.lists.push(first);
    }

    fn begin_cell(&mut self) {
        match &mut self.row {
            Some(row) => {
                row.cell.clear();
                row.open = true;
            }
            None => self.flush(),
        }
    }

    fn begin_block(&mut self, name: &str) {
        if self.row.is_some() {
            if is_block(name) {
                self.push(" ");
            }
            return;
        }
        if !is_block(name) {
            return;
        }
        // A paragraph inside a list item starts on the item's own line.
        let bare_item = self.kind == BlockKind::ListItem && self.text.trim_end().chars().count() <= 4;
        if name == "p" && bare_item && !self.text.is_empty() {
            return;
        }
        self.flush();
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.kind = BlockKind::Heading(name.as_bytes()[1] - b'0');
            }
            "li" => {
                self.kind = BlockKind::ListItem;
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number = number.saturating_add(1);
                        format!("{}. ", number.saturating_sub(1))
                    }
                    _ => "- ".to_owned(),
                };
                self.text.push_str(&marker);
            }
            "pre" | "textarea" => {
                self.preformatted += 1;
                self.kind = BlockKind::Preformatted;
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(depth) = self.skipping {
            if depth == self.depth {
                self.skipping = None;
            }
            self.depth = self.depth.saturating_sub(1);
            return;
        }
        self.depth = self.depth.saturating_sub(1);
        match name {
            "sup" => self.superscript = self.superscript.saturating_sub(1),
            "ul" | "menu" | "dir" | "ol" => {
                self.flush();
                self.lists.pop();
            }
            "table" => {
                self.flush();
                self.tables.pop();
            }
            "tr" => self.end_row(),
            "td" | "th" => {
                if let Some(row) = &mut self.row {
                    row.cells.push(std::mem::take(&mut row.cell));
                    row.open = false;
                }
            }
            _ if self.row.is_some() && is_block(name) => self.push(" "),
            _ if self.row.is_none() && is_block(name) => {
                self.flush();
                if matches!(name, "pre" | "textarea") {
                    self.preformatted = self.preformatted.saturating_sub(1);
                }
            }
            _ => {}
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.row.take() else { return };
        let cells: Vec<String> =
            row.cells.iter().map(|cell| crate::extract::normalise::inline(cell)).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.pages.block(BlockKind::TableRow, cells.join(CELL_GAP).trim());
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipping.is_some() {
            return;
        }
        if self.superscript > 0 {
            let raised: String = text.chars().map(raise).collect();
            self.push(&raised);
        } else if self.preformatted > 0 && self.row.is_none() {
            self.push(text);
        } else {
            let flat: String = text.chars().map(|c| if c.is_ascii_whitespace() { ' ' } else { c }).collect();
            self.push(&flat);
        }
    }

    fn push(&mut self, text: &str) {
        match &mut self.row {
            Some(row) if row.open => row.cell.push_str(text),
            // Text between cells is misplaced and browsers move it elsewhere; the parser already did.
            Some(_) => {}
            None => self.text.push_str(text),
        }
    }

    /// Ends the current block.
    fn flush(&mut self) {
        self.end_row();
        let kind = std::mem::replace(&mut self.kind, BlockKind::Paragraph);
        let text = std::mem::take(&mut self.text);
        let is_bare_marker = kind == BlockKind::ListItem
            && text.trim().trim_end_matches('.').chars().all(|c| c == '-' || c.is_ascii_digit());
        if !is_bare_marker {
            self.pages.block(kind, &text);
        }
    }
}

/// Elements whose content no reader sees, or sees only as a control.
fn is_left_out(name: &str) -> bool {
    const LEFT_OUT: [&str; 20] = [
        "head", "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed",
        "applet", "canvas", "audio", "video", "select", "datalist", "button", "dialog", "map", "noframes",
    ];
    LEFT_OUT.contains(&name)
}

/// Whether an element says about itself that it is not shown.
fn is_hidden(element: &ElementRef<'_>) -> bool {
    if element.value().attr("hidden").is_some() {
        return true;
    }
    element.value().attr("style").is_some_and(|style| {
        let style: String =
            style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        ["display:none", "visibility:hidden", "font-size:0;", "font-size:0px", "opacity:0;"]
            .iter()
            .any(|hidden| style.contains(hidden))
            || style.ends_with("font-size:0")
            || style.ends_with("opacity:0")
    })
}

/// Elements that stand on lines of their own.
fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 40] = [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hgroup", "hr", "legend", "li", "main", "nav", "optgroup", "p", "pre", "search", "section",
        "summary", "tbody", "textarea", "tfoot", "thead",
    ];
    BLOCKS.contains(&name)
}

/// Whether a table arranges the page instead of holding data: it has other tables, headings or sections inside.
fn arranges_page(table: &ElementRef<'_>) -> bool {
    const ARRANGED: [&str; 9] = ["table", "h1", "h2", "h3", "form", "nav", "article", "section", "main"];
    table
        .descendants()
        .skip(1)
        .any(|node| node.value().as_element().is_some_and(|element| ARRANGED.contains(&element.name())))
}

/// A raised digit or sign; without this `10<sup>9</sup>` would read as 109.
pub(crate) fn raise(c: char) -> char {
    match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32(0x2074 + (c as u32 - '4' as u32)).unwrap_or(c),
        '+' => '⁺',
        '-' | '−' => '⁻',
        c if c.is_ascii_whitespace() => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::extract::pages::Pages;
    use crate::extract::{BlockKind, ExtractLimits, Page};

    fn page(html: &str) -> Page {
        let limits = ExtractLimits::default();
        let mut pages = Pages::new(&limits);
        read(html, &limits, &mut pages);
        pages.finish().0.swap_remove(0)
    }

    #[test]
    fn only_what_a_reader_sees_is_text() {
        let html = "<html><head><title>t</title><style>p{}</style></head><body><script>alert(1)</script>\
                    <p>Seen <b>bo</b>ld.</p><p hidden>no</p><div style='display: none'>no</div><!-- no -->\
                    <img alt='no'><a href='http://example.org'>link</a></body></html>";
        assert_eq!(page(html).text, "Seen bold.\n\nlink");
    }

    #[test]
    fn rows_stay_on_one_line_and_lists_keep_their_marks() {
        let html = "<h1>Doses</h1><table><tr><th>Drug</th><th>Dose</th></tr><tr><td>A<br>B</td><td><p>5 mg</p></td>\
                    </tr></table><ul><li>one</li><li><p>two</p></li></ul><ol start=3><li>three</li></ol>";
        let page = page(html);
        assert_eq!(page.text, "Doses\n\nDrug | Dose\nA B | 5 mg\n\n- one\n- two\n3. three");
        assert_eq!(page.blocks[0].kind, BlockKind::Heading(1));
        assert_eq!(page.blocks[2].kind, BlockKind::TableRow);
    }

    #[test]
    fn an_empty_script_of_xhtml_swallows_nothing() {
        let html = "<?xml version='1.0'?><html><head><title/><script src='a/>b'/><meta x='y'/></head><body><p>a<br/>b</p>\
                    <p><a id='x'/>c</p></body></html>";
        assert_eq!(page(html).text, "a\nb\n\nc");
    }

    #[test]
    fn powers_stay_powers() {
        assert_eq!(page("<p>10<sup>9</sup>/l and m<sup>2</sup></p>").text, "10⁹/l and m²");
    }

    #[test]
    fn ten_thousand_nested_elements_neither_crash_nor_hide_the_rest() {
        let html =
            format!("<p>before</p>{}deep{}<p>after</p>", "<div>".repeat(10_000), "</div>".repeat(10_000));
        assert!(page(&html).text.starts_with("before"));
    }

    #[test]
    fn a_table_that_arranges_the_page_is_read_as_text() {
        let html = "<table><tr><td><h2>Left</h2><p>l</p></td><td><h2>Right</h2><p>r</p></td></tr></table>";
        assert_eq!(page(html).text, "Left\n\nl\n\nRight\n\nr");
    }
}
