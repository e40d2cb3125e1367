//! What one word of a run can be: a surname that is an everyday word, half of a double name, a suffix.

use std::ops::Range;

use crate::detect::names::{Strength, strength};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Word};

/// "Hye-Won", "Ben-Arslanoğlu": two capitalised words with a hyphen, one of them a name or built like one.
pub(super) fn is_compound(words: &[Word<'_>], at: usize) -> bool {
    let (Some(first), Some(dash), Some(second)) = (words.get(at), words.get(at + 1), words.get(at + 2))
    else {
        return false;
    };
    let harmless =
        Marks::TERM.or(Marks::HEALTH).or(Marks::TERM_ENDING).or(Marks::EPONYM).or(Marks::UNLIKE_NAME);
    let namely =
        |word: &Word<'_>| word.any(Marks::NAME) && !word.any(Marks::KNOWN) || word.any(Marks::LIKE_NAME);
    let short = |word: &Word<'_>| word.letters() <= 6;
    // "So-Mi Laskowski": two short syllables before a surname.
    let syllables = first.letters() <= 5
        && second.letters() <= 5
        && words.get(at + 3).is_some_and(|next| {
            next.gap == Gap::Blank
                && (next.shape == Shape::Capital && (next.any(Marks::NAME) || next.marks.is_unlisted())
                    || next.shape == Shape::Initial)
        });
    dash.is("-")
        && dash.gap == Gap::Glued
        && second.gap == Gap::Glued
        && first.shape == Shape::Capital
        && second.shape == Shape::Capital
        && (syllables || !first.any(harmless) && !second.any(harmless))
        && (syllables || namely(first) || namely(second))
        && (syllables
            || short(first) && short(second)
            || !first.any(Marks::SMALL) && !second.any(Marks::SMALL))
        && !super::is_eponymous(words, at, at + 3)
}

/// Behind a given name, or a word built like one, a capitalised word is a surname whatever else it can be.
pub(super) fn surname_behind(words: &[Word<'_>], at: usize) -> bool {
    let word = &words[at];
    let Some(before) = at.checked_sub(1).map(|before| &words[before]) else { return false };
    let led = before.shape == Shape::Capital
        && (before.any(Marks::GIVEN) && strength(before) == Strength::Strong
            || before.any(Marks::LIKE_NAME)
            || at >= 3 && before.gap == Gap::Glued && words[at - 2].is("-") && is_compound(words, at - 3));
    let never = Marks::SMALL.or(Marks::HEALTH).or(Marks::DEGREE).or(Marks::STAFF_TITLE);
    let hardly = Marks::TERM
        .or(Marks::FACILITY)
        .or(Marks::FACILITY_PART)
        .or(Marks::EPONYM_NOUN)
        .or(Marks::STANDARD_NOUN)
        .or(Marks::NAME_LABEL)
        .or(Marks::RELATION);
    let next_capital = words.get(at + 1).is_some_and(|next| {
        next.shape == Shape::Capital && next.gap == Gap::Blank && strength(next) == Strength::None
    });
    let led = led || is_initial_of_name(words, at);
    led && word.shape == Shape::Capital
        && word.gap == Gap::Blank
        && !next_capital
        && !word.any(never)
        && (!word.any(hardly) || word.any(Marks::SURNAME) && !word.any(Marks::TERM.or(Marks::FACILITY_PART)))
}

/// A name and nothing else, or a word that no list knows and that is not built unlike one.
pub(super) fn is_namely(word: &Word<'_>) -> bool {
    word.any(Marks::NAME) && !word.any(Marks::KNOWN)
        || word.marks.is_unlisted()
            && (!word.any(Marks::UNLIKE_NAME) || word.shape == Shape::Capital && !word.text.is_ascii())
            && word.letters() >= 2
}

/// "Luther U. Street": behind the initial of a name.
fn is_initial_of_name(words: &[Word<'_>], at: usize) -> bool {
    let dot = usize::from(at >= 1 && words[at - 1].is("."));
    at >= 2 + dot
        && words[at - 1 - dot].shape == Shape::Initial
        && words[at - 2 - dot].shape == Shape::Capital
        && (words[at - 2 - dot].any(Marks::GIVEN) || words[at - 2 - dot].any(Marks::LIKE_NAME))
}

/// Whether all words of a run can be parts of a name where they stand.
pub(super) fn is_whole(words: &[Word<'_>], range: Range<usize>) -> bool {
    range.clone().all(|at| {
        let word = &words[at];
        !word.is_word()
            || word.shape == Shape::Lower
            || word.shape == Shape::Initial
            || strength(word) > Strength::None
            || word.any(Marks::PARTICLE) && at > range.start && at + 1 < range.end
            || is_compound(words, at)
            || at >= 2 && word.gap == Gap::Glued && words[at - 1].is("-") && is_compound(words, at - 2)
            || at > range.start && (surname_behind(words, at) || is_suffix(word))
    })
}

/// "Jr", "III".
pub(super) fn is_suffix(word: &Word<'_>) -> bool {
    matches!(word.folded.as_ref(), "jr" | "sr" | "ii" | "iii" | "iv") && word.is_capital()
}

/// A word of everyday English and nothing that has a sense in a clinic.
pub(super) fn everyday(word: &Word<'_>) -> bool {
    word.any(Marks::COMMON)
        && !word.any(
            Marks::TERM
                .or(Marks::HEALTH)
                .or(Marks::SMALL)
                .or(Marks::FACILITY)
                .or(Marks::FACILITY_PART)
                .or(Marks::EPONYM_NOUN)
                .or(Marks::STAFF_TITLE)
                .or(Marks::TITLE)
                .or(Marks::NAME_LABEL)
                .or(Marks::RELATION)
                .or(Marks::NUMBER_CUE)
                .or(Marks::DATE_CUE)
                .or(Marks::UNIT)
                .or(Marks::MONTH)
                .or(Marks::WEEKDAY)
                .or(Marks::PERSON_VERB),
        )
}

/// A verb that is a given name as well when it has a capital and a name behind it.
pub(super) fn is_modal_name(word: &Word<'_>) -> bool {
    word.shape == Shape::Capital && matches!(word.folded.as_ref(), "may" | "will")
}
