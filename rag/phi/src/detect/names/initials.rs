//! People called by their initials: "J.C. resting", "pt (initials AB)".

use crate::detect::names::Name;
use crate::words::{Gap, Shape, Word};

/// Dotted capitals that are something else.
const NO_INITIALS: &[&str] = &[
    "us", "uk", "dc", "md", "rn", "do", "pa", "np", "iv", "im", "po", "sc", "am", "pm", "od", "os", "ou",
    "bs", "ms", "ma", "ba", "ds", "er", "or", "ed", "ct", "eu", "un", "ie", "eg", "usa", "hiv", "cpr", "dnr",
    "dds", "mph", "msn", "bsn", "iq", "ob", "gi", "gu", "bc", "ad", "ny", "la", "nj", "vs", "bid", "tid",
    "qid", "npo", "prn", "tb", "ii", "dm", "st",
];

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
