//! A page as it is shown: the box that is visible, and its quarter turn.
//!
//! The parser gives places in points from the lower left corner, some of them turned with the page already. Here they become
//! parts of the page from its upper left corner, as a reader sees it. A turned page shows a picture turned too, so places of
//! what was recognised in pictures are given for upright pages alone.

use pdf_oxide::document::PdfDocument;
use pdf_oxide::geometry::Rect;
use pdf_oxide::layout::TextSpan;
use voiceassist_model::Area;

use crate::extract::printed::Piece;

/// How far letters reach below the line they stand on, in parts of their size.
const DESCENT: f32 = 0.2;

/// What is visible of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    left: f32,
    bottom: f32,
    wide: f32,
    high: f32,
    /// Clockwise, in degrees.
    turn: i32,
}

impl Sheet {
    /// Nothing of a page that has no size.
    pub(super) fn of(document: &PdfDocument, index: usize) -> Option<Self> {
        let (left, bottom, right, top) = document.get_page_visible_box(index).ok()?;
        let turn = document.get_page_rotation(index).ok()?;
        let sheet = Self { left, bottom, wide: right - left, high: top - bottom, turn };
        (sheet.wide > 0.0 && sheet.high > 0.0).then_some(sheet)
    }

    /// The pieces of text with their places.
    pub(super) fn pieces(self, spans: &[TextSpan]) -> Vec<Piece> {
        let piece = |span: &TextSpan| {
            let mut place = span.page_bbox();
            if span.rotation_degrees == 0.0 {
                place.y -= span.font_size * DESCENT;
                place.height += span.font_size * DESCENT;
            }
            let area = if span.page_rotation_applied == self.turn {
                self.as_shown(place)
            } else {
                self.turned(self.parts(place, self.wide, self.high))
            };
            Some(Piece { text: span.text.clone(), area: area? })
        };
        spans.iter().filter(|span| !span.text.trim().is_empty()).filter_map(piece).collect()
    }

    /// The place of something that is drawn upright; nothing on a turned page.
    pub(super) fn as_drawn(self, place: Rect) -> Option<Area> {
        if self.turn == 0 { self.as_shown(place) } else { None }
    }

    /// A place that was turned with the page already.
    fn as_shown(self, place: Rect) -> Option<Area> {
        let (wide, high) = if self.turn % 180 == 0 { (self.wide, self.high) } else { (self.high, self.wide) };
        let [left, top, right, bottom] = self.parts(place, wide, high);
        Area::of(left, top, right, bottom)
    }

    /// Left, top, right and bottom in parts of a page of this size.
    fn parts(self, place: Rect, wide: f32, high: f32) -> [f32; 4] {
        let (left, bottom) = (place.x - self.left, place.y - self.bottom);
        [left / wide, 1.0 - (bottom + place.height) / high, (left + place.width) / wide, 1.0 - bottom / high]
    }

    /// The same after the page was turned.
    fn turned(self, [left, top, right, bottom]: [f32; 4]) -> Option<Area> {
        match self.turn {
            90 => Area::of(1.0 - bottom, left, 1.0 - top, right),
            180 => Area::of(1.0 - right, 1.0 - bottom, 1.0 - left, 1.0 - top),
            270 => Area::of(top, 1.0 - right, bottom, 1.0 - left),
            _ => Area::of(left, top, right, bottom),
        }
    }
}

#[cfg(test)]
mod tests {
    use pdf_oxide::geometry::Rect;
    use voiceassist_model::Area;

    use super::Sheet;

    #[test]
    fn places_are_parts_of_the_page_as_it_is_shown() {
        let sheet = |turn| Sheet { left: 10.0, bottom: 20.0, wide: 100.0, high: 200.0, turn };
        // A tenth from the left and from the top, three tenths wide and a tenth high.
        let place = Rect::new(20.0, 180.0, 30.0, 20.0);
        let area = |left, top, right, bottom| Some(Area { left, top, right, bottom });
        let drawn = |turn: i32| sheet(turn).turned(sheet(turn).parts(place, 100.0, 200.0));
        assert_eq!(drawn(0), area(1_000, 1_000, 4_000, 2_000));
        assert_eq!(drawn(90), area(8_000, 1_000, 9_000, 4_000));
        assert_eq!(drawn(180), area(6_000, 8_000, 9_000, 9_000));
        assert_eq!(drawn(270), area(1_000, 6_000, 2_000, 9_000));
        assert_eq!(sheet(0).as_drawn(place), drawn(0));
        assert_eq!(sheet(90).as_drawn(place), None);
    }
}
