//! From scores of words to the best row of labels.
//!
//! Viterbi's algorithm over pieces of bounded length, in whole numbers, so that the same text has the same labels on every
//! machine. A piece ends at a line where it can, and a label never goes on across a cut.

use std::ops::Range;

use crate::classifier::labels::{COUNT, LANES, Label, NOTHING, begins, may_follow};
use crate::words::{Gap, Word};

/// Words that are labelled together at most.
const LONGEST: usize = 160;
/// From here on a new line ends a piece.
const ENOUGH: usize = 60;
/// Below every score that can be reached.
const NEVER: i32 = i32::MIN / 4;

/// Scores of one word for every label.
pub(super) type Scores = [i32; LANES];
/// Scores of a label behind another.
pub(super) type Steps = [[i32; LANES]; LANES];

/// A text's words in pieces that are labelled each by itself.
pub(super) fn pieces(words: &[Word<'_>]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let rest = words.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest
            .iter()
            .enumerate()
            .take(LONGEST)
            .skip(1)
            .find(|(place, word)| {
                word.gap == Gap::Paragraph && *place >= 8 || word.gap >= Gap::Line && *place >= ENOUGH
            })
            .map_or(rest.len().min(LONGEST), |(place, _)| place);
        at = start + length;
        Some(start..at)
    })
}

/// The best labels of a piece.
pub(super) fn best(scores: &[Scores], steps: &Steps) -> Vec<Label> {
    let mut back: Vec<[Label; LANES]> = Vec::with_capacity(scores.len());
    let mut sums = [NEVER; LANES];
    for (at, own) in scores.iter().enumerate() {
        let mut next = [NEVER; LANES];
        let mut from = [NOTHING; LANES];
        for label in 0..COUNT {
            let place = usize::from(label);
            let (most, before) = if at == 0 {
                // Before the first word there is nothing.
                (if may_follow(label, NOTHING) { steps[0][place] } else { NEVER }, NOTHING)
            } else {
                best_before(label, &sums, steps)
            };
            next[place] = most.saturating_add(own[place]).max(NEVER);
            from[place] = before;
        }
        sums = next;
        back.push(from);
    }
    let mut label = (0..COUNT).rev().max_by_key(|label| sums[usize::from(*label)]).unwrap_or(NOTHING);
    let mut labels = vec![NOTHING; scores.len()];
    for at in (0..scores.len()).rev() {
        labels[at] = label;
        label = back[at][usize::from(label)];
    }
    labels
}

/// The best score with which a label can be reached, and from where.
fn best_before(label: Label, sums: &Scores, steps: &Steps) -> (i32, Label) {
    let place = usize::from(label);
    // A further word comes from two labels only.
    let befores = if label == NOTHING || begins(label) { 0..COUNT } else { label - 1..label + 1 };
    let mut best = (NEVER, NOTHING);
    for before in befores {
        let from = usize::from(before);
        let sum = sums[from] + steps[from][place];
        if sum > best.0 {
            best = (sum, before);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Scores, best, pieces};
    use crate::classifier::labels::{Class, LANES};
    use crate::words::cut;

    #[test]
    fn the_best_row_is_one_that_may_be() {
        let (first, further) = (usize::from(Class::Name.first()), usize::from(Class::Name.further()));
        let mut scores: Vec<Scores> = vec![[0; LANES]; 3];
        scores[0][further] = 90;
        scores[1][further] = 90;
        scores[0][first] = 10;
        let labels = best(&scores, &[[0; LANES]; LANES]);
        assert_eq!(labels, [Class::Name.first(), Class::Name.further(), 0]);
    }

    #[test]
    fn pieces_cover_every_word_once_and_are_bounded() {
        let text = "word ".repeat(1_000) + &"x\n".repeat(900) + "\n\n a b";
        let words = cut(&text);
        let mut end = 0;
        for piece in pieces(&words) {
            assert_eq!(piece.start, end);
            assert!(!piece.is_empty() && piece.len() <= LONGEST);
            end = piece.end;
        }
        assert_eq!(end, words.len());
    }
}
