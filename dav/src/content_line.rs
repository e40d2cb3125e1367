//! The content lines that iCalendar (RFC 5545 section 3.1) and vCard (RFC 6350 section 3.2) are made of.
//!
//! Every line keeps the place of its own bytes, folding and line ending included, so that an editor can replace one
//! line and leave all others as they are, byte for byte. Names are upper case here, values unfolded but still
//! escaped. A line that cannot be read spoils nothing but itself: it stays in the text and is never interpreted. What
//! has no frame (`BEGIN` without `END`, too deep, too large) is refused as a whole with a [`Quarantine`] reason.
//! Nothing here panics on any input.

mod component;
mod line;
mod value;

use std::ops::Range;

pub use value::{split_escaped, unescape};

/// The largest object that is read.
pub const MAX_OBJECT_BYTES: usize = 16 * 1024 * 1024;
/// The most lines of one object.
pub const MAX_LINES: usize = 250_000;
/// The deepest nesting of components; iCalendar needs three.
pub const MAX_DEPTH: usize = 8;

/// Why an object is kept aside instead of being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Quarantine {
    /// Nothing in it.
    #[error("the object is empty")]
    Empty,
    /// Larger than [`MAX_OBJECT_BYTES`].
    #[error("the object is larger than {MAX_OBJECT_BYTES} bytes")]
    TooLarge,
    /// More lines than [`MAX_LINES`].
    #[error("the object has more than {MAX_LINES} lines")]
    TooManyLines,
    /// Not UTF-8.
    #[error("the object is not UTF-8")]
    NotUtf8,
    /// Components deeper than [`MAX_DEPTH`].
    #[error("the object's components are nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// A `BEGIN` and an `END` that do not belong together, or one without the other.
    #[error("the object's components do not begin and end in pairs")]
    Unbalanced,
    /// No component of the kind that was expected.
    #[error("the object holds nothing of the kind that was expected")]
    NothingExpected,
    /// Things with different identifiers in one object.
    #[error("the object holds several things with different identifiers")]
    SeveralIdentities,
    /// An event whose start is missing or cannot be read.
    #[error("the object says no readable start")]
    NoStart,
    /// A contact without any name, organisation, number or address.
    #[error("the contact says nothing about anybody")]
    NoContent,
}

impl Quarantine {
    /// A stable word for records and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::TooManyLines => "too_many_lines",
            Self::NotUtf8 => "not_utf8",
            Self::TooDeep => "too_deep",
            Self::Unbalanced => "unbalanced",
            Self::NothingExpected => "nothing_expected",
            Self::SeveralIdentities => "several_identities",
            Self::NoStart => "no_start",
            Self::NoContent => "no_content",
        }
    }
}

/// Which of the two formats; only their oldest oddities differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 5545.
    ICalendar,
    /// RFC 6350, RFC 2426 and, as far as it still comes, vCard 2.1 with its quoted-printable lines.
    VCard,
}

/// One parameter of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Upper case.
    pub name: String,
    /// Unquoted, RFC 6868 undone.
    pub values: Vec<String>,
}

/// One logical line. `Debug` leaves the value out.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    raw: Range<usize>,
    /// The group of a vCard line (`item1`).
    pub group: Option<String>,
    /// Upper case; empty for a line that cannot be read.
    pub name: String,
    /// In their order.
    pub parameters: Vec<Parameter>,
    /// Unfolded, still escaped.
    pub value: String,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line({}, {} bytes)", self.name, self.value.len())
    }
}

impl Line {
    /// The first value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a parameter, however often it is repeated.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let name = name.to_owned();
        self.parameters
            .iter()
            .filter(move |parameter| parameter.name == name)
            .flat_map(|parameter| parameter.values.iter().map(String::as_str))
    }

    /// The value as TEXT, unescaped.
    pub fn text(&self) -> String {
        unescape(&self.value)
    }
}

/// One component: the lines between a `BEGIN` and its `END`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Upper case.
    pub name: String,
    /// The line of its `BEGIN`.
    pub begin: usize,
    /// The line of its `END`.
    pub end: usize,
    /// Its own lines, those of components inside it left out.
    pub properties: Vec<usize>,
    /// What is inside it.
    pub children: Vec<Component>,
}

/// A whole text, in lines.
#[derive(Clone)]
pub struct ContentLines {
    text: String,
    lines: Vec<Line>,
    /// The outermost components.
    pub roots: Vec<Component>,
}

impl std::fmt::Debug for ContentLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContentLines({} lines)", self.lines.len())
    }
}

impl ContentLines {
    /// Reads bytes.
    pub fn read_bytes(bytes: &[u8], format: Format) -> Result<Self, Quarantine> {
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(Quarantine::TooLarge);
        }
        Self::read(std::str::from_utf8(bytes).map_err(|_| Quarantine::NotUtf8)?, format)
    }

    /// Reads a text.
    pub fn read(text: &str, format: Format) -> Result<Self, Quarantine> {
        if text.len() > MAX_OBJECT_BYTES {
            return Err(Quarantine::TooLarge);
        }
        let mut lines = Vec::new();
        let mut physical = Physical { text, at: 0 }.peekable();
        while let Some(first) = physical.next() {
            let mut raw = first.clone();
            let mut logical = content(text, &first, lines.is_empty()).to_owned();
            while let Some(next) = physical.peek() {
                let more = text.get(next.clone()).unwrap_or_default();
                let folded = more.starts_with([' ', '\t']) && !logical.is_empty();
                let soft = format == Format::VCard && is_soft_broken(&logical);
                // A blank line belongs to the line before it, so that its bytes stay where they are.
                let blank = trim_ending(more).is_empty();
                if !folded && !soft && !blank {
                    break;
                }
                if soft {
                    logical.pop();
                    logical.push_str(trim_ending(more));
                } else if folded {
                    logical.push_str(trim_ending(more).get(1..).unwrap_or_default());
                }
                raw.end = next.end;
                physical.next();
            }
            if lines.len() >= MAX_LINES {
                return Err(Quarantine::TooManyLines);
            }
            lines.push(line::parse(raw, &logical));
        }
        if lines.iter().all(|line| line.name.is_empty()) {
            return Err(Quarantine::Empty);
        }
        let roots = component::frames(&lines)?;
        Ok(Self { text: text.to_owned(), lines, roots })
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// All lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The line of this number.
    pub fn line(&self, index: usize) -> Option<&Line> {
        self.lines.get(index)
    }

    /// The bytes of a line, folding and line ending included.
    pub fn raw(&self, index: usize) -> &str {
        self.lines.get(index).and_then(|line| self.text.get(line.raw.clone())).unwrap_or_default()
    }

    /// What ends lines here.
    pub fn line_ending(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// The lines of a component with this name.
    pub fn named<'a>(&'a self, component: &'a Component, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.numbered(component, name).map(|(_, line)| line)
    }

    /// The lines of a component with this name, numbered.
    pub fn numbered<'a>(
        &'a self,
        component: &'a Component,
        name: &'a str,
    ) -> impl Iterator<Item = (usize, &'a Line)> {
        component
            .properties
            .iter()
            .filter_map(|index| Some((*index, self.lines.get(*index)?)))
            .filter(move |(_, line)| line.name == name)
    }
}

/// Physical lines, each with its ending.
struct Physical<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Physical<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let range = self.at..self.at + length;
        self.at = range.end;
        Some(range)
    }
}

fn trim_ending(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

fn content<'a>(text: &'a str, range: &Range<usize>, first: bool) -> &'a str {
    let line = trim_ending(text.get(range.clone()).unwrap_or_default());
    if first { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line }
}

/// Whether a quoted-printable line of vCard 2.1 goes on in the next one.
fn is_soft_broken(logical: &str) -> bool {
    logical.ends_with('=')
        && logical
            .split_once(':')
            .is_some_and(|(head, _)| head.to_ascii_uppercase().contains("QUOTED-PRINTABLE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> ContentLines {
        ContentLines::read(text, Format::ICalendar).expect("the text is framed")
    }

    #[test]
    fn lines_keep_their_bytes_and_lose_their_folds() {
        let text =
            "BEGIN:VCALENDAR\r\nSUMMARY;X=\"a:b;c,d\",e:one\r\n  two\r\n\tthree\r\n\r\nEND:VCALENDAR\r\n";
        let read = lines(text);
        let summary = read.line(1).expect("there is a second line");
        assert_eq!(summary.value, "one twothree");
        assert_eq!(summary.all("X").collect::<Vec<_>>(), ["a:b;c,d", "e"]);
        assert_eq!((0..read.lines().len()).map(|index| read.raw(index)).collect::<String>(), text);
    }

    #[test]
    fn a_line_that_cannot_be_read_spoils_only_itself() {
        let read = lines("BEGIN:VCALENDAR\nno colon here\n:no name\nSÜM:x\nSUMMARY:kept\nEND:VCALENDAR\n");
        assert_eq!(read.roots.len(), 1);
        let summary = read.named(&read.roots[0], "SUMMARY").next().map(Line::text);
        assert_eq!(summary.as_deref(), Some("kept"));
    }

    #[test]
    fn an_unclosed_quote_ends_at_the_first_colon() {
        let read = lines("BEGIN:VCALENDAR\nATTENDEE;CN=\"Ann:mailto:a@example.test\nEND:VCALENDAR\n");
        assert_eq!(read.line(1).map(|line| line.value.as_str()), Some("mailto:a@example.test"));
    }

    #[test]
    fn frames_that_do_not_close_are_refused() {
        let refused = |text: &str| ContentLines::read(text, Format::ICalendar).err();
        assert_eq!(refused("BEGIN:VCALENDAR\n"), Some(Quarantine::Unbalanced));
        assert_eq!(refused("END:VCALENDAR\n"), Some(Quarantine::Unbalanced));
        assert_eq!(refused("BEGIN:A\nBEGIN:B\nEND:A\nEND:B\n"), Some(Quarantine::Unbalanced));
        assert_eq!(refused(&"BEGIN:A\n".repeat(MAX_DEPTH + 1)), Some(Quarantine::TooDeep));
        assert_eq!(refused(" \n\n"), Some(Quarantine::Empty));
        let many = format!("BEGIN:A\n{}END:A\n", "X:\n".repeat(MAX_LINES));
        assert_eq!(refused(&many), Some(Quarantine::TooManyLines));
        assert_eq!(
            ContentLines::read_bytes(b"BEGIN:A\xff\n", Format::VCard).err(),
            Some(Quarantine::NotUtf8)
        );
    }

    #[test]
    fn soft_broken_lines_of_the_oldest_cards_are_joined() {
        let text = "BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:one=\ntwo\nFN:Ann\nEND:VCARD\n";
        let read = ContentLines::read(text, Format::VCard).expect("the card is framed");
        assert_eq!(read.line(1).map(|line| line.value.as_str()), Some("onetwo"));
    }

    #[test]
    fn carets_and_escapes_are_undone() {
        assert_eq!(line::caret_decoded("a^nb^^c^'d^x"), "a\nb^c\"d^x");
        assert_eq!(unescape(r"a\nb\, c\; d\\e\q"), "a\nb, c; d\\e\\q");
        assert_eq!(split_escaped(r"a\,b,c", ','), [r"a\,b", "c"]);
    }
}
