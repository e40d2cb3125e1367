//! Names in a row: "tomorrow's list: Santangelo, Noble and Khachatryan".
//!
//! What stands beside a name with only a comma or "and" between is a name too, when it can be one at all. A list is
//! followed from each name that was found in both directions, never through words that only look like names.

use crate::detect::names::{Name, is_eponymous, parts};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text, Word};

/// How far a list is followed from a name in each direction.
const MOST_STEPS: usize = 6;
/// Names less sure than this start no list.
const LEAST_CONFIDENCE: f32 = 0.45;

pub(super) fn find(text: &Text<'_>, names: &mut Vec<Name>) {
    let mut taken = vec![false; text.words.len()];
    for name in names.iter() {
        taken[name.words.clone()].fill(true);
    }
    let mut more = Vec::new();
    for name in names.iter().filter(|name| name.confidence >= LEAST_CONFIDENCE) {
        let (mut first, mut end) = (name.words.start, name.words.end);
        for _ in 0..MOST_STEPS {
            let Some(at) = before(&text.words, first).filter(|at| !taken[*at]) else { break };
            (taken[at], first) = (true, at);
            more.push(at);
        }
        for _ in 0..MOST_STEPS {
            let Some(at) = behind(&text.words, end).filter(|at| !taken[*at]) else { break };
            (taken[at], end) = (true, at + 1);
            more.push(at);
        }
    }
    names.extend(more.into_iter().map(|at| Name { words: at..at + 1, confidence: 0.45, rule: "name.list" }));
    names.sort_by_key(|name| name.words.start);
}

/// The member of the list before a place.
fn before(words: &[Word<'_>], first: usize) -> Option<usize> {
    let joint = first.checked_sub(1).filter(|place| is_joint(&words[*place]))?;
    let at = joint.checked_sub(1)?;
    let opens = at.checked_sub(1).is_none_or(|place| {
        is_joint(&words[place])
            || matches!(words[place].text, ":" | "(")
            || words[place].any(Marks::BEFORE_PEOPLE)
    });
    (opens && is_member(words, at)).then_some(at)
}

/// The member of the list behind a place.
fn behind(words: &[Word<'_>], end: usize) -> Option<usize> {
    let comma = usize::from(words.get(end).is_some_and(|word| word.is(",")));
    let and = usize::from(
        words
            .get(end + comma)
            .is_some_and(|word| matches!(word.folded.as_ref(), "and" | "&" | "und" | "y" | "et")),
    );
    let at = end + comma + and;
    // A comma alone parts a name from anything; a list has an "and" or goes on.
    let goes_on = and > 0
        || words
            .get(at + 1)
            .is_some_and(|next| is_joint(next) && words.get(at + 2).is_some_and(|more| is_namely(more)));
    (comma + and > 0 && goes_on && is_member(words, at)).then_some(at)
}

fn is_joint(word: &Word<'_>) -> bool {
    word.is(",") || word.is("&") || matches!(word.folded.as_ref(), "and" | "und")
}

fn is_member(words: &[Word<'_>], at: usize) -> bool {
    words
        .get(at)
        .is_some_and(|word| word.gap == Gap::Blank && is_namely(word) && !is_eponymous(words, at, at + 1))
}

fn is_namely(word: &Word<'_>) -> bool {
    matches!(word.shape, Shape::Capital | Shape::Lower)
        && word.letters() >= 3
        && !word.any(
            Marks::SMALL
                .or(Marks::HEALTH)
                .or(Marks::TERM)
                .or(Marks::DEGREE)
                .or(Marks::REGION)
                .or(Marks::CITY),
        )
        && (parts::is_namely(word) && word.any(Marks::NAME.or(Marks::LIKE_NAME))
            || word.shape == Shape::Capital && word.any(Marks::SURNAME))
}
