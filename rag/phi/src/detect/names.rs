//! Names of people.
//!
//! Words that can be a name stand in runs: given names, initials, particles, surnames, in either order. Whether a run is
//! somebody is decided by what its words are and by what stands around it: a title, a label, a relation, a degree
//! behind it, a verb that people are subjects of. Diseases, signs, scores and devices named after people are no names, and
//! a name once found is found again wherever it stands. Texts without capitals, as chats are, have rules of their own.

mod again;
mod chat;
mod cues;
mod deeds;
mod eponyms;
mod initials;
mod introductions;
mod lists;
mod lower;
mod parts;
mod run;
mod several;
mod single;
mod speakers;
mod strength;
mod style;
mod widened;

use std::ops::Range;

use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

pub(super) use eponyms::is_eponymous;
use strength::{Strength, is_unknown, strength};

/// A run of words taken for a name.
#[derive(Clone, Debug)]
struct Name {
    /// Places of its first word and behind its last.
    words: Range<usize>,
    confidence: f32,
    rule: &'static str,
}

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let mut names = Vec::new();
    let style = style::Style::of(text);
    let mut at = 0;
    while at < text.words.len() {
        if !text.words[at].is_word() {
            at += 1;
            continue;
        }
        match name_at(text, &style, at) {
            Some(name) => {
                at = name.words.end.max(at + 1);
                let name = widened::with_ambiguous_title(text, widened::with_particles(text, name));
                names.push(widened::with_first_word(text, name));
            }
            None => at += 1,
        }
    }
    lists::find(text, &mut names);
    again::find(text, &mut names);
    found.extend(names.into_iter().map(|name| Candidate {
        range: text.words[name.words.start].start..text.words[name.words.end - 1].end,
        kind: Kind::Name,
        confidence: name.confidence,
        rule: name.rule,
    }));
}

fn name_at(text: &Text<'_>, style: &style::Style, at: usize) -> Option<Name> {
    if let Some(name) = initials::at(&text.words, at) {
        return Some(name);
    }
    if let Some(name) = speakers::speaker(text, at) {
        return Some(name);
    }
    if let Some(name) = introductions::at(text, style, at) {
        return Some(name);
    }
    if let Some(cue) = cues::cue_before(text, at)
        && let Some(name) = behind_cue(text, at, cue)
    {
        return Some(name);
    }
    if text.words[at].is_capital() || text.words[at].shape == Shape::Caseless {
        return capital_name(text, style, at);
    }
    lower::at(text, style, at)
}

/// The name behind a cue: a title, a label, a relation.
fn behind_cue(text: &Text<'_>, at: usize, cue: cues::Cue) -> Option<Name> {
    let words = &text.words;
    let first = &words[at];
    let particle = first.shape == Shape::Lower
        && first.any(Marks::PARTICLE)
        && words.get(at + 1).is_some_and(|next| {
            next.gap == Gap::Blank
                && (next.is_capital() || next.shape == Shape::Lower && next.any(Marks::PARTICLE))
        });
    if particle {
        let rest = behind_cue(text, at + 1, cues::Cue { takes_any: true, ..cue })?;
        return Some(Name { words: at..rest.words.end, ..rest });
    }
    let capital = first.is_capital() || first.shape == Shape::Caseless;
    let end = if capital {
        run::capital_end(words, at, true)
    } else if cue.takes_lower {
        run::lower_end(words, at, cue)
    } else {
        return None;
    };
    if end <= at {
        return None;
    }
    let only = run::name_words(words, at..end).count() == 1;
    let whole = |end: usize| cue.takes_any || run::name_words(words, at..end).count() > 1;
    let able = run::name_words(words, at..end).any(|word| strength(word) >= cue.least)
        || !capital && cue.takes_any && words[at - 1].is(".")
        || cue.takes_any
            && whole(end)
            && capital
            && matches!(first.shape, Shape::Capital | Shape::Initial)
            && (!first.any(Marks::SMALL) || first.any(Marks::SURNAME))
            && !first.any(
                Marks::FACILITY
                    .or(Marks::STAFF_TITLE)
                    .or(Marks::NAME_LABEL)
                    .or(Marks::MONTH)
                    .or(Marks::WEEKDAY),
            );
    // An acronym behind a label is a department.
    let acronym = only
        && first.shape == Shape::Upper
        && (first.letters() <= 4 && !first.any(Marks::NAME) || first.any(Marks::TERM.or(Marks::HEALTH)));
    if !able || acronym || !cue.past_eponyms && is_eponymous(words, at, end) {
        return None;
    }
    Some(Name { words: at..end, confidence: cue.confidence, rule: cue.rule })
}

/// A name that is told by its capitals and by what its words are.
fn capital_name(text: &Text<'_>, style: &style::Style, at: usize) -> Option<Name> {
    let words = &text.words;
    if at > 0
        && words[at].gap == Gap::Glued
        && matches!(words[at - 1].text, "-" | "_" | "/" | "." | "@" | "'" | "’" | "&")
    {
        let signed = words[at - 1].is("-") && words[at - 1].gap != Gap::Glued;
        let bracketed = signed || words[at - 1].is("/") && strength(&words[at]) == Strength::Strong;
        if !bracketed {
            return None;
        }
    }
    let graduate = words[at].shape == Shape::Capital
        && !words[at].any(Marks::SMALL.or(Marks::HEALTH).or(Marks::TERM).or(Marks::CITY).or(Marks::REGION))
        && words.get(at + 1).is_some_and(|comma| comma.is(","))
        && deeds::degree_follows(words, at + 1);
    if graduate && (at == 0 || words[at - 1].shape != Shape::Capital || words[at].gap >= Gap::Column) {
        return Some(Name { words: at..at + 1, confidence: 0.85, rule: "name.degree" });
    }
    if strength(&words[at]) == Strength::None
        && words[at].shape != Shape::Initial
        && !parts::is_compound(words, at)
    {
        return (text.opens(at) && deeds::has_of_person(text, at)).then_some(Name {
            words: at..at + 1,
            confidence: 0.6,
            rule: "name.owner",
        });
    }
    let titled = words[at].any(Marks::TITLE)
        && words.get(at + 1).is_some_and(|next| next.is(".") || next.is_capital() && next.gap == Gap::Blank);
    let end = run::capital_end(words, at, false);
    let region = end > at
        && words[at..end].iter().all(|word| word.any(Marks::REGION.or(Marks::PLACE_HEAD)) || !word.is_word());
    if titled || end <= at || region || is_eponymous(words, at, end) {
        return None;
    }
    let named_after =
        end == at + 1 && !words[end.min(words.len() - 1)].is(",") && !words[at].any(Marks::NAME)
            || end == at + 1 && words[at].any(Marks::EPONYM);
    if deeds::degree_follows(words, end)
        && !named_after
        && run::name_words(words, at..end)
            .any(|word| strength(word) >= Strength::Weak && word.shape != Shape::Initial)
    {
        return Some(Name { words: at..end, confidence: 0.9, rule: "name.degree" });
    }
    let parts: Vec<&Word<'_>> = run::name_words(words, at..end).collect();
    let (confidence, rule) = if parts.len() == 1 {
        single::single(text, style, at, end)?
    } else {
        several::several(text, style, &parts, at, end)?
    };
    Some(Name { words: at..end, confidence, rule })
}
