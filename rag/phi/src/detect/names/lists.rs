//! Names in a row: "tomorrow's list: Santangelo, Noble and Khachatryan".
//!
//! What stands beside a name with only a comma or "and" between is a name too, when it can be one at all. A list is
//! followed from each name that was found in both directions, never through words that only look like names.

use crate::detect::names::{Name, is_eponymous, parts};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text, Word};

/// How far a list is followed from a name in each direction.
const MOST_STEPS: usize = 6;
/// Names less sure than this start no list.
const LEAST_CONFIDENCE: f32 = 0.45;

pub(super) fn find(text: &Text<'_>, names: &mut Vec<Name>) {
    let mut taken = vec![false; text.words.len()];
    for name in names.iter() {
        taken[name.words.clone()].fill(true);
    }
    let mut more = Vec::new();
    for name in names.iter().filter(|name| name.confidence >= LEAST_CONFIDENCE) {
        let (mut first, mut end) = (name.words.start, name.words.end);
        for _ in 0..MOST_STEPS {
            let Some(at) = before(&text.words, first).filter(|at| !taken[*at]) else { break };
            (taken[at], first) = (true, at);
            more.push(at);
        }
        for _ in 0..MOST_STEPS {
            let Some(at) = behind(&text.words, end).filter(|at| !taken[*at]) else { break };
            (taken[at], end) = (true, at + 1);
            more.push(at);
        }
    }
    names.extend(pairs(&text.words, names, &taken));
    names.extend(rows(text, &taken));
    names.extend(more.into_iter().map(|at| Name { words: at..at + 1, confidence: 0.45, rule: "name.list" }));
    names.sort_by_key(|name| name.words.start);
}

/// "Rupa Palos and Ortensia Fritzler": two capitalised words that "and" joins to a person of several words.
fn pairs(words: &[Word<'_>], names: &[Name], taken: &[bool]) -> Vec<Name> {
    let whole = |first: usize, end: usize| {
        end <= words.len()
            && end - first >= 2
            && (first..end).all(|at| {
                let word = &words[at];
                !taken[at]
                    && (at == first || word.on_line())
                    && (word.shape == Shape::Capital && is_possible(word)
                        || word.shape == Shape::Initial
                        || word.is("."))
            })
            && words[first].shape == Shape::Capital
            && words[end - 1].shape == Shape::Capital
    };
    let pair = |words: std::ops::Range<usize>| Name { words, confidence: 0.5, rule: "name.list" };
    let mut found = Vec::new();
    for name in names.iter().filter(|name| name.words.len() >= 2 && name.confidence >= LEAST_CONFIDENCE) {
        let and = |at: usize| {
            words.get(at).is_some_and(|and| matches!(and.folded.as_ref(), "and" | "und" | "et" | "y"))
        };
        let joint = name.words.start.checked_sub(1).filter(|at| and(*at));
        if let Some(joint) = joint
            && let Some(first) =
                [4, 2, 3].iter().filter_map(|back| joint.checked_sub(*back)).find(|at| whole(*at, joint))
        {
            found.push(pair(first..joint));
        }
        if and(name.words.end)
            && let Some(end) = [4, 2, 3]
                .iter()
                .map(|far| name.words.end + 1 + far)
                .find(|end| whole(name.words.end + 1, *end))
        {
            found.push(pair(name.words.end + 1..end));
        }
    }
    found
}

/// "Gerste, Barrett and Jones": three surnames or more in a row, one of them one for certain, after which nothing is named.
fn rows(text: &Text<'_>, taken: &[bool]) -> Vec<Name> {
    let words = &text.words;
    let mut found = Vec::new();
    let mut at = 0;
    while at + 4 < words.len() {
        // Most words are no capitalised word before a comma, and cost no more than this look.
        if words[at].shape != Shape::Capital || !(words[at + 1].is(",") || words[at + 1].folded == "and") {
            at += 1;
            continue;
        }
        let mut end = at;
        let mut members = Vec::new();
        let single = |place: usize| {
            words
                .get(place)
                .is_some_and(|word| word.shape == Shape::Capital && word.letters() >= 3 && is_possible(word))
        };
        while single(end) {
            members.push(end);
            end += 1;
            let comma = words.get(end).is_some_and(|comma| comma.is(",") && comma.gap == Gap::Glued);
            let and =
                words.get(end + usize::from(comma)).is_some_and(|and| and.folded == "and" || and.is("&"));
            if !(comma || and) || !words.get(end + 1).is_some_and(Word::on_line) {
                break;
            }
            end += usize::from(comma) + usize::from(and);
            if and && single(end) {
                members.push(end);
                end += 1;
                break;
            }
        }
        let joined = members.len() >= 3 && words[members[members.len() - 1] - 1].folded == "and"
            || members.len() >= 3 && words[members[members.len() - 1] - 1].is("&");
        let all = |marks: Marks| members.iter().all(|place| words[*place].any(marks));
        let surnames = members.iter().filter(|place| words[**place].any(Marks::SURNAME)).count();
        let continues = words.get(end).is_some_and(|next| {
            next.gap == Gap::Blank
                && next.any(Marks::EPONYM_NOUN.or(Marks::STANDARD_NOUN).or(Marks::TERM).or(Marks::HEALTH))
        });
        if joined
            && surnames >= 2
            && !continues
            && !all(Marks::EPONYM)
            && !all(Marks::CITY)
            && !is_eponymous(words, members[members.len() - 1], end)
            && !taken[at..end].iter().all(|taken| *taken)
        {
            found.extend(members.iter().filter(|place| !taken[**place]).map(|place| Name {
                words: *place..place + 1,
                confidence: 0.5,
                rule: "name.row",
            }));
        }
        at = end.max(at + 1);
    }
    found
}

/// A word that can be a surname beside other surnames.
fn is_possible(word: &Word<'_>) -> bool {
    (word.any(Marks::NAME) || word.marks.is_unlisted())
        && !word.any(
            Marks::SMALL
                .or(Marks::HEALTH)
                .or(Marks::TERM)
                .or(Marks::REGION)
                .or(Marks::MONTH)
                .or(Marks::WEEKDAY)
                .or(Marks::FACILITY)
                .or(Marks::STAFF_TITLE),
        )
}

/// The member of the list before a place.
fn before(words: &[Word<'_>], first: usize) -> Option<usize> {
    let joint = first.checked_sub(1).filter(|place| is_joint(&words[*place]))?;
    let at = joint.checked_sub(1)?;
    let heads = text_opens(words, at) && words.get(joint).is_some_and(|and| and.folded == "and");
    let opens = heads
        || at.checked_sub(1).is_none_or(|place| {
            is_joint(&words[place])
                || matches!(words[place].text, ":" | "(")
                || words[place].any(Marks::BEFORE_PEOPLE)
        });
    (opens && is_member(words, at)).then_some(at)
}

/// Whether a word is the first of a sentence.
fn text_opens(words: &[Word<'_>], at: usize) -> bool {
    at == 0 || words[at].gap >= Gap::Line || matches!(words[at - 1].text, "." | "?" | "!")
}

/// The member of the list behind a place.
fn behind(words: &[Word<'_>], end: usize) -> Option<usize> {
    let comma = usize::from(words.get(end).is_some_and(|word| word.is(",")));
    let and = usize::from(
        words
            .get(end + comma)
            .is_some_and(|word| matches!(word.folded.as_ref(), "and" | "&" | "und" | "y" | "et")),
    );
    let at = end + comma + and;
    // A comma alone parts a name from anything; a list has an "and" or goes on.
    let goes_on = and > 0
        || words
            .get(at + 1)
            .is_some_and(|next| is_joint(next) && words.get(at + 2).is_some_and(|more| is_namely(more)));
    (comma + and > 0 && goes_on && is_member(words, at)).then_some(at)
}

fn is_joint(word: &Word<'_>) -> bool {
    word.is(",") || word.is("&") || matches!(word.folded.as_ref(), "and" | "und")
}

fn is_member(words: &[Word<'_>], at: usize) -> bool {
    words
        .get(at)
        .is_some_and(|word| word.gap == Gap::Blank && is_namely(word) && !is_eponymous(words, at, at + 1))
}

fn is_namely(word: &Word<'_>) -> bool {
    matches!(word.shape, Shape::Capital | Shape::Lower)
        && word.letters() >= 3
        && !word.any(
            Marks::SMALL
                .or(Marks::HEALTH)
                .or(Marks::TERM)
                .or(Marks::DEGREE)
                .or(Marks::REGION)
                .or(Marks::CITY),
        )
        && (parts::is_namely(word) && word.any(Marks::NAME.or(Marks::LIKE_NAME))
            || word.shape == Shape::Capital && word.any(Marks::SURNAME))
}
