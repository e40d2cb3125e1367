//! What belongs to a name before its first sure word: an everyday word, a title that is a name as well, particles.

use crate::detect::names::run::name_words;
use crate::detect::names::{Name, parts};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text};

/// The name with an everyday word before it that can only be its first word: "for Emir Lopes".
pub(super) fn with_first_word(text: &Text<'_>, mut name: Name) -> Name {
    let words = &text.words;
    let Some(before) = name.words.start.checked_sub(1) else { return name };
    let (word, first) = (&words[before], &words[name.words.start]);
    let alone = name_words(words, name.words.clone()).count() == 1;
    // "Root Doritha, room 12": surname first at the head of a sentence.
    let ordered = word.any(Marks::SURNAME) && words.get(name.words.end).is_some_and(|sign| sign.is(","));
    let free = word.gap != Gap::Glued
        && (ordered
            || !text.opens(before)
            || crate::detect::names::deeds::acts_as_person(text, before, name.words.end));
    if alone
        && free
        && first.gap == Gap::Blank
        && first.is_capital()
        && word.shape == Shape::Capital
        && parts::everyday(word)
        && matches!(name.rule, "name.listed" | "name.again" | "name.unknown" | "name.acts")
    {
        name.words.start = before;
    }
    name
}

/// The name with a title before it that is a given name as well: "Don Orrin".
pub(super) fn with_ambiguous_title(text: &Text<'_>, mut name: Name) -> Name {
    let words = &text.words;
    if let Some(before) = name.words.start.checked_sub(1)
        && words[before].any(Marks::TITLE)
        && words[before].any(Marks::GIVEN)
        && words[before].shape == Shape::Capital
        && words[name.words.start].gap == Gap::Blank
    {
        name.words.start = before;
    }
    name
}

/// The name with the particles before it: "da Cunha", "van der Berg".
pub(super) fn with_particles(text: &Text<'_>, mut name: Name) -> Name {
    let words = &text.words;
    while let Some(before) = name.words.start.checked_sub(1) {
        let word = &words[before];
        let sure = matches!(
            word.folded.as_ref(),
            "von"
                | "van"
                | "da"
                | "dos"
                | "das"
                | "della"
                | "der"
                | "den"
                | "bin"
                | "ibn"
                | "ter"
                | "ten"
                | "del"
        );
        let opening = matches!(word.folded.as_ref(), "de" | "di" | "du" | "le" | "la" | "el" | "al")
            && (text.opens(before) || words[before - 1].any(Marks::PARTICLE.or(Marks::TITLE)));
        if !(sure || opening)
            || word.shape != Shape::Lower
            || words[name.words.start].gap != Gap::Blank
            || !words[name.words.start].is_capital()
        {
            break;
        }
        name.words.start = before;
    }
    name
}
