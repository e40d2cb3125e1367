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
mod lists;
mod lower;
mod parts;
mod run;
mod style;

use std::ops::Range;

use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Language, Shape, Text, Word};

pub(super) use eponyms::is_eponymous;

/// A run of words taken for a name.
#[derive(Clone, Debug)]
struct Name {
    /// Places of its first word and behind its last.
    words: Range<usize>,
    confidence: f32,
    rule: &'static str,
}

/// How much a word by itself looks like a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// Something else.
    None,
    /// A name and an everyday word, or a word that no list knows.
    Weak,
    /// A name after which something is named.
    Middling,
    /// A name and nothing else.
    Strong,
}

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
                let name = run::with_ambiguous_title(text, run::with_particles(text, name));
                names.push(run::with_first_word(text, name));
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
    if let Some(name) = speaker(text, at) {
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

/// "Freja: hey did you see her": who speaks in a line of a conversation.
fn speaker(text: &Text<'_>, at: usize) -> Option<Name> {
    let words = &text.words;
    let word = &words[at];
    if !starts_line(text, at) || !matches!(word.shape, Shape::Lower | Shape::Capital) || word.letters() < 3 {
        return None;
    }
    let mut end = at + 1;
    if words.get(end).is_some_and(|dash| dash.is("-") && dash.gap == Gap::Glued)
        && words.get(end + 1).is_some_and(|part| part.is_word() && part.gap == Gap::Glued)
    {
        end += 2;
    }
    let colon = words.get(end).is_some_and(|colon| colon.is(":") && colon.gap == Gap::Glued);
    let bracketed = word.gap < Gap::Line;
    let speaks = words.get(end + 1).is_some_and(|next| {
        next.gap == Gap::Blank
            && next.is_word()
            && (bracketed || next.shape == Shape::Lower || next.any(Marks::SMALL.or(Marks::COMMON)))
    });
    let known = strength(word) == Strength::Strong && word.any(Marks::GIVEN)
        || word.any(Marks::LIKE_NAME)
        || bracketed && (word.any(Marks::NAME) || word.marks.is_unlisted())
        || end > at + 1 && (word.any(Marks::NAME) || words[end - 1].any(Marks::NAME));
    let dialogue = colon && speaks && known && speakers(text) >= LEAST_SPEAKERS;
    dialogue.then_some(Name { words: at..end, confidence: 0.6, rule: "name.speaker" })
}

/// Whether a word opens a line, past a time of day in brackets: "[10:02] Murray:".
fn starts_line(text: &Text<'_>, at: usize) -> bool {
    let words = &text.words;
    words[at].gap >= Gap::Line
        || at > 0
            && words[at - 1].is("]")
            && words[at.saturating_sub(MOST_OF_A_TIME)..at]
                .iter()
                .any(|word| word.is("[") && word.gap >= Gap::Line)
}

/// The most words and signs of a date and time in brackets.
const MOST_OF_A_TIME: usize = 16;

/// Lines that begin with a word and a colon, from which on a text is a conversation.
const LEAST_SPEAKERS: usize = 2;

fn speakers(text: &Text<'_>) -> usize {
    let words = &text.words;
    (0..words.len().saturating_sub(2))
        .filter(|at| {
            starts_line(text, *at)
                && words[*at].is_word()
                && words[at + 1].is(":")
                && words[at + 2].gap == Gap::Blank
                && words[at + 2].is_word()
        })
        .take(LEAST_SPEAKERS)
        .count()
}

fn strength(word: &Word<'_>) -> Strength {
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
fn is_unknown(word: &Word<'_>) -> bool {
    strength(word) == Strength::Weak && !word.any(Marks::NAME)
}

/// The name behind a cue: a title, a label, a relation.
fn behind_cue(text: &Text<'_>, at: usize, cue: cues::Cue) -> Option<Name> {
    let words = &text.words;
    let first = &words[at];
    let particle = first.shape == Shape::Lower
        && first.any(Marks::PARTICLE)
        && words.get(at + 1).is_some_and(|next| next.is_capital() && next.gap == Gap::Blank);
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
    let (confidence, rule) =
        if parts.len() == 1 { single(text, style, at, end)? } else { several(text, style, &parts, at, end)? };
    Some(Name { words: at..end, confidence, rule })
}

/// One capitalised word.
fn single(text: &Text<'_>, style: &style::Style, at: usize, end: usize) -> Option<(f32, &'static str)> {
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

/// Whether a run in capitals has a colon or a number behind it.
fn whole_upper(text: &Text<'_>, at: usize, end: usize) -> bool {
    text.words[at..end].iter().all(|word| !word.is_word() || word.is_capital())
        && text.words.get(end).is_none_or(|next| {
            matches!(next.text, ":" | "?" | "." | "(" | ";") || next.shape == Shape::Number
        })
}

/// Two words or more.
fn several(
    text: &Text<'_>,
    style: &style::Style,
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
    let alone = text.words[at].gap >= Gap::Line
        && text.words.get(end).is_none_or(|next| next.gap >= Gap::Line)
        && whole
        && !comma
        && parts.iter().all(|part| part.shape == Shape::Initial || parts::is_namely(part))
        && parts.iter().any(|part| part.any(Marks::NAME.or(Marks::LIKE_NAME)));
    if alone && !upper {
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
