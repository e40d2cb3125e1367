//! Names written without capitals, as in chats: "john smith 54m", "maria's potassium".

use crate::detect::names::style::Style;
use crate::detect::names::{Name, Strength, is_eponymous, strength};
use crate::detect::names::{chat, deeds};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text};

/// The name in lower case that starts at a word and has no cue before it.
pub(super) fn at(text: &Text<'_>, style: &Style, at: usize) -> Option<Name> {
    let words = &text.words;
    let first = &words[at];
    let owner = style.is_lower
        && style.is_short
        && first.marks.is_unlisted()
        && first.letters() >= 4
        && first.gap != Gap::Glued
        && words.get(at + 1).is_some_and(|sign| matches!(sign.text, "'" | "’"))
        && words.get(at + 2).is_some_and(|s| s.folded == "s" && s.gap == Gap::Glued);
    if owner && !is_eponymous(words, at, at + 1) {
        return Some(Name { words: at..at + 1, confidence: 0.45, rule: "name.lower" });
    }
    if let Some(end) = chat::end(text, style, at) {
        return Some(Name { words: at..end, confidence: 0.6, rule: "name.lower" });
    }
    if let Some(end) = listed_otherwise(text, style, at) {
        return Some(Name { words: at..end, confidence: 0.5, rule: "name.lower" });
    }
    if let Some(end) = chat::is_alone(text, style, at) {
        return Some(Name { words: at..end, confidence: 0.45, rule: "name.lower" });
    }
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
        && (first.letters() >= 4 || first.letters() == 3 && deeds::person_before(text, at))
        && (style.is_lower || deeds::acts_as_person(text, at, at + 1));
    let possessed = words.get(at + 1).is_some_and(|sign| matches!(sign.text, "'" | "’"));
    let doubtful = style.is_lower
        && style.is_short
        && own == Strength::Weak
        && !first.any(
            Marks::TERM
                .or(Marks::HEALTH)
                .or(Marks::NUMBER_CUE)
                .or(Marks::RELATION)
                .or(Marks::SMALL)
                .or(Marks::EPONYM),
        )
        && first.letters() >= 3
        && (first.any(Marks::SURNAME) && possessed && deeds::person_before(text, at)
            || first.any(Marks::GIVEN)
                && deeds::person_before(text, at)
                && (deeds::acts_as_person(text, at, at + 1)
                    || words.get(at + 1).is_none_or(|next| matches!(next.text, "?" | ".")))
            || text.opens(at) && possessed);
    let surname = (own == Strength::Strong || own == Strength::Middling && !possessed)
        && style.is_lower
        && first.letters() >= 4
        && (deeds::acts_as_person(text, at, at + 1) || deeds::person_before(text, at));
    ((alone || surname || doubtful) && !is_eponymous(words, at, at + 1)).then_some(Name {
        words: at..at + 1,
        confidence: 0.5,
        rule: "name.lower",
    })
}

/// "sultemeier, omar" and "with m. walker, md": names told by their order or an initial.
fn listed_otherwise(text: &Text<'_>, style: &Style, at: usize) -> Option<usize> {
    let words = &text.words;
    let first = &words[at];
    let next = words.get(at + 1)?;
    let second = words
        .get(at + 2)
        .filter(|word| word.shape == Shape::Lower && word.gap == Gap::Blank && word.any(Marks::NAME))?;
    if !style.is_lower || first.gap == Gap::Glued {
        return None;
    }
    let ordered = next.is(",")
        && strength(second) == Strength::Strong
        && second.any(Marks::GIVEN)
        && (strength(first) > Strength::None || first.any(Marks::SURNAME))
        && first.letters() >= 2
        && (deeds::person_before(text, at) || crate::detect::names::run::identified_behind(words, at + 2));
    let initial = first.letters() == 1
        && next.is(".")
        && next.gap == Gap::Glued
        && second.any(Marks::SURNAME)
        && (matches!(
            at.checked_sub(1).map(|before| words[before].folded.as_ref()),
            Some(
                "with"
                    | "by"
                    | "cc"
                    | "attn"
                    | "for"
                    | "admitted"
                    | "saw"
                    | "match"
                    | "patient"
                    | "pt"
                    | "about"
                    | "from"
            )
        ) || words.get(at + 4).is_some_and(|degree| degree.any(Marks::DEGREE)));
    (ordered || initial).then_some(at + 3)
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
        // "matthew palm (mrn", "for malthe frisk?"
        (Strength::Strong, Strength::None) => {
            let behind = words.get(next + 1);
            let marked = crate::detect::names::run::identified_behind(words, next);
            let ends = behind.is_none_or(|word| matches!(word.text, "?" | "." | ","))
                && at > 0
                && (deeds::person_before(text, at));
            first.any(Marks::GIVEN)
                && (!second.any(Marks::SMALL) || second.any(Marks::SURNAME) && marked)
                && (marked && second.any(Marks::COMMON.or(Marks::SURNAME))
                    || ends && crate::detect::names::parts::everyday(second))
        }
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
    let end = next + 1 + usize::from(third.is_some());
    let hyphened = words.get(end).is_some_and(|dash| dash.is("-") && dash.gap == Gap::Glued)
        && words.get(end + 1).is_some_and(|more| more.shape == Shape::Lower && more.gap == Gap::Glued);
    Some(if hyphened { end + 2 } else { end })
}
