//! Where a text is printed on its pages, and how surely it was read from them.
//!
//! Of documents that have pages to look at, each line of text knows its rectangle, so that a citation can point at the
//! place and not only at the page. Rectangles are parts of the page as it is shown, from its top left corner; whoever draws
//! them needs no points, dots or rotation. Where nothing is known the list is empty: nothing here guesses a place.

use serde::{Deserialize, Serialize};

use crate::passage::TextSpan;

/// The width and the height of a page, in the units of [`Area`].
pub const WHOLE: u16 = 10_000;
/// Lines that a piece of text has at most; what follows has none.
pub const MOST_LINES: usize = 120;

/// A rectangle on a page, in ten-thousandths of its width and height from the top left corner.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Area {
    /// Its left edge.
    pub left: u16,
    /// Its upper edge.
    pub top: u16,
    /// Its right edge, greater than the left one.
    pub right: u16,
    /// Its lower edge, greater than the upper one.
    pub bottom: u16,
}

/// A line of text, or a part of one, and where it is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PrintedLine {
    /// Where it stands in the document's whole text.
    pub span: TextSpan,
    /// The page, from 1.
    pub page: u32,
    /// The place on it.
    pub area: Area,
}

/// What is known of how a piece of text is printed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Printed {
    /// Its lines in order; empty where places are not known.
    pub lines: Vec<PrintedLine>,
    /// How sure a recogniser was of the least certain of its pages, in per cent; nothing where text was text.
    pub recognised: Option<u8>,
}

/// A place on a page that holds a part of what is cited.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PageBox {
    /// The page, from 1.
    pub page: u32,
    /// The place on it.
    pub area: Area,
}

impl Area {
    /// From fractions of the page; nothing if no such rectangle is on it.
    pub fn of(left: f32, top: f32, right: f32, bottom: f32) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the whole"
        )]
        let part = |value: f32| (value.clamp(0.0, 1.0) * f32::from(WHOLE)).round() as u16;
        if [left, top, right, bottom].iter().any(|value| !value.is_finite()) {
            return None;
        }
        let area = Self { left: part(left), top: part(top), right: part(right), bottom: part(bottom) };
        (area.left < area.right && area.top < area.bottom).then_some(area)
    }

    /// The least rectangle that holds both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

impl Printed {
    /// The places of the lines in which a stretch of the document's whole text stands. Lines are given whole: how wide its
    /// letters are is not known.
    pub fn boxes(&self, span: TextSpan) -> Vec<PageBox> {
        let holds = |line: &&PrintedLine| line.span.start < span.end && span.start < line.span.end;
        self.lines.iter().filter(holds).map(|line| PageBox { page: line.page, area: line.area }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, PageBox, Printed, PrintedLine};
    use crate::passage::TextSpan;

    #[test]
    fn a_stretch_of_text_is_in_the_lines_it_touches() {
        let area = |top: u16| Area { left: 1_000, top, right: 9_000, bottom: top + 200 };
        let line =
            |start, end, page, top| PrintedLine { span: TextSpan { start, end }, page, area: area(top) };
        let printed = Printed {
            lines: vec![line(0, 40, 1, 100), line(41, 80, 1, 400), line(81, 99, 2, 100)],
            recognised: None,
        };
        let boxes = |start, end| printed.boxes(TextSpan { start, end });
        assert_eq!(boxes(5, 40), [PageBox { page: 1, area: area(100) }]);
        assert_eq!(
            boxes(41, 90),
            [PageBox { page: 1, area: area(400) }, PageBox { page: 2, area: area(100) }]
        );
        assert!(boxes(40, 41).is_empty() && boxes(100, 120).is_empty());
    }

    #[test]
    fn what_is_no_rectangle_on_the_page_is_none() {
        assert_eq!(
            Area::of(0.1, 0.2, 0.5, 0.25),
            Some(Area { left: 1_000, top: 2_000, right: 5_000, bottom: 2_500 })
        );
        assert_eq!(
            Area::of(-0.5, 0.0, 2.0, 1.0),
            Some(Area { left: 0, top: 0, right: 10_000, bottom: 10_000 })
        );
        for [left, top, right, bottom] in
            [[0.5, 0.2, 0.1, 0.3], [1.2, 0.1, 1.5, 0.2], [f32::NAN, 0.0, 1.0, 1.0], [0.1, 0.1, 0.1, 0.1]]
        {
            assert_eq!(Area::of(left, top, right, bottom), None);
        }
    }
}
