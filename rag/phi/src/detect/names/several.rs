//! Two capitalised words or more: when they are somebody.
//!
//! What the lists say of each of them decides, and where they do not know a word, what stands around: a deed behind, a
//! line of their own, an initial between. In German every noun has a capital, so there a listed name is needed.

use crate::detect::names::strength::{Strength, strength};
use crate::detect::names::style::Style;
use crate::detect::names::{deeds, parts};
use crate::lexicon::Marks;
use crate::words::{Gap, Language, Shape, Text, Word};

/// Whether a run in capitals has a colon or a number behind it.
fn whole_upper(text: &Text<'_>, at: usize, end: usize) -> bool {
    text.words[at..end].iter().all(|word| !word.is_word() || word.is_capital())
        && text.words.get(end).is_none_or(|next| {
            matches!(next.text, ":" | "?" | "." | "(" | ";") || next.shape == Shape::Number
        })
}

/// Two words or more.
pub(super) fn several(
    text: &Text<'_>,
    style: &Style,
    parts: &[&Word<'_>],
    at: usize,
    end: usize,
) -> Option<(f32, &'static str)> {
    let heading = style.is_heading(text, at);
    let count = |wanted: Strength| {
        parts.iter().filter(|part| strength(part) == wanted && part.shape != Shape::Initial).count()
    };
    let listed = parts.iter().filter(|part| part.any(Marks::NAME)).count();
    let given = parts.iter().any(|part| part.any(Marks::GIVEN));
    let strong = count(Strength::Strong);
    let upper = parts.iter().all(|part| part.shape != Shape::Capital);
    let comma = text.words[at..end].iter().any(|word| word.is(","));
    let acts = deeds::acts_as_person(text, at, end) || deeds::person_before(text, at);
    // "on LAMB, KOERTDINE:": surname first, in capitals within a query.
    let ordered =
        upper && comma && style.is_short && !style.is_lower && whole_upper(text, at, end) && !text.opens(at);
    if ordered
        && parts.iter().all(|part| part.letters() >= 3)
        && parts.iter().any(|part| parts::is_namely(part))
    {
        return Some((0.5, "name.listed"));
    }
    if style.language == Language::German && listed == 0 {
        return None;
    }
    if upper && (parts.iter().any(|part| part.letters() == 2 && !part.any(Marks::NAME)) || strong == 0) {
        return None;
    }
    if parts[0].any(Marks::GIVEN)
        && parts.len() == 2
        && !heading
        && !comma
        && deeds::acts_as_person(text, at, end)
    {
        return Some((0.6, "name.acts"));
    }
    let whole = parts::is_whole(&text.words, at..end)
        || strong > 0 && parts[0].any(Marks::GIVEN) && strength(parts[0]) == Strength::Strong;
    if strong > 0 && whole && (given || !heading || listed > 1) && (!comma || given) {
        return Some((0.8, "name.listed"));
    }
    if strong + count(Strength::Middling) > 0 && whole && (acts || !text.opens(at)) {
        return Some((0.6, "name.listed"));
    }
    // A line of its own with nothing in it but words that are names or built like them: a signature.
    let alone = opens_line(text, at)
        && text.words.get(end).is_none_or(|next| next.gap >= Gap::Line)
        && whole
        && !comma
        && parts.iter().all(|part| part.shape == Shape::Initial || parts::is_namely(part))
        && parts.iter().any(|part| part.any(Marks::NAME.or(Marks::LIKE_NAME)));
    // "Olympe R. Redhawk": an initial between two words of a line of its own.
    let initialled = (opens_line(text, at) && text.words.get(end).is_none_or(|next| next.gap >= Gap::Line)
        || acts)
        && parts.len() == 3
        && parts[1].shape == Shape::Initial
        && parts.iter().all(|part| !part.any(Marks::TERM.or(Marks::HEALTH).or(Marks::SMALL)));
    if (alone || initialled) && !upper {
        return Some((0.5, "name.line"));
    }
    let aged = heading && whole && deeds::acts_as_person(text, at, end);
    if heading && !aged || comma && !acts {
        return None;
    }
    let pair = whole
        && !upper
        && parts::is_namely(parts[0])
        && parts.len() > 1
        && parts[1..].iter().any(|part| parts::is_namely(part) || part.any(Marks::NAME));
    if pair && style.is_short && style.language != Language::German {
        return Some((0.45, "name.pair"));
    }
    if listed > 1 && whole && given {
        return Some((if acts { 0.6 } else { 0.5 }, "name.listed"));
    }
    // Two words that no list knows: a person more often than a thing, but not at the head of a sentence.
    (whole && !upper && (acts || !text.opens(at) && parts.iter().all(|part| part.shape != Shape::Upper)))
        .then_some((0.45, "name.unknown"))
}

/// Whether a word is the first of its line, past the signs with which a mail quotes.
fn opens_line(text: &Text<'_>, at: usize) -> bool {
    let words = &text.words;
    let quotes = words[..at].iter().rev().take_while(|sign| sign.is(">")).count();
    words[at - quotes].gap >= Gap::Line
}
