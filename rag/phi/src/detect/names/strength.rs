//! How much a word by itself looks like a name.
//!
//! The lists say what a word can be; here that is weighed once, so that every rule means the same by a sure name, a name
//! after which something is named, and a word that may be one. Where it stands is left to the rules.

use crate::lexicon::Marks;
use crate::words::{Shape, Word};

/// How much a word by itself looks like a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Something else.
    None,
    /// A name and an everyday word, or a word that no list knows.
    Weak,
    /// A name after which something is named.
    Middling,
    /// A name and nothing else.
    Strong,
}

pub(super) fn strength(word: &Word<'_>) -> Strength {
    let name = word.any(Marks::NAME);
    if !name && is_brand(word.text) {
        return Strength::None;
    }
    if name && word.shape == Shape::Capital && matches!(word.folded.as_ref(), "may" | "will") {
        return Strength::Weak;
    }
    let weekday = word.any(Marks::WEEKDAY) && !(word.any(Marks::GIVEN) && word.letters() > 3);
    if word.any(Marks::SMALL) || weekday || word.any(Marks::MONTH) && !word.any(Marks::GIVEN) {
        return Strength::None;
    }
    let known = if name {
        word.any(Marks::COMMON.or(Marks::TERM).or(Marks::HEALTH).or(Marks::MONTH))
    } else {
        word.any(Marks::KNOWN.or(Marks::HEALTH))
    };
    let role = word.any(
        Marks::TITLE
            .or(Marks::STAFF_TITLE)
            .or(Marks::RELATION)
            .or(Marks::EPONYM_NOUN)
            .or(Marks::FACILITY)
            .or(Marks::UNIT)
            .or(Marks::NAME_LABEL)
            .or(Marks::REGION)
            .or(Marks::DATE_CUE)
            .or(Marks::NUMBER_CUE)
            .or(Marks::DEGREE)
            .or(Marks::CODE_CUE)
            .or(Marks::STREET)
            .or(Marks::PERSON_VERB)
            .or(Marks::COMPANY)
            .or(Marks::STANDARD_NOUN),
    );
    match (name, known || role, word.any(Marks::EPONYM)) {
        (true, false, false) => Strength::Strong,
        (true, false, true) => Strength::Middling,
        (true, true, _) | (false, false, false) => Strength::Weak,
        (false, false, true) | (false, true, _) => Strength::None,
    }
}

/// Capitals within a word, as brands and genes have them; names have them only behind "Mc", "De" and the like.
fn is_brand(word: &str) -> bool {
    let mut letters = word.char_indices().skip(1).skip_while(|(_, c)| !c.is_uppercase());
    let Some((inner, _)) = letters.next() else { return false };
    let head = &word[..inner];
    !head.chars().all(char::is_uppercase)
        && !matches!(
            head,
            "Mc" | "Mac"
                | "De"
                | "Da"
                | "Di"
                | "Du"
                | "La"
                | "Le"
                | "Van"
                | "Fitz"
                | "Del"
                | "Della"
                | "Von"
                | "O'"
                | "O’"
                | "D'"
                | "D’"
                | "El"
                | "Al"
        )
}

/// A word that no list knows at all.
pub(super) fn is_unknown(word: &Word<'_>) -> bool {
    strength(word) == Strength::Weak && !word.any(Marks::NAME)
}
