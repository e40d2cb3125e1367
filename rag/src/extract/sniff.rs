//! What a document is, by its content first and by its name where content leaves it open.
//!
//! A name can lie: a ZIP called `report.pdf` is not read as a PDF, and bytes that are no text are never read as text
//! because they are called `notes.txt`. A name still decides between formats that look alike (Markdown and text), and
//! it decides that a broken file is told as a broken PDF rather than as an unknown kind.

use std::io::Cursor;

use office_oxide::cfb::CfbReader;

use crate::extract::{ExtractError, encoding, mail};

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// As cameras write it.
    Jpeg,
    /// Tagged image file, as scanners and faxes write it.
    Tiff,
}

/// The kinds of documents that have a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML text document.
    Docx,
    /// Office Open XML workbook.
    Xlsx,
    /// Office Open XML presentation.
    Pptx,
    /// Word document of before 2007.
    Doc,
    /// Excel workbook of before 2007.
    Xls,
    /// `PowerPoint` presentation of before 2007.
    Ppt,
    /// `OpenDocument` text.
    Odt,
    /// `OpenDocument` spreadsheet.
    Ods,
    /// `OpenDocument` presentation.
    Odp,
    /// Rich Text Format.
    Rtf,
    /// A book (EPUB).
    Epub,
    /// Values separated by commas or their like.
    Csv,
    /// A calendar (RFC 5545).
    Calendar,
    /// Address cards (RFC 6350).
    Cards,
    /// A message as Outlook saves it.
    Outlook,
    /// A picture of text, perhaps.
    Picture(Format),
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
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Doc => "application/msword",
            Self::Xls => "application/vnd.ms-excel",
            Self::Ppt => "application/vnd.ms-powerpoint",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Odp => "application/vnd.oasis.opendocument.presentation",
            Self::Rtf => "application/rtf",
            Self::Epub => "application/epub+zip",
            Self::Csv => "text/csv",
            Self::Calendar => "text/calendar",
            Self::Cards => "text/vcard",
            Self::Outlook => "application/vnd.ms-outlook",
            Self::Picture(Format::Png) => "image/png",
            Self::Picture(Format::Jpeg) => "image/jpeg",
            Self::Picture(Format::Tiff) => "image/tiff",
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::Plain => "text/plain",
            Self::Mail => "message/rfc822",
        }
    }
}

impl Kind {
    /// Whether it is a ZIP package.
    const fn is_package(self) -> bool {
        matches!(self, Self::Docx | Self::Xlsx | Self::Pptx | Self::Odt | Self::Ods | Self::Odp | Self::Epub)
    }

    /// Whether it is a compound file.
    const fn is_compound(self) -> bool {
        matches!(self, Self::Doc | Self::Xls | Self::Ppt | Self::Outlook)
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
        return Err(match (compound_file(bytes), named) {
            // One that should hold a document and does not is damaged.
            (ExtractError::Unsupported(_), Some(named)) if named.is_compound() => {
                ExtractError::malformed("a compound file without its document")
            }
            (error, _) => error,
        });
    }
    if is_zip(bytes) {
        return match named {
            Some(named) if named.is_package() => Err(ExtractError::malformed("a package without a document")),
            Some(_) => Err(ExtractError::malformed("a ZIP package under another name")),
            None => Err(ExtractError::Unsupported("a ZIP package that is no document")),
        };
    }
    match (looks_like_text(bytes), named) {
        (_, Some(Kind::Pdf)) => Err(ExtractError::malformed("no PDF header")),
        (_, Some(Kind::Picture(_))) => Err(ExtractError::malformed("no picture")),
        (_, Some(Kind::Rtf)) => Err(ExtractError::malformed("no RTF header")),
        (_, Some(named)) if named.is_package() => Err(ExtractError::malformed("no ZIP package")),
        (_, Some(named)) if named.is_compound() => Err(ExtractError::malformed("no compound file")),
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
    if let Some(format) = picture(bytes) {
        return Some(Kind::Picture(format));
    }
    if is_zip(bytes) {
        return package(bytes);
    }
    if is_compound_file(bytes) {
        return compound(bytes);
    }
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if start.starts_with(b"{\\rtf") {
        return Some(Kind::Rtf);
    }
    let begins = |name: &[u8]| start.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    if begins(b"BEGIN:VCALENDAR") {
        return Some(Kind::Calendar);
    }
    if begins(b"BEGIN:VCARD") {
        return Some(Kind::Cards);
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
        "xlsx" | "xlsm" | "xltx" | "xltm" | "xlsb" => Some(Kind::Xlsx),
        "pptx" | "pptm" | "ppsx" | "potx" => Some(Kind::Pptx),
        "doc" | "dot" => Some(Kind::Doc),
        "xls" | "xlt" => Some(Kind::Xls),
        "ppt" | "pps" | "pot" => Some(Kind::Ppt),
        "odt" | "ott" => Some(Kind::Odt),
        "ods" | "ots" => Some(Kind::Ods),
        "odp" | "otp" => Some(Kind::Odp),
        "rtf" => Some(Kind::Rtf),
        "epub" => Some(Kind::Epub),
        "csv" | "tsv" => Some(Kind::Csv),
        "ics" | "ical" | "ifb" => Some(Kind::Calendar),
        "vcf" | "vcard" => Some(Kind::Cards),
        "msg" => Some(Kind::Outlook),
        "png" => Some(Kind::Picture(Format::Png)),
        "jpg" | "jpeg" | "jpe" => Some(Kind::Picture(Format::Jpeg)),
        "tif" | "tiff" => Some(Kind::Picture(Format::Tiff)),
        "html" | "htm" | "xhtml" => Some(Kind::Html),
        "md" | "markdown" | "mdown" | "mkd" => Some(Kind::Markdown),
        "txt" | "text" | "log" | "asc" => Some(Kind::Plain),
        "eml" | "mime" => Some(Kind::Mail),
        _ => None,
    }
}

/// Text formats with a syntax of their own, which a reader of plain text would only make noise of.
fn has_foreign_extension(name: &str) -> bool {
    const FOREIGN: [&str; 10] = ["svg", "xml", "json", "ps", "eps", "tex", "js", "css", "sql", "yaml"];
    extension(name).is_some_and(|extension| FOREIGN.contains(&extension.as_str()))
}

fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty() && extension.len() <= 8).then(|| extension.to_ascii_lowercase())
}

/// How a picture is written, by its first bytes.
fn picture(bytes: &[u8]) -> Option<Format> {
    const STARTS: [(&[u8], Format); 4] = [
        (b"\x89PNG\r\n\x1a\n", Format::Png),
        (b"\xff\xd8\xff", Format::Jpeg),
        (b"II*\0", Format::Tiff),
        (b"MM\0*", Format::Tiff),
    ];
    STARTS.into_iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, format)| format)
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn is_compound_file(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

/// Why a compound file without a document that is known has no reader.
fn compound_file(bytes: &[u8]) -> ExtractError {
    if find(bytes, &wide("EncryptedPackage")).is_some() {
        ExtractError::Encrypted
    } else if CfbReader::new(Cursor::new(bytes)).is_err() {
        ExtractError::malformed("a compound file without a directory")
    } else {
        ExtractError::Unsupported("a compound file that is no document")
    }
}

/// What a compound file holds, by the stream that each format keeps its document in.
fn compound(bytes: &[u8]) -> Option<Kind> {
    const STREAMS: [(&str, Kind); 5] = [
        ("WordDocument", Kind::Doc),
        ("Workbook", Kind::Xls),
        ("Book", Kind::Xls),
        ("PowerPoint Document", Kind::Ppt),
        ("__properties_version1.0", Kind::Outlook),
    ];
    if let Ok(file) = CfbReader::new(Cursor::new(bytes)) {
        return STREAMS.into_iter().find(|(stream, _)| file.has_root_entry(stream)).map(|(_, kind)| kind);
    }
    // The directory is broken, or only its head is here: the names still say what was meant.
    STREAMS.into_iter().find(|(stream, _)| find(bytes, &wide(stream)).is_some()).map(|(_, kind)| kind)
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// What a ZIP package holds: by the type it names first, as `OpenDocument` and books do, or by its main part.
fn package(bytes: &[u8]) -> Option<Kind> {
    const TYPES: [Kind; 4] = [Kind::Odt, Kind::Ods, Kind::Odp, Kind::Epub];
    const PARTS: [(&[u8], Kind); 3] =
        [(b"word/document", Kind::Docx), (b"xl/workbook", Kind::Xlsx), (b"ppt/presentation", Kind::Pptx)];
    const HEAD: usize = 256;
    let head = &bytes[..bytes.len().min(HEAD)];
    if let Some(at) = find(head, b"mimetype") {
        let named = &head[at + "mimetype".len()..];
        return TYPES.into_iter().find(|kind| named.starts_with(kind.mime().as_bytes()));
    }
    PARTS.into_iter().find(|(part, _)| find(bytes, part).is_some()).map(|(_, kind)| kind)
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
    if encoding::wide(sample).is_some() {
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
    use super::{Format, Kind, recognise};
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
        assert_eq!(kind(b"\0\0\0\x18ftypheic", "photo.heic"), Err(Reason::UnsupportedType));
        assert_eq!(kind(b"PK\x03\x04 data/things", "things.zip"), Err(Reason::UnsupportedType));
        assert_eq!(kind(b"<svg/>", "drawing.svg"), Err(Reason::UnsupportedType));
    }

    #[test]
    fn pictures_are_told_by_their_first_bytes() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\x00\x00", "scan.pdf"), Ok(Kind::Picture(Format::Png)));
        assert_eq!(kind(b"II*\0\x08\0", "fax"), Ok(Kind::Picture(Format::Tiff)));
        assert_eq!(kind(b"words", "photo.jpg"), Err(Reason::Malformed));
    }

    #[test]
    fn packages_and_compound_files_are_told_by_what_is_in_them() {
        assert_eq!(kind(b"PK\x03\x04 xl/workbook.xml", "table.bin"), Ok(Kind::Xlsx));
        assert_eq!(kind(b"PK\x03\x04 ppt/presentation.xml", "talk"), Ok(Kind::Pptx));
        let text = b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.textPK word/document";
        assert_eq!(kind(text, "letter.docx"), Ok(Kind::Odt));
        assert_eq!(kind(b"PK\x03\x04 mimetypeapplication/epub+zipPK", "book"), Ok(Kind::Epub));
        assert_eq!(kind(b"PK\x03\x04 word/x.xml", "letter.docx"), Err(Reason::Malformed));
        assert_eq!(kind(b"no package", "table.ods"), Err(Reason::Malformed));
        assert_eq!(kind(b"{\\rtf1 hello}", "letter.doc"), Ok(Kind::Rtf));
        assert_eq!(kind(b"begin:vcard\r\n", "x.txt"), Ok(Kind::Cards));
        assert_eq!(kind(b"a;b\n1;2\n", "values.CSV"), Ok(Kind::Csv));
    }

    #[test]
    fn an_encrypted_office_document_is_told_from_an_old_one() {
        let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        assert_eq!(kind(&bytes, "old.doc"), Err(Reason::Malformed));
        bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(kind(&bytes, "new.docx"), Err(Reason::Encrypted));
    }
}
