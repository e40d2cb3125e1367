//! People called by their initials: "J.C. resting", "pt (initials AB)".

use crate::detect::names::Name;
use crate::words::{Gap, Shape, Word};

/// Dotted capitals that are something else.
const NO_INITIALS: &[&str] = &[
    "us", "uk", "dc", "md", "rn", "do", "pa", "np", "iv", "im", "po", "sc", "am", "pm", "od", "os", "ou",
    "bs", "ms", "ma", "ba", "ds", "er", "or", "ed", "ct", "eu", "un", "ie", "eg", "usa", "hiv", "cpr", "dnr",
    "id", "dds", "mph", "msn", "bsn", "iq", "ob", "gi", "gu", "bc", "ad", "ny", "la", "nj", "vs", "bid",
    "tid", "qid", "npo", "prn", "tb", "ii", "dm", "st",
];

/// "Pt TP", "Pt B. U.": two letters behind the word for a patient, which are no abbreviation.
fn behind_patient(words: &[Word<'_>], at: usize) -> Option<Name> {
    let before = at.checked_sub(1).map(|before| words[before].folded.as_ref())?;
    if !matches!(before, "pt" | "patient" | "client" | "resident" | "paciente" | "patientin")
        || words[at].gap != Gap::Blank
    {
        return None;
    }
    let end = match words[at].shape {
        Shape::Upper if words[at].letters() == 2 && words[at].marks.is_unlisted() => at + 1,
        Shape::Initial => spaced_end(words, at)?,
        _ => return None,
    };
    (!NO_INITIALS.contains(&words[at].folded.as_ref())).then_some(Name {
        words: at..end,
        confidence: 0.55,
        rule: "name.initials",
    })
}

/// "-- S. Y., RN": initials before a degree.
fn before_degree(words: &[Word<'_>], at: usize) -> Option<Name> {
    let end = match words[at].shape {
        Shape::Initial => spaced_end(words, at)?,
        Shape::Upper if words[at].letters() == 2 && at > 0 && words[at - 1].is("-") => at + 1,
        _ => return None,
    };
    let signed =
        super::deeds::degree_follows(words, end + usize::from(words.get(end).is_some_and(|dot| dot.is("."))));
    signed.then_some(Name { words: at..end, confidence: 0.6, rule: "name.initials" })
}

/// The place behind two initials, with or without a blank between, before the last stop.
fn spaced_end(words: &[Word<'_>], at: usize) -> Option<usize> {
    let dot = words.get(at + 1).is_some_and(|dot| dot.is("."));
    let second = at + 1 + usize::from(dot);
    let initial =
        words.get(second).is_some_and(|word| word.shape == Shape::Initial && word.gap <= Gap::Blank);
    let ends =
        words.get(second + 1).is_none_or(|next| next.is(".") || next.is(",") || next.shape == Shape::Lower);
    (dot && initial && ends).then_some(second + 1)
}

/// The initials that start at a word.
pub(super) fn at(words: &[Word<'_>], at: usize) -> Option<Name> {
    let word = &words[at];
    if word.gap == Gap::Glued && at > 0 && !matches!(words[at - 1].text, "(" | "\"" | "“" | ":") {
        return None;
    }
    let cue = at.checked_sub(1).is_some_and(|before| {
        let colon = usize::from(words[before].is(":"));
        before.checked_sub(colon).is_some_and(|place| words[place].folded == "initials")
    });
    if cue && word.shape == Shape::Upper && word.letters() <= 4 {
        return Some(Name { words: at..at + 1, confidence: 0.85, rule: "name.initials" });
    }
    if let Some(name) = behind_patient(words, at).or_else(|| before_degree(words, at)) {
        return Some(name);
    }
    let mut end = at;
    let mut letters = String::new();
    while words
        .get(end)
        .is_some_and(|word| word.shape == Shape::Initial && (end == at || word.gap == Gap::Glued))
        && words.get(end + 1).is_some_and(|dot| dot.is(".") && dot.gap == Gap::Glued)
    {
        letters.push_str(&words[end].folded);
        end += 2;
    }
    // The last stop may be missing: "J.C".
    if end > at && words.get(end).is_some_and(|word| word.shape == Shape::Initial && word.gap == Gap::Glued) {
        letters.push_str(&words[end].folded);
        end += 1;
    }
    let name_follows = words.get(end).is_some_and(|next| {
        next.shape == Shape::Capital
            && next.gap == Gap::Blank
            && super::strength(next) > super::Strength::Weak
    });
    let plain = (2..=3).contains(&letters.len()) && !NO_INITIALS.contains(&letters.as_str());
    if !plain || name_follows {
        return None;
    }
    let long = letters.len() == 3
        && !at.checked_sub(1).is_some_and(|before| {
            words[before].is(":") || words[before].folded == "patient" || words[before].folded == "pt"
        });
    if long {
        return None;
    }
    let end = if words[end - 1].is(".") { end - 1 } else { end };
    Some(Name { words: at..end, confidence: 0.6, rule: "name.initials" })
}
