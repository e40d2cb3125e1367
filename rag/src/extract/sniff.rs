//! What a document is, by its content first and by its name where content leaves it open.
//!
//! A name can lie: a ZIP called `report.pdf` is not read as a PDF, and bytes that are no text are never read as text
//! because they are called `notes.txt`. A name still decides between formats that look alike (Markdown and text), and
//! it decides that a broken file is told as a broken PDF rather than as an unknown kind.

use crate::extract::{ExtractError, mail};

/// The kinds of documents that have a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML text document.
    Docx,
    /// Hypertext.
    Html,
    /// `CommonMark` and its dialects.
    Markdown,
    /// Text without markup.
    Plain,
    /// A message (RFC 5322) with what is attached to it.
    Mail,
}

impl Kind {
    /// The media type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::Plain => "text/plain",
            Self::Mail => "message/rfc822",
        }
    }
}

/// How far into a file a PDF's header may start (ISO 32000-1, Annex H).
const PDF_HEADER_WITHIN: usize = 1024;
/// How much of a file is looked at for signs of being text or hypertext.
const TEXT_SAMPLE: usize = 8192;
/// The share of control characters, in per cent, from which bytes are not text.
const CONTROL_PER_CENT: usize = 2;

/// What the document is, or why no reader takes it.
pub(crate) fn recognise(bytes: &[u8], name: &str) -> Result<Kind, ExtractError> {
    let named = by_name(name);
    if let Some(kind) = by_content(bytes) {
        // Hypertext inside a Markdown or text file is that file's own business.
        return Ok(match (kind, named) {
            (Kind::Mail, Some(named)) => named,
            (Kind::Html, Some(Kind::Markdown | Kind::Plain)) => named.unwrap_or(kind),
            _ => kind,
        });
    }
    if matches!(named, None | Some(Kind::Pdf)) && pdf_header(bytes).is_some() {
        return Ok(Kind::Pdf);
    }
    if is_compound_file(bytes) {
        return Err(compound_file(bytes));
    }
    if is_zip(bytes) {
        return match named {
            Some(Kind::Docx) => Err(ExtractError::malformed("a DOCX package without a document")),
            Some(_) => Err(ExtractError::malformed("a ZIP package under another name")),
            None => Err(ExtractError::Unsupported("a ZIP package that is no DOCX")),
        };
    }
    match (looks_like_text(bytes), named) {
        (_, Some(Kind::Pdf)) => Err(ExtractError::malformed("no PDF header")),
        (_, Some(Kind::Docx)) => Err(ExtractError::malformed("no ZIP package")),
        (true, Some(kind)) => Ok(kind),
        (true, None) if has_foreign_extension(name) => {
            Err(ExtractError::Unsupported("a name that belongs to another format"))
        }
        (true, None) => Ok(Kind::Plain),
        (false, Some(_)) => Err(ExtractError::malformed("bytes that are no text")),
        (false, None) => Err(ExtractError::Unsupported("unknown bytes")),
    }
}

/// What the content alone says for certain.
pub(crate) fn by_content(bytes: &[u8]) -> Option<Kind> {
    if pdf_header(bytes) == Some(0) {
        return Some(Kind::Pdf);
    }
    if is_zip(bytes) && find(bytes, b"word/document").is_some() {
        return Some(Kind::Docx);
    }
    if looks_like_html(bytes) {
        return Some(Kind::Html);
    }
    (looks_like_text(bytes) && mail::looks_like_message(bytes)).then_some(Kind::Mail)
}

/// Where a PDF's header stands, when nothing but text is before it: a mail gateway's lines, a stray line end.
fn pdf_header(bytes: &[u8]) -> Option<usize> {
    let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN)];
    find(head, b"%PDF-").filter(|at| looks_like_text(&head[..*at]))
}

/// What the name alone says.
pub(crate) fn by_name(name: &str) -> Option<Kind> {
    match extension(name)?.as_str() {
        "pdf" => Some(Kind::Pdf),
        "docx" | "docm" | "dotx" => Some(Kind::Docx),
        "html" | "htm" | "xhtml" => Some(Kind::Html),
        "md" | "markdown" | "mdown" | "mkd" => Some(Kind::Markdown),
        "txt" | "text" | "log" | "asc" | "csv" | "tsv" => Some(Kind::Plain),
        "eml" | "mime" => Some(Kind::Mail),
        _ => None,
    }
}

/// Text formats with a syntax of their own, which a reader of plain text would only make noise of.
fn has_foreign_extension(name: &str) -> bool {
    const FOREIGN: [&str; 13] =
        ["rtf", "svg", "xml", "json", "ics", "vcf", "ps", "eps", "tex", "js", "css", "sql", "yaml"];
    extension(name).is_some_and(|extension| FOREIGN.contains(&extension.as_str()))
}

fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty() && extension.len() <= 8).then(|| extension.to_ascii_lowercase())
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn is_compound_file(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

/// A compound file is either an old Office document or a new one inside an encrypted wrapper.
fn compound_file(bytes: &[u8]) -> ExtractError {
    let wrapper: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if find(bytes, &wrapper).is_some() {
        ExtractError::Encrypted
    } else {
        ExtractError::Unsupported("an Office document of before 2007")
    }
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(TEXT_SAMPLE)];
    if !looks_like_text(sample) {
        return false;
    }
    let text: String =
        sample.iter().filter(|byte| **byte != 0).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let start = text.trim_start_matches(|c: char| !c.is_ascii_graphic());
    let start = strip_comments(start);
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.starts_with("<head")
        || start.starts_with("<body")
        || (start.starts_with("<?xml") && start.contains("<html"))
}

/// The text after leading HTML comments.
fn strip_comments(mut text: &str) -> &str {
    while let Some(rest) = text.strip_prefix("<!--") {
        match rest.find("-->") {
            Some(end) => text = rest[end + 3..].trim_start(),
            None => return text,
        }
    }
    text
}

/// Whether bytes are text in one of the encodings that [`crate::extract::plain`] decodes.
pub(crate) fn looks_like_text(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(TEXT_SAMPLE)];
    if sample.starts_with(&[0xFF, 0xFE]) || sample.starts_with(&[0xFE, 0xFF]) {
        return true;
    }
    let controls =
        sample.iter().filter(|byte| **byte < 0x20 && !matches!(**byte, b'\n' | b'\r' | b'\t' | 0x0C | 0x1B));
    controls.count() * 100 <= sample.len() * CONTROL_PER_CENT
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::{Kind, recognise};
    use voiceassist_model::Reason;

    fn kind(bytes: &[u8], name: &str) -> Result<Kind, Reason> {
        recognise(bytes, name).map_err(|error| error.reason())
    }

    #[test]
    fn content_wins_over_the_name() {
        assert_eq!(kind(b"%PDF-1.7\n...", "notes.txt"), Ok(Kind::Pdf));
        assert_eq!(kind(b"\xEF\xBB\xBF<!DOCTYPE html><p>x", "page"), Ok(Kind::Html));
        assert_eq!(kind(b"X-Scanned: yes\n\n%PDF-1.4\n", "report.pdf"), Ok(Kind::Pdf));
        assert_eq!(kind(b"A file that starts with\n%PDF-1.4\nis a PDF.", "notes.txt"), Ok(Kind::Plain));
        assert_eq!(kind(b"<!-- saved --> <html>", "page.txt"), Ok(Kind::Plain));
    }

    #[test]
    fn a_name_tells_alike_formats_apart() {
        assert_eq!(kind(b"# Title\n", "README.md"), Ok(Kind::Markdown));
        assert_eq!(kind(b"# Title\n", "README"), Ok(Kind::Plain));
        assert_eq!(kind("grün\n".as_bytes(), "a.TXT"), Ok(Kind::Plain));
    }

    #[test]
    fn a_message_is_told_from_text_that_begins_like_one() {
        let message = b"Received: by x\r\nFrom: a@example.test\r\nSubject: x\r\n\r\nHello\r\n";
        assert_eq!(kind(message, "letter.eml"), Ok(Kind::Mail));
        assert_eq!(kind(message, "letter"), Ok(Kind::Mail));
        assert_eq!(kind(message, "letter.txt"), Ok(Kind::Plain));
        assert_eq!(kind(b"From: the ward\n\nHello\n", "letter"), Ok(Kind::Plain));
        assert_eq!(kind(b"just words", "letter.eml"), Ok(Kind::Mail));
        assert_eq!(kind(b"%PDF-1.7 ...", "letter.eml"), Ok(Kind::Pdf));
    }

    #[test]
    fn a_broken_file_is_told_by_its_name() {
        assert_eq!(kind(b"just words", "report.pdf"), Err(Reason::Malformed));
        assert_eq!(kind(b"just words", "report.docx"), Err(Reason::Malformed));
        assert_eq!(kind(b"\x00\x01\x02\x03", "notes.txt"), Err(Reason::Malformed));
    }

    #[test]
    fn what_nobody_reads_is_unsupported() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\x00\x00", "scan.png"), Err(Reason::UnsupportedType));
        assert_eq!(kind(b"PK\x03\x04 xl/workbook.xml", "table.xlsx"), Err(Reason::UnsupportedType));
        assert_eq!(kind(b"{\\rtf1 hello}", "letter.rtf"), Err(Reason::UnsupportedType));
    }

    #[test]
    fn an_encrypted_office_document_is_told_from_an_old_one() {
        let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        assert_eq!(kind(&bytes, "old.doc"), Err(Reason::UnsupportedType));
        bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(kind(&bytes, "new.docx"), Err(Reason::Encrypted));
    }
}
