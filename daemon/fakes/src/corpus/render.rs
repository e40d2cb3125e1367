//! From a source to a file: picks the writer of the format and finds the page of every fact.
//!
//! Each writer returns the bytes and the text of each page as a person reads it. A fact's page is the first that
//! holds its words; it refuses to guess, so words that stand on no page lose their fact, and a test counts them.

use super::source::{Format, Source};
use super::{CorpusFile, Fact, docx, html, pdf, scan, text};

/// Said in every document.
pub(super) const NOTICE: &str = "Synthetic demonstration material, not medical advice.";
/// The invented clinic.
pub(super) const CLINIC: &str = "Northfold Clinic";

/// What the seed decides about a document.
#[derive(Clone, Debug)]
pub(super) struct Edition {
    pub(super) version: String,
    pub(super) reviewed: String,
}

/// A file's bytes, and what a person reads on each page.
#[derive(Clone, Debug)]
pub(super) struct Rendered {
    pub(super) bytes: Vec<u8>,
    pub(super) pages: Vec<String>,
}

impl Rendered {
    /// A file without pages.
    pub(super) fn flowing(bytes: Vec<u8>, source: &Source) -> Self {
        Self { bytes, pages: vec![text::plain(source)] }
    }
}

/// The line below the title: what it is, its code, its version, and that it is synthetic.
pub(super) fn imprint(source: &Source, edition: &Edition) -> String {
    format!("{CLINIC}, {}, version {}, reviewed {}. {NOTICE}", source.code, edition.version, edition.reviewed)
}

/// Renders a document; `seed` places the specks on scans.
pub(super) fn render(source: &Source, edition: &Edition, seed: u64) -> CorpusFile {
    let rendered = match source.format {
        Format::Pdf => pdf::render(source, edition, pdf::Columns::One),
        Format::PdfTwoColumns => pdf::render(source, edition, pdf::Columns::Two),
        Format::Scan => scan::render(source, edition, seed),
        Format::Docx => Rendered::flowing(docx::render(source, edition), source),
        Format::Html => Rendered::flowing(html::render(source, edition), source),
        Format::Markdown => Rendered::flowing(text::markdown(source, edition).into_bytes(), source),
        Format::Text => Rendered::flowing(text::wrapped(source, edition).into_bytes(), source),
        Format::Latin1 => Rendered::flowing(text::latin1(&text::wrapped(source, edition)), source),
        Format::Utf16 => Rendered::flowing(text::utf16(&text::wrapped(source, edition)), source),
    };
    let facts = source
        .facts
        .iter()
        .filter_map(|(question, answer)| {
            let page = rendered.pages.iter().position(|page| page.contains(answer.as_str()))?;
            Some(Fact {
                question: question.clone(),
                answer_contains: answer.clone(),
                page: page_number(page),
                path: source.path.clone(),
            })
        })
        .collect();
    CorpusFile {
        path: source.path.clone(),
        pages: page_number(rendered.pages.len().saturating_sub(1)),
        bytes: rendered.bytes,
        media_type: source.format.media_type(),
        owner: source.owner,
        scanned: source.format == Format::Scan,
        facts,
    }
}

fn page_number(index: usize) -> u32 {
    u32::try_from(index).map_or(u32::MAX, |index| index.saturating_add(1))
}
