//! Pages that are pictures.
//!
//! A page without letters on which a picture of some size stands is a scan, and so is one whose few letters, a fax header
//! or a stamp of the scanner, stand on a picture that fills the page. Nothing is decoded to find that out. With a
//! recogniser the pictures are decoded one at a time and read; one of too many dots is not.

use pdf_oxide::document::PdfDocument;
use pdf_oxide::extractors::images::PdfImageHandle;

use voiceassist_model::Area;
use voiceassist_model::printed::WHOLE;

use super::sheet::Sheet;
use crate::extract::fallback;
use crate::extract::pictures::{Gray, Recognised, Recogniser};
use crate::extract::printed::Piece;

/// A picture with fewer dots on a side is a logo or an ornament.
const LEAST_DOTS: u32 = 200;
/// A picture with more dots than this is not decoded: an A4 page of 600 dots per inch has 35 million.
const MOST_DOTS: u64 = 50_000_000;
/// Letters beside a picture that fills the page, up to which the page is the picture.
const FEW_LETTERS: usize = 120;
/// The part of a page, in per cent, that a picture fills when it is the page.
const FILLS_PER_CENT: f32 = 60.0;
/// Pictures of one page that are read: scanners that save strips make dozens.
const MOST_PICTURES: usize = 40;

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

/// The text of a page's pictures with its places on the page, or nothing when none can be read.
pub(super) fn read(
    handles: &[PdfImageHandle<'_>],
    sheet: Option<Sheet>,
    recogniser: &Recogniser,
) -> Option<Recognised> {
    let mut whole = Recognised::default();
    let (mut sure, mut letters) = (0, 0);
    for handle in handles.iter().take(MOST_PICTURES) {
        if u64::from(handle.width) * u64::from(handle.height) > MOST_DOTS {
            continue;
        }
        let Some(picture) = gray(handle) else { continue };
        let (file, turn) = picture.straight();
        let shown = sheet.and_then(|sheet| shown(handle, sheet));
        for page in recogniser.read(&file, dots_per_inch(handle)) {
            if !whole.text.is_empty() && !page.text.is_empty() {
                whole.text.push_str("\n\n");
            }
            let length = page.text.chars().count();
            sure += usize::from(page.confidence) * length;
            letters += length;
            whole.text.push_str(&page.text);
            whole.pieces.extend(page.pieces.into_iter().filter_map(|piece| {
                let area = within(shown?, turn.back(piece.area)?)?;
                Some(Piece { area, ..piece })
            }));
        }
    }
    whole.confidence = u8::try_from(sure / letters.max(1)).unwrap_or(0);
    (!whole.text.is_empty()).then_some(whole)
}

/// Where a picture stands on its page; nothing if it does not stand upright there.
fn shown(handle: &PdfImageHandle<'_>, sheet: Sheet) -> Option<Area> {
    const STRETCHED: f32 = 1.25;
    let shape = |wide: f32, high: f32| wide / high.max(f32::EPSILON);
    let (printed, own) = (
        shape(handle.bbox.width.abs(), handle.bbox.height.abs()),
        shape(handle.width as f32, handle.height as f32),
    );
    // A picture that was laid on its side has another shape; which side is up cannot be told then.
    let is_upright = printed / own < STRETCHED && own / printed < STRETCHED;
    is_upright.then(|| sheet.as_drawn(handle.bbox)).flatten()
}

/// A place on a picture as a place on the page that the picture stands on.
fn within(picture: Area, place: Area) -> Option<Area> {
    let whole = f32::from(WHOLE);
    let at = |from: u16, to: u16, part: u16| {
        (f32::from(from) + f32::from(to - from) * f32::from(part) / whole) / whole
    };
    Area::of(
        at(picture.left, picture.right, place.left),
        at(picture.top, picture.bottom, place.top),
        at(picture.left, picture.right, place.right),
        at(picture.top, picture.bottom, place.bottom),
    )
}

fn gray(handle: &PdfImageHandle<'_>) -> Option<Gray> {
    let picture = handle.decode().ok()?.to_dynamic_image().ok()?.to_luma8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Some(Gray { width, height, shades: picture.into_raw() })
}

/// The resolution of a picture as it stands on the page; a point is a 72nd of an inch.
fn dots_per_inch(handle: &PdfImageHandle<'_>) -> Option<u32> {
    const LEAST: f32 = 70.0;
    const MOST: f32 = 1_200.0;
    let (wide, high) = (handle.bbox.width.abs(), handle.bbox.height.abs());
    // A page that lies on its side has its picture's width along its height.
    let dots = (handle.width as f32 / wide.max(1.0)).max(handle.height as f32 / high.max(1.0)) * 72.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between the two limits")]
    let rounded = dots.round() as u32;
    (LEAST..=MOST).contains(&dots).then_some(rounded)
}
