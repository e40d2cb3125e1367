//! Two or three words in a row that are somebody's name in a text without capitals.
//!
//! A word counts for what the lists say of it: a name and nothing else, a name that is a word as well, or a word that no
//! list knows and that is built like a name. Which of them may stand side by side depends on whether anything around
//! them speaks of a person. "xi-cheng" is one word of two parts.

use crate::detect::names::deeds;
use crate::detect::names::run::identified_behind;
use crate::detect::names::style::Style;
use crate::detect::names::{Strength, is_eponymous, strength};
use crate::lexicon::Marks;
use crate::words::{Gap, Language, Shape, Text, Word};

/// What a word of a chat can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// A name and nothing else.
    Name,
    /// A name and an everyday word.
    Both,
    /// No list knows it, and it is built like a name.
    Like,
    /// No list knows it, and nothing speaks for or against.
    New,
    /// Anything else.
    Other,
}

/// What no surname is mistaken for, even where the lists have it as one.
const NEVER: Marks = Marks::SMALL
    .or(Marks::HEALTH)
    .or(Marks::UNIT)
    .or(Marks::PERSON_VERB)
    .or(Marks::DATE_CUE)
    .or(Marks::EPONYM_NOUN)
    .or(Marks::STANDARD_NOUN)
    .or(Marks::STAFF_TITLE)
    .or(Marks::RELATION)
    .or(Marks::TITLE)
    .or(Marks::WEEKDAY)
    .or(Marks::DEGREE);

/// The place behind a name of two words or three that starts at a word.
pub(super) fn end(text: &Text<'_>, style: &Style, at: usize) -> Option<usize> {
    let words = &text.words;
    if !style.is_lower || words[at].shape != Shape::Lower || words[at].gap == Gap::Glued && at > 0 {
        return None;
    }
    let (first, behind) = unit(words, at);
    if first == Sort::Other {
        return initial_end(text, at).or_else(|| particle_end(text, at));
    }
    if let Some(end) = ordered_end(text, at, first, behind) {
        return Some(end);
    }
    let second_at = past_joints(words, behind)?;
    let (second, end) = unit(words, second_at);
    // "julia y. marts": behind an initial a surname may be any word.
    let known = first != Sort::New || deeds::person_before(text, at);
    let initialled =
        words[second_at - 1].is(".") && second_at > behind + 1 && words[second_at - 2].letters() == 1;
    if initialled && known && !words[second_at].any(Marks::SMALL.or(Marks::UNIT)) {
        return Some(with_more(words, end));
    }
    // "aaliyah le": two letters that are a surname and a small word besides.
    let ends =
        words.get(end).is_none_or(|next| next.shape == Shape::Sign && !next.is("-") || !next.on_line());
    if first == Sort::Name
        && words[at].any(Marks::GIVEN)
        && words[second_at].any(Marks::SURNAME)
        && words[second_at].letters() <= 3
        && !matches!(
            words[second_at].folded.as_ref(),
            "in" | "on" | "is" | "an" | "for" | "as" | "do" | "he" | "so" | "may"
        )
        && (ends || deeds::acts_as_person(text, at, end))
    {
        return Some(end);
    }
    // "holly slick", "alejandro bote": behind a given name any word may be a surname where a person is spoken of.
    let closes = ends
        || deeds::acts_as_person(text, at, end)
        || identified_behind(words, end - 1)
        || words.get(end).is_some_and(|next| next.any(Marks::SMALL));
    if first == Sort::Name
        && second == Sort::Other
        && (words[at].any(Marks::GIVEN) || behind > at + 1 || words[second_at].any(Marks::UNLIKE_NAME))
        && (at == 0 || deeds::person_before(text, at) || words[at - 1].is(",") && end == words.len())
        && closes
        && second_at == behind
        && !words[second_at]
            .any(NEVER.or(Marks::TERM).or(Marks::FACILITY).or(Marks::NUMBER_CUE).or(Marks::MONTH))
        && words[second_at].letters() >= 3
        && !is_eponymous(words, at, end)
    {
        return Some(with_more(words, end));
    }
    let around = |end: usize| {
        at == 0
            || deeds::person_before(text, at)
            || deeds::acts_as_person(text, at, end)
            || identified_behind(words, end - 1)
    };
    let given = words[at].any(Marks::GIVEN) || behind > at + 1;
    let sure = match (first, second) {
        (Sort::Name, Sort::Name | Sort::Like | Sort::New) | (Sort::Like, Sort::Name) => true,
        (Sort::Name, Sort::Both) => given && words[second_at].any(Marks::SURNAME),
        (Sort::Both, Sort::Name | Sort::Like) => given && around(end),
        (Sort::New, Sort::Name) => around(end),
        (Sort::Like, Sort::Like | Sort::New) | (Sort::New, Sort::Like) => {
            style.language == Language::English && around(end)
        }
        (Sort::Like, Sort::Both) => words[second_at].any(Marks::SURNAME) && around(end),
        (Sort::Both, Sort::Both) => {
            given
                && words[second_at].any(Marks::SURNAME)
                && deeds::person_before(text, at)
                && (deeds::acts_as_person(text, at, end)
                    || words.get(end).is_none_or(|next| next.shape == Shape::Sign || !next.on_line()))
        }
        _ => false,
    };
    if !sure || is_eponymous(words, at, end) {
        return None;
    }
    Some(with_more(words, end))
}

/// "v. thrush": an initial and a surname behind what people follow.
fn initial_end(text: &Text<'_>, at: usize) -> Option<usize> {
    let words = &text.words;
    let initial = words[at].letters() == 1
        && deeds::person_before(text, at)
        && words.get(at + 1).is_some_and(|dot| dot.is(".") && dot.gap == Gap::Glued);
    let second =
        words.get(at + 2).filter(|word| initial && word.shape == Shape::Lower && word.gap == Gap::Blank)?;
    (second.any(Marks::SURNAME) && !second.any(Marks::SMALL)
        || matches!(sort(second), Sort::Like | Sort::Name))
    .then(|| with_more(words, at + 3))
}

/// "abu odhiambo", "de mendoza": a particle and a surname behind what people follow or before what they do.
fn particle_end(text: &Text<'_>, at: usize) -> Option<usize> {
    let words = &text.words;
    let particle = matches!(
        words[at].folded.as_ref(),
        "van" | "von" | "de" | "del" | "den" | "dos" | "el" | "al" | "abu" | "bin" | "ben" | "ten" | "st"
    );
    let second = past_joints(words, at + 1).filter(|_| particle)?;
    let (sort, end) = unit(words, second);
    let spoken = deeds::person_before(text, at) || at == 0 || deeds::acts_as_person(text, at, end);
    (spoken && matches!(sort, Sort::Name | Sort::Like) && !is_eponymous(words, second, end)).then_some(end)
}

/// "ullrichello, karnam: inr": surname first, at the head of a line or behind what people follow.
fn ordered_end(text: &Text<'_>, at: usize, first: Sort, behind: usize) -> Option<usize> {
    let words = &text.words;
    let heads = words[at].gap >= Gap::Line || deeds::person_before(text, at);
    if !heads || !words.get(behind).is_some_and(|comma| comma.is(",") && comma.gap == Gap::Glued) {
        return None;
    }
    let next = words.get(behind + 1).filter(|next| next.shape == Shape::Lower && next.on_line())?;
    let (second, end) = unit(words, behind + 1);
    let likely = matches!(
        (first, second),
        (Sort::Name | Sort::Like | Sort::Both | Sort::New, Sort::Name | Sort::Like)
    ) || first == Sort::Like && second == Sort::Both && next.any(Marks::GIVEN);
    let closed = words.get(end).is_none_or(|sign| {
        matches!(sign.text, ":" | "(" | "," | "." | "?" | ";")
            || !sign.on_line()
            || sign.shape == Shape::Number
    }) || identified_behind(words, end - 1)
        || words.get(end).is_some_and(|initial| initial.letters() == 1);
    let initial = usize::from(words.get(end).is_some_and(|word| {
        word.letters() == 1 && word.gap == Gap::Blank && word.shape == Shape::Lower && !word.any(Marks::SMALL)
    }));
    (likely && closed).then_some(end + initial)
}

/// What the word at a place is, with its parts behind hyphens, and the place behind it.
fn unit(words: &[Word<'_>], at: usize) -> (Sort, usize) {
    let mut end = at + 1;
    let mut sort = sort(&words[at]);
    while words.get(end).is_some_and(|dash| dash.is("-") && dash.gap == Gap::Glued)
        && words.get(end + 1).is_some_and(|part| part.shape == Shape::Lower && part.gap == Gap::Glued)
    {
        let part = self::sort(&words[end + 1]);
        let brief = words[at].letters() <= 6 && words[end + 1].letters() <= 6;
        let particle = end == at + 1
            && matches!(words[at].folded.as_ref(), "el" | "al" | "ben" | "abu" | "bin" | "st" | "mac" | "ul");
        sort = match (sort, part) {
            (_, Sort::Name | Sort::Like | Sort::New | Sort::Both) if particle => Sort::Name,
            (Sort::Name | Sort::Like, Sort::Name | Sort::Like | Sort::Both | Sort::New)
            | (Sort::Both | Sort::New, Sort::Name | Sort::Like) => Sort::Name,
            // "you-bo", "so-mi"
            (Sort::Name | Sort::Like | Sort::New, Sort::Other) | (Sort::Other, Sort::Name | Sort::Like)
                if brief && !words[at].any(Marks::TERM) && !words[end + 1].any(Marks::TERM) =>
            {
                Sort::Like
            }
            _ => Sort::Other,
        };
        end += 2;
    }
    (sort, end)
}

fn sort(word: &Word<'_>) -> Sort {
    if word.shape != Shape::Lower || word.letters() < 2 {
        return Sort::Other;
    }
    if word.marks.is_unlisted() {
        return match word.marks {
            like if like.any(Marks::LIKE_NAME) => Sort::Like,
            _ => Sort::New,
        };
    }
    if !word.any(Marks::NAME) || word.any(Marks::SMALL) {
        return Sort::Other;
    }
    match strength(word) {
        Strength::Strong | Strength::Middling => Sort::Name,
        _ if word.any(NEVER) || word.any(Marks::TERM) && !word.any(Marks::GIVEN) => Sort::Other,
        _ => Sort::Both,
    }
}

/// Past initials and particles to the next word of the name.
fn past_joints(words: &[Word<'_>], from: usize) -> Option<usize> {
    let mut at = from;
    while at < from + 6 {
        let word = words.get(at).filter(|word| word.on_line())?;
        let initial = word.shape == Shape::Lower
            && word.letters() == 1
            && word.gap == Gap::Blank
            && words.get(at + 1).is_some_and(|dot| dot.is(".") && dot.gap == Gap::Glued);
        let particle = word.any(Marks::PARTICLE)
            && word.shape == Shape::Lower
            && words.get(at + 1).is_some_and(|next| next.shape == Shape::Lower || next.is("."))
            && !word.any(Marks::NAME.or(Marks::COMMON));
        let named_particle = matches!(
            word.folded.as_ref(),
            "van"
                | "von"
                | "de"
                | "del"
                | "den"
                | "der"
                | "dos"
                | "das"
                | "la"
                | "los"
                | "el"
                | "al"
                | "abu"
                | "bin"
                | "ben"
                | "ten"
                | "st"
        ) && words
            .get(at + 1)
            .is_some_and(|next| sort(next) != Sort::Other || next.any(Marks::PARTICLE) || next.is("."));
        if initial {
            at += 2;
        } else if particle || named_particle || word.is(".") || word.is("-") && word.gap == Gap::Glued {
            at += 1;
        } else {
            break;
        }
    }
    words
        .get(at)
        .filter(|word| word.shape == Shape::Lower && word.on_line() && (word.gap == Gap::Blank || at > from))
        .map(|_| at)
}

/// Past a further surname and "jr" or "iii".
fn with_more(words: &[Word<'_>], mut end: usize) -> usize {
    if let Some(third) = past_joints(words, end) {
        let (sort, behind) = unit(words, third);
        let ends = words
            .get(behind)
            .is_none_or(|next| !next.on_line() || next.shape != Shape::Lower || next.any(Marks::SMALL));
        if matches!(sort, Sort::Name | Sort::Like)
            || sort == Sort::Both && words[third].any(Marks::SURNAME) && ends
            || sort == Sort::New && third > end
            || words[end - 1].any(Marks::NAME)
                && words[third].any(Marks::COMMON)
                && !words[third].any(NEVER.or(Marks::TERM).or(Marks::FACILITY).or(Marks::NUMBER_CUE))
                && words.get(behind).is_some_and(|next| matches!(next.text, "'" | "’" | ":" | "?"))
        {
            end = behind;
        }
    }
    if words.get(end).is_some_and(|word| {
        word.gap == Gap::Blank && matches!(word.folded.as_ref(), "jr" | "sr" | "ii" | "iii" | "iv")
    }) {
        end += 1;
    }
    end
}

/// Whether a single word without capitals is somebody, by what stands around it.
pub(super) fn is_alone(text: &Text<'_>, style: &Style, at: usize) -> Option<usize> {
    let words = &text.words;
    if !style.is_lower || style.language != Language::English || words[at].gap == Gap::Glued && at > 0 {
        return None;
    }
    let (sort, end) = unit(words, at);
    let acts = deeds::acts_as_person(text, at, end) || identified_behind(words, end - 1);
    let before = deeds::person_before(text, at);
    let compound = end > at + 1;
    let told = match sort {
        Sort::Name if compound => before || acts || style.is_short,
        Sort::Name if at == 0 && style.is_short => deeds::stands_alone(text, end),
        Sort::New if deeds::person_surely_before(text, at) => true,
        Sort::Like => {
            deeds::person_surely_before(text, at)
                || before && acts
                || (before || at == 0)
                    && deeds::acts_surely(text, end)
                    && deeds::acts_as_person(text, at, end)
                || at == 0 && style.is_short && deeds::stands_alone(text, end)
        }
        Sort::Both => {
            let staff = at > 0 && words[at - 1].any(Marks::STAFF_TITLE.or(Marks::TITLE));
            staff && deeds::acts_as_person(text, at, end)
        }
        _ => false,
    };
    (told && !is_eponymous(words, at, end)).then_some(end)
}
