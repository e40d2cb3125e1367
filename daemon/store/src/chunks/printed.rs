//! Where the lines of a piece are printed, as the database keeps it.
//!
//! Fourteen bytes a line: first and last code point within the piece, page within the piece, and the four edges. Numbers
//! of places and no word, so they are in the clear. A line whose numbers do not fit is left out, and bytes of another length
//! are no lines: a place is shown only where it is known.

use voiceassist_model::printed::MOST_LINES;
use voiceassist_model::{Area, Printed, PrintedLine, TextSpan};

use crate::documents::NewChunk;

/// Bytes of one line.
const LINE: usize = 14;

/// The lines of a piece; nothing when there are none.
pub(crate) fn stored(chunk: &NewChunk) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for line in chunk.printed.lines.iter().take(MOST_LINES) {
        let within = |place: u32| u16::try_from(place.saturating_sub(chunk.span.start)).ok();
        let page = line.page.checked_sub(chunk.pages.first).and_then(|page| u16::try_from(page).ok());
        let (Some(start), Some(end), Some(page)) = (within(line.span.start), within(line.span.end), page)
        else {
            continue;
        };
        let Area { left, top, right, bottom } = line.area;
        let numbers = [start, end, page, left, top, right, bottom];
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// What is known of a piece that begins at `start` and on `page`.
pub(crate) fn read(bytes: Option<&[u8]>, recognised: Option<i16>, start: u32, page: u32) -> Printed {
    let bytes = bytes.filter(|bytes| bytes.len().is_multiple_of(LINE)).unwrap_or_default();
    let line = |line: &[u8]| {
        let numbers: Vec<u16> =
            line.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let [first, last, on, left, top, right, bottom] = numbers[..] else { return None };
        Some(PrintedLine {
            span: TextSpan { start: start + u32::from(first), end: start + u32::from(last) },
            page: page + u32::from(on),
            area: Area { left, top, right, bottom },
        })
    };
    Printed {
        lines: bytes.chunks_exact(LINE).filter_map(line).collect(),
        recognised: recognised.and_then(|sure| u8::try_from(sure).ok()),
    }
}
