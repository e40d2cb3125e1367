//! Bytes become text with pages and structure.
//!
//! [`read`] recognises a document by its content, hands it to the reader for its kind and returns the text in the
//! order in which a person reads it, page by page, with the headings, list items and table rows marked for the
//! chunker. It refuses what it cannot bound: every byte, page, character and unpacked part is counted against
//! [`ExtractLimits`], and a document that breaks off at a limit says so instead of pretending to be whole.
//!
//! The readers parse hostile input, so the daemon calls none of this in its own process. It asks a [`Reader`], and
//! the one it uses runs `voiceassist extract` as a confined child ([`child`], [`confine`]). Nothing here ever opens a
//! link, loads an image or runs a macro.

mod agenda;
pub mod child;
pub mod confine;
mod contentline;
mod encoding;
mod epub;
mod error;
mod fallback;
mod html;
mod intermediate;
mod limits;
pub(crate) mod lines;
pub mod mail;
mod markdown;
mod nesting;
pub(crate) mod normalise;
mod office;
mod opendocument;
mod package;
mod pages;
mod pdf;
mod pictures;
mod piped;
mod plain;
mod printed;
mod rows;
mod rtf;
mod sniff;
pub(crate) mod structure;

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use voiceassist_model::{Area, Reason, TextSpan};

pub use error::{ExtractError, ReadFailure};
pub use limits::ExtractLimits;
pub use mail::MailNote;
pub(crate) use pages::SURE;
pub use pictures::Recogniser;
pub use sniff::Kind;

/// What stands between two pages in a document's whole text. Every [`TextSpan`] of a document counts in that text.
pub const PAGE_BREAK: &str = "\n\u{c}\n";

/// A document's text, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    /// The media type the content was recognised as.
    pub mime: String,
    /// The pages in order, without gaps, from 1. Formats that flow have one page unless they say where pages end.
    pub pages: Vec<Page>,
    /// Whether a limit cut the text short.
    pub truncated: bool,
    /// Why the document could not be read.
    pub error: Option<ErrorNote>,
    /// What of it was not read, or not with certainty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// What a message says about itself; nothing for other documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Box<MailNote>>,
}

/// Something that was not read, or not with certainty, in a document that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// What is the matter.
    pub reason: Reason,
    /// The page it is about, if it is about one.
    pub page: Option<u32>,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The number, from 1.
    pub page: u32,
    /// The text as a person reads it, lines ended by `\n`.
    pub text: String,
    /// What the parts of the text are, in order, without overlap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// How sure the recogniser was of the text, in per cent; nothing where text was text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
    /// Where its lines are printed, in the order of the text; empty where that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printed: Vec<Line>,
}

/// A line of a page, or a part of one: where it stands in the page's text, in code points, and on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line(pub TextSpan, pub Area);

/// One part of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands in the page's text, in code points.
    pub span: TextSpan,
}

/// What a part of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A heading and its level, from 1.
    Heading(u8),
    /// Running text.
    Paragraph,
    /// One item of a list.
    ListItem,
    /// One row of a table, on one line.
    TableRow,
    /// Text whose line breaks matter.
    Preformatted,
    /// Text that stands elsewhere already, or only signs off: shown, and not found.
    Quoted,
}

/// An error as the command prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorNote {
    /// The stable code.
    pub code: Reason,
    /// One sentence for the document's owner.
    pub message: String,
}

/// How a document is to be read.
#[derive(Clone, Debug, Default)]
pub struct ExtractSettings {
    /// What is taken at most.
    pub limits: ExtractLimits,
    /// The `pdftotext` program, asked for pages of which our own reader finds little. `None` asks nobody.
    pub pdftotext: Option<PathBuf>,
    /// Reads the text in pictures. `None` leaves scans without text.
    pub recogniser: Option<Recogniser>,
}

/// Reads documents on the other side of a process boundary.
#[async_trait]
pub trait Reader: Send + Sync + 'static {
    /// The text of the file; `name` is its name in Nextcloud and only a hint.
    async fn read(&self, file: &Path, name: &str) -> Result<Extracted, ReadFailure>;

    /// The texts of several small documents of one person and one kind, in order: what a start costs is paid once.
    async fn read_together(&self, files: &[&Path], name: &str) -> Vec<Result<Extracted, ReadFailure>> {
        let mut read = Vec::with_capacity(files.len());
        for file in files {
            read.push(self.read(file, name).await);
        }
        read
    }
}

/// Reads a document: recognised by its content first, by its name where the content leaves it open.
///
/// This blocks and may take seconds of processor time.
pub fn read(
    source: &mut (impl Read + Seek),
    name: &str,
    settings: &ExtractSettings,
) -> Result<Extracted, ExtractError> {
    let bytes = load(source, &settings.limits)?;
    let kind = sniff::recognise(&bytes, name)?;
    let mut pages = pages::Pages::new(&settings.limits);
    let mail = match kind {
        Kind::Mail => Some(Box::new(mail::read(&bytes, settings, &mut pages)?)),
        Kind::Outlook => Some(Box::new(mail::outlook::read(&bytes, settings, &mut pages)?)),
        kind => {
            read_kind(kind, bytes, settings, &mut pages)?;
            None
        }
    };
    let gaps = pages.take_gaps();
    let (pages, truncated) = pages.finish();
    if pages.iter().all(|page| page.text.trim().is_empty()) {
        return Err(ExtractError::NoText);
    }
    Ok(Extracted { mime: kind.mime().to_owned(), pages, truncated, error: None, gaps, mail })
}

/// Adds a document of a known kind. What a message says about itself is lost here; its text is not.
fn read_kind(
    kind: Kind,
    bytes: Vec<u8>,
    settings: &ExtractSettings,
    pages: &mut pages::Pages,
) -> Result<(), ExtractError> {
    match kind {
        Kind::Pdf => pdf::read(bytes, settings, pages)?,
        Kind::Docx => office::read(&bytes, &settings.limits, pages)?,
        Kind::Xlsx | Kind::Pptx | Kind::Doc | Kind::Xls | Kind::Ppt => {
            intermediate::read(kind, bytes, &settings.limits, pages)?;
        }
        Kind::Odt | Kind::Ods | Kind::Odp => opendocument::read(&bytes, &settings.limits, pages)?,
        Kind::Picture(_) => {
            let recogniser = settings.recogniser.as_ref().ok_or(ExtractError::NoText)?;
            for page in recogniser.read(&bytes, None) {
                pages.recognised_page(&normalise::lines(&page.text), page.confidence, &page.pieces);
            }
        }
        Kind::Rtf => rtf::read(&bytes, &settings.limits, pages)?,
        Kind::Epub => epub::read(&bytes, &settings.limits, pages)?,
        Kind::Csv => rows::read(&plain::decode(&bytes)?, pages),
        Kind::Calendar => agenda::calendar(&plain::decode(&bytes)?, pages)?,
        Kind::Cards => agenda::cards(&plain::decode(&bytes)?, pages)?,
        Kind::Html => html::read(&plain::decode(&bytes)?, &settings.limits, pages),
        Kind::Markdown => markdown::read(&plain::decode(&bytes)?, pages),
        Kind::Plain => plain::read(&plain::decode(&bytes)?, pages),
        Kind::Mail => drop(mail::read(&bytes, settings, pages)?),
        Kind::Outlook => drop(mail::outlook::read(&bytes, settings, pages)?),
    }
    Ok(())
}

/// The same with a failure as a value: what the command prints.
pub fn report(source: &mut (impl Read + Seek), name: &str, settings: &ExtractSettings) -> Extracted {
    read(source, name, settings).unwrap_or_else(|error| {
        let mime = sniff_again(source, name).map_or("application/octet-stream", Kind::mime);
        Extracted::failed(mime, &error)
    })
}

// === impl Extracted ===

impl Extracted {
    /// The pages joined by [`PAGE_BREAK`].
    pub fn whole_text(&self) -> String {
        let mut whole = String::with_capacity(self.pages.iter().map(|page| page.text.len() + 3).sum());
        for (index, page) in self.pages.iter().enumerate() {
            if index > 0 {
                whole.push_str(PAGE_BREAK);
            }
            whole.push_str(&page.text);
        }
        whole
    }

    /// What the owner of a document that was read must know about it first.
    pub fn note(&self) -> Option<Reason> {
        const GRAVEST_FIRST: [Reason; 3] = [Reason::PartlyScanned, Reason::LowConfidence, Reason::PartlyRead];
        if self.truncated {
            return Some(Reason::Truncated);
        }
        GRAVEST_FIRST.into_iter().find(|reason| self.gaps.iter().any(|gap| gap.reason == *reason))
    }

    /// A document that could not be read.
    pub fn failed(mime: &str, error: &ExtractError) -> Self {
        let reason = error.reason();
        let note = ErrorNote { code: reason, message: reason.explanation().to_owned() };
        Self {
            mime: mime.to_owned(),
            pages: Vec::new(),
            truncated: false,
            error: Some(note),
            gaps: Vec::new(),
            mail: None,
        }
    }

    /// `{mime, pages: [{page, text}], truncated, error}`, `confidence` of recognised pages, `gaps` where there are some, and `mail` for a message: what the
    /// command prints for people and programs.
    pub fn to_public_json(&self) -> String {
        let pages: Vec<_> = self
            .pages
            .iter()
            .map(|page| match page.confidence {
                None => serde_json::json!({ "page": page.page, "text": page.text }),
                Some(sure) => serde_json::json!({ "page": page.page, "text": page.text, "confidence": sure }),
            })
            .collect();
        let mut public = serde_json::json!({
            "mime": self.mime, "pages": pages, "truncated": self.truncated, "error": self.error,
        });
        if !self.gaps.is_empty() {
            public["gaps"] = serde_json::json!(self.gaps);
        }
        if let Some(mail) = &self.mail {
            public["mail"] = serde_json::json!(mail);
        }
        public.to_string()
    }

    /// The same with the structure of every page: what a confined child hands to the daemon.
    pub fn to_wire_json(&self) -> String {
        // A plain tree of strings and numbers always serialises; were it ever not to, empty output is told as a
        // failure of the child by the daemon.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The whole input, or the error that it is empty or too large.
fn load(source: &mut (impl Read + Seek), limits: &ExtractLimits) -> Result<Vec<u8>, ExtractError> {
    let length = source.seek(SeekFrom::End(0)).map_err(ExtractError::Input)?;
    if length == 0 {
        return Err(ExtractError::Empty);
    }
    if length > limits.input_bytes {
        return Err(ExtractError::TooLarge { bytes: length, limit: limits.input_bytes });
    }
    source.seek(SeekFrom::Start(0)).map_err(ExtractError::Input)?;
    let mut bytes = Vec::new();
    source.take(limits.input_bytes).read_to_end(&mut bytes).map_err(ExtractError::Input)?;
    if bytes.is_empty() { Err(ExtractError::Empty) } else { Ok(bytes) }
}

/// The kind of a document that failed, from its first bytes.
fn sniff_again(source: &mut (impl Read + Seek), name: &str) -> Option<Kind> {
    const HEAD: u64 = 8192;
    source.seek(SeekFrom::Start(0)).ok()?;
    let mut head = Vec::new();
    source.take(HEAD).read_to_end(&mut head).ok()?;
    sniff::by_content(&head).or_else(|| sniff::by_name(name))
}
