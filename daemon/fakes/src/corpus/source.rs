//! The one form in which documents are written.
//!
//! A head of `key: value` lines, a line `---`, then blocks: `#` headings, paragraphs of one line, `-` and `1.` lists,
//! `|` tables whose first row is the head, and `===` for a new page. It refuses everything else Markdown knows; what
//! it cannot read is not a document, and a test says so.

use super::Owner;

/// How a document is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Pdf,
    PdfTwoColumns,
    Scan,
    Docx,
    Html,
    Markdown,
    Text,
    Latin1,
    Utf16,
}

impl Format {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "pdf" => Self::Pdf,
            "pdf two columns" => Self::PdfTwoColumns,
            "scan" => Self::Scan,
            "docx" => Self::Docx,
            "html" => Self::Html,
            "markdown" => Self::Markdown,
            "text" => Self::Text,
            "latin-1" => Self::Latin1,
            "utf-16" => Self::Utf16,
            _ => return None,
        })
    }

    /// The media type that a file server names.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf | Self::PdfTwoColumns | Self::Scan => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::Text | Self::Latin1 | Self::Utf16 => "text/plain",
        }
    }
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Heading { level: usize, text: String },
    Paragraph(String),
    List { numbered: bool, items: Vec<String> },
    Table(Vec<Vec<String>>),
    NewPage,
}

/// A document before it is rendered.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) title: String,
    pub(super) path: String,
    pub(super) code: String,
    pub(super) format: Format,
    pub(super) owner: Owner,
    /// Questions, and words of their answers.
    pub(super) facts: Vec<(String, String)>,
    pub(super) blocks: Vec<Block>,
}

impl Source {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\n---\n")?;
        let fields: Vec<(&str, &str)> = head.lines().filter_map(|line| line.split_once(": ")).collect();
        let field = |name| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let owner = match field("owner")? {
            "alice" => Owner::Alice,
            "bob" => Owner::Bob,
            "shared" => Owner::Shared,
            _ => return None,
        };
        let facts = fields
            .iter()
            .filter(|(key, _)| *key == "fact")
            .map(|(_, value)| value.split_once(" => ").map(|(q, a)| (q.to_owned(), a.to_owned())))
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            title: field("title")?.to_owned(),
            path: field("path")?.to_owned(),
            code: field("code")?.to_owned(),
            format: Format::named(field("format")?)?,
            owner,
            facts,
            blocks: blocks(body),
        })
    }
}

fn blocks(body: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for line in body.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if line == "===" {
            blocks.push(Block::NewPage);
        } else if let Some(cells) = table_row(line) {
            match blocks.last_mut() {
                Some(Block::Table(rows)) => rows.push(cells),
                _ => blocks.push(Block::Table(vec![cells])),
            }
        } else if let Some((numbered, item)) = list_item(line) {
            match blocks.last_mut() {
                Some(Block::List { numbered: same, items }) if *same == numbered => items.push(item),
                _ => blocks.push(Block::List { numbered, items: vec![item] }),
            }
        } else if line.starts_with('#') {
            let text = line.trim_start_matches('#');
            blocks.push(Block::Heading { level: line.len() - text.len(), text: text.trim().to_owned() });
        } else {
            blocks.push(Block::Paragraph(line.to_owned()));
        }
    }
    blocks
}

fn table_row(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(|cell| cell.trim().to_owned()).collect())
}

fn list_item(line: &str) -> Option<(bool, String)> {
    if let Some(item) = line.strip_prefix("- ") {
        return Some((false, item.to_owned()));
    }
    let (number, item) = line.split_once(". ")?;
    number.parse::<u32>().ok().map(|_| (true, item.to_owned()))
}
