//! The table that Tesseract prints: a line for every word, with the place it belongs to and how sure it is of it.

use voiceassist_model::Area;

use crate::extract::printed::Piece;

/// Words of which it is less sure than this, in per cent, are specks and lines.
const LEAST_SURE: f32 = 20.0;

/// The text of one page of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Recognised {
    /// Lines ended by `\n`, blocks parted by blank lines.
    pub(crate) text: String,
    /// How sure the recogniser is, from 0 to 100, words weighted by their length.
    pub(crate) confidence: u8,
    /// Its words and where they are on the picture.
    pub(crate) pieces: Vec<Piece>,
}

/// Which page, block, paragraph and line a word is in.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    page: u32,
    block: u32,
    paragraph: u32,
    line: u32,
}

/// The pages of a table.
pub(super) fn pages(printed: &str) -> Vec<Recognised> {
    let mut pages: Vec<Recognised> = Vec::new();
    let mut last: Option<Place> = None;
    let (mut sure, mut letters) = (0.0_f32, 0_usize);
    let mut size = (0.0_f32, 0.0_f32);
    for line in printed.lines() {
        size = picture(line).unwrap_or(size);
        let Some((place, confidence, word)) = word(line) else { continue };
        if last.is_none_or(|last| last.page != place.page) {
            close(&mut pages, &mut sure, &mut letters);
            pages.push(Recognised::default());
            last = None;
        }
        let Some(page) = pages.last_mut() else { continue };
        if confidence < LEAST_SURE {
            continue;
        }
        page.text.push_str(match last {
            None => "",
            Some(last) if last == place => " ",
            Some(last) if (last.block, last.paragraph) == (place.block, place.paragraph) => "\n",
            Some(_) => "\n\n",
        });
        page.text.push_str(word);
        if let Some(area) = area(line, size) {
            page.pieces.push(Piece { text: word.to_owned(), area });
        }
        let length = word.chars().count();
        sure += confidence * length as f32;
        letters += length;
        last = Some(place);
    }
    close(&mut pages, &mut sure, &mut letters);
    pages
}

fn close(pages: &mut [Recognised], sure: &mut f32, letters: &mut usize) {
    if let Some(page) = pages.last_mut().filter(|_| *letters > 0) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to per cent")]
        let confidence = (*sure / *letters as f32).round().clamp(0.0, 100.0) as u8;
        page.confidence = confidence;
    }
    (*sure, *letters) = (0.0, 0);
}

/// The width and the height of the picture, if the line is one of a page.
fn picture(line: &str) -> Option<(f32, f32)> {
    const PAGE: &str = "1";
    let columns: Vec<&str> = line.split('\t').collect();
    let [PAGE, _, _, _, _, _, _, _, width, height, ..] = columns[..] else { return None };
    Some((width.parse().ok()?, height.parse().ok()?))
}

/// Where the word of a line is on a picture of this size; nothing if it is not on it.
fn area(line: &str, (wide, high): (f32, f32)) -> Option<Area> {
    let mut numbers = line.split('\t').skip(6).take(4).map(str::parse::<f32>);
    let mut next = || numbers.next()?.ok();
    let (left, top, width, height) = (next()?, next()?, next()?, next()?);
    let is_on_it = left >= 0.0 && top >= 0.0 && left + width <= wide && top + height <= high;
    is_on_it
        .then(|| Area::of(left / wide, top / high, (left + width) / wide, (top + height) / high))
        .flatten()
}

/// The word of a line, if the line is one of a word.
fn word(line: &str) -> Option<(Place, f32, &str)> {
    const WORD: &str = "5";
    let columns: Vec<&str> = line.split('\t').collect();
    let [level, page, block, paragraph, line, _, _, _, _, _, confidence, word] = columns[..] else {
        return None;
    };
    let word = word.trim();
    if level != WORD || word.is_empty() {
        return None;
    }
    let number = |text: &str| text.parse().ok();
    let place = Place {
        page: number(page)?,
        block: number(block)?,
        paragraph: number(paragraph)?,
        line: number(line)?,
    };
    Some((place, confidence.parse().ok()?, word))
}

#[cfg(test)]
mod tests {
    use voiceassist_model::Area;

    use super::{Piece, Recognised, pages};

    #[test]
    fn a_word_has_its_place_on_the_picture() {
        let printed = "1\t1\t0\t0\t0\t0\t0\t0\t1000\t2000\t-1\t\n5\t1\t1\t1\t1\t1\t100\t200\t50\t20\t90\tGive\n\
            5\t1\t1\t1\t1\t2\t990\t200\t50\t20\t90\tten\n";
        let area = Area { left: 1_000, top: 1_000, right: 1_500, bottom: 1_100 };
        assert_eq!(pages(printed)[0].pieces, [Piece { text: "Give".to_owned(), area }]);
    }

    #[test]
    fn words_become_lines_and_doubt_a_number() {
        let printed = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
            1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t90.0\tGive\n5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t80\tten\n\
            5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t5\t~~\n5\t1\t2\t1\t1\t1\t0\t0\t9\t9\t100\tunits\n5\t2\t1\t1\t1\t1\t0\t0\t9\t9\t50\tNext\n";
        let expected = [
            Recognised { text: "Give ten\n\nunits".to_owned(), confidence: 92, pieces: Vec::new() },
            Recognised { text: "Next".to_owned(), confidence: 50, pieces: Vec::new() },
        ];
        let found: Vec<Recognised> =
            pages(printed).into_iter().map(|page| Recognised { pieces: Vec::new(), ..page }).collect();
        assert_eq!(found, expected);
        assert_eq!(pages("nothing of the kind"), []);
    }
}
