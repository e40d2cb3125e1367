//! How numbers are written: rows of groups, and pieces of letters and digits beside each other.
//!
//! Telephones, plates and records are grouped differently in every country and office. What stays is how many digits
//! there are in how many groups, how they begin, and which pieces of letters stand beside pieces of digits; that is what
//! is observed here, without a list of forms. A text is gone over once.

use crate::classifier::features::{Cell, count, hash, mix};
use crate::words::{Gap, Shape, Word};

/// Groups of one row at most.
const MOST_GROUPS: usize = 8;

/// Marks the rows of digits and the pieces of a text.
pub(super) fn mark(cells: &mut [Cell], words: &[Word<'_>]) {
    mark_runs(cells, words);
    mark_pieces(cells, words);
}

/// Groups of digits with at most one sign or blank between them are one row.
fn mark_runs(cells: &mut [Cell], words: &[Word<'_>]) {
    let is_number = |at: usize| words.get(at).is_some_and(|word| word.shape == Shape::Number);
    let is_joint = |at: usize| {
        words.get(at).is_some_and(|word| matches!(word.text, "-" | "." | "/" | "(" | ")" | "+" | "–"))
    };
    let mut at = 0;
    while at < words.len() {
        let start = at;
        at += 1;
        if !is_number(start) {
            continue;
        }
        let (mut digits, mut groups, mut end) = (words[start].text.len(), 1, start + 1);
        while groups < MOST_GROUPS {
            let skipped = (0..3).find(|skip| !is_joint(end + skip)).unwrap_or(3);
            let next = end + skipped;
            if !is_number(next) || words[end..=next].iter().any(|word| word.gap > Gap::Blank) {
                break;
            }
            digits += words[next].text.len();
            groups += 1;
            end = next + 1;
        }
        let mut first = start;
        while first > 0 && words[first].gap <= Gap::Blank && matches!(words[first - 1].text, "+" | "(") {
            first -= 1;
        }
        let opening = match (words[first].text, words[start].text.as_bytes()) {
            ("+", _) => 1,
            (_, [b'0', b'0', ..]) => 2,
            (_, [b'0', ..]) => 3,
            ("(", _) => 4,
            _ => 5,
        };
        let run = mix(mix(count(digits.min(17)), count(groups)), opening);
        let cue = first.checked_sub(1).map_or(7, |before| mix(cells[before].word, cells[before].role));
        for cell in &mut cells[first..end] {
            (cell.run, cell.run_cue) = (run, cue);
        }
        at = end;
    }
}

/// The pattern of a piece between blanks: runs of letters and digits by their length, signs as they are.
fn pattern(piece: &[Word<'_>]) -> (u32, bool) {
    let digits = piece.iter().any(|word| word.shape == Shape::Number);
    let letters: usize = piece.iter().filter(|word| word.is_word()).map(Word::letters).sum();
    if !digits && letters > 3 {
        return (1, false);
    }
    let pattern = piece.iter().take(8).fold(2, |sum, word| {
        mix(
            sum,
            match word.shape {
                Shape::Number => 10 + count(word.text.len().min(8)),
                Shape::Sign => hash(word.text.as_bytes()),
                _ => 20 + count(word.letters().min(5)),
            },
        )
    });
    (pattern, digits)
}

fn mark_pieces(cells: &mut [Cell], words: &[Word<'_>]) {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let end = at + 1 + words[at + 1..].iter().take_while(|word| word.gap == Gap::Glued).count();
        let mut close = end;
        while close > at + 1 && matches!(words[close - 1].text, "." | "," | "?" | "!" | ";" | ":" | ")") {
            close -= 1;
        }
        pieces.push((at..end, pattern(&words[at..close])));
        at = end;
    }
    for (place, (range, (own, has_digits))) in pieces.iter().enumerate() {
        let line = words[range.start].gap >= Gap::Line;
        let before = place.checked_sub(1).filter(|_| !line).map_or((0, false), |before| pieces[before].1);
        let next = pieces.get(place + 1).filter(|(next, _)| words[next.start].on_line());
        let behind = next.map_or((0, false), |(_, pattern)| *pattern);
        if *has_digits || *own != 1 && (before.1 || behind.1) {
            for (offset, cell) in cells[range.clone()].iter_mut().enumerate() {
                cell.form = mix(mix(before.0, *own), mix(behind.0, count(offset.min(5))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::mark;
    use crate::classifier::features::{Cell, cell};
    use crate::words::cut;

    fn cells(text: &str) -> Vec<Cell> {
        let words = cut(text);
        let mut cells: Vec<Cell> = words.iter().map(cell).collect();
        mark(&mut cells, &words);
        cells
    }

    #[test]
    fn a_row_of_digits_is_known_by_its_sum_however_it_is_grouped() {
        let run = |text: &str| cells(text)[0].run;
        assert_eq!(run("031 22 41 55"), run("03 1224 15 5"));
        assert_ne!(run("031 22 41 55"), run("31 22 41 55"));
        assert_ne!(run("031 22 41 55"), run("031 22 41 55 6"));
        assert_eq!(cells("no digits")[0].run, 0);
    }

    #[test]
    fn pieces_are_known_by_letters_and_digits_and_by_those_beside_them() {
        let form = |text: &str, at: usize| cells(text)[at].form;
        assert_eq!(form("AB12 CDE", 0), form("XY98 ZZK", 0));
        assert_eq!(form("ab12 cde", 2), form("XY98 ZZK", 2));
        assert_ne!(form("AB12 CDE", 0), form("AB123 CDE", 0));
        assert_eq!(form("words alone", 1), 0);
    }
}
