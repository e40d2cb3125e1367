//! One capitalised word: when it is somebody.
//!
//! A word by itself needs more than its capital: that it is a name and nothing else, that it does what only people do, or
//! that it stands where people stand in a query. At the head of a sentence and in a heading a capital says nothing.

use crate::detect::names::deeds;
use crate::detect::names::strength::{Strength, strength};
use crate::detect::names::style::Style;
use crate::lexicon::Marks;
use crate::words::{Gap, Language, Shape, Text};

/// What a capitalised word in a query can be besides a surname.
const QUERY_NOUNS: Marks = Marks::TERM
    .or(Marks::HEALTH)
    .or(Marks::SMALL)
    .or(Marks::MONTH)
    .or(Marks::WEEKDAY)
    .or(Marks::REGION)
    .or(Marks::EPONYM)
    .or(Marks::FACILITY)
    .or(Marks::DEGREE)
    .or(Marks::STAFF_TITLE);

/// One capitalised word.
pub(super) fn single(text: &Text<'_>, style: &Style, at: usize, end: usize) -> Option<(f32, &'static str)> {
    let words = &text.words;
    let word = &words[at];
    let measured = words.get(end).is_some_and(|next| {
        next.gap == Gap::Glued
            && (next.shape == Shape::Number
                || next.is("-") && words.get(end + 1).is_some_and(|number| number.shape == Shape::Number))
    });
    if word.shape == Shape::Initial || word.letters() < 2 || measured {
        return None;
    }
    let acts = deeds::acts_as_person(text, at, end);
    let opens = text.opens(at);
    let heading = style.is_heading(text, at);
    if word.shape == Shape::Upper {
        let strong = strength(word) == Strength::Strong && word.letters() >= 4;
        return (strong && (acts || heading && words.get(end).is_some_and(|next| next.is(","))))
            .then_some((0.5, "name.upper"));
    }
    match strength(word) {
        // Every noun of German has a capital, and many are surnames: "Wahl", "Anlage".
        Strength::Strong if style.language == Language::German && !word.any(Marks::GIVEN) && !acts => None,
        Strength::Strong if word.letters() >= 3 && !(heading && word.any(Marks::CITY)) => {
            Some((if acts || !opens { 0.65 } else { 0.55 }, "name.listed"))
        }
        Strength::Strong => acts.then_some((0.6, "name.listed")),
        Strength::Middling if style.is_short && !opens && deeds::person_surely_before(text, at) => {
            Some((0.5, "name.query"))
        }
        Strength::Middling if acts && word.any(Marks::GIVEN) && !text.opens(at) => Some((0.5, "name.acts")),
        Strength::Middling => {
            let owns =
                words.get(end).is_some_and(|sign| matches!(sign.text, "'" | "’")) && !word.any(Marks::GIVEN);
            let person = if style.is_short && !opens {
                deeds::person_before(text, at) && !owns
            } else {
                deeds::acts_surely(text, end) && !owns
            };
            (acts && person).then_some((0.5, "name.acts"))
        }
        Strength::Weak if word.any(Marks::SMALL) => None,
        // "Driver's license"
        Strength::Weak
            if word.any(Marks::NUMBER_CUE)
                && words.get(end).is_some_and(|sign| matches!(sign.text, "'" | "’")) =>
        {
            None
        }
        // "page Swan", "for Rojas": in a query nothing else within a sentence has a capital.
        Strength::Weak
            if word.any(Marks::NAME)
                && style.is_short
                && style.language != Language::German
                && !opens
                && !heading
                && (!word.any(QUERY_NOUNS) && deeds::person_before(text, at)
                    || !word.any(Marks::SMALL.or(Marks::HEALTH))
                        && deeds::person_surely_before(text, at)) =>
        {
            Some((0.45, "name.query"))
        }
        Strength::Weak if word.any(Marks::NAME) => {
            let person = acts && (!opens || deeds::acts_surely(text, end))
                || !opens && word.any(Marks::GIVEN) && deeds::person_before(text, at);
            (!heading && person).then_some((0.5, "name.acts"))
        }
        Strength::Weak => {
            let sure =
                acts && (!opens || deeds::acts_surely(text, end)) || !opens && deeds::person_before(text, at);
            let particle =
                at > 0 && words[at - 1].shape == Shape::Lower && words[at - 1].any(Marks::PARTICLE);
            (!heading
                && word.letters() >= 3
                && !word.any(Marks::EPONYM)
                && (!word.any(Marks::UNLIKE_NAME)
                    || particle
                    || deeds::person_surely_before(text, at)
                    || !style.is_short && acts && deeds::acts_surely(text, end)
                    || deeds::acts_surely_person(text, end))
                && (style.language != Language::German
                    || word.any(Marks::LIKE_NAME) && acts && deeds::acts_surely(text, end))
                && (sure
                    || !opens && style.is_short
                    || at == 0
                        && style.is_short
                        && word.any(Marks::LIKE_NAME)
                        && deeds::stands_alone(text, end)))
            .then_some((0.45, "name.unknown"))
        }
        Strength::None => None,
    }
}
