//! Hospitals, practices and other facilities, and employers.
//!
//! A facility is a run of capitalised words with a facility's word in it and at least one word of its own: a person's,
//! a place's, a saint's. What every clinic has (an emergency department, a heart failure clinic) is none. An employer
//! stands behind "works at" or "Employer:", or ends as companies end.

mod employers;
mod facilities;
mod known;
mod lower;
pub(super) mod signatures;

use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

/// The most words of one name.
const MOST_WORDS: usize = 9;

pub(super) use known::first_words;

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let within = |at: usize| words[at].shape == Shape::Capital && !text.opens(at);
    if !(0..words.len()).any(within) {
        lower::find(words, found);
    }
    let mut at = 0;
    while at < words.len() {
        if let Some((end, kind)) = known::at(words, at) {
            let end = if words[at].is_capital() { end.max(run_end(words, at)) } else { end };
            let owned = words.get(end).is_some_and(|sign| matches!(sign.text, "'" | "’"))
                && words.get(end + 1).is_some_and(|s| s.folded == "s" && s.gap == Gap::Glued);
            let end = if owned { end + 2 } else { end };
            let range = words[at].start..words[end - 1].end;
            found.push(Candidate { range, kind, confidence: 0.7, rule: "house.known" });
            at = end;
            continue;
        }
        if let Some(start) = employers::employer_cue(words, at)
            && let Some(end) = employers::employer_end(words, start)
        {
            let range = words[start].start..words[end - 1].end;
            found.push(Candidate { range, kind: Kind::Employer, confidence: 0.85, rule: "employer.cue" });
            at = end;
            continue;
        }
        if words[at].is_capital()
            && (!words[at].any(Marks::MONTH.or(Marks::WEEKDAY))
                || words.get(at + 1).is_some_and(facilities::is_facility_word))
            && (at == 0 || words[at].gap != Gap::Glued || words[at - 1].shape == Shape::Sign)
        {
            let end = run_end(words, at);
            add_run(text, at, end, found);
            at = end;
        } else {
            at += 1;
        }
    }
}

/// A run of capitalised words, with "of", "and", "&", apostrophes and hyphens between.
fn run_end(words: &[Word<'_>], at: usize) -> usize {
    let mut end = at + 1;
    let mut next = at + 1;
    while let Some(word) = words.get(next).filter(|word| word.gap < Gap::Column && next < at + 2 * MOST_WORDS)
    {
        let joint = word.is("-") && word.gap == Gap::Glued
            || word.is("'")
            || word.is("’")
            || word.is("&")
            || word.folded == "s" && word.gap == Gap::Glued
            || word.is(".") && matches!(words[next - 1].folded.as_ref(), "st" | "mt" | "ste")
            || matches!(
                word.folded.as_ref(),
                "of" | "and" | "for" | "the" | "at" | "de" | "la" | "del" | "der" | "des" | "di" | "du" | "y"
            );
        if words[next - 1].folded == "at" && words[at].any(Marks::MONTH.or(Marks::SMALL)) {
            break;
        }
        if word.is_capital()
            || word.shape == Shape::Lower && (word.folded.starts_with("d'") || word.folded.starts_with("l'"))
        {
            end = next + 1;
        } else if !joint {
            break;
        }
        next += 1;
    }
    end
}

fn add_run(text: &Text<'_>, start: usize, end: usize, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let run = &words[start..end];
    if let Some(company) = employers::company_in(words, start, end) {
        let range = run[0].start..words[company].end;
        found.push(Candidate { range, kind: Kind::Employer, confidence: 0.6, rule: "employer.form" });
        return;
    }
    if employers::called_house(words, start, end) {
        let first = start + usize::from(words[start].folded == "the");
        let range = words[first].start..words[end - 1].end;
        found.push(Candidate { range, kind: Kind::Employer, confidence: 0.55, rule: "employer.called" });
    }
    let told = [facilities::facility_in(words, start, end), facilities::told_by_head(words, start, end)];
    // "Cleveland Clinic score": named after the house.
    let standard = words.get(end).is_some_and(|next| {
        next.on_line()
            && matches!(
                next.folded.as_ref(),
                "score"
                    | "scale"
                    | "criteria"
                    | "classification"
                    | "staging"
                    | "guideline"
                    | "guidelines"
                    | "tool"
                    | "index"
            )
    });
    for (from, to) in told.into_iter().flatten().filter(|_| !standard) {
        let range = words[from].start..words[to].end;
        found.push(Candidate { range, kind: Kind::Facility, confidence: 0.75, rule: "facility.form" });
    }
}
