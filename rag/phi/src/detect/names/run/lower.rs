//! Where a run of words without capitals ends that stands behind a cue.

use crate::detect::names::cues::Cue;
use crate::detect::names::run::identified_behind;
use crate::detect::names::{Strength, parts, strength};
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Word};

/// The place behind a run of lower-case words that starts at one behind a cue.
pub(in crate::detect::names) fn lower_end(words: &[Word<'_>], at: usize, cue: Cue) -> usize {
    let mut end = at;
    let mut next = at;
    let mut count = 0;
    while let Some(word) = words.get(next).filter(|word| next == at || word.gap <= Gap::Blank) {
        let joint = next > at
            && (word.is("-") && word.gap == Gap::Glued
                || word.any(Marks::PARTICLE)
                    && words.get(next + 1).is_some_and(|more| more.on_line() && more.any(Marks::NAME)));
        if joint {
            next += 1;
            continue;
        }
        if word.is(",")
            && count == 1
            && (cue.is_label || strength(&words[at]) == Strength::Strong)
            && words.get(next + 1).is_some_and(|more| more.gap <= Gap::Blank && more.any(Marks::GIVEN))
        {
            next += 1;
            continue;
        }
        let initial = word.is_word()
            && word.letters() == 1
            && (count > 0
                || cue.takes_weak_lower
                    && words.get(next + 1).is_some_and(|dot| dot.is(".") && dot.gap == Gap::Glued))
            && (!word.any(Marks::SMALL) || count == 0)
            && words.get(next + 1).is_some_and(|more| more.is(".") || more.any(Marks::NAME));
        if initial {
            next += 1 + usize::from(words.get(next + 1).is_some_and(|dot| dot.is(".")));
            continue;
        }
        let able = match strength(word) {
            Strength::Strong => true,
            Strength::Middling => count > 0 || cue.takes_weak_lower,
            Strength::Weak => cue.takes_weak_lower || count > 0 && strength(&words[at]) == Strength::Strong,
            Strength::None => {
                let dotted = next == at && at > 0 && words[at - 1].is(".") && !cue.is_label;
                count == 1
                    && strength(&words[at]) == Strength::Strong
                    && word.any(Marks::COMMON)
                    && !word.any(Marks::SMALL)
                    && identified_behind(words, next)
                    || cue.takes_weak_lower
                        && parts::everyday(word)
                        && (dotted
                            || count == 1
                                && (strength(&words[at]) == Strength::Strong || words[at].letters() == 1))
                    || cue.is_label
                        && cue.takes_weak_lower
                        && parts::everyday(word)
                        && (count > 0
                            || words
                                .get(next + 1)
                                .is_some_and(|more| more.on_line() && strength(more) > Strength::None))
            }
        } && word.is_word()
            && word.letters() > 1
            || next == at
                && cue.takes_any
                && word.shape == Shape::Lower
                && word.letters() > 5
                && word.any(Marks::TERM_ENDING)
                && !word.any(Marks::TERM.or(Marks::COMMON).or(Marks::HEALTH).or(Marks::STAFF_TITLE));
        if !able || count >= 4 {
            break;
        }
        count += 1;
        next += 1;
        end = next;
    }
    end
}
