//! Which places on a page the lines of its text have.
//!
//! A reader knows where it saw pieces of text; the text of the page was put into order, cleaned and freed of hyphens since.
//! The pieces are found again in it by their letters and digits alone, in their order, and joined into lines. A piece that
//! is not found has no place, and a short one is looked for only where it should be: a place that is missing costs a
//! highlight, a wrong one points a reader at the wrong sentence.

use voiceassist_model::{Area, TextSpan};

use super::Line;

/// Lines of a page at most.
const MOST_LINES: usize = 400;
/// Pieces of a page that are looked for.
const MOST_PIECES: usize = 4_000;
/// Squeezed ahead in which every piece is looked for.
const NEAR: usize = 400;
/// Squeezed that a piece must have to be looked for on the whole page.
const LONG: usize = 8;
/// How often the whole page is gone over.
const MOST_FAR: usize = 200;
/// Code points between two pieces of one line.
const GAP: u32 = 3;
/// Blank between two pieces of one line, in ten-thousandths of the page's width.
const BLANK: u16 = 600;

/// A piece of text as it was seen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) area: Area,
}

/// The lines of a page's text that have a place, in the order of the text.
pub(crate) fn lines(text: &str, pieces: &[Piece]) -> Vec<Line> {
    let page = Squeezed::of(text);
    let mut found: Vec<Line> = Vec::new();
    let (mut at, mut far) = (0, 0);
    for piece in pieces.iter().take(MOST_PIECES) {
        let letters: Vec<char> = piece.text.chars().filter(|c| c.is_alphanumeric()).collect();
        if letters.is_empty() {
            continue;
        }
        let near = page.find(&letters, at, NEAR);
        let place = near.or_else(|| {
            far += 1;
            let looks = letters.len() >= LONG && far <= MOST_FAR;
            looks.then(|| page.find(&letters, 0, usize::MAX)).flatten()
        });
        if let Some(place) = place {
            at = place + letters.len();
            found.push(Line(page.span(place, letters.len()), piece.area));
        }
    }
    found.sort_by_key(|Line(span, _)| span.start);
    let mut lines = joined(found);
    lines.truncate(MOST_LINES);
    lines
}

/// The letters and digits of a text, and where they stand in it.
struct Squeezed {
    letters: Vec<char>,
    places: Vec<u32>,
    whole: Vec<char>,
}

impl Squeezed {
    fn of(text: &str) -> Self {
        let whole: Vec<char> = text.chars().collect();
        let numbered = (0_u32..).zip(whole.iter().copied()).filter(|(_, c)| c.is_alphanumeric());
        let (places, letters) = numbered.unzip();
        Self { letters, places, whole }
    }

    fn find(&self, wanted: &[char], from: usize, ahead: usize) -> Option<usize> {
        let end = self.letters.len().min(from.saturating_add(ahead).saturating_add(wanted.len()));
        let part = self.letters.get(from..end)?;
        part.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
    }

    /// From the first letter to the last, with the marks that are attached to them.
    fn span(&self, first: usize, count: usize) -> TextSpan {
        let is_mark =
            |at: u32| self.whole.get(at as usize).is_some_and(|c| !c.is_whitespace() && !c.is_alphanumeric());
        let (mut start, mut end) = (self.places[first], self.places[first + count - 1] + 1);
        while start > 0 && is_mark(start - 1) {
            start -= 1;
        }
        while is_mark(end) {
            end += 1;
        }
        TextSpan { start, end }
    }
}

/// Pieces that follow each other on one line become one; what overlaps what came before is left out.
fn joined(found: Vec<Line>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for Line(span, area) in found {
        match lines.last_mut() {
            Some(Line(before, place)) if span.start < before.end && !is_beside(*place, area) => {}
            Some(Line(before, place)) if span.start <= before.end + GAP && is_beside(*place, area) => {
                before.end = before.end.max(span.end);
                *place = place.with(area);
            }
            _ => lines.push(Line(span, area)),
        }
    }
    lines
}

/// Whether one place goes on to the right of another, on the same line.
fn is_beside(left: Area, right: Area) -> bool {
    let common = left.bottom.min(right.bottom).saturating_sub(left.top.max(right.top));
    let lower = (left.bottom - left.top).min(right.bottom - right.top);
    common * 2 >= lower && right.left >= left.left && right.left <= left.right.saturating_add(BLANK)
}

#[cfg(test)]
mod tests {
    use voiceassist_model::Area;

    use super::{Line, Piece, lines};

    /// A piece that is as wide as its letters, on a line of its own height.
    fn piece(text: &str, left: u16, line: u16) -> Piece {
        let width = u16::try_from(text.chars().count()).unwrap() * 100;
        let area = Area { left, top: line * 300, right: left + width, bottom: line * 300 + 200 };
        Piece { text: text.to_owned(), area }
    }

    fn check(text: &str, pieces: &[Piece], expected: &[(&str, u16)]) {
        let chars: Vec<char> = text.chars().collect();
        let found: Vec<(String, u16)> = lines(text, pieces)
            .into_iter()
            .map(|Line(span, area)| {
                (chars[span.start as usize..span.end as usize].iter().collect(), area.top / 300)
            })
            .collect();
        let expected: Vec<(String, u16)> =
            expected.iter().map(|(text, line)| ((*text).to_owned(), *line)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_become_lines_and_marks_stay_with_them() {
        check(
            "Größe: 5 mg (twice) daily.\nStop it.",
            &[
                piece("Größe:", 500, 1),
                piece("5", 1_200, 1),
                piece("mg (twice)", 1_400, 1),
                piece("daily.", 2_500, 1),
                piece("Stop it.", 500, 2),
            ],
            &[("Größe: 5 mg (twice) daily.", 1), ("Stop it.", 2)],
        );
    }

    #[test]
    fn a_word_cut_at_a_line_end_is_found_on_both_lines() {
        check(
            "after anticoagulation\nis over",
            &[piece("after anticoagu-", 500, 1), piece("lation is over", 500, 2)],
            &[("after anticoagu", 1), ("lation\nis over", 2)],
        );
    }

    #[test]
    fn columns_side_by_side_stay_apart_and_cells_of_a_row_have_places_of_their_own() {
        check(
            "left one\nleft two\n\nright one",
            &[piece("left one", 500, 1), piece("left two", 500, 2), piece("right one", 5_000, 1)],
            &[("left one", 1), ("left two", 2), ("right one", 1)],
        );
        check(
            "Apixaban | 5 mg",
            &[piece("Apixaban", 500, 1), piece("5 mg", 6_000, 1)],
            &[("Apixaban", 1), ("5 mg", 1)],
        );
    }

    #[test]
    fn what_is_not_in_the_text_has_no_place_and_short_pieces_are_not_guessed() {
        let long = format!("{} a b", "word ".repeat(200));
        let mut pieces = vec![piece("nowhere at all", 500, 1), piece("b", 500, 2)];
        check(&long, &pieces, &[]);
        pieces.push(piece("...", 500, 3));
        check("", &pieces, &[]);
    }
}
