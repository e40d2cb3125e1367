//! Pages that are pictures.
//!
//! A page without letters on which a picture of some size stands is a scan, and so is one whose few letters, a fax header or a
//! stamp of the scanner, stand on a picture that fills the page. Nothing is decoded to find that out.

use pdf_oxide::document::PdfDocument;
use pdf_oxide::extractors::images::PdfImageHandle;

use crate::extract::fallback;

/// A picture with fewer dots on a side is a logo or an ornament.
const LEAST_DOTS: u32 = 200;
/// Letters beside a picture that fills the page, up to which the page is the picture.
const FEW_LETTERS: usize = 120;
/// The part of a page, in per cent, that a picture fills when it is the page.
const FILLS_PER_CENT: f32 = 60.0;

/// The pictures that are the page, from top to bottom; none when the page has text of its own.
pub(super) fn of_page<'d>(document: &'d PdfDocument, index: usize, text: &str) -> Vec<PdfImageHandle<'d>> {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    if letters > FEW_LETTERS && !fallback::is_doubtful(text) {
        return Vec::new();
    }
    let Ok(handles) = document.page_image_handles(index) else { return Vec::new() };
    let page = document
        .get_page_media_box(index)
        .map_or(0.0, |(left, bottom, right, top)| ((right - left) * (top - bottom)).abs());
    let mut large: Vec<PdfImageHandle<'_>> = handles
        .into_iter()
        .filter(|handle| handle.width >= LEAST_DOTS && handle.height >= LEAST_DOTS)
        .filter(|handle| {
            let filled = (handle.bbox.width * handle.bbox.height).abs();
            fallback::is_doubtful(text) || filled * 100.0 >= page * FILLS_PER_CENT
        })
        .collect();
    large.sort_by(|a, b| (b.bbox.y + b.bbox.height).total_cmp(&(a.bbox.y + a.bbox.height)));
    large
}
