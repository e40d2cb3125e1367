//! A name once found is found again wherever it stands.
//!
//! A letter that says "Mr. Young" once and "Young tolerated" later means the same man. Words that are also everyday words
//! are taken again only with a capital and not at the head of a sentence, and never before an eponym's noun.

use std::collections::HashSet;

use crate::detect::names::{Name, is_eponymous};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text};

/// Names less sure than this are not sought again.
const LEAST_CONFIDENCE: f32 = 0.6;

pub(super) fn find(text: &Text<'_>, names: &mut Vec<Name>) {
    let words = &text.words;
    let mut seen: HashSet<&str> = HashSet::new();
    let mut taken = vec![false; words.len()];
    for name in names.iter() {
        taken[name.words.clone()].fill(true);
        if name.confidence < LEAST_CONFIDENCE {
            continue;
        }
        for word in &words[name.words.clone()] {
            let plain = word.any(Marks::KNOWN) && !word.any(Marks::NAME);
            if word.is_word() && word.letters() >= 3 && !plain && !word.any(Marks::PARTICLE.or(Marks::SMALL))
            {
                seen.insert(word.folded.as_ref());
            }
        }
    }
    if seen.is_empty() {
        return;
    }
    for (at, word) in words.iter().enumerate() {
        if taken[at]
            || !word.is_word()
            || !seen.contains(word.folded.as_ref())
            || is_eponymous(words, at, at + 1)
        {
            continue;
        }
        let everyday = word.any(Marks::KNOWN.or(Marks::EPONYM).or(Marks::HEALTH).or(Marks::MONTH));
        let told = if everyday {
            word.shape == Shape::Capital && !text.opens(at)
                || word.shape == Shape::Upper && word.letters() > 3
        } else {
            true
        };
        let part = word.gap == Gap::Glued && at > 0 && matches!(words[at - 1].text, "@" | ".");
        if told && !part {
            names.push(Name { words: at..at + 1, confidence: 0.7, rule: "name.again" });
        }
    }
    names.sort_by_key(|name| name.words.start);
}
