//! Names written without capitals, as in chats: "john smith 54m", "maria's potassium".

use crate::detect::names::context::{self, Style};
use crate::detect::names::{Name, Strength, is_eponymous, strength};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text};

/// The name in lower case that starts at a word and has no cue before it.
pub(super) fn at(text: &Text<'_>, style: &Style, at: usize) -> Option<Name> {
    let words = &text.words;
    let first = &words[at];
    if !first.any(Marks::NAME)
        || first.letters() < 3 && !first.any(Marks::GIVEN)
        || first.gap == Gap::Glued && at > 0 && !words[at - 1].is("(")
    {
        return None;
    }
    let own = strength(first);
    let pair = pair_end(text, at, own);
    if let Some(end) = pair.filter(|end| !is_eponymous(words, at, *end)) {
        return Some(Name { words: at..end, confidence: 0.65, rule: "name.lower" });
    }
    let alone = own == Strength::Strong
        && first.any(Marks::GIVEN)
        && first.letters() >= 4
        && (style.is_lower && style.is_short || context::acts_as_person(text, at, at + 1));
    let surname = own == Strength::Strong
        && style.is_lower
        && style.is_short
        && first.letters() >= 4
        && (context::acts_as_person(text, at, at + 1) || context::person_before(text, at));
    ((alone || surname) && !is_eponymous(words, at, at + 1)).then_some(Name {
        words: at..at + 1,
        confidence: 0.5,
        rule: "name.lower",
    })
}

/// Where two or three names in a row end: given before surname, either of them a name and nothing else.
fn pair_end(text: &Text<'_>, at: usize, own: Strength) -> Option<usize> {
    let words = &text.words;
    let mut next = at + 1;
    let comma = words.get(next).is_some_and(|word| word.is(","));
    if comma {
        next += 1;
    }
    // "john q smith", "juan de la cruz"
    while words.get(next).is_some_and(|word| {
        word.on_line()
            && (word.any(Marks::PARTICLE)
                || word.shape == Shape::Lower && word.letters() == 1 && !word.any(Marks::SMALL)
                || word.is(".")
                || word.is("-") && word.gap == Gap::Glued)
    }) && next < at + 5
    {
        next += 1;
    }
    let second = words.get(next).filter(|word| {
        word.shape == Shape::Lower && word.on_line() && (word.gap == Gap::Blank || words[next - 1].is("-"))
    })?;
    let other = strength(second);
    let first = &words[at];
    let listed = second.any(Marks::NAME);
    let sure = match (own, other) {
        (Strength::Strong, Strength::Strong | Strength::Middling) => true,
        (Strength::Middling, Strength::Strong) => listed,
        (Strength::Strong, Strength::Weak) => first.any(Marks::GIVEN) && second.letters() >= 3,
        (Strength::Weak, Strength::Strong) => first.any(Marks::GIVEN) && second.any(Marks::SURNAME),
        _ => false,
    };
    if !sure || comma && !(second.any(Marks::GIVEN) && other == Strength::Strong && first.any(Marks::SURNAME))
    {
        return None;
    }
    let third = words.get(next + 1).filter(|word| {
        word.shape == Shape::Lower
            && word.gap == Gap::Blank
            && word.any(Marks::SURNAME)
            && strength(word) >= Strength::Middling
    });
    Some(next + 1 + usize::from(third.is_some()))
}
