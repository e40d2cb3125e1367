//! Where a run of words that can be one name ends.

mod lower;

use std::ops::Range;

use crate::detect::names::{Strength, is_unknown, parts, strength};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Word};

pub(super) use lower::lower_end;

/// The most words of one name.
const MOST_WORDS: usize = 6;

/// The words of a run that are names or initials, without particles and signs.
pub(super) fn name_words<'a, 't>(
    words: &'a [Word<'t>],
    range: Range<usize>,
) -> impl Iterator<Item = &'a Word<'t>> {
    words[range]
        .iter()
        .filter(|word| word.is_word() && (word.shape != Shape::Lower || !word.any(Marks::PARTICLE)))
}

/// The place behind a run of capitalised words that starts at one; the start itself when none does.
pub(super) fn capital_end(words: &[Word<'_>], at: usize, takes_any: bool) -> usize {
    let mut end = at;
    let mut next = at;
    let mut count = 0;
    let mut comma = false;
    while count < MOST_WORDS {
        let Some(word) = words.get(next) else { break };
        let first = next == at;
        let near = first || word.gap <= Gap::Blank || word.gap == Gap::Line && count == 1 && comma;
        if !near {
            break;
        }
        let second_half =
            !first && words[next - 1].is("-") && word.shape == Shape::Lower && word.gap == Gap::Glued;
        if second_half {
            end = next + 1;
            next += 1;
            continue;
        }
        if word.is_word()
            && fits(
                words,
                next,
                first,
                takes_any && (first || words[at].shape != Shape::Upper || word.shape == Shape::Upper),
            )
        {
            count += 1;
            end = next + 1;
            next += 1;
            // "J." keeps its stop only between the words of a name.
            if word.shape == Shape::Initial
                && words.get(next).is_some_and(|dot| dot.is(".") && dot.gap == Gap::Glued)
            {
                next += 1;
            }
            continue;
        }
        if let Some(past) = past_joint(words, next, first) {
            next = past;
            continue;
        }
        if !comma && word.is(",") && count > 0 && count <= 3 && last_first(words, at, end, next) {
            comma = true;
            next += 1;
            continue;
        }
        break;
    }
    with_suffix(words, at, end)
}

/// Particles, hyphens and nicknames in quotation marks lead on to the next word of the name.
fn past_joint(words: &[Word<'_>], at: usize, first: bool) -> Option<usize> {
    if first {
        return None;
    }
    let word = &words[at];
    let capital = |place: usize| {
        words.get(place).is_some_and(|next| {
            next.is_capital() && next.gap <= Gap::Blank && strength(next) > Strength::None
        })
    };
    // "Ji-woo", "St. Clair"
    if word.is("-")
        && word.gap == Gap::Glued
        && words[at - 1].letters() <= 4
        && words.get(at + 1).is_some_and(|next| {
            next.shape == Shape::Lower
                && next.gap == Gap::Glued
                && (2..=6).contains(&next.letters())
                && !next.any(Marks::TERM.or(Marks::HEALTH).or(Marks::SMALL).or(Marks::UNIT))
                && (!next.any(Marks::COMMON) || words[at - 1].any(Marks::NAME) && next.letters() <= 4)
        })
    {
        return Some(at + 1);
    }
    if word.is(".")
        && word.gap == Gap::Glued
        && words[at - 1].folded == "st"
        && words[at - 1].shape == Shape::Capital
    {
        let saint =
            words.get(at + 1).is_some_and(|next| next.shape == Shape::Capital && next.gap == Gap::Blank);
        return saint.then_some(at + 1);
    }
    if word.is("-") && word.gap == Gap::Glued {
        if parts::is_compound(words, at - 1) {
            return Some(at + 1);
        }
        return (capital(at + 1) && words[at + 1].gap == Gap::Glued).then_some(at + 1);
    }
    if word.any(Marks::PARTICLE) && word.shape == Shape::Lower {
        let more =
            words.get(at + 1).is_some_and(|next| next.any(Marks::PARTICLE) && next.shape == Shape::Lower);
        let any = |place: usize| {
            words.get(place).is_some_and(|next| {
                next.shape == Shape::Capital
                    && next.gap == Gap::Blank
                    && !next.any(Marks::SMALL.or(Marks::HEALTH))
            })
        };
        return (any(at + 1) || more && any(at + 2)).then_some(at + 1);
    }
    if matches!(word.text, "\"" | "“" | "(")
        && capital(at + 1)
        && words.get(at + 2).is_some_and(|close| matches!(close.text, "\"" | "”" | ")"))
    {
        // John "Jack" Orrin
        let behind = words
            .get(at + 3)
            .is_some_and(|next| next.is_capital() && next.gap == Gap::Blank && next.any(Marks::NAME));
        return behind.then_some(at + 3);
    }
    None
}

/// Whether a capitalised word may be part of a name.
fn fits(words: &[Word<'_>], at: usize, first: bool, takes_any: bool) -> bool {
    let word = &words[at];
    if word.shape == Shape::Caseless {
        return true;
    }
    if !word.is_capital() {
        return false;
    }
    if word.shape == Shape::Initial {
        return fits_as_initial(words, at, first, takes_any);
    }
    if parts::is_compound(words, at)
        || !first && at >= 2 && words[at - 1].is("-") && parts::is_compound(words, at - 2)
    {
        return true;
    }
    if !first && word.shape == Shape::Capital && word.any(Marks::PARTICLE) {
        // "Luca Di Stefano", "Jens St. Clair", "Omar Al-Rashid"
        let saint = word.folded == "st"
            && words.get(at + 1).is_some_and(|dot| dot.is("."))
            && words.get(at + 2).is_some_and(|next| next.shape == Shape::Capital);
        let bound = words.get(at + 1).is_some_and(|dash| dash.is("-") && dash.gap == Gap::Glued)
            && words.get(at + 2).is_some_and(|next| next.shape == Shape::Capital);
        if (saint || bound) && (words[at - 1].any(Marks::NAME) || words[at - 1].is(".")) {
            return true;
        }
        let leads = words.get(at + 1).is_some_and(|next| {
            next.shape == Shape::Capital && next.gap == Gap::Blank && !next.any(Marks::SMALL)
        });
        if leads && (words[at - 1].any(Marks::NAME) || words[at - 1].marks.is_unlisted()) {
            return true;
        }
    }
    if word.any(Marks::SMALL) && !(takes_any && first) && !parts::is_modal_name(word) {
        // Names like "Le" and "Do" only behind another capital, and never in running text.
        return !first
            && word.any(Marks::SURNAME)
            && word.shape == Shape::Capital
            && words[at - 1].is_capital();
    }
    if word.shape == Shape::Upper
        && word.any(Marks::DEGREE.or(Marks::NUMBER_CUE).or(Marks::STATE_CODE))
        && !first
        && !word.any(Marks::NAME)
    {
        return false;
    }
    if word.shape == Shape::Upper
        && words.get(at.wrapping_sub(1)).is_some_and(|before| before.shape == Shape::Capital)
        && !first
        && (word
            .any(Marks::NUMBER_CUE.or(Marks::DEGREE).or(Marks::HEALTH).or(Marks::TERM).or(Marks::DATE_CUE))
            || word.letters() <= 4 && !word.any(Marks::NAME))
    {
        return false;
    }
    if word.any(Marks::TITLE.or(Marks::MONTH).or(Marks::WEEKDAY)) && !word.any(Marks::NAME)
        || word.any(Marks::WEEKDAY) && !(takes_any && word.any(Marks::GIVEN) && word.shape == Shape::Capital)
    {
        return false;
    }
    if strength(word) > Strength::None {
        return true;
    }
    if !first
        && word.shape == Shape::Capital
        && words[at - 1].shape == Shape::Lower
        && words[at - 1].any(Marks::PARTICLE)
        && !word.any(Marks::TERM.or(Marks::HEALTH))
    {
        return true;
    }
    if !first && parts::surname_behind(words, at) {
        return true;
    }
    let acted = words.get(at + 1).is_some_and(|next| {
        next.on_line() && next.shape == Shape::Lower && next.any(Marks::PERSON_VERB)
            || identified_behind(words, at)
    });
    if !first
        && word.shape == Shape::Capital
        && parts::everyday(word)
        && words[at - 1].any(Marks::GIVEN)
        && acted
    {
        return true;
    }
    // Behind a given name a surname may be any everyday word: "Yuvraj Ravel", "Dr. E. Loyal".
    let behind_name = !first
        && word.shape == Shape::Capital
        && (parts::everyday(word)
            || word.any(Marks::COMMON)
                && word.any(Marks::RELATION.or(Marks::TITLE).or(Marks::FACILITY_PART))
                && !word.any(Marks::HEALTH.or(Marks::FACILITY).or(Marks::SMALL)))
        && (takes_any || words[at - 1].any(Marks::GIVEN) && strength(&words[at - 1]) == Strength::Strong)
        && !words.get(at + 1).is_some_and(|next| {
            next.shape == Shape::Capital && next.gap == Gap::Blank && strength(next) == Strength::None
        });
    behind_name
        || takes_any
            && first
            && !word.any(Marks::STAFF_TITLE.or(Marks::NAME_LABEL).or(Marks::RELATION).or(Marks::NUMBER_CUE))
}

/// Whether one capital letter may be part of a name: "J.", or a letter between two names.
fn fits_as_initial(words: &[Word<'_>], at: usize, first: bool, takes_any: bool) -> bool {
    let dotted = words.get(at + 1).is_some_and(|dot| dot.is(".") && dot.gap == Gap::Glued);
    let behind = at + 1 + usize::from(dotted);
    let leads = words.get(behind).is_some_and(|next| {
        next.is_capital()
            && next.shape != Shape::Initial
            && next.gap == Gap::Blank
            && (strength(next) > Strength::None
                || takes_any && (parts::everyday(next) || next.any(Marks::SURNAME))
                || next.any(Marks::PARTICLE)
                    && words.get(behind + 1).is_some_and(|more| more.is("-") || more.is(".")))
    }) || words.get(behind).is_some_and(|next| next.shape == Shape::Initial) && dotted;
    let between = !first
        && words[at - 1].any(Marks::GIVEN)
        && words.get(behind).is_some_and(|next| {
            next.shape == Shape::Capital
                && next.gap == Gap::Blank
                && !next.any(Marks::HEALTH.or(Marks::SMALL).or(Marks::TERM))
        });
    if between {
        return true;
    }
    if first {
        dotted && leads
    } else {
        dotted
            || leads
            || words
                .get(behind)
                .is_none_or(|next| next.gap >= Gap::Column || next.is(",") || next.is("\n") || next.is("("))
    }
}

/// "Orrin, Tessa": a comma inside a name needs a given name behind it, or capitals on both sides.
fn last_first(words: &[Word<'_>], at: usize, end: usize, comma: usize) -> bool {
    let Some(next) = words.get(comma + 1).filter(|next| next.is_capital() && next.gap <= Gap::Blank) else {
        return false;
    };
    if words[end - 1].end != words[comma].start && !words[end - 1].is(".")
        || strength(next) == Strength::None && next.shape != Shape::Initial
    {
        return false;
    }
    let last = words[at..end]
        .iter()
        .all(|word| strength(word) > Strength::None || !word.is_word() || word.any(Marks::PARTICLE));
    let unlike = words[at].shape == Shape::Upper && next.shape == Shape::Upper;
    let behind = words.get(comma + 2);
    let enumerated = behind.is_some_and(|sign| sign.is(","))
        && words.get(comma + 3).is_some_and(|more| {
            more.is_capital()
                && more.gap == Gap::Blank
                && !more.any(Marks::DEGREE.or(Marks::NUMBER_CUE))
                && strength(more) > Strength::None
        })
        || behind.is_some_and(|and| matches!(and.folded.as_ref(), "and" | "or"));
    let initial = next.shape == Shape::Initial && behind.is_some_and(|dot| dot.is("."));
    let announced = at > 0
        && matches!(
            words[at - 1].folded.as_ref(),
            "for" | "patient" | "pt" | "re" | "name" | "of" | "about" | "admitted" | ":"
        );
    // "Yildirim, Ashling: INR 5.6": at the head of a line, with a colon or a bracket behind.
    let listed = at >= 2
        && words[at - 1].is(".")
        && words[at - 2].shape == Shape::Number
        && words[at - 2].gap >= Gap::Line;
    let numbered = |place: usize| {
        words.get(place).is_some_and(|word| {
            word.shape == Shape::Number
                || word.is_capital()
                    && words
                        .get(place + 1)
                        .is_some_and(|next| next.gap == Gap::Glued && next.shape == Shape::Number)
        })
    };
    let heads = (words[at].gap >= Gap::Line || listed)
        && (behind.is_some_and(|sign| matches!(sign.text, ":" | "(" | ";")) || numbered(comma + 2))
        && parts::is_namely(next)
        && words[at..end].iter().any(|word| word.any(Marks::NAME) || word.marks.is_unlisted());
    last && !enumerated
        && (heads
            || next.any(Marks::GIVEN) && strength(next) >= Strength::Weak
            || unlike && strength(&words[at]) >= Strength::Weak
            || is_unknown(next) && strength(&words[at]) == Strength::Strong
            || initial
            || announced && is_unknown(next))
}

/// Past "Jr.", "III" behind a name.
fn with_suffix(words: &[Word<'_>], at: usize, end: usize) -> usize {
    if end <= at {
        return at;
    }
    let comma = usize::from(words.get(end).is_some_and(|word| word.is(",")));
    match words.get(end + comma) {
        Some(word) if word.gap == Gap::Blank && parts::is_suffix(word) => end + comma + 1,
        _ => end,
    }
}

/// Whether what only a person has follows a word: a record number, a birthday, an age.
pub(super) fn identified_behind(words: &[Word<'_>], at: usize) -> bool {
    words.get(at + 1).is_some_and(|word| {
        word.is("(")
            || matches!(word.text, "." | "?")
            || matches!(word.folded.as_ref(), "mrn" | "dob" | "ssn")
            || matches!(word.text, "'" | "’")
            || word.is(",")
                && words.get(at + 2).is_some_and(|next| {
                    matches!(next.folded.as_ref(), "dob" | "mrn" | "ssn") || next.shape == Shape::Number
                })
            || word.shape == Shape::Number && word.text.len() >= 6
            || word.shape == Shape::Number
                && words
                    .get(at + 2)
                    .is_some_and(|unit| matches!(unit.folded.as_ref(), "yo" | "y" | "m" | "f" | "year"))
    })
}
