//! PDF, page by page.
//!
//! The parser repairs what can be repaired; this module asks it the questions it does not raise itself. A document
//! that needs a password opens without complaint and reads as empty, so encryption is asked for first. A page that
//! fails leaves an empty page, because the other pages are still worth finding; when all fail, the document is
//! malformed. Sizes and weights of fonts say which lines are headings, and the places of words which are tables; the
//! parser's own tables are not asked for, because they tear rows out of the order of reading. Remarks follow the page they
//! are on, embedded files have pages of their own at the end, and pages that are only pictures are recognised where that is
//! set up, and named as gaps where it is not.

mod pictures;
mod remarks;
mod sheet;
mod tables;

use std::collections::{BTreeMap, HashMap};

use pdf_oxide::converters::ConversionOptions;
use pdf_oxide::document::PdfDocument;
use pdf_oxide::extractors::images::PdfImageHandle;
use pdf_oxide::layout::TextSpan;

use voiceassist_model::Reason;

use crate::extract::mail::attachments;
use crate::extract::pages::Pages;
use crate::extract::pictures::Recogniser;
use crate::extract::printed::Piece;
use crate::extract::structure::{self, Headings};
use crate::extract::{ExtractError, ExtractSettings, fallback, normalise, sniff};
use sheet::Sheet;

/// Embedded files that are read.
const MOST_FILES: usize = 50;

/// Adds the document's pages.
pub(crate) fn read(
    bytes: Vec<u8>,
    settings: &ExtractSettings,
    pages: &mut Pages,
) -> Result<(), ExtractError> {
    // The fallback needs the bytes again; without it they are handed over.
    let again = settings.pdftotext.as_ref().map(|program| (program, bytes.clone()));
    let document = PdfDocument::from_bytes(bytes).map_err(broken)?;
    if document.is_encrypted() && !document.is_authenticated() {
        return Err(ExtractError::Encrypted);
    }
    let count = document.page_count().map_err(broken)?;
    if count == 0 {
        return Err(ExtractError::malformed("a PDF without pages"));
    }
    let taken = count.min(settings.limits.pages as usize);
    let options = ConversionOptions { extract_tables: false, ..ConversionOptions::default() };
    let mut texts = Vec::with_capacity(taken);
    let mut pieces = Vec::with_capacity(taken);
    let mut fonts = Fonts::default();
    let mut failed = 0;
    let mut characters = 0;
    let mut scans = Scans { recogniser: settings.recogniser.as_ref(), read: 0, pages: BTreeMap::new() };
    for index in 0..taken {
        let mut text = document.extract_text_with_options(index, &options).unwrap_or_else(|_| {
            failed += 1;
            String::new()
        });
        let sheet = Sheet::of(&document, index);
        let mut seen = Vec::new();
        if let Some((program, bytes)) = &again
            && fallback::is_doubtful(&text)
            && let Some(other) = fallback::page(program, bytes, u32::try_from(index + 1).unwrap_or(u32::MAX))
            && !fallback::is_doubtful(&other)
        {
            text = other;
        } else if let Ok(spans) = document.extract_spans(index) {
            seen = sheet.map(|sheet| sheet.pieces(&spans)).unwrap_or_default();
            fonts.look_at(&spans);
            text = tables::set_rows(text, &spans);
        }
        let shown = pictures::of_page(&document, index, &text);
        if !shown.is_empty() {
            seen.extend(scans.page(index, &shown, sheet, &mut text));
        }
        for remark in remarks::of_page(&document, index, &text) {
            text.push_str("\n\n");
            text.push_str(&remark);
        }
        texts.push(normalise::lines(&text));
        pieces.push(seen);
        characters += text.len();
        if characters > settings.limits.characters.saturating_mul(4) {
            break;
        }
    }
    if failed == texts.len() {
        return Err(ExtractError::malformed("no page of the PDF can be read"));
    }
    scans.tell(pages);
    put(texts, &pieces, &fonts.headings(), &scans.pages, pages);
    embedded(&document, settings, pages);
    if taken < count {
        pages.mark_truncated();
    }
    Ok(())
}

/// Reads the files inside of the document; one that cannot be read is named as a gap.
fn embedded(document: &PdfDocument, settings: &ExtractSettings, pages: &mut Pages) {
    let files = document.extract_embedded_files().unwrap_or_default();
    if files.len() > MOST_FILES {
        pages.mark_truncated();
    }
    for (name, bytes) in files.into_iter().take(MOST_FILES) {
        if pages.is_full() {
            return;
        }
        let name = attachments::clean_name(&name);
        let read = sniff::recognise(&bytes, &name)
            .and_then(|kind| attachments::put(kind, &bytes, &name, settings, pages));
        if !matches!(read, Ok(Some(_))) {
            pages.note(Reason::PartlyRead, None);
        }
    }
}

fn put(
    mut texts: Vec<String>,
    pieces: &[Vec<Piece>],
    headings: &Headings,
    scanned: &BTreeMap<usize, Option<u8>>,
    pages: &mut Pages,
) {
    normalise::rejoin_words(&mut texts);
    for (index, (text, pieces)) in texts.iter().zip(pieces).enumerate() {
        match scanned.get(&index).copied().flatten() {
            // Of recognised pages no fonts are known, and the shape of lines has to do.
            Some(confidence) => pages.recognised_page(text, confidence, pieces),
            None => pages.printed_page(text, structure::infer(text, headings), pieces),
        }
    }
}

/// The pages that are pictures.
struct Scans<'s> {
    recogniser: Option<&'s Recogniser>,
    /// How many were given to the recogniser.
    read: u32,
    /// By their index, how sure the recogniser is; nothing for one that was not read.
    pages: BTreeMap<usize, Option<u8>>,
}

impl Scans<'_> {
    /// Has a page read, if it may be, and puts what was read behind the text it has: the words and their places.
    fn page(
        &mut self,
        index: usize,
        shown: &[PdfImageHandle<'_>],
        sheet: Option<Sheet>,
        text: &mut String,
    ) -> Vec<Piece> {
        let recogniser = self.recogniser.filter(|recogniser| self.read < recogniser.pages);
        self.read += u32::from(recogniser.is_some());
        let read = recogniser.and_then(|recogniser| pictures::read(shown, sheet, recogniser));
        if let Some(read) = &read {
            if !text.trim().is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&read.text);
        }
        self.pages.insert(index, read.as_ref().map(|read| read.confidence));
        read.map(|read| read.pieces).unwrap_or_default()
    }

    /// Says which pages were not read.
    fn tell(&self, pages: &mut Pages) {
        for (index, _) in self.pages.iter().filter(|(_, confidence)| confidence.is_none()) {
            pages.note(Reason::PartlyScanned, u32::try_from(index + 1).ok());
        }
    }
}

fn broken(cause: pdf_oxide::error::Error) -> ExtractError {
    match cause {
        pdf_oxide::error::Error::EncryptedPdf => ExtractError::Encrypted,
        cause => ExtractError::malformed_by("the PDF", cause),
    }
}

/// The sizes and weights in which a document is set.
#[derive(Default)]
struct Fonts {
    /// Characters set in each size, in tenths of a point.
    sizes: HashMap<u32, usize>,
    /// Characters set bold, and all.
    bold: usize,
    all: usize,
    /// Lines that stand out, with their size and whether they are bold throughout.
    lines: Vec<(String, u32, bool)>,
}

/// The longest heading in characters.
const HEADING_CHARS: usize = 120;
/// How much larger than the body a heading is set, in per cent.
const LARGER_PER_CENT: u32 = 110;
/// How many lines are remembered at most.
const LINES: usize = 20_000;

impl Fonts {
    fn look_at(&mut self, spans: &[TextSpan]) {
        let mut lines: BTreeMap<(i64, usize), Vec<&TextSpan>> = BTreeMap::new();
        let mut order = 0;
        let mut last_y = None;
        for span in spans.iter().filter(|span| !span.text.trim().is_empty()) {
            let count = span.text.chars().count();
            *self.sizes.entry(tenths(span.font_size)).or_default() += count;
            self.all += count;
            if is_bold(span) {
                self.bold += count;
            }
            #[expect(clippy::cast_possible_truncation, reason = "page coordinates are far below the limit")]
            let y = span.bbox.y.round() as i64;
            if last_y != Some(y) {
                order += 1;
                last_y = Some(y);
            }
            lines.entry((0, order)).or_default().push(span);
        }
        for spans in lines.values() {
            if self.lines.len() >= LINES {
                return;
            }
            let text = spans.iter().map(|span| span.text.as_str()).collect::<Vec<_>>().join(" ");
            let text = normalise::inline(&normalise::lines(&text));
            let size = spans.iter().map(|span| tenths(span.font_size)).min().unwrap_or(0);
            let bold = spans.iter().all(|span| is_bold(span));
            if text.chars().count() <= HEADING_CHARS && text.chars().any(char::is_alphabetic) {
                self.lines.push((text, size, bold));
            }
        }
    }

    /// Which lines are headings: set larger than the body, or bold in a document that is not.
    fn headings(&self) -> Headings {
        let Some((body, _)) = self.sizes.iter().max_by_key(|(_, count)| **count) else {
            return Headings::default();
        };
        let larger = |size: u32| size * 100 >= body * LARGER_PER_CENT;
        let bold_is_rare = self.bold * 3 < self.all;
        let mut sizes: Vec<u32> =
            self.lines.iter().map(|(_, size, _)| *size).filter(|size| larger(*size)).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes.dedup();
        let mut levels = HashMap::new();
        for (text, size, bold) in &self.lines {
            let rank = if larger(*size) {
                sizes.iter().position(|other| other == size).map(|rank| rank + 1)
            } else if *bold && bold_is_rare && size >= body && !text.ends_with(['.', ',', ':', ';']) {
                Some(sizes.len() + 1)
            } else {
                None
            };
            if let Some(rank) = rank {
                levels.insert(text.clone(), u8::try_from(rank).unwrap_or(6).min(6));
            }
        }
        // Without any larger or bold line the fonts say nothing, and the shape of lines has to do.
        Headings { decided: !levels.is_empty(), levels }
    }
}

fn is_bold(span: &TextSpan) -> bool {
    span.font_weight.is_bold() || span.font_name.to_ascii_lowercase().contains("bold")
}

fn tenths(size: f32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a font's sizes")]
    let tenths = (size * 10.0).round().clamp(0.0, 10_000.0) as u32;
    tenths
}
