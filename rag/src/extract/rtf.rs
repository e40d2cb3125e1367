//! Rich Text Format, as word processors have exchanged it for thirty years.
//!
//! The text is a stream of groups, control words and characters. Groups that hold no text (fonts, colours, pictures,
//! fields' instructions, what was deleted or is hidden) are passed over; the rest becomes paragraphs, items and rows. Bytes are decoded
//! by the font they are set in, since that is where this format keeps its encodings; Unicode characters win over the
//! substitutes that follow them. Groups nest without recursion and only so deep.

mod fonts;
mod words;

use crate::extract::html::{self, CELL_GAP};
use crate::extract::pages::Pages;
use crate::extract::{BlockKind, ExtractError, ExtractLimits, normalise};
use fonts::Fonts;
use words::{Token, Tokens};

/// What a group changes and its end restores.
#[derive(Clone, Copy, Debug)]
struct State {
    font: u32,
    /// Bytes that stand in for one Unicode character.
    substitutes: usize,
    hidden: bool,
    superscript: bool,
    heading: Option<u8>,
    in_table: bool,
    destination: Destination,
}

/// Where the text of a group goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Destination {
    Text,
    /// The bullet or number in front of an item.
    Marker,
    Fonts,
    Styles,
    Nowhere,
}

/// Adds the document's pages.
pub(crate) fn read(bytes: &[u8], limits: &ExtractLimits, pages: &mut Pages) -> Result<(), ExtractError> {
    if !bytes.trim_ascii_start().starts_with(b"{\\rtf") {
        return Err(ExtractError::malformed("no RTF header"));
    }
    let mut reader = Reader::new(pages);
    for token in Tokens::of(bytes) {
        if reader.pages.is_full() {
            break;
        }
        if reader.stack.len() > limits.depth {
            return Err(ExtractError::ExpandsTooFar("groups nested too deep"));
        }
        reader.take(token);
    }
    reader.end_paragraph();
    reader.end_row();
    Ok(())
}

struct Reader<'p> {
    pages: &'p mut Pages,
    state: State,
    stack: Vec<State>,
    fonts: Fonts,
    /// Levels of the styles that are headings, by number.
    styles: std::collections::HashMap<i32, u8>,
    style: (i32, String),
    pending: Vec<u8>,
    skip: usize,
    /// The first half of a character beyond the first 65,536.
    high: Option<u16>,
    text: String,
    marker: String,
    cells: Vec<String>,
    starred: bool,
    written: bool,
}

impl<'p> Reader<'p> {
    fn new(pages: &'p mut Pages) -> Self {
        let state = State {
            font: 0,
            substitutes: 1,
            hidden: false,
            superscript: false,
            heading: None,
            in_table: false,
            destination: Destination::Text,
        };
        Self {
            pages,
            state,
            stack: Vec::new(),
            fonts: Fonts::default(),
            styles: std::collections::HashMap::new(),
            style: (0, String::new()),
            pending: Vec::new(),
            skip: 0,
            high: None,
            text: String::new(),
            marker: String::new(),
            cells: Vec::new(),
            starred: false,
            written: false,
        }
    }

    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Open => {
                self.flush();
                self.stack.push(self.state);
                self.starred = false;
            }
            Token::Close => {
                self.flush();
                self.end_style();
                if let Some(state) = self.stack.pop() {
                    self.state = state;
                }
                self.starred = false;
                self.skip = 0;
            }
            Token::Byte(_) if self.skip > 0 => self.skip -= 1,
            Token::Byte(byte) => self.pending.push(byte),
            Token::Star => self.starred = true,
            Token::Word(word, number) => {
                if !matches!(word, "u" | "uc") {
                    self.flush();
                }
                self.word(word, number);
                self.starred = false;
            }
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        if self.changes_destination(word) {
            return;
        }
        let on = number != Some(0);
        match word {
            "ansicpg" => self.fonts.set_page(number),
            "mac" => self.fonts.set_page(Some(10_000)),
            "f" => {
                self.state.font = number.and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
            }
            "fcharset" => self.fonts.set_charset(self.state.font, number),
            "s" if self.state.destination == Destination::Styles => self.style.0 = number.unwrap_or(0),
            "s" => self.state.heading = number.and_then(|style| self.styles.get(&style).copied()),
            "outlinelevel" => {
                self.state.heading =
                    number.and_then(|level| u8::try_from(level).ok()).filter(|l| *l < 6).map(|l| l + 1);
            }
            "uc" => {
                self.state.substitutes = number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1);
            }
            "u" => self.unicode(number.unwrap_or(0)),
            "v" | "deleted" => self.state.hidden = on,
            "super" => self.state.superscript = on,
            "nosupersub" => self.state.superscript = false,
            "plain" => {
                self.state.hidden = false;
                self.state.superscript = false;
            }
            "par" | "sect" => self.end_paragraph(),
            "pard" => {
                self.state.in_table = false;
                self.state.heading = None;
            }
            "intbl" => self.state.in_table = true,
            "cell" | "nestcell" => self.end_cell(),
            "row" | "nestrow" => self.end_row(),
            "page" => {
                self.end_paragraph();
                if self.written {
                    self.pages.page_break();
                    self.written = false;
                }
            }
            _ => {
                if let Some(c) = words::character(word) {
                    self.push(c.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }

    /// Whether a word begins a group whose text goes elsewhere.
    fn changes_destination(&mut self, word: &str) -> bool {
        const NOWHERE: [&str; 22] = [
            "colortbl", "info", "pict", "object", "objdata", "fldinst", "datafield", "themedata",
            "colorschememapping", "latentstyles", "listtable", "listoverridetable", "rsidtbl", "generator",
            "xmlnstbl", "nonshppict", "filetbl", "revtbl", "atnid", "atnauthor", "bkmkstart", "bkmkend",
        ];
        const READ_IF_STARRED: [&str; 6] = ["shppict", "shpinst", "shptxt", "annotation", "ud", "atnref"];
        self.state.destination = match word {
            "fonttbl" => Destination::Fonts,
            "stylesheet" => Destination::Styles,
            "listtext" | "pntext" => Destination::Marker,
            word if NOWHERE.contains(&word) => Destination::Nowhere,
            "sp" | "sn" | "sv" | "upr" => Destination::Nowhere,
            "ud" if self.starred => Destination::Text,
            // A reader that does not know a starred word passes over its group.
            word if self.starred
                && self.state.destination == Destination::Text
                && !READ_IF_STARRED.contains(&word) =>
            {
                Destination::Nowhere
            }
            "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr" | "footerf"
            | "footnote" | "annotation" | "shptxt" => {
                self.end_aside();
                return true;
            }
            _ => return false,
        };
        true
    }

    /// Running lines and notes stand in paragraphs of their own.
    fn end_aside(&mut self) {
        if !self.text.trim().is_empty() && self.cells.is_empty() {
            self.text.push(' ');
        }
    }

    fn unicode(&mut self, number: i32) {
        self.flush();
        self.skip = self.state.substitutes;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "sixteen bits, signed by custom"
        )]
        let unit = number as u16;
        let units = match self.high.take() {
            Some(high) => vec![high, unit],
            None if (0xd800..0xdc00).contains(&unit) => {
                self.high = Some(unit);
                return;
            }
            None => vec![unit],
        };
        let text: String = char::decode_utf16(units).flatten().collect();
        self.push(&text);
    }

    /// Decodes the bytes collected so far.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let text = self.fonts.decode(self.state.font, &bytes);
        self.push(&text);
    }

    fn push(&mut self, text: &str) {
        match self.state.destination {
            Destination::Text if !self.state.hidden && self.state.superscript => {
                self.text.extend(text.chars().map(html::raise));
            }
            Destination::Text if !self.state.hidden => self.text.push_str(text),
            Destination::Marker => self.marker.push_str(text),
            Destination::Styles => self.style.1.push_str(text),
            _ => {}
        }
    }

    /// Remembers a style that is a heading by its name, which every language's Word writes in English here.
    fn end_style(&mut self) {
        if self.state.destination != Destination::Styles || self.style.1.is_empty() {
            return;
        }
        let (number, name) = std::mem::take(&mut self.style);
        let name = name.trim().trim_end_matches(';').to_lowercase();
        let level = name.strip_prefix("heading ").and_then(|level| level.trim().parse::<u8>().ok());
        let level = level.or((name == "title").then_some(1)).filter(|level| (1..=6).contains(level));
        if let Some(level) = level {
            self.styles.insert(number, level);
        }
    }

    fn end_paragraph(&mut self) {
        self.flush();
        if self.state.in_table {
            self.text.push(' ');
            return;
        }
        self.end_row();
        let (text, marker) = (std::mem::take(&mut self.text), std::mem::take(&mut self.marker));
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let marker = normalise::inline(&marker);
        match self.state.heading {
            Some(level) => self.put(BlockKind::Heading(level), &format!("{marker} {text}")),
            None if marker.is_empty() => self.put(BlockKind::Paragraph, text),
            None if marker.chars().any(char::is_alphanumeric) => {
                self.put(BlockKind::ListItem, &format!("{marker} {text}"));
            }
            None => self.put(BlockKind::ListItem, &format!("- {text}")),
        }
    }

    fn end_cell(&mut self) {
        let marker = std::mem::take(&mut self.marker);
        let text = std::mem::take(&mut self.text);
        self.cells.push(normalise::inline(&format!("{marker} {text}")));
    }

    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        if filled > 0 {
            self.put(BlockKind::TableRow, cells[..filled].join(CELL_GAP).trim());
        }
    }

    fn put(&mut self, kind: BlockKind, text: &str) {
        self.pages.block(kind, text);
        self.written = true;
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::extract::pages::Pages;
    use crate::extract::{BlockKind, ExtractLimits, Page};

    fn page(rtf: &[u8]) -> Page {
        let limits = ExtractLimits::default();
        let mut pages = Pages::new(&limits);
        read(rtf, &limits, &mut pages).expect("RTF");
        pages.finish().0.swap_remove(0)
    }

    #[test]
    fn text_is_read_and_machinery_is_not() {
        let rtf = br"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fnil Calibri;}{\f1\fnil\fcharset204 Arial;}}
{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2 Normal;}}{\info{\author Nobody}}{\*\generator X;}
\pard\s1 Dosing\par\pard\s2 Gr\'fc\'dfe {\f1\'cf\'f0\'e8} \u8805?5 mg\emdash{\v hidden}{\b bold}\line next\par
{\pict\pngblip 0123}{\listtext\'b7\tab}Item\par
\trowd\pard\intbl Drug\cell Dose\cell\row\trowd\intbl A\cell 10{\super 9}/l\cell\row\pard
{\field{\*\fldinst HYPERLINK x}{\fldrslt a link}}\par\page Second\par}";
        let first = page(rtf);
        let expected = "Dosing\n\nGr\u{fc}\u{df}e \u{41f}\u{440}\u{438} \u{2265}5 mg\u{2014}bold\nnext\n\n- Item\n\nDrug | Dose\nA | 10\u{2079}/l\n\na link";
        assert_eq!(first.text, expected);
        assert_eq!(first.blocks[0].kind, BlockKind::Heading(1));
    }

    #[test]
    fn characters_beyond_the_first_plane_are_put_together() {
        assert_eq!(page(br"{\rtf1\uc0 \u-10179 \u-8704  ok}").text, "\u{1f600} ok");
    }

    #[test]
    fn groups_without_end_are_refused_and_not_followed() {
        let limits = ExtractLimits::default();
        let mut pages = Pages::new(&limits);
        let bytes = [&b"{\\rtf1 "[..], &b"{".repeat(100_000)[..]].concat();
        assert!(read(&bytes, &limits, &mut pages).is_err());
    }
}
