//! Who speaks in a conversation: "Freja: hey did you see her", "[10:02] Murray: no".
//!
//! One line with a word and a colon is a field of a form; two or more make a conversation. What stands before a colon is
//! taken only when it can be somebody.

use crate::detect::names::Name;
use crate::detect::names::strength::{Strength, strength};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text, Word};

/// "Freja: hey did you see her": who speaks in a line of a conversation.
pub(super) fn speaker(text: &Text<'_>, at: usize) -> Option<Name> {
    let words = &text.words;
    let word = &words[at];
    if !starts_line(text, at) || !matches!(word.shape, Shape::Lower | Shape::Capital) || word.letters() < 3 {
        return None;
    }
    let mut end = at + 1;
    if words.get(end).is_some_and(|dash| dash.is("-") && dash.gap == Gap::Glued)
        && words.get(end + 1).is_some_and(|part| part.is_word() && part.gap == Gap::Glued)
    {
        end += 2;
    }
    if end == at + 1
        && is_timed(words, at)
        && !word.any(
            Marks::SMALL
                .or(Marks::HEALTH)
                .or(Marks::TERM)
                .or(Marks::NUMBER_CUE)
                .or(Marks::WEEKDAY)
                .or(Marks::MONTH),
        )
    {
        return (word.shape == Shape::Capital).then_some(Name {
            words: at..end,
            confidence: 0.55,
            rule: "name.speaker",
        });
    }
    let colon = words.get(end).is_some_and(|colon| colon.is(":") && colon.gap == Gap::Glued);
    let bracketed = word.gap < Gap::Line;
    let speaks = words.get(end + 1).is_some_and(|next| {
        next.gap == Gap::Blank
            && next.is_word()
            && (bracketed || next.shape == Shape::Lower || next.any(Marks::SMALL.or(Marks::COMMON)))
            || matches!(next.text, "\"" | "“")
    });
    let known = strength(word) == Strength::Strong && word.any(Marks::GIVEN)
        || word.any(Marks::LIKE_NAME)
        || word.shape == Shape::Capital && (word.any(Marks::GIVEN) || word.marks.is_unlisted())
        || bracketed && (word.any(Marks::NAME) || word.marks.is_unlisted())
        || end > at + 1 && (word.any(Marks::NAME) || words[end - 1].any(Marks::NAME));
    let dialogue = colon && speaks && known && speakers(text) >= LEAST_SPEAKERS;
    dialogue.then_some(Name { words: at..end, confidence: 0.6, rule: "name.speaker" })
}

/// "Clay 08:03" on a line of its own: who writes and when.
fn is_timed(words: &[Word<'_>], at: usize) -> bool {
    let number = |place: usize| {
        words.get(place).is_some_and(|word| word.shape == Shape::Number && word.text.len() <= 2)
    };
    number(at + 1)
        && words[at + 1].on_line()
        && words.get(at + 2).is_some_and(|word| word.is(":"))
        && number(at + 3)
        && words.get(at + 4).is_none_or(|next| next.gap >= Gap::Line)
}

/// Whether a word opens a line, past a time of day in brackets: "[10:02] Murray:".
fn starts_line(text: &Text<'_>, at: usize) -> bool {
    let words = &text.words;
    words[at].gap >= Gap::Line
        || at > 0
            && words[at - 1].is("]")
            && words[at.saturating_sub(MOST_OF_A_TIME)..at]
                .iter()
                .any(|word| word.is("[") && word.gap >= Gap::Line)
}

/// The most words and signs of a date and time in brackets.
const MOST_OF_A_TIME: usize = 16;

/// Lines that begin with a word and a colon, from which on a text is a conversation.
pub(super) const LEAST_SPEAKERS: usize = 2;

pub(super) fn speakers(text: &Text<'_>) -> usize {
    let words = &text.words;
    (0..words.len().saturating_sub(2))
        .filter(|at| {
            starts_line(text, *at)
                && words[*at].is_word()
                && words[at + 1].is(":")
                && (words[at + 2].gap == Gap::Blank && words[at + 2].is_word()
                    || matches!(words[at + 2].text, "\"" | "“"))
        })
        .take(LEAST_SPEAKERS)
        .count()
}
